"""Letting the weeks pass: every step is the same action the pages call, with the clock moved to when it happened.

Each client's life is one transaction and independent of the others, so that clients can be loaded side by side.
"""

import random
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from django.db import transaction

from clinic import access, vault
from clinic.access import Actor
from clinic.actions import contact
from clinic.models import Appointment, Clinic, Episode, Membership
from clinic.scope import acting_in
from homework.assignments import due
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest as resting
from homework.assignments.actions import sharing
from homework.assignments.models import Assignment, Entry, Plan
from homework.assignments.planning.plan_words import Beliefs, IfThen, PlanWords, words_of
from homework.demo import telling, words
from homework.demo.clock import at
from homework.demo.courses import Course, Week, course_of
from homework.demo.people import SEED, ClientRow
from homework.reviews.actions import message
from homework.reviews.actions.digest import build_digests
from homework.reviews.actions.review import Ratings, review_work
from homework.reviews.models import Review
from homework.worksheets.models import WorksheetVersion

SPACE = UUID("7c1d2f5e-8f0a-4d8a-9a55-2f5f6f0f1a11")


@dataclass
class Life:
    """One client's way through the clinic."""

    row: ClientRow
    clinic: Clinic
    client: Actor
    lead: Actor
    episode: Episode
    sessions: list[Appointment]
    library: dict[str, WorksheetVersion]
    now: datetime

    def __post_init__(self) -> None:
        self.course: Course = course_of(self.row)
        self.draw = random.Random(f"{SEED} life {self.row.name}")  # noqa: S311 - invented people
        self.zone = ZoneInfo(self.episode.site.time_zone)
        self.measure: Assignment | None = None
        self.work: Assignment | None = None
        self.last_week: Week | None = None
        self.reply: Review | None = None

    def local(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A moment on the client's wall clock."""
        return datetime.combine(day, time(hour, minute), self.zone)

    def live(self) -> None:
        """From the first session to now."""
        self.say_how_to_reach()
        for number, week in enumerate(self.course.weeks):
            if number >= len(self.sessions):
                break
            session = self.sessions[number]
            if session.starts_at > self.now:
                break
            following = self.sessions[number + 1] if number + 1 < len(self.sessions) else None
            self.meet(session, week)
            self.between(session, following, week)
            self.last_week = week
        held = [session for session in self.sessions if session.starts_at + timedelta(hours=1) < self.now]
        telling.tell(telling.Teller(self.row, self.client, self.lead, self.episode, held, self.now))
        self.settle()

    def say_how_to_reach(self) -> None:
        """The client's own wishes about messages."""
        start = self.sessions[0].starts_at + timedelta(minutes=20)
        with at(min(start, self.now)):
            quiet_from, quiet_until = self.course.quiet
            contact.set_contact(
                by=self.client,
                email_reminders=self.course.reminders,
                seen_by_others=self.course.seen_by_others,
                quiet_from=time(quiet_from),
                quiet_until=time(quiet_until),
                noun=self.course.noun,
            )

    def meet(self, session: Appointment, week: Week) -> None:
        """The session: look back at last week's work, then plan together."""
        with at(session.starts_at + timedelta(minutes=20)):
            self.look_back(week)
        with at(session.starts_at + timedelta(minutes=35)):
            self.plan(week, session)

    def look_back(self, week: Week) -> None:
        """Review what was agreed last time, if there was time for it."""
        last = self.last_week
        if self.work is None or last is None or not last.reviewed:
            return
        outcome = last.outcome if (last.slug, last.size) == (week.slug, week.size) else "adjust"
        if last.slug != week.slug or last.nothing or week.nothing:
            outcome = "replace"
        spanish = self.row.language == "es"
        done = last.starts > 0
        self.read_reply()
        self.reply = review_work(
            by=self.lead,
            assignment=self.fresh(self.work),
            outcome=outcome,
            went_well=self.draw.choice(words.WENT_WELL) if done and not spanish else "",
            learned=self.draw.choice(words.LEARNED) if done and not spanish else "",
            in_the_way=self.draw.choice(words.IN_THE_WAY) if not spanish else "",
            message=self.draw.choice(words.MESSAGES_ES if spanish else words.MESSAGES) if done else "",
            ratings=Ratings(talked=2, skill=min(4, last.depth // 2), learning=min(4, last.depth // 2))
            if done
            else None,
        )

    def read_reply(self) -> None:
        """What the therapist wrote back last time has been read by now."""
        if self.reply is not None and self.reply.message:
            message.seen(by=self.client, review=self.reply)

    def plan(self, week: Week, session: Appointment) -> None:
        """Agree on the coming week: the same again, something new, or nothing."""
        if self.work is not None and self.last_week is not None:
            same = (self.last_week.slug, self.last_week.size) == (week.slug, week.size)
            if same and not week.nothing and not self.last_week.nothing and self.still(self.work):
                return
            if self.still(self.work):
                resting.let_go(by=self.lead, assignment=self.fresh(self.work), ended_as=Assignment.EndedAs.REPLACED)
            self.work = None
        self.measures()
        if week.nothing or not week.slug:
            self.work = planning.agree_nothing(
                by=self.lead,
                episode=self.episode,
                rationale="You have a lot on. We let this week be.",
                appointment=session,
            )
            self.answer(self.work, week)
            return
        self.work = planning.propose(
            by=self.lead,
            episode=self.episode,
            version=self.library[week.slug],
            words=self.words_of(week),
            appointment=session,
        )
        self.answer(self.work, week)

    def measures(self) -> None:
        """The weekly questionnaire is agreed once, at the first session that asks for it."""
        if self.measure is not None or not any(week.phq is not None for week in self.course.weeks):
            return
        self.measure = planning.propose(
            by=self.lead,
            episode=self.episode,
            version=self.library["phq-8"],
            words=PlanWords(
                rationale="So that we both see how the weeks go, not only the last two days.",
                first_step="Open it the evening before we meet.",
                counts_as_all="All eight questions.",
                counts_as_some="The ones you want to answer.",
                size="M",
                frequency=Plan.Frequency.TIMES,
                times_per_week=1,
            ),
        )
        planning.confirm(by=self.client, assignment=self.measure)

    def words_of(self, week: Week) -> PlanWords:
        """A plan in words."""
        draw, spanish = self.draw, self.row.language == "es"
        when, then = words.IFS.get(week.obstacle or "time", words.IFS["time"])
        event = week.slug in ("w01", "w02", "w08", "w26", "w31", "w43")
        return PlanWords(
            rationale=draw.choice(words.REASONS_ES if spanish else words.REASONS),
            first_step="Escribe la frase, sin mandarla." if spanish else draw.choice(words.FIRST_STEPS),
            counts_as_all="Dos veces antes de vernos." if spanish else draw.choice(words.ALL),
            counts_as_some="Una frase escrita." if spanish else draw.choice(words.SOME),
            anchor="después del desayuno" if spanish else draw.choice(words.ANCHORS),
            place="en la cocina, con mi tía" if spanish else self.course.place or draw.choice(words.PLACES),
            size=week.size if week.size in self.sizes(week.slug) else "M",
            minutes=week.minutes,
            frequency=Plan.Frequency.DAILY if not event else Plan.Frequency.TIMES,
            times_per_week=4 if event else None,
            local_time=time(8, 30),
            reminder=Plan.Reminder.NEUTRAL if self.course.reminders else Plan.Reminder.NONE,
            reminder_time=time(8, 30) if self.course.reminders else None,
            if_thens=() if spanish else (IfThen(week.obstacle or "time", when, then),),
        )

    def sizes(self, slug: str) -> list[str]:
        """The sizes a worksheet comes in."""
        return list(self.library[slug].parsed.sizes)

    def answer(self, work: Assignment, week: Week) -> None:
        """What the client says to the proposal."""
        useful, fits, hard, sure = week.beliefs
        if week.says == "talk":
            planning.talk_first(by=self.client, assignment=work, words=week.tell)
        shaped = None
        if not week.nothing and self.draw.random() < 0.4:
            proposal = work.plans.get()
            proposal.episode = self.episode
            shaped = replace(words_of(proposal), place=self.draw.choice(words.PLACES))
        planning.confirm(
            by=self.client,
            assignment=work,
            words=shaped,
            beliefs=Beliefs(
                useful, fits, hard, sure, free=self.draw.randint(6, 10) if week.number % 4 == 1 else None,
                first_step_known=week.step_known,
            ),
        )  # fmt: skip

    def between(self, session: Appointment, following: Appointment | None, week: Week) -> None:
        """The days between two sessions."""
        first = session.starts_at.astimezone(self.zone).date()
        end = min(following.starts_at if following else self.now, self.now)
        if week.starts and self.work is not None and week.slug and not week.nothing:
            gaps = sorted(self.draw.sample(range(1, 7), min(week.starts, 6)))
            for index, gap in enumerate(gaps):
                moment = self.local(first + timedelta(days=gap), *self.hour(week))
                if moment < end:
                    self.write(moment, week, last=index == len(gaps) - 1)
        self.fill_measure(first, following, week)

    def hour(self, week: Week) -> tuple[int, int]:
        """When they write: their own time, a third of them after eight in the evening."""
        if week.late:
            return self.draw.choice(((3, 20), (4, 5), (4, 40)))
        return self.draw.choice(((8, 40), (9, 10), (12, 30), (13, 5), (18, 20), (20, 30), (21, 10)))

    def write(self, moment: datetime, week: Week, *, last: bool) -> None:
        """Open it, write, share."""
        assert self.work is not None
        draw = self.draw
        with at(moment):
            sheet = self.fresh(self.work)
            small = "S" if week.shrunk and "S" in self.sizes(week.slug) else ""
            entry = doing.begin(by=self.client, assignment=sheet, size=small)
            entry.episode = self.episode
            mood = 5 if week.phq is None else max(1.0, 8 - week.phq / 4)
            values = words.answers(
                week.slug,
                entry.size,
                draw,
                filled=min(1.0, 0.3 + week.amount / 5),
                mood=mood,
                language=self.row.language,
            )
            if last and week.found:
                values["found_out"] = week.found
        with at(moment + timedelta(minutes=draw.randint(2, 9))):
            sharing.share(
                by=self.client,
                entry=entry,
                values=values,
                kept_private=["reaction"] if draw.random() < 0.1 else [],
                after=self.after(week, last=last),
                key=uuid5(SPACE, f"{self.row.name} {moment.isoformat()}"),
            )

    def after(self, week: Week, *, last: bool) -> sharing.After:
        """What they say afterwards."""
        near = max(0, min(10, week.depth + self.draw.choice((-1, 0, 0, 1))))
        coping = {}
        if last and week.obstacle and self.work is not None:
            outcome = "used" if self.draw.random() < 0.6 else "forgot"
            coping = {row.pk: outcome for plan in self.work.plans.agreed() for row in plan.coping_plans.all()}
        return sharing.After(
            amount=week.amount,
            engaged=near,
            learned=week.depth,
            hard=week.beliefs[2],
            progress=near,
            pleasant=self.draw.randint(2, 8),
            obstacles=(week.obstacle,) if week.obstacle and last else (),
            wish=week.wish if last else "",
            words=week.tell if last and week.says == "yes" else "",
            coping=coping,
        )

    def fill_measure(self, first: date, following: Appointment | None, week: Week) -> None:
        """The questionnaire, every seven days: on the evening that was yesterday, so that the newest is there too."""
        if self.measure is None or week.phq is None:
            return
        day = following.starts_at.astimezone(self.zone).date() if following else first + timedelta(days=7)
        moment = self.local(day - timedelta(days=self.row.weekday + 1), 19, 15)
        if not self.local(first, 23) < moment < self.now:
            return
        with at(moment):
            entry = doing.begin(by=self.client, assignment=self.fresh(self.measure))
            entry.episode = self.episode
            sharing.share(
                by=self.client,
                entry=entry,
                values=words.measure_answers(week.phq, 8, self.draw),
                kept_private=[],
                after=sharing.After(amount=Entry.Amount.ALL),
                key=uuid5(SPACE, f"{self.row.name} phq {week.number}"),
            )

    def settle(self) -> None:
        """Now: what is under way is due from here on; who has finished or stopped coming has let go."""
        with at(self.now):
            if self.row.course in ("finished", "dropout"):
                for work in (self.work, self.measure):
                    if work is not None and self.still(work):
                        resting.let_go(by=self.lead, assignment=self.fresh(work))
                return
            for work in Assignment.objects.of(self.episode.pk).active():
                work.episode = self.episode
                agreed = work.plans.agreed().get()
                due.reschedule(work, agreed, self.now)
                work.save(update_fields=["next_due_at", "next_reminder_at"])

    def still(self, work: Assignment) -> bool:
        """Whether it has not ended."""
        return Assignment.objects.filter(pk=work.pk).exclude(state=Assignment.State.ENDED).exists()

    def fresh(self, work: Assignment) -> Assignment:
        """The row as it is now."""
        found: Assignment = Assignment.objects.select_related("version__worksheet").get(pk=work.pk)
        found.episode = self.episode
        return found


def live(row: ClientRow, *, clinic: Clinic, client_id: UUID, now: datetime) -> int:
    """One client's weeks. Returns how many entries were shared."""
    with acting_in(clinic.pk), vault.session(), transaction.atomic():
        vault.open_contents([client_id])
        episode = Episode.objects.select_related("client__user", "client__clinic", "site", "clinic").get(
            client_id=client_id
        )
        client = episode.client
        assert client.user is not None
        lead = (
            episode.team.filter(role="lead")
            .select_related("member__user", "member__clinic")
            .order_by("-starts_on")[0]
            .member
        )
        newest: dict[str, WorksheetVersion] = {}
        for version in (
            WorksheetVersion.objects.filter(clinic__isnull=True).select_related("worksheet").order_by("number")
        ):
            newest[version.worksheet.slug] = version
        sessions = list(Appointment.objects.filter(episode=episode).exclude(state="cancelled").order_by("starts_at"))
        for session in sessions:
            session.episode = episode
        life = Life(
            row=row,
            clinic=clinic,
            client=Actor(client.user, client, clinic, "client"),
            lead=_actor(lead, clinic),
            episode=episode,
            sessions=sessions,
            library=newest,
            now=now,
        )
        life.live()
        _digests(life)
        return int(Entry.objects.filter(episode=episode).shared().count())


def _actor(member: Membership, clinic: Clinic) -> Actor:
    return Actor(member.user, member, clinic, member.role)


def _digests(life: Life) -> None:
    """The digests a worker would have built before each of the last sessions."""
    worker = access.system(life.clinic, "digest")
    recent = [row for row in life.sessions if row.starts_at < life.now + timedelta(hours=24)][-3:]
    for session in recent:
        with at(min(session.starts_at - timedelta(minutes=25), life.now)):
            build_digests(by=worker, appointment_ids=[session.pk])
