"""What a report does: noted once, a channel that leads nowhere turned off, and never more than that."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.ids import uuid7
from accounts.models import User
from clinic import outbox, returns
from clinic.actions import people
from clinic.models import AuditEvent, ContactNumber, ContactPrefs, OutgoingMessage, Site
from clinic.returns import marks
from clinic.returns.parse import Event
from tests.cast import Cast, Person
from tests.clinic.returns.reports import Kind, Returned, State, event, sent
from tests.homework.assignments.nudging import wants_email

NOW = timezone.now
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)
Stopped = ContactPrefs.Stopped


def prefs_of(person: Person) -> ContactPrefs:
    return ContactPrefs.objects.get(client=person.membership)


@pytest.fixture
def wanted(north: Cast) -> ContactPrefs:
    """Ada has wanted e-mail for a month."""
    return wants_email(north.ada, NOW() - timedelta(days=30))


@pytest.mark.parametrize(
    ("what", "why"), [(Returned.BOUNCED, Stopped.BOUNCED), (Returned.COMPLAINT, Stopped.COMPLAINT)]
)
def test_a_clients_bounce_or_complaint_turns_e_mail_off(north: Cast, wanted: ContactPrefs, what: str, why: str) -> None:
    row = sent(north.ada)
    assert returns.take([event(row, what)]) == returns.Tally(noted=1, stopped=1)
    row.refresh_from_db()
    assert row.returned == what
    assert row.returned_at is not None
    prefs = prefs_of(north.ada)
    assert (prefs.may_email, prefs.email_reminders, prefs.consented_at) == (False, False, None)
    assert prefs.email_stopped == why
    assert prefs.updated_at == wanted.updated_at  # the client has said nothing


def test_what_still_waits_is_not_sent_any_more(north: Cast, wanted: ContactPrefs) -> None:
    returns.take([event(sent(north.ada, NOW() - 2 * A_DAY))])
    assert outbox.queue(clinic_id=north.north.pk, kind=Kind.NOTE, key="n", user=north.ada.user, about=uuid7())
    assert outbox.deliver(north.north, outbox.claim(north.north)).sent == 0
    assert OutgoingMessage.objects.get(key="n").skipped_because == "consent"


def test_it_is_in_the_record_by_the_program_and_without_an_address(north: Cast, wanted: ContactPrefs) -> None:
    row = sent(north.ada)
    returns.take([event(row, recipient="ada@example.org")])
    noted, stopped = (AuditEvent.objects.get(verb=verb) for verb in ("message.returned", "contact.bounced"))
    assert noted.actor_role == stopped.actor_role == "system"
    assert noted.object_id == row.pk
    assert stopped.client == north.ada.membership.pk
    assert "@" not in f"{noted.detail}{stopped.detail}"


def test_the_same_report_twice_does_nothing_the_second_time(north: Cast, wanted: ContactPrefs) -> None:
    row = sent(north.ada)
    returns.take([event(row), event(row)])
    wants_email(north.ada, NOW())  # the client turned it on again
    assert returns.take([event(row)]) == returns.Tally(unknown=1)
    assert returns.take([event(row, Returned.DELAYED)]) == returns.Tally(unknown=1)
    assert prefs_of(north.ada).may_email
    assert AuditEvent.objects.filter(verb="message.returned").count() == 1


def test_it_stops_one_person_only(north: Cast, wanted: ContactPrefs) -> None:
    bens = wants_email(north.ben)
    returns.take([event(sent(north.ada))])
    bens.refresh_from_db()
    assert bens.may_email


@pytest.mark.parametrize("field", ["row", "clinic"])
def test_a_row_there_is_not_or_of_another_clinic_is_nothing(north: Cast, wanted: ContactPrefs, field: str) -> None:
    row = sent(north.ada)
    ids = {"row": row.pk, "clinic": row.clinic_id} | {field: uuid7() if field == "row" else north.south.pk}
    assert returns.take([Event(Returned.BOUNCED, **ids)]) == returns.Tally(unknown=1)
    row.refresh_from_db()
    assert row.returned == ""
    assert prefs_of(north.ada).may_email


# --- late, and of another address -------------------------------------------------------------------------------------


def move(person: Person, address: str) -> None:
    User.objects.filter(pk=person.user.pk).update(email=address)


@pytest.mark.parametrize("what", [Returned.BOUNCED, Returned.COMPLAINT])
def test_a_late_report_about_an_old_address_does_not_stop_the_new_one(
    north: Cast, wanted: ContactPrefs, what: str
) -> None:
    row = sent(north.ada)
    move(north.ada, "new@example.org")
    assert returns.take([event(row, what)]) == returns.Tally(noted=1)
    row.refresh_from_db()
    assert row.returned == what
    assert prefs_of(north.ada).may_email


def test_where_the_row_names_no_address_the_report_does(north: Cast, wanted: ContactPrefs) -> None:
    move(north.ada, "new@example.org")
    returns.take([event(sent(north.ada, to=""), recipient="ada@example.org")])
    assert prefs_of(north.ada).may_email
    returns.take([event(sent(north.ada, to=""), recipient="new@example.org")])
    assert not prefs_of(north.ada).may_email


def test_small_and_capital_letters_are_one_address(north: Cast, wanted: ContactPrefs) -> None:
    move(north.ada, "Ada@Example.org")
    returns.take([event(sent(north.ada))])
    assert not prefs_of(north.ada).may_email


def test_a_bounce_from_before_the_client_said_yes_again_is_only_noted(north: Cast) -> None:
    wants_email(north.ada, NOW() - AN_HOUR)
    assert returns.take([event(sent(north.ada, NOW() - A_DAY))]) == returns.Tally(noted=1)
    assert prefs_of(north.ada).may_email
    assert returns.take([event(sent(north.ada, NOW() - A_DAY), Returned.COMPLAINT)]).stopped == 1


def test_what_the_client_turned_off_stays_their_own_doing(north: Cast) -> None:
    returns.take([event(sent(north.ada))])
    assert prefs_of(north.ada).email_stopped == Stopped.NO


# --- delays -----------------------------------------------------------------------------------------------------------


def delayed(north: Cast, *days_ago: float) -> list[str]:
    """Messages so many days ago, each of them delayed; how each row ends."""
    rows = [sent(north.ada, NOW() - timedelta(days=days)) for days in days_ago]
    returns.take([event(row, Returned.DELAYED) for row in rows])
    return [OutgoingMessage.objects.get(pk=row.pk).returned for row in rows]


def test_a_delay_is_noted_only(north: Cast, wanted: ContactPrefs) -> None:
    assert delayed(north, 3, 2) == [Returned.DELAYED, Returned.DELAYED]
    assert prefs_of(north.ada).may_email


def test_three_delays_in_a_row_count_as_a_bounce(north: Cast, wanted: ContactPrefs) -> None:
    assert delayed(north, 3, 2, 1) == [Returned.DELAYED, Returned.DELAYED, Returned.BOUNCED]
    assert prefs_of(north.ada).email_stopped == Stopped.BOUNCED


def test_three_that_are_not_in_a_row_do_not(north: Cast, wanted: ContactPrefs) -> None:
    sent(north.ada, NOW() - timedelta(days=1.5))  # this one arrived
    assert delayed(north, 3, 2, 1)[-1] == Returned.DELAYED
    assert prefs_of(north.ada).may_email


def test_three_over_a_longer_time_do_not(north: Cast, wanted: ContactPrefs) -> None:
    assert delayed(north, 15, 2, 1)[-1] == Returned.DELAYED
    assert prefs_of(north.ada).may_email


def test_one_message_that_is_delayed_three_times_is_one_delay(north: Cast, wanted: ContactPrefs) -> None:
    row = sent(north.ada)
    assert returns.take([event(row, Returned.DELAYED)] * 3) == returns.Tally(noted=1, unknown=2)
    assert returns.take([event(row)]).stopped == 1  # and in the end it came back


# --- staff, invitations -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.DIGEST, Kind.SAFETY])
def test_what_comes_back_from_staff_is_noted_and_shown_until_one_arrives(north: Cast, kind: str) -> None:
    people_here = [north.theo.user.pk, north.cora.user.pk, None]
    row = sent(north.theo, NOW() - A_DAY, kind=kind, to="")
    assert returns.take([event(row)]) == returns.Tally(noted=1)
    assert marks.of_staff(north.north.pk, people_here) == {north.theo.user.pk}
    sent(north.theo, kind=kind, to="")
    assert marks.of_staff(north.north.pk, people_here) == set()


def test_an_invitation_that_came_back_is_known_until_it_is_sent_again(north: Cast) -> None:
    site = Site.objects.get(clinic=north.north)
    member, _token = people.invite_client(by=north.amy.actor, name="Nora", email="nora@exmaple.org", site=site)
    invitation = member.invitations.get()
    row = OutgoingMessage.objects.get(about=invitation.pk)
    assert outbox.deliver(north.north, outbox.claim(north.north)).sent == 1
    assert returns.take([event(row)]) == returns.Tally(noted=1)
    assert marks.of_invitations(north.north.pk, [invitation.pk, None]) == {invitation.pk}
    again, _token = people.send_again(by=north.amy.actor, invitation=invitation, email="nora@example.org")
    assert marks.of_invitations(north.north.pk, [again.pk]) == set()


# --- text messages ----------------------------------------------------------------------------------------------------


def with_number(person: Person, **more: object) -> ContactNumber:
    values = {"sealed": "x", "number_hash": "h" * 64, "confirmed_at": NOW() - A_DAY} | more
    return ContactNumber.objects.create(clinic=person.membership.clinic, member=person.membership, **values)


@pytest.mark.parametrize(
    ("what", "why"), [(Returned.BOUNCED, ContactNumber.Ended.BOUNCED), (Returned.COMPLAINT, ContactNumber.Ended.STOP)]
)
def test_a_number_that_does_not_exist_is_given_up(north: Cast, wanted: ContactPrefs, what: str, why: str) -> None:
    number = with_number(north.ada)
    assert returns.take([event(sent(north.ada, channel="sms", to=""), what)]).stopped == 1
    number.refresh_from_db()
    assert (number.sealed, number.number_hash, number.ended_because) == ("", "", why)
    assert not ContactNumber.objects.live().filter(pk=number.pk).exists()
    assert prefs_of(north.ada).may_email  # e-mail is another channel


def test_a_number_that_was_given_since_is_kept(north: Cast) -> None:
    number = with_number(north.ada, confirmed_at=NOW())
    assert returns.take([event(sent(north.ada, channel="sms", to=""))]) == returns.Tally(noted=1)
    number.refresh_from_db()
    assert number.sealed


def test_a_code_that_came_back_takes_its_number_along_unless_it_was_typed(north: Cast) -> None:
    waiting = with_number(north.theo, confirmed_at=None, code_sent_at=NOW() - AN_HOUR)
    code = sent(north.theo, NOW() - AN_HOUR / 2, kind=Kind.CODE, channel="sms", to="")
    assert returns.take([event(code)]).stopped == 1
    waiting.refresh_from_db()
    assert waiting.ended_because == ContactNumber.Ended.BOUNCED
    typed = with_number(north.ada, confirmed_at=NOW())
    returns.take([event(sent(north.ada, kind=Kind.CODE, channel="sms", to=""))])
    typed.refresh_from_db()
    assert typed.sealed


def test_a_message_queued_again_after_a_kill_can_come_back_too(north: Cast, wanted: ContactPrefs) -> None:
    row = sent(north.ada, state=State.QUEUED, sent_at=None)
    assert returns.take([event(row)]).stopped == 1
