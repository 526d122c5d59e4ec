"""6.3 through the API: the same flag in the same transaction, and the answer says which page to show."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from clinic import vault
from clinic.models import ContactPrefs
from clinic.scope import acting_in
from homework.assignments.actions import entry as doing
from homework.assignments.models import Entry, Plan
from homework.safety.models import SafetyFlag
from tests.api.conftest import Api
from tests.cast import Cast
from tests.homework.assignments import given
from tests.homework.safety.given import set_up
from tests.homework.worksheets.measures import answered

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(cast: Cast) -> Entry:
    """A PHQ-9 Ada has begun."""
    with acting_in(cast.north.pk), vault.session():
        vault.open_contents([cast.ada.membership.pk])
        set_up(cast)
        work = given.agreed(cast, "phq-9", frequency=Plan.Frequency.TIMES, times_per_week=1)
        return doing.begin(by=cast.ada.actor, assignment=work)


def body(draft: Entry, item9: int, **more: Any) -> dict[str, Any]:
    answers = answered({n: 1 for n in range(1, 11)} | {9: item9})
    return {"answers": answers, "rev": draft.rev, "submission_key": str(uuid4())} | more


def test_a_risky_answer_makes_a_flag_and_says_which_page_to_show(api: Api, cast: Cast, draft: Entry) -> None:
    found = api(cast.ada).post("api_entry_share", draft.pk, body=body(draft, 2))
    assert found.status == 200
    with acting_in(cast.north.pk):
        flag = SafetyFlag.objects.get()
    assert found.body["help_page"] == reverse("told", args=[flag.pk])
    assert (flag.kind, flag.about_id) == ("item9", draft.pk)


def test_not_at_all_makes_none(api: Api, cast: Cast, draft: Entry) -> None:
    found = api(cast.ada).post("api_entry_share", draft.pk, body=body(draft, 0))
    assert (found.status, found.body["help_page"]) == (200, "")


def test_the_therapist_is_not_sent_to_the_clients_page(api: Api, cast: Cast, draft: Entry) -> None:
    api(cast.ada).post("api_entry_share", draft.pk, body=body(draft, 2))
    assert "help_page" not in api(cast.theo).get("api_entry", draft.pk).body


def test_when_it_cannot_be_kept_the_answer_says_where_help_is(
    api: Api, cast: Cast, draft: Entry, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise DatabaseError("no room")

    monkeypatch.setattr(SafetyFlag, "save", broken)
    found = api(cast.ada).post("api_entry_share", draft.pk, body=body(draft, 3))
    assert found.status == 503
    assert reverse("help_now") in found.body["message"]
    with acting_in(cast.north.pk):
        assert Entry.objects.get(pk=draft.pk).state == Entry.State.DRAFT


def test_knowing_that_nobody_reads_straight_away_is_asked_for_here_too(api: Api, cast: Cast, draft: Entry) -> None:
    with acting_in(cast.north.pk):
        ContactPrefs.objects.update(reading_noted_at=timezone.now() - timedelta(days=91))
    found = api(cast.ada).post("api_entry_share", draft.pk, body=body(draft, 0))
    assert (found.status, found.body["field"]) == (422, "reading_noted")
    found = api(cast.ada).post("api_entry_share", draft.pk, body=body(draft, 0, reading_noted=True))
    assert found.status == 200
