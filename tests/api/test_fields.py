"""Field by field: what an answer holds, what a request may set, and nothing by naming a column."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import models
from rest_framework import serializers

from accounts.models import User
from clinic import api_episodes, api_me, api_schema
from clinic.api_views import Body
from clinic.models import ContactPrefs, Episode, Membership
from clinic.scope import acting_in
from homework.assignments.api import assignments as api
from homework.assignments.api import doing as api_doing
from homework.assignments.api import entry_shapes as api_entry_shapes
from homework.assignments.api import plans as api_plans
from homework.assignments.api.doing import LogIn, PauseAllIn, StuckIn, SuggestionIn
from homework.assignments.api.entry_shapes import AdditionIn, BeginIn, DraftIn, ShareIn
from homework.assignments.api.plans import AgreementIn, NothingIn, ProposalIn, WordsIn
from homework.assignments.models import AfterCheck, Assignment, BeforeCheck, CopingPlan, Entry, EntryAddition, Plan
from homework.reviews.api import reviews as reviews_api
from tests.access.world import Belongings, version
from tests.api.conftest import Api
from tests.cast import Cast

MODULES = (api_me, api_episodes, api_schema, api, api_doing, api_plans, api_entry_shapes, reviews_api)
SECRET = {"password", "token_hash", "submission_key", "submission_hash", "user", "clinic_id", "last_login", "is_active"}


def shapes() -> list[type[serializers.BaseSerializer[Any]]]:
    found = {
        thing
        for module in MODULES
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, serializers.BaseSerializer) and thing is not Body
    }
    return sorted(found, key=lambda shape: shape.__name__)


def columns(*kinds: type[models.Model]) -> set[str]:
    """Every name a column of these models goes by."""
    return {name for kind in kinds for field in kind._meta.fields for name in (field.name, field.attname)}


def test_every_shape_names_its_fields_and_none_is_made_from_a_model() -> None:
    assert len(shapes()) >= 25
    assert [shape.__name__ for shape in shapes() if issubclass(shape, serializers.ModelSerializer)] == []


def test_no_answer_holds_a_field_that_is_nobodys_to_read() -> None:
    for shape in shapes():
        if not issubclass(shape, Body) and issubclass(shape, serializers.Serializer):
            assert not set(shape().fields) & SECRET, shape.__name__


# what may be set, by route; everything else is refused
WRITABLE = {
    "api_me": {"language", "time_zone", "theme"},
    "api_assignment_decline": {"words"},
    "api_assignment_talk": {"words"},
    "api_assignment_pause": set[str](),
    "api_assignment_resume": set[str](),
    "api_entries": {"assignment", "size"},
    "api_entry": {"rev", "answers", "kept_private", "size"},
    "api_entry_additions": {"kind", "key", "words", "submission_key"},
    "api_assignment_log": {"key", "value", "submission_key"},
    "api_assignment_stuck": {"way", "obstacles"},
    "api_assignment_worse": set[str](),
    "api_pause_all": {"days"},
    "api_entry_share": {"rev", "answers", "kept_private", "submission_key", "after", "for_partner", "reading_noted"},
}
PLANNED = {
    *("first_step", "counts_as_all", "counts_as_some", "anchor", "place", "size", "minutes", "frequency", "weekdays"),
    *("times_per_week", "local_time", "if_thens", "used_at", "goal"),
}
WRITABLE["api_assignment_confirm"] = PLANNED | {"reminder", "reminder_time", "reminder_lead", "beliefs"}
WRITABLE["api_assignment_different"] = PLANNED | {"reminder", "reminder_time", "reminder_lead", "why"}
WRITABLE["api_assignments"] = PLANNED | {
    *("episode", "kind", "worksheet", "rationale", "starts_on", "ends_on", "follows", "pace_reason", "skill"),
    "together_decided",
}
BODIES: dict[str, tuple[str, str, str, type[Body], tuple[type[models.Model], ...]]] = {
    "api_me": ("ada", "PATCH", "", api_me.Look, (User, Membership)),
    "api_assignments": ("theo", "POST", "", ProposalIn, (Assignment, Plan, CopingPlan)),
    "api_assignment_confirm": ("ada", "POST", "proposed", AgreementIn, (Assignment, Plan, BeforeCheck)),
    "api_assignment_decline": ("ada", "POST", "proposed", WordsIn, (Assignment, Plan)),
    "api_assignment_talk": ("ada", "POST", "proposed", WordsIn, (Assignment, Plan)),
    "api_assignment_pause": ("ada", "POST", "active", NothingIn, (Assignment,)),
    "api_assignment_resume": ("ada", "POST", "active", NothingIn, (Assignment,)),
    "api_entries": ("ada", "POST", "", BeginIn, (Entry,)),
    "api_entry": ("ada", "PATCH", "draft", DraftIn, (Entry,)),
    "api_entry_share": ("ada", "POST", "draft", ShareIn, (Entry, AfterCheck)),
    "api_entry_additions": ("ada", "POST", "shared", AdditionIn, (Entry, EntryAddition)),
    "api_assignment_different": ("ada", "POST", "proposed", SuggestionIn, (Assignment, Plan)),
    "api_assignment_log": ("ada", "POST", "active", LogIn, (Assignment, Entry)),
    "api_assignment_stuck": ("ada", "POST", "active", StuckIn, (Assignment, Entry)),
    "api_assignment_worse": ("ada", "POST", "active", NothingIn, (Assignment,)),
    "api_pause_all": ("ada", "POST", "", PauseAllIn, (ContactPrefs,)),
}


@pytest.mark.parametrize("name", BODIES)
def test_what_a_request_may_set_is_written_down(name: str) -> None:
    assert set(BODIES[name][3]().fields) == WRITABLE[name]


def rows(*kinds: type[models.Model]) -> list[Any]:
    """Every column of every row, sealed ones as they are."""
    found = []
    for kind in kinds:
        for row in kind._default_manager.order_by("pk").values():
            found.append({key: getattr(value, "value", value) for key, value in row.items()})
    return found


@pytest.mark.parametrize("name", BODIES)
def test_naming_a_column_sets_nothing(api: Api, cast: Cast, ada: Belongings, name: str) -> None:
    who, method, what, body, kinds = BODIES[name]
    least: dict[str, Any] = {
        "api_assignments": {"episode": ada.episode, "worksheet": version("w02").worksheet_id, "rationale": "For you."},
        "api_entries": {"assignment": ada.active},
        "api_entry": {"rev": 1},
        "api_entry_share": {"rev": 1, "submission_key": uuid4()},
        "api_entry_additions": {"kind": "more", "words": "One word.", "submission_key": uuid4()},
        "api_assignment_log": {"value": "One word.", "submission_key": uuid4()},
        "api_assignment_stuck": {"way": "smaller"},
        "api_pause_all": {"days": 3},
    }.get(name, {})
    caller = api(getattr(cast, who))
    with acting_in(cast.north.pk):
        before = rows(*kinds, Episode)
    foreign = columns(*kinds) - set(body().fields)
    assert len(foreign) > 5
    for column in sorted(foreign):
        for value in (str(ada.measure), "ended"):
            found = caller.call(method, name, getattr(ada, what) if what else None, {**least, column: value})
            assert (found.status, found.body["field"]) == (400, column)
    with acting_in(cast.north.pk):
        assert rows(*kinds, Episode) == before


def test_a_misspelled_part_to_keep_private_is_not_taken_for_one_that_was_understood(
    api: Api, cast: Cast, ada: Belongings
) -> None:
    body = {"rev": 1, "submission_key": uuid4(), "answers": {"hot_thought": "mine"}, "keep_private": ["hot_thought"]}
    found = api(cast.ada).post("api_entry_share", ada.draft, body)
    assert (found.status, found.body["field"]) == (400, "keep_private")
    misread = body | {"kept_private": ["hot_thougt"]}
    del misread["keep_private"]
    found = api(cast.ada).post("api_entry_share", ada.draft, misread)
    assert (found.status, found.body["field"]) == (422, "hot_thougt")
    assert api(cast.theo).get("api_entry", ada.draft).status == 404
