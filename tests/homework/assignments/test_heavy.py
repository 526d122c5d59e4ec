"""The look for heavy words: off nothing is read; on, the client is offered the help page and decides (6.4)."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from homework.assignments import heavy, screened
from homework.assignments.actions import heavy as acting
from homework.assignments.actions import sharing
from homework.assignments.models import Entry
from homework.assignments.screened import Month
from homework.safety import screening
from homework.safety.actions import care, screening_tally
from homework.safety.actions.setup import set_screening
from homework.safety.models import SafetyFlag, SafetySetup, ScreeningTally
from homework.worksheets.actions import drafts
from homework.worksheets.models import WorksheetVersion
from tests.cast import Cast, Person
from tests.homework.assignments import given
from tests.homework.safety.given import set_up

pytestmark = pytest.mark.django_db
SignIn = Callable[[Person | None], Client]
HEAVY = "Some days I want to die."
BOX, TELL = "It sounds heavy.", "Let my therapist know"


def switch(cast: Cast, to: str) -> SafetySetup:
    set_up(cast)
    return set_screening(
        by=cast.amy.actor, screening=to, screening_duty="Sol, then Cora", screening_told_on=cast.north.today()
    )


def shared(cast: Cast, text: str = HEAVY, slug: str = "w02", key: str = "hot_thought", **more: Any) -> Entry:
    return given.shared(cast, given.agreed(cast, slug), {key: text}, **more)


def flags(entry: Entry) -> list[SafetyFlag]:
    return list(SafetyFlag.objects.filter(about_id=entry.pk))


def boom(*_args: Any, **_more: Any) -> Any:
    raise AssertionError("a text was read")


# --- off --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("begun", [False, True])
def test_while_it_is_off_no_path_reads_a_text(
    north: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, begun: bool
) -> None:
    if begun:
        set_up(north)
    for name in ("is_heavy", "plain"):
        monkeypatch.setattr(screening, name, boom)
    for name in ("is_heavy", "texts_of"):
        monkeypatch.setattr(heavy, name, boom)
    entry = shared(north, after=sharing.After(amount=1, words=HEAVY))
    ada = sign_in(north.ada)
    assert BOX not in ada.get(reverse("entry_done", args=[entry.pk])).content.decode()
    draft = given.begun(north, given.agreed(north), {"hot_thought": HEAVY})
    for route in ("entry", "entry_finish"):
        assert "heavy words" not in ada.get(reverse(route, args=[draft.pk])).content.decode()
    assert ada.post(reverse("entry_heavy", args=[entry.pk])).status_code == 409
    assert not flags(entry)
    assert not ScreeningTally.objects.exists()


def test_it_can_only_be_switched_on_with_somebody_named_and_clients_told(north: Cast, sign_in: SignIn) -> None:
    amy, page = sign_in(north.amy), reverse("safety_screening")
    told = north.north.today().isoformat()
    for typed, wrong in (
        ({"screening_told_on": told}, "Name who reads what is marked."),
        ({"screening_duty": "Sol"}, "Tell your clients first"),
        ({"screening_duty": "Sol", "screening_told_on": "2099-01-01"}, "Tell your clients first"),
    ):
        answer = amy.post(page, {"screening": "client"} | typed)
        assert answer.status_code == 422
        assert wrong in answer.content.decode()
    assert not SafetySetup.objects.filter(clinic=north.north).exclude(screening="off").exists()
    typed = {"screening": "client", "screening_duty": "Sol", "screening_told_on": told}
    assert amy.post(page, typed).status_code == 303
    assert AuditEvent.objects.filter(verb="safety.screening_set").count() == 1
    assert amy.post(page, {"screening": "off"}).status_code == 303  # off needs nothing
    assert SafetySetup.objects.get(clinic=north.north).screening == "off"


# --- on: the client decides --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [HEAVY, "I have no suicidal thoughts.", "Quiero morir"])
def test_the_client_is_offered_the_help_page_and_nobody_is_told(north: Cast, sign_in: SignIn, text: str) -> None:
    switch(north, "client")
    entry = shared(north, text)
    page = sign_in(north.ada).get(reverse("entry_done", args=[entry.pk])).content.decode()
    assert BOX in page
    assert TELL in page
    assert not flags(entry)
    tally = ScreeningTally.objects.get(clinic=north.north)
    assert (tally.shown, tally.marked, tally.confirmed) == (1, 0, 0)


def test_with_their_yes_a_clinician_is_asked_to_read_it_once_and_without_the_words(
    north: Cast, sign_in: SignIn
) -> None:
    switch(north, "client")
    entry, ada = shared(north), sign_in(north.ada)
    for _twice in range(2):
        assert ada.post(reverse("entry_heavy", args=[entry.pk])).status_code == 303
    (flag,) = flags(entry)
    assert flag.kind == SafetyFlag.Kind.FREE_TEXT
    assert flag.priority == SafetyFlag.Priority.P2
    assert flag.answered == {}
    assert flag.words == ""
    page = ada.get(reverse("entry_done", args=[entry.pk])).content.decode()
    assert "Your clinic is asked to read this entry." in page
    assert TELL not in page
    assert ScreeningTally.objects.get(clinic=north.north).marked == 1


def test_where_the_clinic_chose_it_the_mark_is_made_at_once(north: Cast, sign_in: SignIn) -> None:
    switch(north, "staff")
    entry = shared(north, "I have no suicidal thoughts.")
    (flag,) = flags(entry)
    assert (flag.kind, flag.priority) == ("free_text", "P2")
    page = sign_in(north.ada).get(reverse("entry_done", args=[entry.pk])).content.decode()
    assert BOX in page
    tally = ScreeningTally.objects.get(clinic=north.north)
    assert (tally.shown, tally.marked) == (1, 1)


def test_an_everyday_saying_shows_nothing(north: Cast, sign_in: SignIn) -> None:
    switch(north, "staff")
    entry = shared(north, "I was killing time, dying to see my sister.")
    assert BOX not in sign_in(north.ada).get(reverse("entry_done", args=[entry.pk])).content.decode()
    assert not flags(entry)
    assert not ScreeningTally.objects.exists()


def test_what_is_kept_private_is_not_read_and_what_is_said_afterwards_is(north: Cast) -> None:
    switch(north, "staff")
    work = given.agreed(north)
    entry = given.begun(north, work)
    said: dict[str, Any] = {"after": sharing.After(amount=1), "key": uuid4()}
    entry = sharing.share(
        by=north.ada.actor, entry=entry, values={"hot_thought": HEAVY}, kept_private=["hot_thought"], **said
    )
    assert not flags(entry)
    more = given.begun(north, work)
    after = sharing.After(amount=1, words=HEAVY)
    more = sharing.share(by=north.ada.actor, entry=more, values={}, kept_private=[], after=after, key=uuid4())
    assert len(flags(more)) == 1


def test_exempt_sheets_and_copies_of_them_are_not_read(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = WorksheetVersion.objects.filter(worksheet__clinic=None).select_related("worksheet").order_by("-number")
    for slug in ("w07", "w16", "w35", "w38"):
        assert not heavy.is_read_in(newest.filter(worksheet__slug=slug)[0])
    shipped = newest.filter(worksheet__slug="w07")[0]
    copy = drafts.copy(by=north.theo.actor, version=shipped).worksheet
    made = WorksheetVersion(worksheet=copy, number=1, definition=shipped.definition)
    assert not heavy.is_read_in(made)
    assert not heavy.is_read_in(newest.filter(worksheet__slug="gad-7")[0])
    assert heavy.is_read_in(newest.filter(worksheet__slug="w02")[0])


@pytest.mark.parametrize(
    ("to", "says"), [("client", "It tells nobody unless you say so."), ("staff", "asks a therapist to")]
)
def test_the_client_is_told_where_they_write(north: Cast, sign_in: SignIn, to: str, says: str) -> None:
    switch(north, to)
    draft = given.begun(north, given.agreed(north), {"hot_thought": "x"})
    for route in ("entry", "entry_finish"):
        assert says in sign_in(north.ada).get(reverse(route, args=[draft.pk])).content.decode()


def test_after_a_day_nothing_is_offered_any_more(north: Cast) -> None:
    arranged = switch(north, "client")
    entry = shared(north)
    now = timezone.now()
    assert heavy.box_of(entry, arranged, now) == "offer"
    assert heavy.box_of(entry, arranged, now + timedelta(hours=25)) == ""
    SafetySetup.objects.update(screening="off")
    with pytest.raises(ActionRefused):
        acting.tell(by=north.ada.actor, entry=entry)


# --- what it is worth --------------------------------------------------------------------------------------------------


def test_a_mark_is_confirmed_unless_it_was_a_mistake(north: Cast) -> None:
    switch(north, "staff")
    for outcome, note in (("spoke", ""), ("mistake", "A song.")):
        (flag,) = flags(shared(north))
        care.act(by=north.theo.actor, flag=flag, plan="Read it.")
        care.close(by=north.theo.actor, flag=flag, outcome=outcome, note=note)
    tally = ScreeningTally.objects.get(clinic=north.north)
    assert (tally.marked, tally.confirmed) == (2, 1)


def test_other_flags_confirm_nothing(north: Cast) -> None:
    screening_tally.confirmed(SafetyFlag(clinic=north.north, kind="item9", outcome="spoke"))
    assert not ScreeningTally.objects.exists()


@pytest.mark.parametrize(("marked", "confirmed", "off"), [(10, 1, True), (10, 2, False), (4, 0, False), (5, 0, True)])
def test_below_a_fifth_confirmed_it_advises_to_switch_it_off(marked: int, confirmed: int, off: bool) -> None:
    month = Month(date(2026, 3, 1), 100, 20, marked, confirmed)
    assert screened.is_hardly_right([month]) == off
    assert month.rate == 20.0


def test_the_page_shows_each_month_and_the_advice(north: Cast, sign_in: SignIn) -> None:
    switch(north, "staff")
    shared(north)
    month = north.north.today().replace(day=1)
    ScreeningTally.objects.filter(month=month).update(shown=1, marked=6, confirmed=1)
    page = sign_in(north.amy).get(reverse("safety_screening")).content.decode()
    assert "Fewer than 20 of 100 marks were confirmed lately." in page
    assert "100.0" in page  # one box for one entry
    assert "17" in page
    SafetySetup.objects.update(screening="off")
    assert "We advise" not in sign_in(north.amy).get(reverse("safety_screening")).content.decode()
