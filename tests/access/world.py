"""A small world with one piece of everything for three clients, each thing full of words that only its owner may see.

Ada and Ben are Theo's clients in the North clinic, Yan is Zoe's in the South. The words are canaries: they must never be in an
answer to somebody who was refused, and never in a message or log.
"""

from dataclasses import dataclass, field, replace
from datetime import date, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from clinic import vault
from clinic.access import system
from clinic.actions import people
from clinic.models import Absence, Appointment, AppointmentSeries, Clinic, Episode, Membership, OutgoingMessage
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.actions import goal as naming
from homework.assignments.actions import plan as planning
from homework.assignments.actions import practice as telling
from homework.assignments.actions import sharing
from homework.assignments.actions import together as adding_together
from homework.assignments.actions.attachment import attach
from homework.assignments.models import Assignment, FitProfile, Plan
from homework.assignments.planning.about_practice import stamp
from homework.assignments.planning.plan_words import Beliefs, IfThen, PlanWords
from homework.reviews.actions import comment as commenting
from homework.reviews.actions import noticed as starring
from homework.reviews.actions import process_note as noting_privately
from homework.reviews.actions import question as speaking
from homework.reviews.actions import takeaway as takeaways
from homework.reviews.actions import win as noting
from homework.reviews.actions.digest import build_digest
from homework.reviews.actions.review import review_work
from homework.reviews.models import Digest, NightSignal, ReadinessMark
from homework.safety.actions import flag as flags
from homework.safety.models import ClinicResource, SafetyRehearsal
from homework.worksheets.actions import drafts as drafting
from homework.worksheets.definition import Definition
from homework.worksheets.models import Worksheet, WorksheetVersion
from tests.cast import Cast, Person
from tests.homework.assignments.sounds import photo


def canary(owner: str, what: str) -> str:
    """A word that exists once in the world."""
    return f"zq{owner}{what}xv"


@dataclass
class Belongings:
    """What one client has, by the names routes use."""

    owner: str
    person: Person
    episode: UUID
    active: UUID  # an assignment under way
    proposed: UUID  # an assignment waiting for an answer
    draft: UUID
    shared: UUID
    appointment: UUID
    measure: UUID
    ids: dict[str, UUID] = field(default_factory=dict)

    @property
    def canaries(self) -> list[str]:
        """Every word of this client's that others must not see."""
        words = (
            "why",
            "step",
            "some",
            "place",
            "if",
            "then",
            "thought",
            "draft",
            "found",
            "ask",
            "reply",
            "question",
            "idea",
            "win",
            "answer",
            "well",
            "tailored",
            "goal",
            "matters",
            "skill",
            "seed",
            "carried",
            "earlier",
            "word",
            "ready",
            "together",
            "comment",
            "process",
            "flagged",
        )
        return [canary(self.owner, word) for word in words]


def version(slug: str) -> WorksheetVersion:
    """The newest version of a shipped worksheet."""
    found = WorksheetVersion.objects.filter(worksheet__slug=slug, clinic__isnull=True).select_related("worksheet")
    return found.order_by("-number")[0]


def with_files(slug: str, clinic: Clinic) -> WorksheetVersion:
    """A sheet of the clinic's own: a shipped one that asks for a recording and a photo besides."""
    asked = [
        {"kind": "audio", "key": "its_audio", "label": "Say it instead"},
        {"kind": "photo", "key": "its_photo", "label": "Add a photo"},
    ]
    table: dict[str, Any] = version(slug).definition
    sizes = {
        code: {**size, "fields": [*size["fields"], "its_audio", "its_photo"]} for code, size in table["sizes"].items()
    }
    made = Definition.from_json(
        {**table, "slug": f"{slug}-files", "sizes": sizes, "fields": [*table["fields"], *asked]}
    )
    sheet, _new = Worksheet.objects.get_or_create(clinic=clinic, slug=made.slug, defaults={"kind": made.kind})
    stored = {"definition": made.to_json(), "sha256": made.digest(), "clinic": clinic}
    found, _new = WorksheetVersion.objects.get_or_create(worksheet=sheet, number=1, defaults=stored)
    return found


def words_for(owner: str) -> PlanWords:
    """A plan in words of its own."""
    return PlanWords(
        rationale=f"Because you said {canary(owner, 'why')}.",
        first_step=f"Open it {canary(owner, 'step')}",
        counts_as_some=f"One word {canary(owner, 'some')}",
        place=f"In the kitchen {canary(owner, 'place')}",
        frequency=Plan.Frequency.DAILY,
        if_thens=(IfThen("tired", f"if {canary(owner, 'if')}", f"then {canary(owner, 'then')}"),),
    )


def rehearsal_for(therapist: Person) -> SafetyRehearsal:
    """A rehearsal that waits for this therapist."""
    member = therapist.membership
    return SafetyRehearsal.objects.create(clinic=member.clinic, started_by=member, handler=member)


def parked_for(client: Person) -> OutgoingMessage:
    """A note to this client that was tried five times."""
    clinic_id, kind = client.membership.clinic_id, OutgoingMessage.Kind.NOTE
    return OutgoingMessage.objects.create(
        clinic_id=clinic_id, key=f"parked:{client.user.pk}", kind=kind, user=client.user, state="parked", attempts=5,
        due_at=timezone.now(),
    )  # fmt: skip


def absence_of(therapist: Person, *, covers: bool = False) -> Absence:
    """Days on which this therapist is away, far ahead; or on which somebody asks them to cover."""
    member = therapist.membership
    other = Membership.objects.create(clinic=member.clinic, role="therapist", display_name="Somebody else")
    who, cover = (other, member) if covers else (member, other)
    days = {"starts_on": date(2099, 1, 1), "ends_on": date(2099, 1, 9)}
    return Absence.objects.create(clinic=member.clinic, member=who, cover=cover, **days)


def night_of(episode: Episode) -> NightSignal:
    """What a night’s look showed."""
    found = [{"code": "D8", "work": "", "says": "down", "numbers": [-3.0, 7, 6]}]
    here = timezone.now().date()
    return NightSignal.objects.create(
        clinic=episode.clinic, episode=episode, kind="trend", noticed_on=here, content={"found": found}
    )


def give(cast: Cast, owner: str, therapist: Person, slug: str, measure: str) -> Belongings:
    """Everything for one client, through the actions."""
    person: Person = getattr(cast, owner)
    episode = person.episode
    assert episode is not None
    client, lead = person.actor, therapist.actor
    with acting_in(lead.clinic_id), vault.session():
        vault.open_contents([person.membership.pk])
        appointment = Appointment.objects.create(
            clinic=episode.clinic,
            episode=episode,
            therapist=therapist.membership,
            starts_at=timezone.now() + timedelta(hours=20),
        )
        sheet = with_files(slug, episode.clinic)
        goal = naming.name_goal(by=client, episode=episode, text=canary(owner, "goal"), why=canary(owner, "matters"))
        words = replace(words_for(owner), goal=goal.pk, skill=canary(owner, "skill"))
        active = planning.propose(by=lead, episode=episode, version=sheet, words=words)
        planning.confirm(by=client, assignment=active, beliefs=Beliefs(useful=7, fits=6, hard=3, sure=8))
        active = Assignment.objects.select_related("episode__client", "version__worksheet").get(pk=active.pk)
        today = timezone.now().date()
        shared = doing.begin(by=client, assignment=active, on=today - timedelta(days=1))
        file = attach(by=client, entry=shared, key="its_photo", content=photo(), size=1)
        shared = sharing.share(
            by=client,
            entry=shared,
            values={
                "hot_thought": canary(owner, "thought"),
                "found_out": canary(owner, "found"),
                "its_photo": {"file": str(file.pk)},
            },
            kept_private=[],
            after=sharing.After(amount=3, engaged=6, learned=5, words=canary(owner, "ask")),
            key=uuid4(),
        )
        active = Assignment.objects.select_related("episode__client", "version__worksheet").get(pk=active.pk)
        review = review_work(
            by=lead,
            assignment=active,
            outcome="keep",
            went_well=canary(owner, "well"),
            message=f"You wrote {canary(owner, 'reply')}. What was that like?",
        )
        said = speaking.Said(kind="advice", text=canary(owner, "question"))
        question = speaking.ask(by=client, episode=episode, assignment=active, said=said)
        answered = speaking.ask(
            by=client, episode=episode, said=speaking.Said(kind="request", idea={"what": canary(owner, "idea")})
        )
        speaking.answer(by=lead, question=answered, outcome="explained", text=canary(owner, "answer"))
        win = noting.note(by=client, episode=episode, text=canary(owner, "win"))
        seen = [{"view": canary(owner, "together")}]
        adding_together.add(by=lead, entry=shared, values={"other_ways": seen}, key=uuid4())
        comment = commenting.say(by=lead, entry=shared, key="found_out", text=f"I read {canary(owner, 'comment')}.")
        private = noting_privately.write(by=lead, episode=episode, text=canary(owner, "process"))
        ReadinessMark.objects.create(
            clinic_id=lead.clinic_id,
            episode=episode,
            appointment=appointment,
            author=lead.member,
            marks={"against": 2, "importance": 3},
            words={"for_staying": canary(owner, "ready")},
            marked_at=appointment.starts_at,
        )
        told = {"item": 9, "points": 2, "label": canary(owner, "flagged"), "was": None, "rises": False}
        flag = flags.raise_flag(
            by=client, episode=episode, kind="item9", answered=told, about_id=shared.pk, measure="phq-9"
        )
        draft = doing.begin(by=client, assignment=active, on=today)
        doing.save_draft(by=client, entry=draft, values={"hot_thought": canary(owner, "draft")}, kept_private=[], rev=0)
        draft_file = attach(by=client, entry=draft, key="its_photo", content=photo(), size=1)
        tailored = drafting.copy(by=lead, version=version(slug), for_client=person.membership)
        table = {**tailored.words, "purpose": f"For this person: {canary(owner, 'tailored')}"}
        tailored = drafting.save(by=lead, draft=tailored, table=table, rev=0)
        proposed = planning.propose(by=lead, episode=episode, version=version(slug), words=words_for(owner))
        asked = planning.propose(by=lead, episode=episode, version=version(measure), words=words_for(owner))
        planning.confirm(by=client, assignment=asked)
        weekly = AppointmentSeries.objects.create(
            clinic=episode.clinic,
            episode=episode,
            therapist=therapist.membership,
            weekday=today.weekday(),
            local_time=time(10),
            zone="Europe/London",
            starts_on=today,
        )
        place = episode.team.get(role="lead")
        here = system(episode.clinic, "test")
        invited, _token = people.invite_client(
            by=here, name=f"Invited{owner}", email=f"invited-{owner}@example.org", site=episode.site
        )
        carried = takeaways.begin(by=lead, appointment=appointment, words=f"I said {canary(owner, 'seed')}")
        assert carried is not None
        carried = takeaways.write(by=client, takeaway=carried, text=canary(owner, "carried"))
        starring.star(by=client, entry=shared, key="found_out")
        about = {"earlier": canary(owner, "earlier"), "word": canary(owner, "word")}
        telling.say(
            by=client, episode=episode, said=about, noun="practice", grew_from=stamp(FitProfile(episode=episode))
        )
        build_digest(appointment.pk, by=lead)
        return Belongings(
            owner=owner,
            person=person,
            episode=episode.pk,
            active=active.pk,
            proposed=proposed.pk,
            draft=draft.pk,
            shared=shared.pk,
            appointment=appointment.pk,
            measure=asked.pk,
            ids={
                "review": review.pk,
                "question": question.pk,
                "answered": answered.pk,
                "win": win.pk,
                "comment": comment.pk,
                "process_note": private.pk,
                "series": weekly.pk,
                "place": place.pk,
                "member": therapist.membership.pk,
                "clinic": episode.clinic_id,
                "invitation": invited.invitations.get().pk,
                "waiting": invited.episodes.get().pk,
                "digest": Digest.objects.get(appointment=appointment).pk,
                "worksheet": version(slug).worksheet_id,
                "tailored": tailored.worksheet_id,
                "tailored_draft": tailored.pk,
                "switched_off": version("x03").worksheet_id if owner != "yan" else uuid4(),  # shared: nobody owns it
                "own_place": person.membership.pk,
                "file": file.pk,
                "draft_file": draft_file.pk,
                "goal": goal.pk,
                "flag": flag.pk,
                "takeaway": carried.pk,
                "absence": absence_of(therapist).pk,
                "asked_to_cover": absence_of(therapist, covers=True).pk,
                "resource": ClinicResource.objects.create(
                    clinic=episode.clinic, kind="crisis", name="A line", phone="1"
                ).pk,
                "rehearsal": rehearsal_for(therapist).pk,
                "night": night_of(episode).pk,
                "parked": parked_for(person).pk,
            },
        )


def make_world(cast: Cast) -> dict[str, Belongings]:
    """Belongings by owner's name."""
    return {
        "ada": give(cast, "ada", cast.theo, "w02", "gad-7"),
        "ben": give(cast, "ben", cast.theo, "w02", "gad-7"),
        "yan": give(cast, "yan", cast.zoe, "w02", "gad-7"),
    }
