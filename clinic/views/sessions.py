"""The sessions of one client: weekly ones, single ones, moving and cancelling."""

from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from clinic import agenda
from clinic.access import CLINICIANS, Can, actor_of, get_visible, open_to
from clinic.actions import appointments as changing
from clinic.actions import series as weekly
from clinic.forms.sessions import MoveForm, SeriesForm, SessionForm
from clinic.models import Appointment, AppointmentSeries, Episode
from clinic.views.answers import done

AROUND = ("site", "clinic")


@open_to(*CLINICIANS)
@require_safe
def sessions(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """What is arranged with one client."""
    return page(request, visible(request, episode_id))


@open_to(*CLINICIANS)
@require_POST
def session_series(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Start a weekly session."""
    episode = visible(request, episode_id)
    form = SeriesForm(request.POST, prefix="weekly", **offered(request, episode))
    if form.done(partial(weekly.start_series, by=actor_of(request), episode=episode)):
        return done(request, _("The weekly session is arranged."), "sessions", episode.pk)
    return page(request, episode, form.status, series_form=form)


@open_to(*CLINICIANS)
@require_POST
def session_book(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Arrange one session."""
    episode = visible(request, episode_id)
    form = SessionForm(request.POST, prefix="once", **offered(request, episode))
    if form.done(partial(changing.book, by=actor_of(request), episode=episode)):
        return done(request, _("The session is arranged."), "sessions", episode.pk)
    return page(request, episode, form.status, book_form=form)


@open_to(*CLINICIANS)
@require_POST
def session_move(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Move one session; the others of its series stay."""
    row = one_of(request, Appointment, appointment_id)
    form = MoveForm(request.POST, prefix=str(row.pk), zone=row.episode.site.time_zone)
    if form.done(partial(changing.move, by=actor_of(request), appointment=row)):
        return done(request, _("The session has moved."), "sessions", row.episode_id)
    return page(request, row.episode, form.status, moved=(row.pk, form))


@open_to(*CLINICIANS)
@require_POST
def session_cancel(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Cancel a session to come, or note that one did not take place."""
    row = one_of(request, Appointment, appointment_id)
    changing.cancel(by=actor_of(request), appointment=row)
    return done(request, _("The session is cancelled."), "sessions", row.episode_id)


@open_to(*CLINICIANS)
@require_POST
def session_series_end(request: HttpRequest, series_id: UUID) -> HttpResponse:
    """End a weekly session after today."""
    row = one_of(request, AppointmentSeries, series_id)
    count = weekly.end_series(by=actor_of(request), series=row)
    says = ngettext(
        "The weekly session has ended. %(n)d session to come is cancelled.",
        "The weekly session has ended. %(n)d sessions to come are cancelled.",
        count,
    )
    return done(request, says % {"n": count}, "sessions", row.episode_id)


def visible(request: HttpRequest, episode_id: UUID) -> Episode:
    """The episode, for those who may arrange its sessions."""
    return get_visible(request, Episode, episode_id, can=Can.SCHEDULE, verb="sessions.read", related=AROUND)


def one_of(request: HttpRequest, model: Any, pk: UUID) -> Any:
    """One session or series, for those who may arrange it."""
    return get_visible(
        request, model, pk, can=Can.SCHEDULE, verb="sessions.read", related=["episode__site", "episode__clinic"]
    )


def offered(request: HttpRequest, episode: Episode) -> dict[str, Any]:
    """What a form for a session offers: who treats this client, and the clock of the site."""
    choices = agenda.therapists(episode)
    return {"zone": episode.site.time_zone, "therapists": choices, "mine": actor_of(request).membership}


def page(request: HttpRequest, episode: Episode, status: int = 200, **bound: Any) -> HttpResponse:
    """The page with its forms; `bound` holds the one that came back."""
    around = offered(request, episode)
    shown = agenda.agenda_of(episode)
    moved_pk, moved_form = bound.pop("moved", (None, None))
    rows = [
        (row, moved_form if row.pk == moved_pk else MoveForm(prefix=str(row.pk), zone=shown.zone))
        for row in shown.to_come
    ]
    context = {
        "episode": episode,
        "agenda": shown,
        "rows": rows,
        "moved_pk": moved_pk,
        "series_form": SeriesForm(prefix="weekly", **around),
        "book_form": SessionForm(prefix="once", **around),
        **bound,
    }
    return render(request, "clinic/sessions.html", context, status=status)
