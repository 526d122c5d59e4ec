"""One flag as its page shows it: what was answered, who has to look by when, who was told, and every step, dated (6.3).

It says what was answered and what people did, and nothing about how much danger there is. A fixed number of queries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.access import Actor, Can
from clinic.models import Membership
from homework.safety import ladder, setup, standing
from homework.safety.ladder import People, Rung
from homework.safety.models import FlagEvent, SafetyFlag, SafetySetup
from homework.worksheets.models import WorksheetVersion

Step = FlagEvent.Step

CHOICES: dict[str, Promise] = {
    "enough": gettext_lazy("“I’m safe enough for now”. It is their word for this moment, not a sign of safety."),
    "contact": gettext_lazy("“I’d like someone from the clinic to contact me”"),
    "not_safe": gettext_lazy("“I’m not safe right now”"),
}
RUNGS: dict[int, Promise] = {
    Rung.THERAPIST: gettext_lazy("the therapist"),
    Rung.COVER: gettext_lazy("cover"),
    Rung.LEAD: gettext_lazy("the safety lead"),
    Rung.EVERYBODY: gettext_lazy("everybody"),
}


@dataclass(frozen=True)
class Done:
    """One step. `words` belong to it, for example a plan."""

    at: datetime
    says: str
    words: str = ""


@dataclass(frozen=True)
class Person:
    """Somebody around this flag, what they are, and when they were told."""

    name: str
    what: str
    told_at: datetime | None


@dataclass(frozen=True)
class Page:
    """Everything on the page of one flag."""

    flag: SafetyFlag
    says: str
    question: str
    answer: str
    last_time: str
    choice: str
    number: str
    when: str
    entry_url: str
    people: list[Person]
    next_names: list[str]
    steps: list[Done]
    policy: str
    may_act: bool
    tries: int = 0
    outcomes: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @property
    def to_do(self) -> str:
        """The next step: see, plan or outcome; empty when there is none."""
        if not self.may_act:
            return ""
        return {"open": "see", "seen": "plan", "acting": "outcome"}.get(self.flag.state, "")


def page(flag: SafetyFlag, actor: Actor, now: datetime) -> Page:
    """The page of one flag, for somebody who may read it."""
    arranged = setup.of(flag.clinic_id)
    around = ladder.people(flag, arranged, now)
    events = list(FlagEvent.objects.filter(flag=flag).select_related("actor", "to").order_by("created_at", "pk"))
    for event in events:
        event.episode = flag.episode
    question, last_time = _asked(flag)
    contact = flag.contact or {}
    return Page(
        flag=flag,
        says=standing.says(flag.kind),
        question=question,
        answer=str((flag.answered or {}).get("label", "")),
        last_time=last_time,
        choice=str(CHOICES.get(flag.choice, "")),
        number=contact.get("number", ""),
        when=contact.get("when", ""),
        entry_url=_entry(flag),
        people=_people(flag, around, events),
        next_names=_next(flag, around),
        steps=[_step(event) for event in events],
        policy=policy_of(flag.kind, arranged),
        may_act=SafetyFlag.objects.permitted(actor, Can.REVIEW).filter(pk=flag.pk).exists(),
        tries=sum(event.step == Step.TRIED for event in events),
    )


def policy_of(kind: str, arranged: SafetySetup | None) -> str:
    """What the clinic has written down to be done: for this kind of flag, else for all."""
    if arranged is None:
        return ""
    return str(arranged.local_policies.get(kind, "") or arranged.policy).strip()


def policies(clinic_id: UUID) -> tuple[str, dict[str, str]]:
    """The clinic's policy for every flag, and what it has written down for single kinds a clinician may raise. One query."""
    arranged = setup.of(clinic_id)
    if arranged is None:
        return "", {}
    return arranged.policy.strip(), {kind: words for kind, words in arranged.local_policies.items() if words.strip()}


def _asked(flag: SafetyFlag) -> tuple[str, str]:
    """The question in the words of the measure, and what was answered last time. One query, none without a measure."""
    said = flag.answered or {}
    if not flag.measure or not said.get("item"):
        return "", ""
    versions = WorksheetVersion.objects.filter(Q(clinic_id=flag.clinic_id) | Q(clinic__isnull=True))
    version = versions.filter(worksheet__slug=flag.measure).select_related("worksheet").order_by("-number").first()
    measure = version.parsed.measure if version is not None else None
    item = next((one for one in measure.items if one.n == said["item"]), None) if measure is not None else None
    if measure is None or item is None:
        return "", ""
    options = item.options or measure.options
    last = next((str(option.label) for option in options if option.value == said.get("was")), "")
    return str(item.text), last or _("not known")


def _entry(flag: SafetyFlag) -> str:
    """Where what was written can be read; a measure's answers are on the client's page."""
    try:
        if flag.about_id is not None and not flag.measure:
            return reverse("entry_together", args=[flag.about_id])
        return reverse("client_page", args=[flag.episode_id])
    except NoReverseMatch:
        return ""


def _people(flag: SafetyFlag, around: People, events: Sequence[FlagEvent]) -> list[Person]:
    """Those who were told, in that order, then the rest of the care team."""
    told: dict[Any, tuple[Membership, datetime]] = {}
    for event in events:
        if event.step == Step.TOLD and event.to is not None:
            told.setdefault(event.to_id, (event.to, event.created_at))
    found = [Person(member.label, _what(member, around), at) for member, at in told.values()]
    team = [around.lead, *around.beside, *around.supervisors]
    return found + [Person(one.label, _what(one, around), None) for one in team if one and one.pk not in told]


def _what(member: Membership, around: People) -> str:
    """What somebody is around this flag."""
    if around.lead is not None and member.pk == around.lead.pk:
        return _("therapist")
    if member.pk in {one.pk for one in around.leads}:
        return _("safety lead or deputy")
    if around.on_duty is not None and member.pk == around.on_duty.pk:
        return _("on duty today")
    if member.pk in {one.pk for one in around.supervisors}:
        return _("supervisor")
    return _("clinic admin, without content") if member.role == "admin" else _("cover")


def _next(flag: SafetyFlag, around: People) -> list[str]:
    """Who is told next while nobody looks."""
    if flag.state != SafetyFlag.State.OPEN:
        return []
    return [one.label for one in ladder.next_rung(flag, around)[1]]


def _step(event: FlagEvent) -> Done:
    """One step in a sentence."""
    who = event.actor.label if event.actor is not None else ""
    says = _SENTENCES[event.step](event, who)
    return Done(event.created_at, says, event.words or "")


def _told(event: FlagEvent, who: str) -> str:
    name = event.to.label if event.to is not None else ""
    if event.detail.get("opening"):
        return _("%(name)s was told at the opening, as the person on duty.") % {"name": name}
    if event.detail.get("text"):
        return _("%(name)s was told, here, by a neutral e-mail and by a neutral text message.") % {"name": name}
    if event.detail.get("channel") == "email":
        return _("%(name)s was told, here and by a neutral e-mail.") % {"name": name}
    return _("%(name)s was told, here.") % {"name": name}


def _climbed(event: FlagEvent, who: str) -> str:
    if event.detail.get("because") == "transfer":
        return _("The client has a new therapist: it began anew with them.")
    skipped = [str(RUNGS[rung]) for rung in event.detail.get("skipped", ()) if rung in RUNGS]
    said = _("Nobody had looked, so it went on to %(rung)s.") % {"rung": RUNGS.get(event.detail.get("rung", 0), "")}
    return f"{said} " + _("Nobody new to tell as: %(rungs)s.") % {"rungs": ", ".join(skipped)} if skipped else said


def _closed(event: FlagEvent, who: str) -> str:
    labels = dict(SafetyFlag.Outcome.choices)
    what = labels.get(event.detail.get("outcome", ""), "")
    return _("%(who)s closed it: %(what)s.") % {"who": who, "what": what}


def _chose(event: FlagEvent, who: str) -> str:
    return _("%(who)s chose: %(what)s") % {"who": who, "what": CHOICES.get(event.detail.get("choice", ""), "")}


def _reminders(event: FlagEvent, who: str) -> str:
    if event.detail.get("on"):
        return _("%(who)s decided that reminders go on.") % {"who": who}
    return _("%(who)s decided that reminders rest.") % {"who": who}


_SENTENCES: dict[str, Any] = {
    Step.RAISED: lambda event, who: _("Raised, from what %(who)s said.") % {"who": who},
    Step.CHOSE: _chose,
    Step.TOLD: _told,
    Step.SEEN: lambda event, who: _("%(who)s looks at it.") % {"who": who},
    Step.PLANNED: lambda event, who: _("%(who)s wrote what is going to be done:") % {"who": who},
    Step.TRIED: lambda event, who: _("%(who)s could not reach them. It stays open.") % {"who": who},
    Step.CLIMBED: _climbed,
    Step.CLOSED: _closed,
    Step.REMINDERS: _reminders,
}
