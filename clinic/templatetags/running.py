"""The line above an admin's pages when a message or a job needs a look. Two statements a page, and only for admins."""

from typing import Any

from django import template
from django.db import connection
from django.template.context import Context
from django.utils import timezone

from clinic.access import Actor
from clinic.running import alarm

register = template.Library()
SAID_THERE = "running"  # the page that says it itself


@register.inclusion_tag("clinic/_running_alarm.html", takes_context=True)
def running_alarm(context: Context) -> dict[str, Any]:
    """What is wrong, for admins. What the banner about safety says already is left out."""
    actor: Actor | None = context.get("actor")
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if actor is None or not actor.is_admin or connection.needs_rollback or (match and match.url_name == SAID_THERE):
        return {"trouble": None}
    return {"trouble": alarm.of(actor.clinic, timezone.now())}
