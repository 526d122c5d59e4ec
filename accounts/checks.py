"""System checks of sign-in: what an installation refuses to start with."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1"}


@register()
def demo_stays_on_loopback(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Persona sign-in opens every account of the demo without a password: refuse it anywhere but on loopback."""
    if not settings.DEMO:
        return []
    hosts = set(settings.ALLOWED_HOSTS)
    address = urlsplit(settings.BASE_URL).hostname or ""
    if hosts <= LOOPBACK and address in LOOPBACK:
        return []
    return [
        Error(
            "The demo lets anybody sign in as anybody, so it may only be reached from this machine.",
            hint="Set BETWEEN_MODE=production, or let BETWEEN_BASE_URL and BETWEEN_HOSTS name localhost only.",
            id="accounts.E001",
        )
    ]


@register()
def production_has_its_secrets(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """A real installation needs a secret key and field keys of its own, and an https address."""
    found: list[CheckMessage] = []
    if settings.MODE != "production":
        return found
    if not settings.KEYS_FILE:
        found.append(Error("BETWEEN_KEYS_FILE is not set: nothing could be sealed.", id="accounts.E002"))
    if urlsplit(settings.BASE_URL).scheme != "https":
        found.append(Error("BETWEEN_BASE_URL has to be an https address.", id="accounts.E003"))
    return found
