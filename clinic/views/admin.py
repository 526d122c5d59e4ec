"""What a clinic admin does: the board, people, invitations, and who goes to whom. No clinical content anywhere (1M)."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clinic import directory, leaving
from clinic.access import Actor, Can, Role, TeamRole, actor_of, get_visible, open_to
from clinic.actions import care_team
from clinic.actions import people as changing
from clinic.board import board_of, colleagues_of, sites_of
from clinic.forms.base import ActionForm
from clinic.forms.people import (
    AddressForm,
    ChooseTherapistForm,
    InviteClientForm,
    InviteStaffForm,
    TransferForm,
    leads_in_words,
)
from clinic.models import Episode
from clinic.returns import marks
from clinic.views.answers import done, posted

form_page = require_http_methods(["GET", "HEAD", "POST"])


@open_to(Role.ADMIN)
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Therapists and their load, who waits, invitations, sites."""
    return render(request, "clinic/board.html", {"board": board_of(actor_of(request))})


@open_to(Role.ADMIN)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Everybody in the clinic, clients or staff."""
    actor = actor_of(request)
    asked = {name: request.GET.get(name, "") for name in ("show", "with", "q", "page")}
    colleagues = colleagues_of(actor)
    context: dict[str, Any] = {"asked": asked, "colleagues": colleagues}
    if asked["show"] == "staff":
        context["rows"] = directory.staff(actor, colleagues)
        return render(request, "clinic/people_staff.html", context)
    context["clients"] = directory.clients(
        actor, colleagues, state=asked["show"], with_id=asked["with"], words=asked["q"][:120], page=asked["page"]
    )
    return render(request, "clinic/people.html", context)


@open_to(Role.ADMIN)
@form_page
def invite(request: HttpRequest, kind: str) -> HttpResponse:
    """Invite a client or a colleague."""
    actor = actor_of(request)
    form, action = invite_form(request, actor, kind)
    if form.done(partial(action, by=actor)):
        return done(request, _("The invitation is on its way. It works once, for 72 hours."), "board")
    return render(request, "clinic/invite.html", {"form": form, "kind": kind}, status=form.status)


def invite_form(request: HttpRequest, actor: Actor, kind: str) -> tuple[ActionForm, Callable[..., Any]]:
    """The form for a kind of person and what it leads to. Raises Http404 for a kind there is not."""
    sites, language = sites_of(actor), {"language": actor.user.language if actor.user else "en"}
    if kind == "client":
        leads = leads_in_words(colleagues_of(actor))
        client = InviteClientForm(posted(request), sites=sites, leads=leads, initial=language)
        return client, changing.invite_client
    if kind == "staff":
        return InviteStaffForm(posted(request), sites=sites, initial=language), changing.invite_staff
    raise Http404


@open_to(Role.ADMIN)
@form_page
def invitation_resend(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Send a fresh link, perhaps to a corrected address."""
    actor = actor_of(request)
    invitation = directory.invitation(actor, invitation_id)
    form = AddressForm(posted(request), initial={"email": invitation.email})
    if form.done(partial(changing.send_again, by=actor, invitation=invitation)):
        return done(request, _("A new link is on its way. The old one stopped working."), "board")
    back = marks.of_invitations(actor.clinic_id, [invitation.pk])
    context = {"form": form, "invitation": invitation, "came_back": bool(back)}
    return render(request, "clinic/invitation_resend.html", context, status=form.status)


@open_to(Role.ADMIN)
@require_POST
def invitation_withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Make a link stop working."""
    actor = actor_of(request)
    changing.withdraw(by=actor, invitation=directory.invitation(actor, invitation_id))
    return done(request, _("That link no longer works."), "board")


@open_to(Role.ADMIN)
@form_page
def place_end(request: HttpRequest, member_id: UUID) -> HttpResponse:
    """End somebody's place in the clinic, after one question."""
    actor = actor_of(request)
    member = directory.member(actor, member_id)
    form = ActionForm(posted(request))
    if form.done(partial(changing.end_place, by=actor, member=member)):
        return done(request, _("This place has ended, and its person is signed out everywhere."), "people")
    context = {"form": form, "member": member, "left": leaving.reasons(actor.clinic, member)}
    return render(request, "clinic/place_end.html", context, status=form.status)


@open_to(Role.ADMIN)
@form_page
def assign_client(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Give a waiting client to a therapist."""
    actor = actor_of(request)
    episode = get_visible(request, Episode, episode_id, can=Can.ADMINISTER, related=["site"])
    colleagues = colleagues_of(actor)
    chosen = {"lead": request.GET.get("to", "")}
    form = ChooseTherapistForm(posted(request), leads=leads_in_words(colleagues), initial=chosen)
    if form.done(partial(care_team.assign_client, by=actor, episode=episode)):
        return done(request, _("This client has a therapist now."), "board")
    context = {"form": form, "episode": episode, "colleagues": colleagues}
    return render(request, "clinic/assign_client.html", context, status=form.status)


@open_to(Role.ADMIN)
@form_page
def transfer_client(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Hand a client to another therapist."""
    actor = actor_of(request)
    episode = get_visible(request, Episode, episode_id, can=Can.ADMINISTER, related=["site", "clinic"])
    team = directory.team_of(episode)
    now_with = {row.member_id for row in team if row.role == TeamRole.LEAD}
    others = [one for one in colleagues_of(actor) if one.member.pk not in now_with]
    form = TransferForm(posted(request), leads=leads_in_words(others))
    if form.done(partial(care_team.transfer_client, by=actor, episode=episode)):
        return done(request, transferred(form.result), "people")
    context = {"form": form, "episode": episode, "team": team}
    return render(request, "clinic/transfer_client.html", context, status=form.status)


def transferred(transfer: care_team.Transfer) -> str:
    """What has happened, with what it means for the sessions."""
    says = _("The client is with the new therapist from now on.")
    if transfer.sessions_cancelled:
        clashing = ngettext(
            "%(n)d session was cancelled, because the new therapist is busy then.",
            "%(n)d sessions were cancelled, because the new therapist is busy then.",
            transfer.sessions_cancelled,
        )
        says = f"{says} {clashing % {'n': transfer.sessions_cancelled}}"
    return says
