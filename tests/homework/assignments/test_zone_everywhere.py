"""A person's zone is theirs, not a clinic's: what they have under way moves along in every place they have as a client (8.4)."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from clinic import vault, wishes
from clinic.access import Actor, Role, TeamRole
from clinic.actions import people
from clinic.models import AuditEvent, ContactPrefs, Episode, Membership, Site
from clinic.scope import acting_in
from homework.assignments.models import Assignment, Plan
from tests.cast import Cast, Person, put_on_team
from tests.homework.assignments.nudging import MONDAY, agree, at
from tests.homework.assignments.pages import SignIn

pytestmark = pytest.mark.django_db
NEW = "America/New_York"
NINE_THERE = datetime(2027, 3, 15, 13, 0, tzinfo=UTC)


def place_in_south(cast: Cast, user_of: Person) -> Person:
    """A place as a client in the other clinic, with care, for somebody who has one in North. Call in South's scope."""
    member = Membership(clinic=cast.south, user=user_of.user, role=Role.CLIENT, site=Site.objects.get())
    vault.create_key(clinic_id=cast.south.pk, client_id=member.pk)
    member.client_name = "A. in South"
    member.save()
    ContactPrefs.objects.create(clinic=cast.south, client=member, reading_noted_at=timezone.now())
    care = Episode.objects.create(
        clinic=cast.south, client=member, site=member.site, state=Episode.State.ACTIVE, opened_on=timezone.now().date()
    )
    put_on_team(care, cast.zoe, TeamRole.LEAD)
    vault.open_contents([member.pk])
    return Person(user_of.user, member, care)


class Places:
    """Ada in both clinics, with a plan in each; Yan is South's other client, with a plan too."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        with vault.session():
            with acting_in(cast.north.pk):
                vault.open_contents([cast.ada.membership.pk])
                self.north = agree(cast.ada, cast.theo).pk
            with acting_in(cast.south.pk):
                vault.open_contents([cast.yan.membership.pk])
                self.ada = place_in_south(cast, cast.ada)
                self.south = agree(self.ada, cast.zoe).pk
                self.yans = agree(cast.yan, cast.zoe).pk

    def zone(self, clinic: str) -> str:
        pk = {"north": self.north, "south": self.south, "yan": self.yans}[clinic]
        with acting_in(self.cast.north.pk if clinic == "north" else self.cast.south.pk):
            return str(Plan.objects.get(assignment=pk).zone)

    def zones(self) -> tuple[str, str]:
        return self.zone("north"), self.zone("south")


@pytest.fixture
def places(cast: Cast) -> Iterator[Places]:
    with at(MONDAY):
        yield Places(cast)


def move(by: Actor, zone: str = NEW) -> None:
    with acting_in(by.clinic_id), vault.session():
        people.set_preferences(by=by, language="en", time_zone=zone, theme="")


def events(clinic_id: object, verb: str = "preferences.changed") -> list[AuditEvent]:
    with acting_in(clinic_id):  # type: ignore[arg-type]
        return list(AuditEvent.objects.filter(verb=verb))


@pytest.mark.parametrize("here", ["north", "south"])
def test_a_new_zone_moves_what_is_to_come_in_both_clinics(places: Places, here: str) -> None:
    move((places.cast.ada if here == "north" else places.ada).actor)
    assert places.zones() == (NEW, NEW)
    for clinic, pk in ((places.cast.north, places.north), (places.cast.south, places.south)):
        with acting_in(clinic.pk):
            assert Assignment.objects.get(pk=pk).next_reminder_at == NINE_THERE


def test_nobody_elses_plans_move(places: Places) -> None:
    before = places.zone("yan")
    move(places.cast.ada.actor)
    assert places.zone("yan") == before != NEW


def test_from_settings_in_one_clinic(places: Places, sign_in: SignIn) -> None:
    sent = {"part": "look", "language": "en", "theme": "", "time_zone": NEW}
    assert sign_in(places.cast.ada).post(reverse("settings"), sent).status_code == 303
    assert places.zones() == (NEW, NEW)


def test_each_clinic_has_its_own_record_and_learns_nothing_of_the_other(places: Places) -> None:
    move(places.cast.ada.actor)
    [here], [there] = events(places.cast.north.pk), events(places.cast.south.pk)
    assert (here.actor, there.actor) == (places.cast.ada.membership.pk, places.ada.membership.pk)
    assert (there.actor_role, there.detail, there.object_id) == ("client", {}, None)


def test_the_same_zone_again_touches_no_other_clinic(places: Places) -> None:
    move(places.cast.ada.actor, places.cast.ada.user.time_zone)
    assert not events(places.cast.south.pk)


def test_a_place_that_has_ended_is_left_alone(places: Places) -> None:
    with acting_in(places.cast.south.pk):
        Membership.objects.filter(pk=places.ada.membership.pk).update(ended_at=timezone.now())
    before = places.zone("south")
    move(places.cast.ada.actor)
    assert places.zones() == (NEW, before)
    assert not events(places.cast.south.pk)


def test_somebody_who_works_in_one_clinic_and_is_a_client_in_another(places: Places) -> None:
    with acting_in(places.cast.south.pk), vault.session():
        theos = place_in_south(places.cast, places.cast.theo)
        work = agree(theos, places.cast.zoe).pk
    before = places.zone("north")
    move(places.cast.theo.actor)
    with acting_in(places.cast.south.pk):
        assert Plan.objects.get(assignment=work).zone == NEW
    assert places.zone("north") == before


def test_it_is_all_or_nothing_and_the_scope_is_restored(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    before, seen = places.zones(), []

    def breaks(client: Actor) -> None:
        seen.append(client.clinic_id)
        if len(seen) == 2:
            raise RuntimeError

    monkeypatch.setattr(wishes, "_listeners", [*wishes._listeners, breaks])
    by = places.cast.ada.actor
    with acting_in(by.clinic_id), vault.session():
        with pytest.raises(RuntimeError):
            people.set_preferences(by=by, language="en", time_zone=NEW, theme="")
        assert {row.clinic_id for row in Episode.objects.all()} == {places.cast.north.pk}
    assert set(seen) == {places.cast.north.pk, places.cast.south.pk}
    assert places.zones() == before
    assert not events(places.cast.north.pk) and not events(places.cast.south.pk)


def test_while_one_clinic_moves_along_no_row_of_the_other_can_be_seen(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[object, set[object]] = {}

    def looks(client: Actor) -> None:
        seen[client.clinic_id] = set(Assignment.objects.values_list("clinic_id", flat=True))

    monkeypatch.setattr(wishes, "_listeners", [*wishes._listeners, looks])
    move(places.cast.ada.actor)
    assert seen == {pk: {pk} for pk in (places.cast.north.pk, places.cast.south.pk)}
