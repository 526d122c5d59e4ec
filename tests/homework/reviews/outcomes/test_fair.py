"""How ill somebody is and who they are changes nothing that is suggested to them (F53, F55)."""

import re
from collections.abc import Iterator

import pytest
import time_machine
from django.utils import timezone

from clinic import vault
from clinic.actions import self_description
from homework.assignments.models import Entry, Score
from homework.assignments.planning import composing, fitting, suits
from homework.reviews.actions.digest import build_digests
from homework.reviews.models import Digest
from tests.cast import Cast, Person
from tests.homework.assignments.pages import SignIn, url
from tests.homework.reviews.weeks import DAY, NOW, agree, live_a_week
from tests.house.test_source import NAMES_IT, NAMING, SOURCES, rel


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def same_weeks(cast: Cast, person: Person, total: int) -> None:
    """The same plan and the same week; only the score of the PHQ-8 differs."""
    vault.open_contents([person.membership.pk])
    work = agree(person, cast.theo, at=NOW - 20 * DAY, slug="phq-8")
    live_a_week(person, cast.theo, NOW)
    for day in (18, 2):
        at = NOW - day * DAY
        entry = Entry.objects.create(
            clinic_id=work.clinic_id, episode=work.episode, assignment=work, plan=work.plans.get(), size="S",
            state="shared", started=True, captured_at=at, shared_at=at, slot_on=at.date(),
        )  # fmt: skip
        row = Score(clinic_id=work.clinic_id, episode=work.episode, entry=entry, measure="phq-8", taken_at=at)
        row.result = {"total": total, "parts": [], "missing": [], "band": ""}
        row.save()


def suggested(browser: object, person: Person) -> str:
    """What planning offers this client, without their name and ids."""
    assert person.episode is not None
    answer = browser.get(url("propose", person.episode.pk))  # type: ignore[attr-defined]
    assert answer.status_code == 200
    main = answer.content.decode().split('<main id="main"', 1)[1].split("</main>")[0]
    words = re.sub(r"<[^>]+>|[0-9a-f]{8}-[0-9a-f-]{27}", " ", main)
    return " ".join(words.replace(person.user.email.split("@")[0].capitalize(), "NAME").split())


@pytest.mark.finding("F53")
def test_the_same_plan_with_a_low_and_a_high_score_gives_the_same_suggestions(north: Cast, sign_in: SignIn) -> None:
    same_weeks(north, north.ada, 5)
    same_weeks(north, north.ben, 22)
    self_description.say(by=north.ben.actor, group="roma", means="hard")
    browser = sign_in(north.theo)
    offered = suggested(browser, north.ada)
    assert "Activity" in offered or "sheet" in offered.lower()
    assert offered == suggested(browser, north.ben)
    vault.open_contents([north.ada.membership.pk, north.ben.membership.pk])
    for rule in (
        lambda one: composing.ground(one, timezone.now()).__class__,
        lambda one: suits.did(one, timezone.now()),
    ):
        assert rule(north.ada.episode) == rule(north.ben.episode)
    assert suits.likes_of(None) == fitting.Likes()


@pytest.mark.finding("F53")
@pytest.mark.finding("F55")
def test_the_same_weeks_with_a_low_and_a_high_score_give_the_same_signals_and_stems(north: Cast) -> None:
    from clinic import access
    from clinic.models import Appointment

    for person, total in ((north.ada, 5), (north.ben, 22)):
        same_weeks(north, person, total)
    self_description.say(by=north.ben.actor, group="black", means="hard")
    coming = Appointment.objects.filter(starts_at__gt=NOW)
    build_digests(by=access.system(north.north, "test"), appointment_ids=[one.pk for one in coming])
    rows = {row.appointment.episode_id: row for row in Digest.objects.select_related("appointment__episode")}
    assert north.ada.episode is not None
    assert north.ben.episode is not None
    ada, ben = rows[north.ada.episode.pk], rows[north.ben.episode.pk]
    assert ada.content["signals"] == ben.content["signals"]
    assert parts(ada) == parts(ben)


def parts(row: Digest) -> str:
    """The stems and the proposals for the next plan, without ids."""
    sections = [one for one in row.content["sections"] if one.get("key") in ("ask", "plan")]
    assert len(sections) == 2
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "", str(sections))


@pytest.mark.finding("F55")
def test_no_module_with_a_rule_a_signal_or_a_suggestion_names_a_self_description() -> None:
    rules = [
        path
        for path in SOURCES
        if re.search(r"/planning/|/digest/|/safety/|fitting|signals|attention|caseload", rel(path))
    ]
    assert len(rules) > 40
    named = {rel(path) for path in rules if NAMING.search(path.read_text())}
    assert named == set()
    assert "homework/reviews/outcomes/equity.py" in NAMES_IT
