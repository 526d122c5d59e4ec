"""When somebody of the clinic reads, for any page of a client (6.1). One query a page, whatever says it."""

from django import template
from django.template import Context
from django.utils import timezone

from clinic import reading as knowing
from clinic.access import Actor
from homework.safety import reading

register = template.Library()


@register.simple_tag(takes_context=True)
def when_read(context: Context) -> str:
    """When the clinic of this person reads, as far as it has said so; empty signed out."""
    actor: Actor | None = context.get("actor")
    return reading.sentence(actor.clinic, reading.setup_of(actor)) if actor is not None else ""


@register.simple_tag(takes_context=True)
def reading_is_due(context: Context) -> bool:
    """Whether this client is asked to say that they know it, before they share (every 90 days)."""
    actor: Actor | None = context.get("actor")
    return actor is not None and reading.is_due(knowing.contact_known(actor), timezone.now())
