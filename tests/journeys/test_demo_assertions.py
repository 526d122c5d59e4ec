"""The ten things the demo has to show (clinical.md section 7), through the pages and messages its people would see."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import Q
from django.utils import timezone

from accounts import pin as pins
from clinic import vault
from clinic.access import system
from clinic.messages import compose
from clinic.models import OutgoingMessage
from homework.assignments import reminders
from homework.assignments.models import Assignment, Entry, PartnerShare, Score
from homework.demo import words
from homework.demo.people import STAFF, STORY
from homework.demo.telling import STORY_ASKED, STORY_WINS
from homework.reviews import listening
from homework.reviews.actions import digest as digests
from homework.reviews.digest import build
from homework.reviews.digest.stems import Pattern, ids_of
from homework.reviews.models import Digest
from homework.safety.models import SafetyFlag
from homework.worksheets.catalogue import CAUTIONS
from homework.worksheets.models import WorksheetVersion
from tests.journeys.larkfield import NOW, Larkfield, larkfield, lines

WHO = (
    "Jonah Petrov",
    "Leila Baran",
    "Tomas Ferrin",
    "Henrik Dahl",
    "Ines Kalu",
    "Ruth Amaral",
    "Karim Haddad",
    "Sam Whitlock",
    "Noor Whitlock",
    "Priya Castell",
    "Owen Castell",
    "Devon Marsh",
)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[Larkfield]:
    """The clients the assertions are about; loaded once."""
    with django_db_blocker.unblock(), larkfield(WHO) as there:
        yield there


def test_1_jonah_is_first_in_darios_list_and_on_top_of_his_digest(demo: Larkfield) -> None:
    flag = SafetyFlag.objects.get(episode=demo.episode("Jonah Petrov"), state=SafetyFlag.State.SEEN)
    assert (flag.priority, flag.answered["points"], flag.answered["was"]) == ("P1", 1, 0)
    day = demo.read("Dario Conti", "therapist_home")
    others = [name for name in ("Leila", "Ruth", "Lars") if name in day]
    assert day.index("Jonah") < min(day.index(name) for name in others)
    assert day.index("question 9") < day.index("Leila")
    coming = next(row for row in demo.sessions("Jonah Petrov") if row.ends_at > NOW)
    page = demo.read("Dario Conti", "digest", coming.pk)
    digest = build.from_json(Digest.objects.select_related("episode").get(pk=coming.pk).content)
    assert digest.signals[0] == "D1"
    first = digest.section("safety").lines[0]
    assert first.tone == "stop"
    assert "No flag raised" not in page
    assert page.index(" ".join(first.text.split())) < page.index(str(digest.section("change").title))


def test_2_nothing_ever_left_for_leila(demo: Larkfield) -> None:
    mine = OutgoingMessage.objects.filter(user=demo.user("Leila Baran"))
    assert not mine.exclude(kind=OutgoingMessage.Kind.INVITATION).exists()
    assert not demo.place("Leila Baran").contact.may_email
    assert demo.digest("Leila Baran", 3).section("plan")


@pytest.mark.parametrize(
    ("reader", "other"),
    [
        ("Owen Castell", "Priya Castell"),
        ("Priya Castell", "Owen Castell"),
        ("Sam Whitlock", "Noor Whitlock"),
        ("Noor Whitlock", "Sam Whitlock"),
    ],
)
def test_3_no_partner_reads_what_the_other_kept(demo: Larkfield, reader: str, other: str) -> None:
    theirs = demo.episode(other)
    shares = PartnerShare.objects.filter(episode=demo.episode(reader))
    shown = {text for row in shares for text in _strings(row.content)}
    private = _own_words(demo, other) - shown
    assert private
    seen = " ".join(demo.read(reader, route) for route in ("couple", "today", "work", "history", "asked"))
    for entry in Entry.objects.filter(episode=demo.episode(reader), assignment__dyad__isnull=False):
        seen += demo.read(reader, "entry", entry.pk) + demo.read(reader, "task", entry.assignment_id)
    assert [text for text in shown if text in seen], "what was shown is there"
    assert [text for text in private if text in seen] == []
    if reader == "Owen Castell":
        assert "on my own" not in seen
        assert "Ask alone" not in seen
    entry = Entry.objects.filter(episode=theirs, assignment__dyad__isnull=False).latest("captured_at")
    assert demo.answer(reader, "entry", entry.pk).status_code == 404
    assert demo.answer(reader, "task", entry.assignment_id).status_code == 404


def test_3_what_priya_asked_to_say_alone_is_for_joan_only(demo: Larkfield) -> None:
    digest = demo.digest("Priya Castell", 6)
    told = lines(digest, "safety") + lines(digest, "asked")
    assert "Ask alone" in told or "D14" in digest.signals
    assert "Ask alone" not in lines(demo.digest("Owen Castell", 6), "safety")
    paused = Assignment.objects.filter(dyad__isnull=False, rest=Assignment.Rest.CHOSEN, ended_at__isnull=True)
    assert not paused.exists(), "it went on in week nine"
    halves = Assignment.objects.filter(dyad__isnull=False, episode=demo.episode("Owen Castell"))
    assert halves.count() == 2


def test_4_tomas_in_week_three_has_d5_stems_and_a_win(demo: Larkfield) -> None:
    digest = demo.digest("Tomas Ferrin", 3)
    assert "D5" in digest.signals
    assert "D5" not in demo.digest("Tomas Ferrin", 2).signals
    stems = {line.msg.id for line in digest.section("ask").lines}
    assert stems
    assert stems <= set(ids_of(Pattern.NOT_STARTED_TWICE))
    assert "I went down for the post twice this week." in lines(digest, "celebrate")


def test_5_henriks_nights_are_no_end_of_day(demo: Larkfield) -> None:
    clocks = [
        entry.captured_at.astimezone(NOW.tzinfo).hour
        for entry in Entry.objects.filter(
            episode=demo.episode("Henrik Dahl"), assignment__version__worksheet__kind="monitor"
        )
    ]
    assert clocks
    assert all(hour in (2, 3, 4) for hour in clocks), "he writes before dawn"
    digests = [demo.digest("Henrik Dahl", week) for week in range(2, 13)]
    assert not any("D10" in digest.signals for digest in digests)
    assert any("practical" in lines(digest, "plan").lower() for digest in digests), "care duties lead to practical help"


def test_6_listening_comes_first_with_ines_and_not_with_ruth(demo: Larkfield) -> None:
    with_ines = demo.read("Elif Sarp", "propose", demo.episode("Ines Kalu").pk)
    with_ruth = demo.read("Dario Conti", "propose", demo.episode("Ruth Amaral").pk)
    assert "Listen first" in with_ines
    assert "against this task or the therapy" in with_ines
    assert "Listen first" not in with_ruth
    assert "Being unsure about change was marked" in with_ruth, "both sides on a page are offered"
    marks = listening.held(demo.episode("Ruth Amaral"), NOW)
    assert any(getattr(row, "readiness", None) and row.readiness.marks.get("unsure") == 3 for row in marks)


def test_7_karim_does_all_and_learns_little_until_the_task_changes(demo: Larkfield) -> None:
    assert "D9" not in demo.digest("Karim Haddad", 2).signals
    assert "D9" in demo.digest("Karim Haddad", 3).signals
    assert "D9" not in demo.digest("Karim Haddad", 8).signals


def test_8_noors_sheet_begins_with_variant_b(demo: Larkfield) -> None:
    sheet = WorksheetVersion.objects.filter(worksheet__slug="w27", clinic__isnull=True).latest("number")
    page = demo.read("Joan Whitcombe", "propose_with", demo.episode("Noor Whitlock").pk, sheet.worksheet_id)
    assert "Offer first: Variant B" in page
    assert str(CAUTIONS["eye_contact"]) in page, "and the reason beside it"
    done = Entry.objects.get(episode=demo.episode("Noor Whitlock"), assignment__version=sheet)
    assert done.answers["variant"] == "side"


def test_9_the_coach_opens_no_measure(demo: Larkfield) -> None:
    measures = Assignment.objects.filter(
        episode=demo.episode("Devon Marsh"), version__worksheet__kind="measure"
    ).values_list("pk", flat=True)
    assert Score.objects.filter(episode=demo.episode("Devon Marsh")).count() == 3
    for pk in measures:
        for route in ("assignment", "review", "assignment_change"):
            assert demo.answer("Teo Lindqvist", route, pk).status_code in (403, 404)
    for entry in Entry.objects.filter(assignment__in=measures):
        api = demo.browser("Teo Lindqvist").get(f"/api/v1/entries/{entry.pk}/")
        assert api.status_code in (403, 404)
    page = demo.read("Teo Lindqvist", "client_page", demo.episode("Devon Marsh").pk)
    assert "PHQ" not in page
    last = demo.sessions("Devon Marsh")[11]
    assert demo.answer("Teo Lindqvist", "digest", last.pk).status_code in (403, 404)


def test_10_nothing_anybody_wrote_is_in_any_message(demo: Larkfield) -> None:
    with vault.session():
        for hours in range(36):
            with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
                reminders.queue_due(demo.clinic, timezone.now())
                if hours % 12 == 0:
                    ids = digests.due_appointments(timezone.now())
                    digests.build_digests(by=system(demo.clinic, "digest"), appointment_ids=ids)
    rows = OutgoingMessage.objects.exclude(kind=OutgoingMessage.Kind.INVITATION).select_related("user")
    mails = [compose(row, demo.clinic) for row in rows]
    kinds = {row.kind for row in rows}
    assert {OutgoingMessage.Kind.REMINDER, OutgoingMessage.Kind.DIGEST, OutgoingMessage.Kind.SAFETY} <= kinds
    sent = " ".join(f"{mail.from_email} {mail.subject} {mail.body} {mail.alternatives}" for mail in mails).lower()
    telling = {text for name in WHO for text in _own_words(demo, name)}
    telling |= {part for row in (*STORY, *STAFF) for part in row.name.split() if len(part) > 2}
    telling |= {text for told in STORY_WINS.values() for _session, _days, text in told}
    telling |= {asking.said.text for told in STORY_ASKED.values() for asking in told if asking.said.text}
    telling |= {
        *words.MESSAGES,
        *words.REASONS,
        *words.PLACES,
        "Larkfield",
        "PHQ",
        "therap",
        "mood",
        "flag",
        "risk",
        "alert",
    }
    telling |= {str(version.parsed.title) for version in WorksheetVersion.objects.filter(clinic__isnull=True)}
    found = [word for word in telling if re.search(rf"(?<![\w-]){re.escape(word.lower())}(?![\w-])", sent)]
    assert found == []


def _own_words(demo: Larkfield, name: str) -> set[str]:
    """Every line of some length that a client wrote: in entries, questions and wins. Unique enough to look for."""
    found: set[str] = set()
    with vault.session():
        vault.open_contents([demo.place(name).pk])
        for entry in Entry.objects.filter(Q(episode=demo.episode(name))).select_related("episode"):
            found |= set(_strings(entry.answers))
    return {text for text in found if len(text) > 12}


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def test_tomas_and_jonah_have_their_exact_values(demo: Larkfield) -> None:
    def results(name: str) -> list[dict[str, Any]]:
        rows = Score.objects.filter(episode=demo.episode(name), measure="phq-9").order_by("taken_at")
        return [row.result for row in rows.select_related("episode")]

    assert [one["total"] for one in results("Tomas Ferrin")] == [16, 16, 17, 15, 14, 13, 12, 11, 10, 10, 9, 9]
    jonah = results("Jonah Petrov")
    assert [one["total"] for one in jonah] == [12, 13, 12, 15, 17, 19, 20, 19, 17, 16, 15, 14]
    assert [sum(risk["points"] for risk in one["risks"]) for one in jonah] == [0, 0, 0, 1, 1, 2, 2, 1, 1, 1, 0, 1]
    worse = [week - 1 for week in range(2, 13) if "D2" in demo.digest("Jonah Petrov", week).signals]
    assert {6, 7, 8} <= set(worse)
    assert not {1, 2, 3, 4} & set(worse)
    small = Entry.objects.filter(episode=demo.episode("Tomas Ferrin"), stepped_down=True)
    assert small.count() == 1, "he made it smaller himself, once"
    assert pins.check(demo.user("Tomas Ferrin"), "4071"), "his PIN says yes on his therapist's screen"


def test_hana_looked_after_forty_minutes_while_dario_was_away(demo: Larkfield) -> None:
    flags = list(SafetyFlag.objects.filter(episode=demo.episode("Jonah Petrov")).order_by("raised_at"))
    assert len(flags) == 8
    covered = flags[2]
    assert (covered.priority, covered.answered["points"], covered.seen_by.display_name) == ("P1", 2, "Dr Hana Vesely")
    assert covered.seen_at - covered.raised_at == timedelta(minutes=40)
    assert [flag.state for flag in flags] == ["closed"] * 7 + ["seen"]
    assert Assignment.objects.filter(episode=demo.episode("Jonah Petrov"), version__worksheet__slug="w21").exists()
