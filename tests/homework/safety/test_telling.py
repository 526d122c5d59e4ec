"""6.3: who is told first, with what access, and which messages are still wanted at send time; and what happens when people leave."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from clinic import outbox
from clinic.access import Can, TeamRole
from clinic.actions import care_team, people
from clinic.models import AuditEvent, CareTeamMember, Episode, Membership, OutgoingMessage
from clinic.refusal import ActionRefused
from homework.safety.actions import care
from homework.safety.actions import flag as flags
from homework.safety.models import FlagEvent, SafetyFlag
from homework.safety.tasks import climb_ladder
from tests.cast import Cast, put_on_team
from tests.clinic.numbers_given import give_number
from tests.homework.safety.flagged import away, fresh, mails, p1, p2, told
from tests.homework.safety.given import AT_NIGHT, IN_HOURS, set_up

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(IN_HOURS, tick=False) as there:
        yield there


# --- who is told first ------------------------------------------------------------------------------------------------


def test_6_3_the_therapist_is_told_at_once_here_and_by_a_neutral_mail(north: Cast) -> None:
    set_up(north)
    flag = p2(north)
    assert told(flag) == ["Theo"]
    assert mails(flag) == ["theo"]


def test_6_3_p1_is_also_told_to_the_person_on_duty_with_access_for_a_week(north: Cast) -> None:
    set_up(north)
    flag = p1(north)
    assert told(flag) == ["Theo", "Cora"]
    (place,) = CareTeamMember.objects.filter(member=north.cora.membership, episode=north.ada.episode)
    today = north.north.today()
    assert (place.role, place.by_ladder, place.starts_on, place.ends_on) == (
        "cover", True, today, today + timedelta(days=7),
    )  # fmt: skip
    assert AuditEvent.objects.filter(verb="team.cover_by_ladder", client=north.ada.membership.pk).count() == 1
    assert SafetyFlag.objects.permitted(north.cora.actor, Can.REVIEW).exists()


def test_6_3_asking_for_contact_tells_the_person_on_duty_once(north: Cast) -> None:
    set_up(north)
    flag = p2(north)
    for _ in range(2):
        flags.choose(by=north.ada.actor, flag=flag, choice="contact", number="1", when="noon")
    assert told(flag) == ["Theo", "Cora"]
    assert sorted(mails(flag)) == ["cora", "theo"]


def test_6_3_while_the_therapist_is_away_the_cover_is_told_beside_them(north: Cast) -> None:
    set_up(north, lead=north.sol.membership)
    away(north, cover="sol")
    assert told(p2(north)) == ["Theo", "Sol"]


def test_6_3_an_absence_that_nobody_agreed_to_changes_nothing(north: Cast) -> None:
    set_up(north)
    away(north, state="asked")
    assert told(p2(north)) == ["Theo"]


def test_6_3_a_supervisor_who_is_told_gets_a_place_beside_the_one_they_have(north: Cast) -> None:
    set_up(north)
    away(north, cover="sol")
    p2(north)
    roles = CareTeamMember.objects.filter(member=north.sol.membership, ended_at=None).values_list("role", flat=True)
    assert sorted(roles) == ["cover", "supervisor"]


def test_6_3_whoever_can_act_already_gets_nothing_more(north: Cast) -> None:
    set_up(north)
    assert north.ada.episode is not None
    put_on_team(north.ada.episode, north.cora, TeamRole.COTHERAPIST)
    p1(north)
    assert CareTeamMember.objects.filter(member=north.cora.membership).count() == 1


def test_6_3_a_cover_place_that_ran_out_makes_room(north: Cast) -> None:
    set_up(north)
    assert north.ada.episode is not None
    long_ago = north.north.today() - timedelta(days=9)
    put_on_team(north.ada.episode, north.cora, TeamRole.COVER, starts_on=long_ago, ends_on=long_ago)
    p1(north)
    assert CareTeamMember.objects.current(north.north).filter(member=north.cora.membership).count() == 1


def test_6_3_somebody_the_client_said_no_to_is_not_told(north: Cast) -> None:
    set_up(north)
    assert north.ada.episode is not None
    until = north.north.today() + timedelta(days=9)
    put_on_team(north.ada.episode, north.cora, TeamRole.COVER, ends_on=until, objected_at=timezone.now())
    flag = p1(north)
    assert told(flag) == ["Theo"]
    assert mails(flag) == ["theo"]


def test_6_3_a_therapist_without_an_address_finds_it_here(north: Cast) -> None:
    set_up(north)
    Membership.objects.filter(pk=north.theo.membership.pk).update(user=None)
    flag = p2(north)
    assert (told(flag), mails(flag)) == (["Theo"], [])
    assert FlagEvent.objects.get(flag=flag, step="told").detail["channel"] == "app"


def texts(flag: SafetyFlag) -> list[str]:
    """Who gets a text message about it."""
    rows = OutgoingMessage.objects.filter(about=flag.pk, channel="sms").order_by("pk")
    return [row.user.email.partition("@")[0] for row in rows.select_related("user") if row.user]


def test_6_3_staff_who_gave_a_number_also_get_a_neutral_text(
    north: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SMS", {**settings.SMS, "folder": str(tmp_path)})
    set_up(north)
    give_number(north.theo, since=IN_HOURS - timedelta(days=1))
    flag = p1(north)
    assert texts(flag) == ["theo"]
    assert FlagEvent.objects.get(flag=flag, to=north.theo.membership, step="told").detail["text"] is True
    outbox.send_due(north.north)
    (file,) = tmp_path.iterdir()
    assert "Please sign in to Notes as soon as you can." in file.read_text()
    assert "Ada" not in file.read_text()


def test_6_3_a_text_is_no_longer_sent_once_somebody_has_closed_the_flag(
    north: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "SMS", {**settings.SMS, "folder": str(tmp_path)})
    set_up(north)
    give_number(north.theo, since=IN_HOURS - timedelta(days=1))
    flag = p2(north)
    care.see(by=north.theo.actor, flag=flag)
    care.act(by=north.theo.actor, flag=flag, plan="x")
    care.close(by=north.theo.actor, flag=flag, outcome="known")
    outbox.send_due(north.north)
    assert list(tmp_path.iterdir()) == []
    row = OutgoingMessage.objects.get(about=flag.pk, channel="sms")
    assert (row.state, row.skipped_because) == ("skipped", "closed")


def test_6_3_where_no_texts_are_offered_the_mail_goes_alone(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "SMS", {**settings.SMS, "folder": "", "url": ""})
    set_up(north)
    give_number(north.theo, since=IN_HOURS - timedelta(days=1))
    flag = p1(north)
    assert texts(flag) == []
    assert "theo" in mails(flag)


# --- what is still wanted at send time --------------------------------------------------------------------------------


def deliver(cast: Cast) -> dict[str, str]:
    """Send what is due; why messages were not sent, by person."""
    outbox.send_due(cast.north)
    rows = OutgoingMessage.objects.filter(kind="safety").select_related("user")
    return {row.user.email.partition("@")[0]: row.skipped_because or row.state for row in rows if row.user}


def test_6_3_the_first_message_goes_also_when_somebody_looks_already(north: Cast) -> None:
    set_up(north)
    flag = p1(north)
    care.see(by=north.theo.actor, flag=flag)
    assert deliver(north) == {"theo": "sent", "cora": "sent"}


def test_6_3_nothing_is_sent_about_what_is_closed(north: Cast) -> None:
    set_up(north)
    flag = p1(north)
    care.act(by=north.theo.actor, flag=flag, plan="x")
    care.close(by=north.theo.actor, flag=flag, outcome="known")
    assert deliver(north) == {"theo": "closed", "cora": "closed"}


def test_6_3_a_later_rung_is_only_told_while_nobody_looks(north: Cast, clock: time_machine.Traveller) -> None:
    set_up(north)
    flag = p1(north)
    deliver(north)
    clock.shift(61 * MINUTE)
    climb_ladder()
    assert told(flag)[-1] == "Sol"
    care.see(by=north.theo.actor, flag=flag)
    assert deliver(north)["sol"] == "seen"


def test_6_3_there_are_no_quiet_hours_but_nobody_who_left_is_written_to(
    north: Cast, clock: time_machine.Traveller
) -> None:
    set_up(north)
    clock.move_to(AT_NIGHT)
    p1(north)
    Membership.objects.filter(pk=north.cora.membership.pk).update(ended_at=timezone.now())
    assert deliver(north) == {"theo": "sent", "cora": "gone"}


# --- people leave -----------------------------------------------------------------------------------------------------


def test_6_3_care_does_not_end_while_a_flag_stands(north: Cast) -> None:
    set_up(north)
    flag = p2(north)
    assert north.ada.episode is not None
    for attempt in (
        lambda: care_team.end_episode(by=north.amy.actor, episode=north.ada.episode),
        lambda: people.end_place(by=north.amy.actor, member=north.ada.membership),
    ):
        with pytest.raises(ActionRefused) as no:
            attempt()
        assert no.value.status == 409
        assert "Ada" not in str(no.value)
    care.act(by=north.theo.actor, flag=flag, plan="x")
    care.close(by=north.theo.actor, flag=flag, outcome="spoke")
    care_team.end_episode(by=north.amy.actor, episode=north.ada.episode)
    assert Episode.objects.get(pk=north.ada.episode.pk).state == "ended"


@pytest.mark.parametrize("looked", [False, True])
def test_6_3_a_new_therapist_takes_over_what_is_open_from_the_first_rung(
    north: Cast, clock: time_machine.Traveller, looked: bool
) -> None:
    set_up(north)
    flag = p1(north)
    clock.shift(61 * MINUTE)
    climb_ladder()
    if looked:
        care.act(by=north.theo.actor, flag=flag, plan="Call.")
    assert north.ada.episode is not None
    care_team.transfer_client(by=north.amy.actor, episode=north.ada.episode, to=north.cora.membership)
    row = fresh(flag)
    assert (row.state, row.rung, told(flag)[-1]) == ("open", 0, "Cora")
    assert row.next_rung_at == timezone.now() + 60 * MINUTE
    clock.shift(61 * MINUTE)
    climb_ladder()
    assert told(flag)[-1] == "Sol"  # the one told before is told again: it began anew
