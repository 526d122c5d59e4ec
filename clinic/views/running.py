"""*Messages and jobs*: what runs, what left, what is parked. For admins; nothing of any client is on it (1M)."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clinic.access import Role, actor_of, open_to
from clinic.actions import messages as sending
from clinic.running import page
from clinic.views.answers import done


@open_to(Role.ADMIN)
@require_safe
def running_page(request: HttpRequest) -> HttpResponse:
    """Is all well, every job, messages and why some were not sent, what is parked."""
    return render(request, "clinic/running.html", {"page": page.page(actor_of(request), timezone.now())})


@open_to(Role.ADMIN)
@require_POST
def message_again(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try one parked message again."""
    actor = actor_of(request)
    sending.retry(by=actor, message=page.message(actor, pk))
    return done(request, _("It is tried again now. If it is no longer wanted, it is not sent."), "running")


@open_to(Role.ADMIN)
@require_POST
def messages_again(request: HttpRequest) -> HttpResponse:
    """Try every parked message again."""
    number = sending.retry_all(by=actor_of(request))
    says = ngettext("%(n)d message is tried again now.", "%(n)d messages are tried again now.", number)
    return done(request, says % {"n": number}, "running")


@open_to(Role.ADMIN)
@require_POST
def message_let_go(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let a parked message go: it is not sent, and nobody is reminded of it any more."""
    actor = actor_of(request)
    sending.let_go(by=actor, message=page.message(actor, pk))
    return done(request, _("It will not be sent."), "running")
