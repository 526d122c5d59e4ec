"""The demo's days between two sessions: open it, write, share; and the week's questionnaires."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from clinic.models import Appointment
from homework.assignments.actions import entry as doing
from homework.assignments.actions import sharing
from homework.assignments.models import Assignment, Entry
from homework.demo import answers, flags
from homework.demo.life import Life
from homework.demo.moments import Moment
from homework.demo.weeks import Week

DAY = ((8, 40), (9, 10), (12, 30), (13, 5), (18, 20), (18, 50), (20, 30), (21, 10))
NIGHT = ((3, 20), (4, 5), (4, 40))


def between(life: Life, session: Appointment, following: Appointment | None, week: Week) -> Iterator[Moment]:
    """What happens in the days after a session, as moments."""
    first = session.starts_at.astimezone(life.zone).date()
    end = min(following.starts_at if following else life.now, life.now)
    if week.starts and week.slug and not week.nothing:
        gaps = sorted(life.draw.sample(range(1, 7), min(week.starts, 6)))
        times = [life.local(first + timedelta(days=gap), *_hour(life, week)) for gap in gaps]
        times = [when for when in times if when < end] or [session.starts_at + timedelta(hours=3)]
        for when in times:
            yield Moment(when, partial(write, life, week, when, last=when == times[-1]))
    yield from questionnaires(life, session, week)


def _hour(life: Life, week: Week) -> tuple[int, int]:
    """When they write: their own time, a third of them after eight in the evening."""
    return life.draw.choice(NIGHT if week.late else DAY)


def write(life: Life, week: Week, when: datetime, *, last: bool) -> None:
    """One entry, from the first word to sharing."""
    if life.work is None or not life.still(life.work):
        return
    sheet = life.fresh(life.work)
    if sheet.state != Assignment.State.ACTIVE or sheet.version is None:
        return
    draw = life.draw
    small = "S" if week.shrunk and "S" in sheet.version.parsed.sizes else ""
    on = when.astimezone(life.zone).date() - timedelta(days=2) if week.back_filled and not last else None
    entry = doing.begin(by=life.client, assignment=sheet, size=small, on=on)
    entry.episode = life.episode
    values = answers.on_sheet(
        week.slug,
        entry.size,
        draw,
        filled=1.0 if life.is_story and week.answers else min(1.0, 0.3 + week.amount / 5),
        mood=5 if week.phq is None else max(1.0, 8 - week.phq / 4),
        language=life.row.language,
    )
    values |= week.answers
    if week.moods is not None and "mood_before" in values:
        values["mood_before"], values["mood_after"] = week.moods
    if last and week.found:
        values["found_out"] = week.found
    asked = entry.sheet.parsed.by_key
    values = {key: value for key, value in values.items() if key in asked}
    sharing.share(
        by=life.client,
        entry=entry,
        values=values,
        kept_private=["reaction"] if draw.random() < 0.1 else [],
        after=after(life, week, last=last),
        key=life.key(when.isoformat()),
    )


def after(life: Life, week: Week, *, last: bool) -> sharing.After:
    """What they say afterwards."""
    wobble = 0 if life.is_story else life.draw.choice((-1, 0, 0, 1))
    near = max(0, min(10, week.depth + wobble))
    coping = {}
    if last and week.obstacle and life.work is not None:
        outcome = "used" if life.draw.random() < 0.6 else "forgot"
        coping = {row.pk: outcome for plan in life.work.plans.agreed() for row in plan.coping_plans.all()}
    return sharing.After(
        amount=week.amount,
        engaged=near,
        learned=week.depth,
        hard=week.beliefs[2],
        progress=near,
        pleasant=life.draw.randint(2, 8),
        obstacles=(week.obstacle,) if week.obstacle and last else (),
        wish=week.wish if last else "",
        words=week.tell if last and week.says == "yes" else "",
        coping=coping,
    )


def questionnaires(life: Life, session: Appointment, week: Week) -> Iterator[Moment]:
    """The questionnaires of a week, on its last working day; those that lead to a flag in the middle of the morning."""
    hour, minute = flags.HOURS.get(week.flag, (19, 15))
    when = life.local(life.asked_on(week), hour, minute)
    if when < session.starts_at + timedelta(hours=1):
        return
    for slug, total in week.measures.items():
        values = answers.on_measure(slug, total, life.draw, item9=week.item9)
        yield Moment(when, partial(fill, life, week, slug, values))
    if week.pulse is not None:
        close, safe = week.pulse
        yield Moment(when, partial(fill, life, week, "couple-pulse", {"q1": close, "q2": safe}))
    if week.item9:
        yield from flags.follow(life, week, when)


def fill(life: Life, week: Week, slug: str, values: answers.Answers) -> None:
    """One questionnaire."""
    if slug not in life.measures or not life.still(life.measures[slug]):
        return
    entry = doing.begin(by=life.client, assignment=life.fresh(life.measures[slug]))
    entry.episode = life.episode
    sharing.share(
        by=life.client,
        entry=entry,
        values=values,
        kept_private=[],
        after=sharing.After(amount=Entry.Amount.ALL),
        key=life.key(f"{slug} {week.number}"),
    )
