"""What an admin's pages say about the clinic's lines of help."""

from typing import Any

from django import template

from clinic.access import Actor
from homework.safety import lines

register = template.Library()


@register.inclusion_tag("safety/_ages.html")
def lines_to_check(actor: Actor) -> dict[str, Any]:
    """A note while lines were checked too long ago, with the way to them; nothing when all is well. One query."""
    return {"ages": lines.ages(actor.clinic), "to_list": True}
