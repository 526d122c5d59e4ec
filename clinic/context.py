"""What every template may know about this place."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from clinic import icons, nouns
from clinic.access import Actor

PLAIN_NAME = "Between"


def about_this_place(request: HttpRequest) -> dict[str, Any]:
    """The actor, the app's discreet name and mark, where "Leave quickly" leads, the client's noun, whether it is the demo."""
    actor: Actor | None = getattr(request, "actor", None)
    client = actor is not None and actor.is_client
    return {
        "actor": actor,
        "clinic_app_name": actor.clinic.app_name if actor is not None and client else PLAIN_NAME,
        "app_mark": icons.of(actor),
        "leave_url": actor.clinic.leave_url if actor is not None else "https://www.bbc.com/weather",
        "demo": settings.DEMO,
        "noun": SimpleLazyObject(lambda: nouns.of(actor)),
        "idle_minutes": 30 if client else 15,
    }
