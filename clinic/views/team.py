"""The care team of one client, and a supervisor's reason for reading."""

from functools import partial
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clinic import directory
from clinic.access import CLINICIANS, Actor, Can, Role, actor_of, get_visible, open_to
from clinic.actions import care_team as changing
from clinic.actions import supervision
from clinic.board import colleagues_of
from clinic.forms.team import AddMemberForm, ReasonForm
from clinic.models import Episode, Membership
from clinic.views.answers import SeeOther, done, posted

form_page = require_http_methods(["GET", "HEAD", "POST"])


def right_to_change(actor: Actor) -> Can:
    """The team is changed by the lead, or by an admin without seeing anything else."""
    return Can.ADMINISTER if actor.is_admin else Can.TEAM


@open_to(*CLINICIANS, Role.ADMIN)
@form_page
def care_team(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Who is on the care team, and adding somebody: cover, co-therapist, supervisor or coach."""
    actor = actor_of(request)
    episode = get_visible(
        request, Episode, episode_id, can=right_to_change(actor), verb="team.read", related=["site", "clinic"]
    )
    team = directory.team_of(episode, asked=True)
    leads = {row.member_id for row in team if row.role == "lead"}
    form = AddMemberForm(posted(request), members=joinable(actor, leads), today=actor.clinic.today())
    if form.done(partial(changing.add_member, by=actor, episode=episode)):
        says = _("The team has changed. The client can see who is on it.")
        if form.result.waits_for_yes:
            says = _("The client is asked on their own page. It begins with their yes.")
        return done(request, says, "care_team", episode.pk)
    context = {"form": form, "episode": episode, "team": team, "today": actor.clinic.today()}
    return render(request, "clinic/care_team.html", context, status=form.status)


def joinable(actor: Actor, besides: set[UUID]) -> list[tuple[Membership, str]]:
    """Colleagues who could join a team, with what they are."""
    clinicians = [one.member for one in colleagues_of(actor) if one.member.role in CLINICIANS and one.joined]
    rows = [one for one in clinicians if one.pk not in besides]
    return [(one, f"{one.display_name}, {what(one)}") for one in rows]


def what(member: Membership) -> str:
    """What a colleague can be on a team, in a word."""
    if member.role == Role.COACH:
        return _("coach")
    return _("therapist and supervisor") if member.is_supervisor else _("therapist")


@open_to(*CLINICIANS, Role.ADMIN)
@require_POST
def care_team_end(request: HttpRequest, place_id: UUID) -> HttpResponse:
    """End a place on a care team."""
    actor = actor_of(request)
    place = directory.team_place(actor, place_id)
    get_visible(request, Episode, place.episode_id, can=right_to_change(actor), verb="team.read")
    changing.end_member(by=actor, place=place)
    return done(request, _("This place on the team has ended."), "care_team", place.episode_id)


@open_to(Role.THERAPIST)
@form_page
def supervision_reason(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """A supervisor says why they read, then goes on to where they were going."""
    actor = actor_of(request)
    episode = get_visible(request, Episode, episode_id, can=Can.SEE, verb="supervision.asked")
    if not directory.supervises(actor, episode):
        raise PermissionDenied
    form = ReasonForm(posted(request))
    onward = request.POST.get("next") or request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = ""
    if form.done(partial(supervision.give_reason, by=actor, episode=episode)):
        return SeeOther(onward or resolve_url("home"))
    context = {"form": form, "episode": episode, "onward": onward}
    return render(request, "clinic/supervision_reason.html", context, status=form.status)
