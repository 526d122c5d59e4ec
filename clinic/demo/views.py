"""Pages that exist in the demo only: pick a persona, read what the program sent.

Outside the demo they answer 404, and a system check (`accounts.E001`) keeps the demo on this machine.
"""

import email
import email.policy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from clinic.access import public
from clinic.demo.personas import PERSONAS

SHOWN = 60


def demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """404 unless this is the demo."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@public
@demo_only
@require_safe
def personas(request: HttpRequest) -> HttpResponse:
    """Who would you like to be?"""
    return render(request, "front/personas.html", {"personas": PERSONAS})


@public
@demo_only
@require_POST
def persona_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the personas, without a password."""
    wanted = request.POST.get("persona", "")
    user = User.objects.filter(email__in=[row.email for row in PERSONAS if row.email == wanted]).first()
    if user is None:
        raise Http404
    if request.user.is_authenticated:
        logout(request)
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session["persona"] = True
    return redirect("home")


@public
@demo_only
@require_safe
def mail_sink(request: HttpRequest) -> HttpResponse:
    """What was sent, newest first: in the demo no mail leaves this machine."""
    folder = Path(settings.MAIL_DIR or ".")
    found = sorted([*read_mails(folder), *read_others(folder)], key=lambda one: one["at"], reverse=True)[:SHOWN]
    return render(request, "front/mail_sink.html", {"mails": found})


def read_mails(folder: Path) -> list[dict[str, Any]]:
    """The newest messages of the local mail sink as values."""
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime, reverse=True)[:SHOWN]
    return [_read(file) for file in files]


def read_others(folder: Path) -> list[dict[str, Any]]:
    """The newest text messages and push messages as values; a push message has no words of its own."""
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime, reverse=True)[:SHOWN]
    found = []
    for file in files:
        said = json.loads(file.read_text())
        at = datetime.fromtimestamp(file.stat().st_mtime, tz=UTC)
        found.append({"at": at, "to": said["to"], "way": file.suffixes[0].lstrip("."), "body": said["text"]})
    return found


def _read(file: Path) -> dict[str, Any]:
    message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    body = message.get_body(preferencelist=("plain",))
    return {
        "at": datetime.fromtimestamp(file.stat().st_mtime, tz=UTC),
        "to": str(message.get("To", "")),
        "from": str(message.get("From", "")),
        "subject": str(message.get("Subject", "")),
        "body": body.get_content() if body is not None else "",
    }
