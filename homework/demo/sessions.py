"""The demo's sessions: look back at what was agreed last time, then plan together."""

from dataclasses import replace
from datetime import time

from clinic.actions import contact
from clinic.models import Appointment
from homework.assignments.actions import plan as planning
from homework.assignments.actions import rest as resting
from homework.assignments.models import Assignment, Plan
from homework.assignments.planning.plan_words import Beliefs, IfThen, PlanWords, words_of
from homework.demo import shelf, words
from homework.demo.life import Life
from homework.demo.weeks import Week
from homework.reviews.actions import message
from homework.reviews.actions.review import Ratings, review_work

EVENTS = ("w01", "w02", "w03", "w07", "w08", "w24", "w26", "w31", "w36", "w38", "w43")
ONCE = ("w06", "w20", "w23", "w25", "w42", "w44")
WHY = {
    "phq-9": "So that we both see how the weeks go, not only the last two days.",
    "gad-7": "So that we see whether the worry changes, and when.",
    "pcl-5": "So that we see, every second week, whether the memories lose some of their weight.",
    "couple-pulse": "So that I hear how the week was for you alone.",
    "wsas": "So that we see what the week allows.",
}


def say_how_to_reach(life: Life) -> None:
    """The client's own wishes about messages."""
    quiet_from, quiet_until = life.course.quiet
    contact.set_contact(
        by=life.client,
        email_reminders=life.course.reminders,
        seen_by_others=life.course.seen_by_others,
        quiet_from=time(quiet_from),
        quiet_until=time(quiet_until),
        noun=life.course.noun,
    )


def look_back(life: Life, week: Week, session: Appointment) -> None:
    """Review what was agreed last time, if there was time for it."""
    last = life.last_week
    if life.work is None or last is None or not last.reviewed or not life.still(life.work):
        return
    outcome = last.outcome if (last.slug, last.size) == (week.slug, week.size) else "adjust"
    if last.slug != week.slug or last.nothing or week.nothing:
        outcome = "replace"
    spanish = life.row.language == "es"
    done = last.starts > 0
    if life.reply is not None and life.reply.message:  # what the therapist wrote back last time has been read by now
        message.seen(by=life.client, review=life.reply)
    rating = min(4, last.depth // 2)
    life.reply = review_work(
        by=life.therapist_at(session),
        assignment=life.fresh(life.work),
        outcome=outcome,
        went_well=life.draw.choice(words.WENT_WELL) if done and not spanish else "",
        learned=life.draw.choice(words.LEARNED) if done and not spanish else "",
        in_the_way=life.draw.choice(words.IN_THE_WAY) if not spanish else "",
        message=life.draw.choice(words.MESSAGES_ES if spanish else words.MESSAGES) if done else "",
        ratings=Ratings(talked=2, skill=rating, learning=rating) if done else None,
    )


def plan(life: Life, week: Week, session: Appointment) -> None:
    """Agree on the coming week: the same again, something new, or nothing."""
    before, life.last_week = life.last_week, week
    ask_measures(life)
    by = life.therapist_at(session)
    if life.work is not None and before is not None:
        same = (before.slug, before.size) == (week.slug, week.size) and not week.adapts
        if same and not week.nothing and not before.nothing and life.still(life.work):
            return
        if life.still(life.work):
            resting.let_go(by=by, assignment=life.fresh(life.work), ended_as=Assignment.EndedAs.REPLACED)
        life.work = None
    if week.adapts:
        life.library[week.slug] = shelf.for_one_client(by, life.episode.client)
    if week.nothing:
        why = "You have a lot on. We let this week be."
        life.work = planning.agree_nothing(by=by, episode=life.episode, rationale=why, appointment=session)
    elif week.slug:
        life.work = planning.propose(
            by=by,
            episode=life.episode,
            version=life.library[week.slug],
            words=words_for(life, week),
            appointment=session,
        )
    if life.work is not None:
        answer(life, life.work, week)


def ask_measures(life: Life) -> None:
    """A questionnaire is agreed once, at the first session that asks for it."""
    wanted = {slug for week in life.course.weeks for slug in week.measures}
    if any(week.pulse for week in life.course.weeks):
        wanted.add("couple-pulse")
    for slug in sorted(wanted - set(life.measures)):
        life.measures[slug] = planning.propose(
            by=life.lead,
            episode=life.episode,
            version=life.library[slug],
            words=PlanWords(
                rationale=WHY[slug],
                first_step="Open it the day before we meet.",
                counts_as_all="All its questions.",
                counts_as_some="The ones you want to answer.",
                size="M",
                frequency=Plan.Frequency.TIMES,
                times_per_week=1,
            ),
        )
        planning.confirm(by=life.client, assignment=life.measures[slug])


def words_for(life: Life, week: Week) -> PlanWords:
    """A plan in words."""
    draw, spanish = life.draw, life.row.language == "es"
    when, then = words.IFS.get(week.obstacle or "time", words.IFS["time"])
    sizes = list(life.library[week.slug].parsed.sizes)
    frequency = Plan.Frequency.DAILY
    if week.slug in EVENTS or week.slug in ONCE:
        frequency = Plan.Frequency.TIMES
    place = life.course.place_in(week.number) or draw.choice(words.PLACES)
    return PlanWords(
        rationale=draw.choice(words.REASONS_ES if spanish else words.REASONS),
        first_step="Escribe la frase, sin mandarla." if spanish else draw.choice(words.FIRST_STEPS),
        counts_as_all="Dos veces antes de vernos." if spanish else draw.choice(words.ALL),
        counts_as_some="Una frase escrita." if spanish else draw.choice(words.SOME),
        anchor="después del desayuno" if spanish else life.course.anchor or draw.choice(words.ANCHORS),
        place="en la cocina, con mi tía" if spanish else place,
        size=week.size if week.size in sizes else sizes[-1],
        minutes=week.minutes,
        frequency=frequency,
        times_per_week=None if frequency == Plan.Frequency.DAILY else 1 if week.slug in ONCE else week.times,
        local_time=time(8, 30),
        reminder=Plan.Reminder.NEUTRAL if life.course.reminders else Plan.Reminder.NONE,
        reminder_time=time(8, 30) if life.course.reminders else None,
        if_thens=() if spanish else (IfThen(week.obstacle or "time", when, then),),
    )


def answer(life: Life, work: Assignment, week: Week) -> None:
    """What the client says to the proposal."""
    useful, fits, hard, sure = week.beliefs
    if week.says == "talk":
        planning.talk_first(by=life.client, assignment=work, words=week.tell)
    shaped = None
    if not week.nothing and not life.is_story and life.draw.random() < 0.4:
        proposal = work.plans.get()
        proposal.episode = life.episode
        shaped = replace(words_of(proposal), place=life.draw.choice(words.PLACES))
    free = life.draw.randint(6, 10) if week.number % 4 == 1 else None
    planning.confirm(
        by=life.client,
        assignment=work,
        words=shaped,
        beliefs=Beliefs(useful, fits, hard, sure, free=free, first_step_known=week.step_known, chips=week.chips),
    )
