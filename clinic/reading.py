"""Who opened a client's work, and who can, in words for the client (F33, F64)."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.core.paginator import Page, Paginator
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic import after_care
from clinic.access import Actor, TeamRole
from clinic.directory import team_of
from clinic.models import AuditEvent, CareTeamMember, ContactPrefs, Episode, Membership
from clinic.wall_clock import local_day

A_PAGE = 50
WHAT: dict[str, "str | Promise"] = {
    "supervision.asked": _("the page to say why they read"),
    "team.read": _("the list of who treats you"),
    "sessions.read": _("your sessions"),
    "assignment": _("one of your tasks"),
    "plan": _("one of your plans"),
    "entry": _("something you shared"),
    "attachment": _("a recording or photo you shared"),
    "digest": _("the page for your session"),
    "review": _("a note about your work"),
    "appointment": _("a session"),
    "appointmentseries": _("your sessions"),
    "clientquestion": _("something you asked"),
    "win": _("something that went well"),
    "episode": _("your page"),
    "couple.revealed": _("what you chose to show as a couple"),
}
AS: dict[str, "str | Promise"] = {
    "lead": _("your therapist"),
    "cotherapist": _("your second therapist"),
    "cover": _("stands in for your therapist"),
    "supervisor": _("advises your therapist"),
    "coach": _("coach, not a licensed therapist"),
    "therapist": _("therapist"),
    "admin": _("clinic office"),
    "client": _("your partner"),
    "system": _("the program itself"),
}


@dataclass(frozen=True)
class Read:
    """Somebody opened something: when last on that day, and how often."""

    at: datetime
    name: str
    role: "str | Promise"
    what: "str | Promise"
    times: int = 1


@dataclass(frozen=True)
class Reader:
    """Somebody who can open the client's work, today or from a day on."""

    name: str
    role: "str | Promise"
    starts_on: date | None
    ends_on: date | None
    needs_reason: bool = False


def reads(actor: Actor, page: str) -> tuple[list[Read], Page[AuditEvent]]:
    """A page of who opened the client's work, newest first, with the reader's name and role.

    The same person opening the same thing several times on one day is one line.
    """
    assert actor.user is not None
    found = Paginator(AuditEvent.objects.reads_shown_to(actor), A_PAGE).get_page(page)
    people = {event.actor for event in found.object_list if event.actor}
    names = dict(Membership.objects.filter(pk__in=people).values_list("pk", "display_name"))
    team = CareTeamMember.objects.filter(episode__client_id=actor.member_id).order_by("starts_on", "pk")
    parts = {member: str(role) for member, role in team.values_list("member_id", "role")}
    lines: dict[tuple[object, ...], Read] = {}
    for event in found.object_list:
        role = parts.get(event.actor, event.actor_role) if event.actor else event.actor_role
        what = WHAT.get(event.verb) or WHAT.get(event.object_type, WHAT["episode"])
        key = (event.actor, str(what), local_day(event.at, actor.user.time_zone))
        first = lines.get(key) or Read(
            event.at, names.get(event.actor, "") if event.actor else "", AS.get(role, ""), what, 0
        )
        lines[key] = replace(first, times=first.times + 1)
    return list(lines.values()), found


def readers(actor: Actor) -> list[Reader]:
    """Who can open the client's work now, or will, with dates where there are any."""
    episode = Episode.objects.visible_to(actor).select_related("clinic").order_by("-opened_on").first()
    if episode is None:
        return []
    today = actor.clinic.today()
    return [
        Reader(
            place.member.display_name,
            AS[TeamRole(place.role)],
            place.starts_on if place.starts_on > today else None,
            place.ends_on,
            place.role == TeamRole.SUPERVISOR,
        )
        for place in team_of(episode)
    ]


def pages_rest_since(actor: Actor) -> date | None:
    """The last day of a client's own pages, when that has gone by for all their care (F50); None for anybody else."""
    rows = Episode.objects.filter(clinic_id=actor.clinic_id, client_id=actor.member_id, ended_on__isnull=False)
    last = rows.order_by("-ended_on", "-pk").first()
    return after_care.until(last, actor.clinic) if last is not None else None


def contact_known(actor: Actor) -> ContactPrefs | None:
    """The same, taken from the client's row where it was fetched with it: no query then."""
    cache = actor.membership._state.fields_cache if actor.membership is not None else {}
    known: ContactPrefs | None = cache["contact"] if "contact" in cache else contact_of(actor)
    return known


def contact_of(actor: Actor) -> ContactPrefs | None:
    """A client's own wishes about messages; nobody else has any here."""
    return ContactPrefs.objects.filter(client_id=actor.member_id).first() if actor.is_client else None
