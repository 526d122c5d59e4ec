"""What was written back, on pages of the assignments app, which does not know of reviews: `{% load replies %}`.

{% written_back entry %}      what the therapist wrote about this entry, for its client
"""

from typing import Any

from django import template

from clinic.access import Actor
from homework.assignments.models import Entry
from homework.reviews import replies

register = template.Library()


@register.inclusion_tag("reviews/_written_back.html", takes_context=True)
def written_back(context: dict[str, Any], entry: Entry) -> dict[str, Any]:
    """The messages about one entry; folded where the client's own words come first (F69). At most two queries."""
    actor: Actor = context["actor"]
    return {"replies": replies.about(actor, entry) if actor.is_client else []}
