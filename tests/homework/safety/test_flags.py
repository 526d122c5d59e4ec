"""6.3: a flag in the same transaction as the answers, once, with nothing in the open that was answered."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from homework.assignments.actions import entry as doing
from homework.assignments.actions import sharing
from homework.assignments.models import Assignment, Entry, Plan
from homework.safety import telling
from homework.safety.actions import flag as flags
from homework.safety.models import FlagEvent, SafetyFlag
from homework.worksheets.kinds.picks import SKIPPED
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.safety.given import AT_NIGHT, IN_HOURS, set_up
from tests.homework.worksheets.measures import answered

pytestmark = pytest.mark.django_db
CALM = {n: 1 for n in range(1, 9)}


def phq(cast: Cast) -> Assignment:
    """Ada agreed to the PHQ-9, in a clinic that has arranged everything."""
    set_up(cast)
    return given.agreed(cast, "phq-9", frequency=Plan.Frequency.TIMES, times_per_week=1)


def answer(cast: Cast, work: Assignment, item9: int | str | None, **more: Any) -> Entry:
    """Ada shares a PHQ-9 with this answer to question 9 (None: she would rather not say)."""
    values: dict[str, Any] = answered({**CALM, 9: item9} if item9 is not None else CALM)
    entry = doing.begin(by=cast.ada.actor, assignment=work)
    if item9 is None:
        values["q9"] = SKIPPED
    said: dict[str, Any] = {"values": values, "kept_private": [], "after": sharing.After(), "key": uuid4()}
    return sharing.share(by=cast.ada.actor, entry=entry, **said | more)


def weekly(cast: Cast, *answers: int | None) -> list[SafetyFlag]:
    """One PHQ-9 a week with these answers to question 9; the flags that came of it, in order."""
    began = IN_HOURS - timedelta(weeks=len(answers) - 1)
    with time_machine.travel(began, tick=False) as clock:
        work = phq(cast)
        for number, item9 in enumerate(answers):
            clock.move_to(began + timedelta(weeks=number))
            answer(cast, given.fresh(work), item9)
    return list(SafetyFlag.objects.select_related("episode").order_by("raised_at"))


def test_6_3_an_answer_above_nothing_makes_a_flag_with_the_answers(north: Cast) -> None:
    with time_machine.travel(IN_HOURS, tick=False):
        entry = answer(north, phq(north), 2)
    (flag,) = SafetyFlag.objects.select_related("episode")
    assert (flag.kind, flag.priority, flag.state, flag.rung) == ("item9", "P2", "open", 0)
    assert flag.answered == {"item": 9, "points": 2, "label": "More than half the days", "was": None, "rises": False}
    assert (flag.about_id, flag.measure, flag.setup_version) == (entry.pk, "phq-9", 1)
    assert flag.raised_by == north.ada.membership
    assert flag.look_by == flag.next_rung_at == datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
    (step,) = FlagEvent.objects.filter(step="raised")
    assert (step.step, step.actor, step.detail) == ("raised", north.ada.membership, {"kind": "item9", "priority": "P2"})
    assert AuditEvent.objects.filter(verb="flag.raised", object_id=flag.pk).count() == 1


def test_6_3_what_was_answered_is_sealed(north: Cast) -> None:
    answer(north, phq(north), 2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(f)::text FROM safety_safetyflag f")
        assert "half the days" not in cursor.fetchone()[0]


def test_6_3_not_at_all_makes_no_flag(north: Cast) -> None:
    answer(north, phq(north), 0)
    assert not SafetyFlag.objects.exists()


def test_6_3_a_measure_without_such_a_question_makes_none(north: Cast) -> None:
    set_up(north)
    work = given.agreed(north, "gad-7")
    given.shared(north, work, answered({n: 3 for n in range(1, 8)}))
    assert not SafetyFlag.objects.exists()


@pytest.mark.parametrize(
    ("answers", "last"),
    [
        ((0, 1), (0, True, "P1")),
        ((1, 1), (1, False, "P2")),
        ((1, 2), (1, True, "P1")),
        ((2, 1), (2, False, "P2")),
        ((1, None, 1), (None, False, "P2")),  # left open last time
        ((3, 0, 1), (0, True, "P1")),  # last time counts, not the highest
    ],
)
def test_6_3_last_time_is_the_last_score_of_that_measure(
    north: Cast, answers: tuple[int | None, ...], last: tuple[int | None, bool, str]
) -> None:
    flag = weekly(north, *answers)[-1]
    assert (flag.answered["was"], flag.answered["rises"], flag.priority) == last


def test_6_3_sharing_twice_makes_one(north: Cast) -> None:
    work, key = phq(north), uuid4()
    entry = answer(north, work, 1, key=key)
    values = answered({**CALM, 9: 1})
    again = sharing.share(
        by=north.ada.actor, entry=entry, values=values, kept_private=[], after=sharing.After(), key=key
    )
    assert again.pk == entry.pk
    raised = {"kind": "item9", "answered": {"points": 1}, "about_id": entry.pk, "measure": "phq-9"}
    flags.raise_flag(by=north.ada.actor, episode=entry.episode, **raised)
    assert SafetyFlag.objects.count() == FlagEvent.objects.filter(step="raised").count() == 1


@pytest.mark.finding("F34")
def test_taking_back_what_was_shared_leaves_the_flag(north: Cast) -> None:
    entry = answer(north, phq(north), 2)
    sharing.take_back(by=north.ada.actor, entry=entry)
    assert not Entry.objects.visible_to(north.theo.actor).filter(pk=entry.pk).exists()
    flag = SafetyFlag.objects.visible_to(north.theo.actor).select_related("episode").get(about_id=entry.pk)
    assert flag.is_standing and flag.answered["points"] == 2


def test_6_3_answers_and_flag_are_there_together_or_not_at_all(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    work = phq(north)

    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(FlagEvent, "save", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        answer(north, work, 3)
    assert not SafetyFlag.objects.exists()
    assert not Entry.objects.shared().exists()


def test_6_3_when_only_telling_fails_the_flag_stands(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    work = phq(north)

    def broken(flag: SafetyFlag) -> None:
        SafetyFlag.objects.raw("SELECT nonsense")[0]  # the database itself says no

    monkeypatch.setattr(telling, "tell_first", broken)
    entry = answer(north, work, 3)
    assert SafetyFlag.objects.get().priority == "P1"
    assert Entry.objects.get(pk=entry.pk).state == Entry.State.SHARED


class TestChoosing:
    """The three buttons: nothing makes a flag less, and two of them make it P1."""

    def flag(self, cast: Cast, item9: int = 1) -> SafetyFlag:
        with time_machine.travel(IN_HOURS, tick=False):
            answer(cast, phq(cast), item9)
        found: SafetyFlag = SafetyFlag.objects.select_related("episode__clinic").get()
        return found

    def choose(self, cast: Cast, flag: SafetyFlag, choice: str, at: datetime = IN_HOURS, **more: str) -> SafetyFlag:
        with time_machine.travel(at, tick=False):
            found = flags.choose(by=cast.ada.actor, flag=flag, choice=choice, **more)
        found.refresh_from_db()
        return found

    def test_safe_enough_is_written_down_and_that_is_all(self, north: Cast) -> None:
        flag = self.flag(north)
        after = self.choose(north, flag, "enough")
        assert (after.choice, after.priority, after.look_by, after.state) == ("enough", "P2", flag.look_by, "open")
        assert FlagEvent.objects.filter(step="chose").count() == 1

    @pytest.mark.parametrize("choice", ["contact", "not_safe"])
    def test_the_others_make_it_p1_with_a_moment_of_its_own(self, north: Cast, choice: str) -> None:
        flag = self.flag(north)
        after = self.choose(north, flag, choice, IN_HOURS + timedelta(minutes=5))
        assert (after.choice, after.priority) == (choice, "P1")
        assert after.look_by == after.next_rung_at == IN_HOURS + timedelta(minutes=65)
        step = FlagEvent.objects.get(step="chose")
        assert step.detail == {"choice": choice, "priority": "P1"} and step.actor == north.ada.membership

    def test_it_is_never_put_off_by_choosing(self, north: Cast) -> None:
        flag = self.flag(north, 3)
        after = self.choose(north, flag, "contact", IN_HOURS + timedelta(minutes=30))
        assert after.look_by == flag.look_by == IN_HOURS + timedelta(minutes=60)
        after = self.choose(north, after, "enough", IN_HOURS + timedelta(minutes=40))
        assert (after.choice, after.priority, after.look_by) == ("enough", "P1", flag.look_by)

    def test_number_and_time_are_sealed_and_in_no_record(self, north: Cast) -> None:
        after = self.choose(north, self.flag(north), "contact", number=" 07700 900123 ", when="after six")
        assert SafetyFlag.objects.select_related("episode").get().contact == {
            "number": "07700 900123",
            "when": "after six",
        }
        for table in ("safety_safetyflag", "safety_flagevent", "clinic_auditevent"):
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT string_agg(row_to_json(t)::text, '') FROM {table} t")
                assert "900123" not in cursor.fetchone()[0]
        assert after.choice == "contact"

    def test_tapped_twice_it_is_one_step(self, north: Cast) -> None:
        flag = self.flag(north)
        self.choose(north, flag, "not_safe")
        self.choose(north, flag, "not_safe")
        assert FlagEvent.objects.filter(step="chose").count() == 1

    def test_people_are_told_again_when_it_became_p1(self, north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
        flag, told = self.flag(north), []
        monkeypatch.setattr(telling, "tell_first", lambda about: told.append(about.priority))
        self.choose(north, flag, "contact")
        self.choose(north, flag, "not_safe")
        assert told == ["P1"]

    def test_after_somebody_looked_being_unsafe_is_news_and_a_flag_of_its_own(self, north: Cast) -> None:
        flag = self.flag(north)
        now = timezone.now()
        SafetyFlag.objects.filter(pk=flag.pk).update(state="seen", seen_at=now, next_rung_at=None)
        new = self.choose(north, flag, "not_safe")
        assert new.pk != flag.pk and (new.kind, new.priority, new.state) == ("not_safe", "P1", "open")
        assert SafetyFlag.objects.count() == 2

    def test_another_word_is_refused(self, north: Cast) -> None:
        flag = self.flag(north)
        with pytest.raises(ActionRefused) as no:
            flags.choose(by=north.ada.actor, flag=flag, choice="fine")
        assert no.value.status == 422


def test_6_2_the_button_raises_one_flag_until_somebody_looks(north: Cast) -> None:
    set_up(north)
    episode = north.ada.episode
    assert episode is not None
    with time_machine.travel(AT_NIGHT, tick=False):
        first = flags.raise_flag(by=north.ada.actor, episode=episode, kind="not_safe")
        assert flags.raise_flag(by=north.ada.actor, episode=episode, kind="not_safe").pk == first.pk
    assert first.priority == "P1" and first.look_by == datetime(2026, 3, 5, 10, 0, tzinfo=UTC)
    SafetyFlag.objects.filter(pk=first.pk).update(state="seen", seen_at=timezone.now())
    assert flags.raise_flag(by=north.ada.actor, episode=episode, kind="not_safe").pk != first.pk


def test_6_3_clinicians_may_raise_two_of_a_kind(north: Cast) -> None:
    episode = north.ada.episode
    assert episode is not None
    for words in ("what I saw", "what I heard"):
        flags.raise_flag(by=north.theo.actor, episode=episode, kind="clinician", words=words)
    assert SafetyFlag.objects.filter(priority="P2").count() == 2


def test_6_3_a_clinic_may_look_at_everything_first(north: Cast) -> None:
    work = phq(north)
    set_up(north, all_first=True, version=4)
    answer(north, work, 1)
    flag = SafetyFlag.objects.get()
    assert (flag.priority, flag.setup_version) == ("P1", 4)


def test_6_5_nobody_can_delete_a_flag_or_change_what_it_was_raised_with(north: Cast) -> None:
    answer(north, phq(north), 1)
    for statement in ("DELETE FROM safety_safetyflag", "UPDATE safety_safetyflag SET kind = 'contact'"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert SafetyFlag.objects.get().kind == "item9"
