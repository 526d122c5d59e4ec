"""An admin and a clinician take an empty clinic to an open gate, through the pages (6.8)."""

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clinic import outbox
from clinic.models import AuditEvent, OutgoingMessage
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from homework.safety import rehearsals, setup
from homework.safety.actions import rehearsal as walking
from homework.safety.actions import setup as arranging
from homework.safety.models import ClinicResource, DutyDay, SafetyRehearsal, SafetySetup
from homework.safety.setup import Point
from homework.worksheets import gates
from tests.cast import Cast, Person
from tests.homework.safety.given import set_up

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person | None], Client]
WEEK = {f"hours-{edge}_{day}": at for day in range(5) for edge, at in (("from", "09:00"), ("until", "17:00"))}


def still_open(cast: Cast) -> list[Point]:
    with acting_in(cast.north.pk):
        return setup.open_points(setup.of(cast.north.pk))


def send(browser: Client, part: str, **typed: Any) -> Any:
    data = {"part": part} | {
        name if name.startswith(f"{part}-") else f"{part}-{name}": value for name, value in typed.items()
    }
    return browser.post(reverse("safety_setup"), data)


def test_an_empty_clinic_comes_to_an_open_gate_through_the_pages(cast: Cast, sign_in: SignIn) -> None:
    amy, sol = sign_in(cast.amy), sign_in(cast.sol)
    page = amy.get(reverse("safety_setup")).content.decode()
    assert "PHQ-9" in page
    assert "CORE-10" in page
    assert "PCL-5" not in page
    assert "0 of 8 are there." in page
    with acting_in(cast.north.pk):
        assert not gates.is_open("safety_setup", cast.north.pk)

    sol_id, cora_id = str(cast.sol.membership.pk), str(cast.cora.membership.pk)
    steps: list[tuple[str, dict[str, Any]]] = [
        ("hours", {**WEEK, "closed_on": "2026-12-25"}),
        ("targets", {"p1_minutes": 45, "rung_minutes": 20, "reads_within_days": 2}),
        ("leads", {"lead": sol_id, "deputy": cora_id}),
        ("rota", {f"day_{day}": cora_id for day in range(5)}),
        ("policy", {"policy": "Call them the same day.", "child": "Call the duty social worker."}),
        ("wording", {"approved_by": "Dr Sol", "approved_on": timezone.localdate().isoformat()}),
    ]
    for part, typed in steps:
        answer = send(amy, part, **typed)
        assert answer.status_code == 303, (part, answer.content.decode())
        assert answer.headers["Location"].endswith(f"#{part}")
    assert still_open(cast) == [Point.LINES, Point.REHEARSAL]

    amy.post(reverse("help_lines_take"))
    with acting_in(cast.north.pk):
        rows = list(ClinicResource.objects.current().filter(clinic=cast.north))
    assert {row.name for row in rows} >= {"Samaritans", "Emergency", "Shout"}
    assert still_open(cast) == [Point.LINES, Point.REHEARSAL]  # taken over is not checked
    for row in rows:
        assert amy.post(reverse("help_line_checked", args=[row.pk])).status_code == 303
    assert still_open(cast) == [Point.REHEARSAL]

    assert send(amy, "rehearsal", handler=sol_id).status_code == 303
    with acting_in(cast.north.pk):
        row = SafetyRehearsal.objects.get(clinic=cast.north)
    here = reverse("rehearsal", args=[row.pk])
    assert "No client is part of this." in sol.get(here).content.decode()
    for step in ({"step": "see"}, {"step": "plan", "plan": "I would call."}, {"step": "close"}):
        assert sol.post(here, step).status_code == 303
    assert still_open(cast) == []
    with acting_in(cast.north.pk):
        assert gates.is_open("safety_setup", cast.north.pk)
    page = amy.get(reverse("safety_setup")).content.decode()
    assert "Everything is arranged." in page
    assert "Monday to Friday, 09:00 to 17:00" in page


def test_every_change_makes_the_version_one_higher_and_is_recorded(cast: Cast, sign_in: SignIn) -> None:
    amy = sign_in(cast.amy)
    for _twice in range(2):  # the second time nothing has changed
        send(amy, "policy", policy="Call them.")
    with acting_in(cast.north.pk):
        assert SafetySetup.objects.get(clinic=cast.north).version == 1
        assert AuditEvent.objects.filter(verb="safety.policy_set").count() == 1
    send(amy, "policy", policy="Call them twice.")
    send(amy, "targets", p1_minutes=30, rung_minutes=30)
    with acting_in(cast.north.pk):
        assert SafetySetup.objects.get(clinic=cast.north).version == 3


@pytest.mark.parametrize(
    ("part", "typed", "wrong"),
    [
        (
            "hours",
            {"from_0": "09:00", "until_0": "08:00", "closed_on": "2026-12-25"},
            "This day ends before it begins.",
        ),
        ("hours", {"from_0": "09:00", "until_1": "17:00"}, "Both times are needed, or none."),
        ("hours", {"from_0": "09:00", "until_0": "17:00", "closed_on": "Christmas"}, "“Christmas” is no date."),
        ("hours", {}, "Give the times of at least one day."),
        ("targets", {"p1_minutes": "1", "rung_minutes": "30"}, "5"),
        ("policy", {"policy": "", "child": "Typed words."}, "Typed words."),
        ("wording", {"approved_by": "Dr Typed", "approved_on": "2099-01-01"}, "Choose today or an earlier day."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    cast: Cast, sign_in: SignIn, part: str, typed: dict[str, Any], wrong: str
) -> None:
    answer = send(sign_in(cast.amy), part, **typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert wrong in page
    for value in typed.values():
        assert str(value) in page
    with acting_in(cast.north.pk):
        assert not SafetySetup.objects.filter(clinic=cast.north, version__gt=0).exists()


def test_lead_and_deputy_are_two_people(cast: Cast, sign_in: SignIn) -> None:
    sol = str(cast.sol.membership.pk)
    answer = send(sign_in(cast.amy), "leads", lead=sol, deputy=sol)
    assert answer.status_code == 422
    assert "Choose somebody else" in answer.content.decode()


def test_only_therapists_of_this_clinic_can_lead_or_be_on_duty(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        for wrong in (cast.kit, cast.amy, cast.zoe):
            with pytest.raises(ActionRefused):
                arranging.set_rota(by=cast.amy.actor, rota={0: wrong.membership})


def test_a_day_of_the_rota_can_be_emptied_again_and_then_the_gate_closes(cast: Cast, sign_in: SignIn) -> None:
    with acting_in(cast.north.pk):
        set_up(cast)
    cora = str(cast.cora.membership.pk)
    send(sign_in(cast.amy), "rota", **{f"day_{day}": cora for day in range(1, 5)}, day_0="")
    with acting_in(cast.north.pk):
        assert set(DutyDay.objects.values_list("weekday", flat=True)) == {1, 2, 3, 4}
    assert still_open(cast) == [Point.ROTA]


def test_the_safety_lead_and_the_deputy_read_the_page_and_change_nothing(cast: Cast, sign_in: SignIn) -> None:
    with acting_in(cast.north.pk):
        set_up(cast)
    for person in (cast.sol, cast.cora):
        browser = sign_in(person)
        page = browser.get(reverse("safety_setup")).content.decode()
        assert "Call them the same day." in page
        assert 'name="part"' not in page
        assert send(browser, "policy", policy="Mine").status_code == 404
        assert browser.get(reverse("help_lines")).status_code == 200
    assert sign_in(cast.theo).get(reverse("safety_setup")).status_code == 404
    assert sign_in(cast.theo).get(reverse("help_lines")).status_code == 404


def asked(browser: Client, route: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        browser.get(reverse(route))
    return len([one for one in queries if one["sql"].startswith("SELECT")])


@pytest.mark.parametrize(("route", "at_most"), [("safety_setup", 13), ("help_lines", 11)])
def test_the_page_asks_the_database_the_same_however_much_there_is(
    cast: Cast, sign_in: SignIn, route: str, at_most: int
) -> None:
    with acting_in(cast.north.pk):
        set_up(cast)
    few = asked(sign_in(cast.amy), route)
    with acting_in(cast.north.pk):
        for number in range(30):
            ClinicResource.objects.create(clinic=cast.north, kind="crisis", name=f"Line {number}", phone="1")
            SafetyRehearsal.objects.create(
                clinic=cast.north, started_by=cast.amy.membership, handler=cast.sol.membership
            )
    assert asked(sign_in(cast.amy), route) == few <= at_most


def test_the_words_to_approve_are_the_very_words_clients_read() -> None:
    folder = settings.BASE_DIR / "templates" / "safety"
    read = "".join((folder / name).read_text() for name in ("told.html", "_reads.html"))
    shown = (folder / "_wording.html").read_text()
    own = {  # what stands around them, for the clinician
        "A clinician reads these words here, as clients see them, and says whether they are right for your clients.",
        "Wherever they write",
        "After an answer about danger",
        "After “I’m not safe right now”",
        "the crisis lines, the emergency number, their own plan",
    }
    quoted = set(re.findall(r'{% trans "([^"]+)" %}', shown)) - own
    assert len(quoted) >= 12
    for words in quoted:
        assert words in read, words


# --- the rehearsal -----------------------------------------------------------------------------------------------------


def begun(cast: Cast) -> SafetyRehearsal:
    return walking.start(by=cast.amy.actor, handler=cast.sol.membership)


def test_a_rehearsal_is_told_once_and_not_once_it_was_seen(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        set_up(cast)
        row = begun(cast)
        assert begun(cast).pk == row.pk  # tapped twice
        message = OutgoingMessage.objects.get(about=row.pk)
        assert message.kind == OutgoingMessage.Kind.SAFETY
        assert rehearsals.rehearsal_still_waits(cast.north, [message], timezone.now()) == {message.pk: ""}
        assert outbox.send_due(cast.north) == 1
        assert [letter.to for letter in mail.outbox] == [[cast.sol.user.email]]
        assert "rehears" not in mail.outbox[0].body.lower()
        walking.see(by=cast.sol.actor, rehearsal=row)
        assert rehearsals.rehearsal_still_waits(cast.north, [message], timezone.now()) == {message.pk: "seen"}


def test_its_steps_come_one_after_the_other_and_only_from_the_one_who_was_asked(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        set_up(cast)
        row = begun(cast)
        with pytest.raises(ActionRefused):
            walking.plan(by=cast.sol.actor, rehearsal=row, plan="Too early.")
        with pytest.raises(ActionRefused):
            walking.see(by=cast.amy.actor, rehearsal=row)
        walking.see(by=cast.sol.actor, rehearsal=row)
        with pytest.raises(ActionRefused):
            walking.close(by=cast.sol.actor, rehearsal=row)
        with pytest.raises(ActionRefused) as refused:
            walking.plan(by=cast.sol.actor, rehearsal=row, plan="  ")
        assert refused.value.status == 422
        walking.plan(by=cast.sol.actor, rehearsal=row, plan="Call.")
        done = walking.close(by=cast.sol.actor, rehearsal=row)
        assert walking.close(by=cast.sol.actor, rehearsal=row).closed_at == done.closed_at
        verbs = set(AuditEvent.objects.filter(object_id=row.pk).values_list("verb", flat=True))
    assert verbs == {"rehearsal.started", "rehearsal.seen", "rehearsal.planned", "rehearsal.closed"}


def test_it_waits_for_whoever_was_asked_on_every_page_until_it_is_closed(cast: Cast, sign_in: SignIn) -> None:
    with acting_in(cast.north.pk):
        set_up(cast)
        row = begun(cast)
    sol, here = sign_in(cast.sol), reverse("rehearsal", args=[row.pk])
    assert here in sol.get(reverse("caseload")).content.decode()
    assert here not in sign_in(cast.theo).get(reverse("caseload")).content.decode()
    for step in ({"step": "see"}, {"step": "plan", "plan": "Call."}, {"step": "close"}):
        sol.post(here, step)
    assert here not in sol.get(reverse("caseload")).content.decode()


def test_the_days_of_an_arrangement_are_kept_as_they_are_read(cast: Cast) -> None:
    with acting_in(cast.north.pk):
        row = arranging.set_hours(
            by=cast.amy.actor, hours={2: (time(9), time(12, 30))}, closed_on=[date(2026, 12, 26), date(2026, 12, 25)]
        )
        assert row.hours == {"2": ["09:00", "12:30"]}
        assert row.closed_on == ["2026-12-25", "2026-12-26"]
        later = arranging.approve_wording(
            by=cast.amy.actor, approved_by="Dr Sol", approved_on=cast.north.today() - timedelta(days=1)
        )
        assert later.version == 2
