"""The outbox: once, only while wanted, never lost, and one message's trouble is its own."""

import smtplib
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError

from accounts import mail
from clinic import audit, outbox, rounds, stopping, tasks
from clinic.actions import contact, people
from clinic.actions import messages as retrying
from clinic.models import Invitation, Membership, OutgoingMessage
from clinic.outbox import delivery, lanes, marking
from clinic.outbox.reach import is_quiet
from clinic.scope import acting_in
from tests.cast import Cast, Person, make_cast
from tests.homework.assignments.nudging import MONDAY, at, wants_email

Kind, State = OutgoingMessage.Kind, OutgoingMessage.State
Mails = list[EmailMessage]
AWAY = frozenset({"email"})


def to_staff(person: Person, key: str = "digest:1", **more: Any) -> OutgoingMessage:
    """Something to read for a member of staff, due now."""
    clinic_id = person.membership.clinic_id
    assert outbox.queue(clinic_id=clinic_id, kind=Kind.DIGEST, key=key, user=person.user, about=uuid4(), **more)
    return OutgoingMessage.objects.get(key=key)


def run(cast: Cast) -> outbox.Tally:
    """Claim and deliver everything that is due."""
    return outbox.deliver(cast.north, outbox.claim(cast.north))


class Broken(EmailBackend):
    """A mail server with trouble: what it raises for which address is set on the class."""

    trouble: dict[str, Exception] = {}
    opened = 0

    def open(self) -> bool:
        type(self).opened += 1
        if "open" in self.trouble:
            raise self.trouble["open"]
        return True

    def send_messages(self, messages: Any) -> int:
        for message in messages:
            if message.to[0] in self.trouble:
                raise self.trouble[message.to[0]]
        count: int = super().send_messages(messages)
        return count


@pytest.fixture
def server(settings: Any, monkeypatch: pytest.MonkeyPatch) -> type[Broken]:
    """The mail server of a test."""
    settings.EMAIL_BACKEND = f"{__name__}.Broken"
    django_mail.outbox = []
    monkeypatch.setattr(Broken, "trouble", {})
    monkeypatch.setattr(Broken, "opened", 0)
    return Broken


# --- into the outbox --------------------------------------------------------------------------------------------------


def test_a_key_makes_a_message_once(north: Cast) -> None:
    again = {"clinic_id": north.north.pk, "kind": Kind.DIGEST, "key": "digest:1", "user": north.theo.user}
    assert outbox.queue(**again) is True
    assert outbox.queue(**again) is False
    assert OutgoingMessage.objects.count() == 1


def test_what_is_rolled_back_is_not_sent(north: Cast, mailoutbox: Mails) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        to_staff(north.theo)
        raise ZeroDivisionError
    assert run(north) == outbox.Tally()
    assert mailoutbox == []


def test_a_secret_is_sealed_while_it_waits_and_gone_when_it_is_sent(north: Cast, mailoutbox: Mails) -> None:
    invitation = invite(north)
    row = OutgoingMessage.objects.get(about=invitation.pk)
    assert run(north).sent == 1
    link = next(line for line in str(mailoutbox[0].body).splitlines() if "/join/" in line).split("/join/")[1]
    token = link.split("/")[1]
    assert len(token) == 43
    assert token not in row.secret
    row.refresh_from_db()
    assert (row.state, row.secret) == (State.SENT, "")


def invite(cast: Cast) -> Invitation:
    """Theo's new client gets an invitation."""
    site = cast.ada.membership.site
    assert site is not None
    people.invite_client(by=cast.amy.actor, name="Neri", email="neri@example.org", site=site)
    return Invitation.objects.get(email="neri@example.org")


# --- out of it --------------------------------------------------------------------------------------------------------


def test_a_message_goes_out_once(north: Cast, mailoutbox: Mails) -> None:
    row = to_staff(north.theo)
    assert run(north) == outbox.Tally(sent=1)
    assert run(north) == outbox.Tally()
    row.refresh_from_db()
    assert (row.state, row.attempts, row.lease_until) == (State.SENT, 0, None)
    assert row.sent_at is not None
    assert [message.to for message in mailoutbox] == [["theo@example.org"]]


def test_what_is_not_due_waits(north: Cast) -> None:
    to_staff(north.theo, due_at=timezone.now() + timedelta(minutes=1))
    assert outbox.claim(north.north) == []


def test_a_claim_is_one_workers_until_its_lease_runs_out(north: Cast) -> None:
    to_staff(north.theo)
    with at(MONDAY):
        OutgoingMessage.objects.update(due_at=MONDAY)
        (row,) = outbox.claim(north.north)
        assert outbox.claim(north.north) == []
    with at(MONDAY + lanes.LEASE - timedelta(seconds=1)):
        assert outbox.claim(north.north) == []
    with at(MONDAY + lanes.LEASE + timedelta(seconds=1)):
        (taken,) = outbox.claim(north.north)
        assert taken.pk == row.pk
        assert outbox.deliver(north.north, [row]) == outbox.Tally()  # the first worker wakes up: it is not its any more
        assert outbox.deliver(north.north, [taken]).sent == 1


def test_the_oldest_go_first_and_no_more_than_asked_for(north: Cast) -> None:
    for minutes in (3, 1, 2):
        to_staff(north.theo, f"digest:{minutes}", due_at=timezone.now() - timedelta(minutes=minutes))
    assert [row.key for row in outbox.claim(north.north, limit=2)] == ["digest:3", "digest:2"]


def test_a_claim_takes_nothing_of_another_clinic(north: Cast) -> None:
    with acting_in(north.south.pk):
        to_staff(north.zoe)
    assert outbox.claim(north.north) == []
    with acting_in(north.south.pk):
        assert len(outbox.claim(north.south)) == 1


def test_what_came_too_late_is_dropped(north: Cast, mailoutbox: Mails) -> None:
    now = timezone.now()
    row = to_staff(north.theo, due_at=now - timedelta(hours=2), not_after=now - timedelta(hours=1))
    assert run(north) == outbox.Tally(skipped=1)
    row.refresh_from_db()
    assert (row.state, row.skipped_because) == (State.SKIPPED, "late")
    assert mailoutbox == []


def test_a_kind_nobody_answers_for_is_never_sent(
    north: Cast, monkeypatch: pytest.MonkeyPatch, mailoutbox: Mails
) -> None:
    monkeypatch.setitem(outbox.checks, Kind.DIGEST, [])
    row = to_staff(north.theo)
    assert run(north).skipped == 1
    row.refresh_from_db()
    assert row.skipped_because == "unchecked"
    assert mailoutbox == []


def test_every_kind_has_somebody_who_answers_for_it() -> None:
    assert [kind for kind in Kind.values if not outbox.checks[kind]] == []


def test_staff_who_have_left_get_nothing_to_read(north: Cast) -> None:
    row = to_staff(north.cora)
    Membership.objects.filter(pk=north.cora.membership.pk).update(ended_at=timezone.now())
    assert run(north) == outbox.Tally(skipped=1)
    row.refresh_from_db()
    assert row.skipped_because == "gone"


@pytest.mark.parametrize("field", ["used_at", "withdrawn_at", "expires_at"])
def test_an_invitation_that_is_no_longer_open_is_not_sent(north: Cast, mailoutbox: Mails, field: str) -> None:
    invitation = invite(north)
    moment = timezone.now() - timedelta(seconds=1)
    Invitation.objects.filter(pk=invitation.pk).update(**{field: moment})
    assert run(north) == outbox.Tally(skipped=1)
    row = OutgoingMessage.objects.get(about=invitation.pk)
    assert (row.skipped_because, row.secret) == ("withdrawn", "")
    assert mailoutbox == []


def test_a_note_and_a_reminder_of_the_same_day_are_one_message(north: Cast, mailoutbox: Mails) -> None:
    wants_email(north.ada, MONDAY)
    with at(MONDAY):
        for key in ("note:1", "note:2"):
            outbox.queue(clinic_id=north.north.pk, kind=Kind.NOTE, key=key, user=north.ada.user)
        assert run(north) == outbox.Tally(sent=1, skipped=1)
        assert OutgoingMessage.objects.order_by("pk")[0].state == State.SENT
        outbox.queue(clinic_id=north.north.pk, kind=Kind.NOTE, key="note:3", user=north.ada.user)
        assert run(north) == outbox.Tally(skipped=1)
    assert len(mailoutbox) == 1


def test_of_two_that_wait_for_one_day_the_later_yields_to_the_earlier_whoever_holds_it(north: Cast) -> None:
    wants_email(north.ada, MONDAY)
    with at(MONDAY):
        for key in ("note:1", "note:2"):
            outbox.queue(clinic_id=north.north.pk, kind=Kind.NOTE, key=key, user=north.ada.user)
        first, second = outbox.claim(north.north, limit=1), outbox.claim(north.north, limit=1)
        assert outbox.deliver(north.north, second) == outbox.Tally(skipped=1)
        assert outbox.deliver(north.north, first) == outbox.Tally(sent=1)


# --- trouble ----------------------------------------------------------------------------------------------------------


def test_many_messages_share_one_connection(north: Cast, server: type[Broken]) -> None:
    for number in range(5):
        to_staff(north.theo, f"digest:{number}")
    assert run(north).sent == 5
    assert server.opened == 1


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPRecipientsRefused({}),
        smtplib.SMTPDataError(451, b"later"),
        smtplib.SMTPSenderRefused(550, b"no", "x"),
        ValueError("unexpected"),
    ],
)
def test_one_message_in_trouble_does_not_hold_up_the_others(
    north: Cast, server: type[Broken], error: Exception
) -> None:
    server.trouble["cora@example.org"] = error
    bad = to_staff(north.cora, "digest:0")
    to_staff(north.theo, "digest:1")
    assert run(north) == outbox.Tally(sent=1, failed=1)
    bad.refresh_from_db()
    assert (bad.state, bad.attempts, bad.sent_at) == (State.QUEUED, 1, None)


def test_a_message_is_parked_after_five_tries_with_growing_pauses(north: Cast, server: type[Broken]) -> None:
    server.trouble["theo@example.org"] = smtplib.SMTPRecipientsRefused({})
    row, now, pauses = to_staff(north.theo, due_at=MONDAY), MONDAY, []
    for tries in range(1, 6):
        with at(now):
            tally = run(north)
            assert (tally.failed, tally.parked) == (1, int(tries == 5))
        row.refresh_from_db()
        assert row.attempts == tries
        if row.lease_until is not None:
            pauses.append((row.lease_until - now).total_seconds())
            now = row.lease_until + timedelta(seconds=1)
    assert row.state == State.PARKED
    assert all(30 * 2**number <= pause <= 90 * 2**number for number, pause in enumerate(pauses))
    assert len(pauses) == 4
    with at(now + timedelta(days=1)):
        assert run(north) == outbox.Tally()


@pytest.mark.parametrize(
    "error",
    [ConnectionRefusedError(), TimeoutError(), smtplib.SMTPServerDisconnected(), smtplib.SMTPConnectError(421, b"")],
)
def test_when_the_mail_server_is_away_everything_waits_and_no_try_is_counted(
    north: Cast, server: type[Broken], error: Exception
) -> None:
    server.trouble["open"] = error
    for number in range(3):
        to_staff(north.theo, f"digest:{number}", due_at=MONDAY)
    for round_ in range(8):
        with at(MONDAY + timedelta(minutes=5 * round_)):
            assert run(north) == outbox.Tally(away=AWAY)
    assert set(OutgoingMessage.objects.values_list("state", "attempts")) == {(State.QUEUED, 0)}
    server.trouble.clear()
    with at(MONDAY + timedelta(hours=1)):
        assert run(north).sent == 3


def test_a_server_that_hangs_up_in_the_middle_loses_nothing_and_doubles_nothing(
    north: Cast, server: type[Broken]
) -> None:
    server.trouble["cora@example.org"] = smtplib.SMTPServerDisconnected()
    for number, person in enumerate((north.theo, north.cora, north.kit)):
        to_staff(person, f"digest:{number}", due_at=MONDAY + timedelta(seconds=number))
    with at(MONDAY + timedelta(minutes=1)):
        assert run(north) == outbox.Tally(sent=1, away=AWAY)
    server.trouble.clear()
    with at(MONDAY + timedelta(minutes=5)):
        assert run(north).sent == 2
    assert [message.to[0].split("@")[0] for message in django_mail.outbox] == ["theo", "cora", "kit"]


def test_the_same_row_has_the_same_message_id_however_often_it_is_sent(north: Cast, mailoutbox: Mails) -> None:
    row = to_staff(north.theo)
    assert run(north).sent == 1
    OutgoingMessage.objects.update(state=State.QUEUED, sent_at=None)  # killed between the server's yes and our commit
    assert run(north).sent == 1
    assert {message.extra_headers["Message-ID"] for message in mailoutbox} == {f"<{row.pk}.{row.clinic_id}@localhost>"}


def test_the_checks_are_asked_again_when_the_answer_is_not_fresh(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        to_staff(north.theo, f"digest:{number}")
    asked: list[int] = []

    def slow(clinic: object, rows: Any, now: datetime) -> dict[Any, str]:
        asked.append(len(rows))
        return {}

    monkeypatch.setitem(outbox.checks, Kind.DIGEST, [slow])
    clock = iter(range(100))
    monkeypatch.setattr(delivery.time, "monotonic", lambda: next(clock) * 0.3)
    assert run(north).sent == 4
    assert asked == [4, 2]  # two were sent in time, so it asks about two next


def test_the_sweep_sends_for_every_clinic(north: Cast, mailoutbox: Mails) -> None:
    to_staff(north.theo)
    with acting_in(north.south.pk):
        to_staff(north.zoe)
    assert tasks.send_due_messages() == 2
    assert sorted(message.to[0] for message in mailoutbox) == ["theo@example.org", "zoe@example.org"]


def test_sweeping_the_sessions_says_what_it_did(north: Cast) -> None:
    assert tasks.extend_series() == 0


def test_the_number_of_queries_of_a_claim_and_a_check_does_not_grow(north: Cast) -> None:
    costs = []
    for count in (1, 20):
        for number in range(count):
            to_staff(north.theo, f"digest:{count}:{number}")
        with CaptureQueriesContext(connection) as claiming:
            rows = outbox.claim(north.north)
        with CaptureQueriesContext(connection) as asking:
            assert len(delivery._still_wanted(north.north, rows, outbox.Tally())) == count
        costs.append((len(claiming), len(asking)))
    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [((20, 59), False), ((21, 0), True), ((23, 59), True), ((0, 0), True), ((7, 59), True), ((8, 0), False)],
)
def test_quiet_hours_begin_with_their_first_minute_and_end_before_their_last(
    clock: tuple[int, int], quiet: bool
) -> None:
    moment = datetime(2027, 1, 1, *clock, tzinfo=UTC).time()
    evening, morning = datetime(2027, 1, 1, 21, tzinfo=UTC).time(), datetime(2027, 1, 1, 8, tzinfo=UTC).time()
    assert is_quiet(moment, evening, morning) is quiet
    assert is_quiet(moment, morning, morning) is False


# --- several workers --------------------------------------------------------------------------------------------------


@pytest.fixture
def committed(transactional_db: None) -> Iterator[Cast]:
    """The cast with real commits, so that other connections see it."""
    with transaction.atomic():
        cast = make_cast()
    with acting_in(cast.north.pk):
        yield cast


@pytest.mark.django_db(transaction=True)
def test_trouble_is_noted_for_good(committed: Cast, server: type[Broken]) -> None:
    """As in a worker, where nothing is in a transaction unless the outbox opens one."""
    server.trouble["cora@example.org"] = ValueError("unexpected")
    server.trouble["kit@example.org"] = smtplib.SMTPServerDisconnected()
    with transaction.atomic():
        for number, person in enumerate((committed.theo, committed.cora, committed.kit, committed.sol)):
            to_staff(person, f"digest:{number}", due_at=MONDAY + timedelta(seconds=number))
    with at(MONDAY + timedelta(minutes=1)):
        assert run(committed) == outbox.Tally(sent=1, failed=1, away=AWAY)
    with transaction.atomic():
        rows = list(OutgoingMessage.objects.order_by("key"))
    assert [row.state for row in rows] == [State.SENT, State.QUEUED, State.QUEUED, State.QUEUED]
    assert [row.attempts for row in rows] == [0, 1, 0, 0]
    assert all(row.lease_until < MONDAY + timedelta(minutes=3) for row in rows[1:] if row.lease_until)
    assert rows[3].lease_until is not None


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_never_claim_the_same_message(committed: Cast) -> None:
    with transaction.atomic():
        for number in range(60):
            to_staff(committed.theo, f"digest:{number}")
    taken: list[list[OutgoingMessage]] = []
    together = threading.Barrier(4)

    def worker() -> None:
        try:
            with acting_in(committed.north.pk):
                together.wait()
                while rows := outbox.claim(committed.north, limit=7):
                    taken.append(rows)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ids = [row.pk for rows in taken for row in rows]
    assert len(ids) == len(set(ids)) == 60
    assert max(len(rows) for rows in taken) == 7


@pytest.mark.django_db(transaction=True)
def test_a_message_is_locked_while_the_server_takes_its_time(committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lease that runs out while the mail server is slow does not make a second copy."""
    with transaction.atomic():
        to_staff(committed.theo, due_at=MONDAY)
    others: list[int] = []

    def slow(line: mail.Line, message: EmailMessage) -> None:
        def other() -> None:
            try:
                with acting_in(committed.north.pk), at(MONDAY + timedelta(hours=1)):
                    others.append(len(outbox.claim(committed.north)))
            finally:
                connections.close_all()

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()

    monkeypatch.setattr(mail.Line, "send", slow)
    with at(MONDAY):
        assert run(committed).sent == 1
    assert others == [0]
    assert connection.get_autocommit()


# --- asked again in the sending transaction ---------------------------------------------------------------------------


def passing(monkeypatch: pytest.MonkeyPatch, kind: str) -> list[int]:
    """Let every message of a kind pass, and count how many are asked about each time."""
    asked: list[int] = []

    def check(clinic: object, rows: Any, now: datetime) -> dict[Any, str]:
        asked.append(len(rows))
        return {}

    monkeypatch.setitem(outbox.checks, kind, [check])
    return asked


def test_where_nothing_has_moved_a_message_costs_one_statement(north: Cast, mailoutbox: Mails) -> None:
    """The sending transaction asks by the note itself; measured on the second message, the line is open then."""
    with at(timezone.now() + timedelta(hours=1)):
        for number in range(2):
            to_staff(north.theo, f"digest:{number}")
        rows = outbox.claim(north.north)
        way = delivery._Way(north.north, "email", deque(), outbox.Tally(), ExitStack())
        first, second = delivery._still_wanted(north.north, rows, way.tally)
        way._send(first, timezone.now())
        with CaptureQueriesContext(connection) as sending:
            way._send(second, timezone.now())
    said = [query["sql"].split()[0] for query in sending]
    assert said == ["SAVEPOINT", "UPDATE", "RELEASE"]
    assert len(mailoutbox) == 2


@pytest.mark.parametrize(("who", "asked_again"), [("theo", True), ("cora", False)])
def test_what_somebody_did_since_the_group_was_asked_is_asked_about_again_before_it_leaves(
    north: Cast, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch, who: str, asked_again: bool
) -> None:
    asked = passing(monkeypatch, Kind.DIGEST)
    still_wanted = delivery._still_wanted

    def then_somebody_does_something(*args: Any) -> Any:
        found = still_wanted(*args)
        monkeypatch.setattr(delivery, "_still_wanted", still_wanted)
        audit.record(by=getattr(north, who).actor, verb="test.done")
        return found

    monkeypatch.setattr(delivery, "_still_wanted", then_somebody_does_something)
    with at(timezone.now() + timedelta(hours=1)):
        to_staff(north.theo)
        assert run(north).sent == 1
    assert asked == [1, 1] if asked_again else [1]


def test_what_moves_between_asking_and_sending_stops_the_message(
    north: Cast, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client stops everything after the group was asked and before the message leaves."""
    wants_email(north.ada, MONDAY)
    still_wanted = delivery._still_wanted

    def then_they_stop(*args: Any) -> Any:
        found = still_wanted(*args)
        monkeypatch.setattr(delivery, "_still_wanted", still_wanted)
        contact.stop_messages(clinic_id=north.north.pk, client_id=north.ada.membership.pk)
        return found

    with at(MONDAY):
        outbox.queue(clinic_id=north.north.pk, kind=Kind.NOTE, key="note:1", user=north.ada.user)
        monkeypatch.setattr(delivery, "_still_wanted", then_they_stop)
        assert run(north) == outbox.Tally(skipped=1)
    assert OutgoingMessage.objects.get().skipped_because == "consent"
    assert mailoutbox == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": "else@example.org"}])
def test_an_account_that_changed_is_asked_about_again(
    north: Cast, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    asked = passing(monkeypatch, Kind.DIGEST)
    with at(timezone.now() + timedelta(hours=1)):
        to_staff(north.theo)
        (row,) = delivery._still_wanted(north.north, outbox.claim(north.north), outbox.Tally())
        assert marking.mark_unmoved(row, timezone.now(), timezone.now())
        OutgoingMessage.objects.update(state=State.QUEUED, lease_until=row.lease_until)
        type(north.theo.user).objects.filter(pk=north.theo.user.pk).update(**change)
        assert not marking.mark_unmoved(row, timezone.now(), timezone.now())
    assert asked == [1]


def test_a_window_that_closes_before_the_message_leaves_closes(north: Cast, mailoutbox: Mails) -> None:
    now = timezone.now() + timedelta(hours=1)
    with at(now):
        to_staff(north.theo, not_after=now + timedelta(seconds=1))
        (row,) = delivery._still_wanted(north.north, outbox.claim(north.north), outbox.Tally())
        assert not marking.mark_unmoved(row, now, now + timedelta(seconds=2))


def test_what_is_urgent_is_always_asked_about_again(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = passing(monkeypatch, Kind.SAFETY)
    with at(timezone.now() + timedelta(hours=1)):
        outbox.queue(clinic_id=north.north.pk, kind=Kind.SAFETY, key="s", user=north.theo.user, about=uuid4())
        assert run(north).sent == 1
    assert asked == [1, 1]


# --- lanes ------------------------------------------------------------------------------------------------------------


def test_the_lanes_are_all_kinds_once_and_urgent_goes_first(north: Cast) -> None:
    assert sorted([*lanes.URGENT, *lanes.USUAL]) == sorted(Kind.values)
    to_staff(north.theo, "digest:old", due_at=timezone.now() - timedelta(hours=1))
    outbox.queue(clinic_id=north.north.pk, kind=Kind.SAFETY, key="s", user=north.theo.user, about=uuid4())
    assert [row.key for row in outbox.claim(north.north)] == ["s"]
    assert [row.key for row in outbox.claim(north.north)] == ["digest:old"]


@pytest.mark.parametrize(("urgent", "index"), [(True, "clinic_message_urgent"), (False, "clinic_message_usual")])
def test_a_claim_reads_its_lane_by_its_own_index_in_order(north: Cast, urgent: bool, index: str) -> None:
    now = timezone.now()
    values = {"clinic": north.north.pk, "now": now, "until": now, "limit": 500}
    kinds = ("safety", "digest")
    OutgoingMessage.objects.bulk_create(
        OutgoingMessage(
            clinic=north.north,
            kind=kinds[number % 2],
            key=f"k{number}",
            due_at=now - timedelta(seconds=number),
            state=State.QUEUED if number % 50 < 2 else State.SENT,
        )
        for number in range(2000)
    )
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {lanes.CLAIMS[urgent]}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert f"using {index}" in plan, plan
    assert "Sort" not in plan, plan


# --- channels ---------------------------------------------------------------------------------------------------------


class Wire:
    """A channel whose other side is set by the test."""

    trouble: Exception | None = None
    carried: list[str] = []

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def carry(self, row: OutgoingMessage, clinic: object) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.carried.append(row.key)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> type[Wire]:
    """Push over a wire of the test."""
    monkeypatch.setattr(Wire, "trouble", None)
    monkeypatch.setattr(Wire, "carried", [])
    monkeypatch.setitem(delivery.CARRIERS, "push", Wire)
    monkeypatch.setattr(delivery, "PATIENCE", {})
    return Wire


def both_channels(cast: Cast) -> None:
    """Two e-mails and two pushes, one after the other."""
    for number, channel in enumerate(("push", "email") * 2):
        to_staff(cast.theo, f"{channel}:{number}", channel=channel)


def test_a_channel_that_is_away_gives_back_its_own_messages_and_the_others_go_on(
    north: Cast, wire: type[Wire], mailoutbox: Mails
) -> None:
    wire.trouble = delivery.AwayError("away")
    both_channels(north)
    assert run(north) == outbox.Tally(sent=2, away=frozenset({"push"}))
    waiting = OutgoingMessage.objects.filter(state=State.QUEUED)
    assert set(waiting.values_list("channel", "attempts")) == {("push", 0)}
    assert all(row.lease_until for row in waiting)
    assert len(mailoutbox) == 2


def test_the_mail_server_away_holds_up_no_push(north: Cast, wire: type[Wire], server: type[Broken]) -> None:
    server.trouble["open"] = ConnectionRefusedError()
    both_channels(north)
    assert run(north) == outbox.Tally(sent=2, away=AWAY)
    assert wire.carried == ["push:0", "push:2"]


def test_a_channel_found_away_is_tried_once_a_sweep_and_not_once_a_clinic(north: Cast, server: type[Broken]) -> None:
    server.trouble["open"] = ConnectionRefusedError()
    to_staff(north.theo)
    with acting_in(north.south.pk):
        to_staff(north.zoe)
    assert tasks.send_due_messages() == 0
    assert server.opened == 1


def test_one_push_service_away_is_not_all_of_them(
    north: Cast, wire: type[Wire], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", {"push": 3})
    wire.trouble = delivery.AwayError("away")
    both_channels(north)
    assert run(north) == outbox.Tally(sent=2)


def test_an_address_that_is_no_more_is_skipped_with_its_reason(north: Cast, wire: type[Wire]) -> None:
    wire.trouble = delivery.GoneError("no browser")
    to_staff(north.theo, channel="push")
    assert run(north) == outbox.Tally(skipped=1)
    row = OutgoingMessage.objects.get()
    assert (row.state, row.skipped_because, row.sent_at) == (State.SKIPPED, "gone away", None)


def test_a_message_keeps_which_words_it_had_and_not_the_words(north: Cast, mailoutbox: Mails) -> None:
    for number, person in enumerate((north.theo, north.cora)):
        to_staff(person, f"digest:{number}")
    type(north.cora.user).objects.filter(pk=north.cora.user.pk).update(language="es")
    assert run(north).sent == 2
    english, spanish = OutgoingMessage.objects.order_by("key").values_list("wording", flat=True)
    assert len(english) == len(spanish) == 12
    assert english != spanish


def test_an_invitation_that_is_parked_keeps_its_sealed_link_so_that_it_can_be_sent_again(
    north: Cast, server: type[Broken], mailoutbox: Mails
) -> None:
    invitation = invite(north)
    server.trouble["neri@example.org"] = smtplib.SMTPRecipientsRefused({})
    OutgoingMessage.objects.update(attempts=delivery.TRIES - 1)
    assert run(north) == outbox.Tally(failed=1, parked=1)
    row = OutgoingMessage.objects.get(about=invitation.pk)
    assert (row.state, bool(row.secret)) == (State.PARKED, True)
    server.trouble.clear()
    retrying.retry(by=north.amy.actor, message=row)
    assert run(north).sent == 1
    row.refresh_from_db()
    assert (row.state, row.secret, row.attempts) == (State.SENT, "", 0)


# --- asked to stop ----------------------------------------------------------------------------------------------------


def test_a_worker_that_is_asked_to_stop_ends_between_two_messages_and_gives_back_the_rest(
    north: Cast, mailoutbox: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        to_staff(north.theo, f"digest:{number}")
    send = mail.Line.send

    def then_asked(line: mail.Line, message: EmailMessage) -> None:
        send(line, message)
        if len(django_mail.outbox) == 2:
            stopping.ask()

    monkeypatch.setattr(mail.Line, "send", then_asked)
    try:
        assert outbox.send_due(north.north) == 2
        assert rounds.each_clinic(lambda clinic: 1, "test") == 0
    finally:
        stopping.forget()
    assert len(outbox.claim(north.north)) == 2  # at once, for whoever is next


def test_a_sweep_calls_helpers_for_what_waits_behind_the_first_batch(
    north: Cast, monkeypatch: pytest.MonkeyPatch, mailoutbox: Mails
) -> None:
    monkeypatch.setattr(outbox, "BATCH", 2)
    for number in range(7):
        to_staff(north.theo, f"digest:{number}")
    called: list[str] = []
    monkeypatch.setattr(tasks.help_to_send, "delay", called.append)
    assert tasks.send_due_messages() == 7
    assert called == [str(north.north.pk)] * 2, "three batches and a bit: this worker and two more"
    to_staff(north.theo, "digest:8")
    assert tasks.help_to_send(called[0]) == 1
    assert tasks.help_to_send(called[0]) == 0
    assert len(mailoutbox) == 8


def test_without_a_broker_the_sweep_sends_alone(north: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_clinic_id: str) -> None:
        raise OperationalError("no broker")

    monkeypatch.setattr(outbox, "BATCH", 1)
    monkeypatch.setattr(tasks.help_to_send, "delay", gone)
    for number in range(3):
        to_staff(north.theo, f"digest:{number}")
    assert tasks.send_due_messages() == 3
