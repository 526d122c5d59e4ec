"""Messages and jobs: what an admin sees, does, and is told, and that nothing of any client is in it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import structlog
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AccountMail
from clinic import jobs, outbox, tasks
from clinic.actions import messages as sending
from clinic.actions import people
from clinic.models import AuditEvent, Clinic, JobRun, OutgoingMessage
from clinic.outbox.ledger import checks
from clinic.refusal import ActionRefused
from clinic.running import alarm, page, told
from clinic.scope import acting_in
from tests.cast import Cast, Person
from tests.homework.assignments.pages import text

SignIn = Callable[[Person | None], Client]
Kind, State, Channel = OutgoingMessage.Kind, OutgoingMessage.State, OutgoingMessage.Channel
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def put(person: Person, kind: str = Kind.NOTE, ago: timedelta = MINUTE, **more: Any) -> OutgoingMessage:
    """One message, due so long ago. Call inside the clinic's scope."""
    more.setdefault("key", f"{kind}:{uuid4()}")
    more.setdefault("to", person.user.email)
    return OutgoingMessage.objects.create(
        clinic=person.membership.clinic, user=person.user, kind=kind, due_at=timezone.now() - ago, **more
    )


def park(person: Person, kind: str = Kind.NOTE, **more: Any) -> OutgoingMessage:
    return put(person, kind, state=State.PARKED, attempts=5, **more)


def all_ran(now: datetime | None = None, **but: timedelta) -> None:
    """Every job has just gone well, but those named (with _ for the dot) so long ago."""
    at = now or timezone.now()
    for job in jobs.JOBS:
        when = at - but.get(job.task.replace(".", "_"), timedelta())
        JobRun.objects.update_or_create(
            name=job.task, defaults={"began_at": when, "ended_at": when, "went_well_at": when, "ms": 5, "trouble": ""}
        )


def read(browser: Client) -> str:
    """The work of the page, without the rail around it."""
    answer = browser.get(reverse("running"))
    assert answer.status_code == 200
    return text(answer)


def group_of(cast: Cast, kind: str, channel: str = Channel.EMAIL) -> dict[str, tuple[str, str]]:
    found = page.page(cast.amy.actor, timezone.now()).groups
    (one,) = [group for group in found if (group.kind, group.channel) == (told.kind(kind), told.channel(channel))]
    return {line.words: (line.day, line.week) for line in one.lines}


# --- is everything well? ----------------------------------------------------------------------------------------------


def test_when_all_is_well_the_page_says_so_first(north: Cast, sign_in: SignIn) -> None:
    all_ran()
    shown = read(sign_in(north.amy))
    assert "All is well. Messages leave in time, and every job runs." in shown
    assert "No message in the last seven days" in shown
    assert "Could not be sent" not in shown
    assert shown.index("All is well") < shown.index("Waiting now") < shown.index("Jobs")


@pytest.mark.finding("1L")
def test_every_job_is_there_in_words_with_when_it_last_ran(north: Cast, sign_in: SignIn) -> None:
    all_ran(clinic_extend_series=20 * MINUTE)
    shown = read(sign_in(north.amy))
    for job in jobs.JOBS:
        assert str(job.what) in shown
    assert "20 minutes ago, every hour" in shown.replace("\xa0", " ")
    assert "every 5 minutes" in shown
    assert "clinic.extend_series" not in shown, "in words, not by the name of a function"


@pytest.mark.finding("1L")
def test_a_late_job_comes_first_with_how_late_it_is_and_a_stumble_is_told_in_plain_words(
    north: Cast, sign_in: SignIn
) -> None:
    all_ran(clinic_extend_series=3 * HOUR)
    JobRun.objects.filter(name="clinic.extend_series").update(trouble="KeyError homework/reviews/day.py:12")
    found = page.page(north.amy.actor, timezone.now())
    assert [job.what for job in found.jobs_to_see] == [jobs.BY_TASK["clinic.extend_series"].what]
    assert len(found.jobs_well) == len(jobs.JOBS) - 1
    shown = read(sign_in(north.amy)).replace("\xa0", " ")
    assert "Something needs a look. 1 job of the program is late." in shown
    assert "2 hours late" in shown
    assert "The last time it stopped half-way. It tries again by itself." in shown
    assert "KeyError homework/reviews/day.py:12" in shown


def test_where_nothing_has_run_yet_a_new_clinic_is_left_alone_for_a_quarter_of_an_hour(north: Cast) -> None:
    now = timezone.now()
    assert alarm.of(north.north, now).is_well
    Clinic.objects.filter(pk=north.north.pk).update(created_at=now - HOUR)
    north.north.refresh_from_db()
    assert len(alarm.of(north.north, now).late) == len(jobs.JOBS)


def test_an_urgent_message_that_waits_for_more_than_five_minutes_is_too_late(north: Cast) -> None:
    all_ran()
    put(north.theo, Kind.SAFETY, 4 * MINUTE)
    put(north.ada, Kind.REMINDER, 50 * MINUTE)
    assert alarm.of(north.north, timezone.now()).is_well
    put(north.theo, Kind.SAFETY, 6 * MINUTE)
    assert alarm.of(north.north, timezone.now()).is_slow


# --- what left --------------------------------------------------------------------------------------------------------


def test_messages_are_counted_by_kind_and_channel_for_a_day_and_a_week_with_every_reason(north: Cast) -> None:
    for _number in range(12):
        put(north.ada, Kind.REMINDER, HOUR, state=State.SENT)
        put(north.ada, Kind.REMINDER, 3 * DAY, state=State.SENT, channel=Channel.PUSH)
        put(north.ada, Kind.REMINDER, HOUR, state=State.SKIPPED, skipped_because="quiet")
        put(north.ada, Kind.REMINDER, 2 * DAY, state=State.SKIPPED, skipped_because="flag")
    put(north.ada, Kind.REMINDER, 8 * DAY, state=State.SENT)
    assert group_of(north, Kind.REMINDER) == {
        "Sent": ("12", "12"),
        "Not sent: it was their quiet time": ("12", "12"),
        "Not sent: reminders rest until a clinician has decided": ("0", "12"),
    }
    assert group_of(north, Kind.REMINDER, Channel.PUSH) == {"Sent": ("0", "12")}


@pytest.mark.finding("1M")
def test_of_messages_to_clients_no_number_under_ten_is_told_but_of_what_has_to_be_acted_on(north: Cast) -> None:
    for _number in range(9):
        put(north.ada, Kind.REMINDER, HOUR, state=State.SENT)
        put(north.theo, Kind.DIGEST, HOUR, state=State.SENT)
    put(north.ada, Kind.REMINDER, HOUR, state=State.SKIPPED, skipped_because="unanswered")
    put(north.ada, Kind.REMINDER, HOUR, state=State.SENT, returned="bounced", returned_at=timezone.now())
    park(north.ada, Kind.REMINDER)
    put(north.ada, Kind.REMINDER)
    few = ("under 10", "under 10")
    assert group_of(north, Kind.REMINDER) == {
        "Sent": ("10", "10"),
        "Came back: there is no such mailbox or number": few,
        "Not sent: three in a row stayed without a word back": few,
        "Parked after five tries": ("1", "1"),
    }
    assert group_of(north, Kind.DIGEST) == {"Sent": ("9", "9")}, "to staff"
    (reminders,) = [one for one in page.page(north.amy.actor, timezone.now()).groups if "Reminders to" in one.kind]
    assert reminders.waiting == 1


def test_every_reason_of_the_program_is_in_plain_words_and_an_unknown_one_shows_as_itself(north: Cast) -> None:
    put(north.theo, Kind.DIGEST, HOUR, state=State.SKIPPED, skipped_because="full moon")
    assert "Not sent: full moon" in group_of(north, Kind.DIGEST)
    assert {told.kind(kind) for kind in Kind.values}.isdisjoint(Kind.values)
    assert {told.channel(way) for way in Channel.values}.isdisjoint(Channel.values)
    assert {told.back(how) for how in OutgoingMessage.Returned.values if how}.isdisjoint(
        OutgoingMessage.Returned.values
    )


def test_both_lanes_say_how_many_wait_and_since_when(north: Cast) -> None:
    put(north.theo, Kind.SAFETY, 2 * MINUTE)
    put(north.theo, Kind.INVITATION, MINUTE)
    put(north.theo, Kind.DIGEST, -HOUR)
    urgent, usual = page.page(north.amy.actor, timezone.now()).lanes
    assert (urgent.is_urgent, urgent.waiting, urgent.later) == (True, 2, 0)
    assert urgent.since is not None
    assert timezone.now() - urgent.since >= 2 * MINUTE
    assert (usual.is_urgent, usual.waiting, usual.since, usual.later) == (False, 0, None, 1)


def test_another_clinics_messages_are_not_counted(north: Cast, sign_in: SignIn) -> None:
    with acting_in(north.south.pk):
        for _number in range(20):
            put(north.zoe, Kind.DIGEST, state=State.SENT)
        theirs = park(north.zoe, Kind.DIGEST)
    assert "No message in the last seven days" in read(sign_in(north.amy))
    for route in ("message_again", "message_let_go"):
        assert sign_in(north.amy).post(reverse(route, args=[theirs.pk])).status_code == 404


@pytest.mark.parametrize(("state", "ago", "said"), [("queued", 6, True), ("queued", 4, False), ("parked", 1, True)])
def test_codes_for_signing_in_are_one_sentence_and_no_number(
    north: Cast, sign_in: SignIn, state: str, ago: int, said: bool
) -> None:
    for _number in range(3):
        AccountMail.objects.create(to="somebody@example.org", state=state, created_at=timezone.now() - ago * MINUTE)
    shown = read(sign_in(north.amy))
    assert ("Some have waited too long or could not be sent in the last day." in shown) is said
    assert "somebody@" not in shown


# --- what is parked ---------------------------------------------------------------------------------------------------


@pytest.mark.finding("1M")
def test_parked_messages_name_staff_and_never_a_client(north: Cast, sign_in: SignIn) -> None:
    park(north.ada, Kind.REMINDER)
    park(north.theo, Kind.SAFETY)
    member, _token = people.invite_client(
        by=north.amy.actor, name="Nora Quill", email="nora@example.org", site=_site(north)
    )
    OutgoingMessage.objects.filter(kind=Kind.INVITATION).update(state=State.PARKED, attempts=5)
    answer = sign_in(north.amy).get(reverse("running"))
    shown = text(answer)
    assert "To Theo, due" in shown
    assert shown.count("To a client, due") == 2
    for trace in ("Ada", "Nora", str(member.pk), str(north.ada.user.pk), north.ada.user.email):
        assert trace not in answer.content.decode().replace("nora@example.org", "")
    assert "nora@example.org" not in shown


def _site(cast: Cast) -> Any:
    from clinic.models import Site

    return Site.objects.get(clinic=cast.north)


def test_trying_again_gives_five_new_tries_and_asks_again_whether_it_is_wanted(
    north: Cast, sign_in: SignIn, mailoutbox: list[EmailMessage]
) -> None:
    all_ran()
    wanted = park(north.theo, Kind.DIGEST, key="mine:1")
    gone = park(north.ada, Kind.NOTE)
    browser = sign_in(north.amy)
    assert "2 messages could not be sent." in read(browser)
    assert browser.post(reverse("message_again", args=[wanted.pk])).status_code == 303
    wanted.refresh_from_db()
    assert (wanted.state, wanted.attempts, wanted.lease_until) == ("queued", 0, None)
    assert browser.post(reverse("messages_again")).status_code == 303
    outbox.send_due(north.north)
    wanted.refresh_from_db()
    gone.refresh_from_db()
    assert (wanted.state, gone.state, gone.skipped_because) == ("sent", "skipped", "consent")
    assert [one.to for one in mailoutbox] == [[north.theo.user.email]]
    assert "All is well." in read(browser)


def test_trying_again_and_letting_go_are_in_the_record_without_a_word_of_anybody(north: Cast) -> None:
    sending.retry(by=north.amy.actor, message=park(north.theo, Kind.SAFETY))
    park(north.theo, Kind.DIGEST)
    assert sending.retry_all(by=north.amy.actor) == 1
    sending.let_go(by=north.amy.actor, message=park(north.ada))
    events = AuditEvent.objects.filter(verb__startswith="message.").order_by("at", "pk")
    assert [(event.verb, event.client) for event in events] == [
        ("message.retried", None), ("message.retried", None), ("message.let_go", None),
    ]  # fmt: skip
    assert "example.org" not in str(list(events.values_list("detail", flat=True)))


def test_what_somebody_else_has_seen_to_is_not_tried_twice(north: Cast, sign_in: SignIn) -> None:
    row = park(north.theo, Kind.DIGEST)
    browser = sign_in(north.amy)
    assert browser.post(reverse("message_let_go", args=[row.pk])).status_code == 303
    row.refresh_from_db()
    assert (row.state, row.skipped_because) == ("skipped", "let go")
    for route in ("message_again", "message_let_go"):
        answer = browser.post(reverse(route, args=[row.pk]))
        assert answer.status_code == 409
        assert "not parked any more" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "skipped"


def test_an_invitation_whose_link_is_no_longer_kept_is_not_offered_again(north: Cast, sign_in: SignIn) -> None:
    row = park(north.theo, Kind.INVITATION, secret="")
    shown = read(sign_in(north.amy))
    assert "Its link or code is no longer kept. Please send a new one." in shown
    assert "Try again" not in shown
    with pytest.raises(ActionRefused):
        sending.retry(by=north.amy.actor, message=row)
    assert sending.retry_all(by=north.amy.actor) == 0


@pytest.mark.parametrize("who", ["ada", "theo", "kit", "sol"])
def test_the_page_is_for_admins(cast: Cast, sign_in: SignIn, who: str) -> None:
    browser = sign_in(getattr(cast, who))
    assert browser.get(reverse("running")).status_code == 404
    assert browser.post(reverse("messages_again")).status_code == 404


def test_the_page_asks_as_often_for_many_messages_as_for_a_few(north: Cast, sign_in: SignIn) -> None:
    browser = sign_in(north.amy)

    def statements() -> int:
        browser.get(reverse("running"))
        with CaptureQueriesContext(connection) as queries:
            browser.get(reverse("running"))
        return len(queries)

    def some() -> None:
        for kind in Kind.values:
            for way in Channel.values:
                put(north.theo, kind, state=State.SENT, channel=way)
                put(north.theo, kind, channel=way)
                park(north.theo, kind, channel=way)

    some()
    before = statements()
    some()
    some()
    assert statements() == before


# --- being told -------------------------------------------------------------------------------------------------------


def banner_of(browser: Client, route: str) -> str:
    return text(browser.get(reverse(route)))


def test_an_admins_pages_say_what_is_wrong_and_lead_to_it_and_nobody_elses_do(north: Cast, sign_in: SignIn) -> None:
    all_ran()
    assert "Have a look" not in banner_of(sign_in(north.amy), "board")
    park(north.theo, Kind.DIGEST)
    all_ran(reviews_make_figures=DAY)
    for route in ("board", "people", "clinic_settings"):
        shown = banner_of(sign_in(north.amy), route)
        assert "1 message could not be sent. 1 job of the program is late. Have a look" in shown, route
    assert "Have a look" not in banner_of(sign_in(north.amy), "running"), "the page says it itself"
    for person in (north.theo, north.kit):
        assert "could not be sent" not in banner_of(sign_in(person), "therapist_home")


@pytest.mark.finding("6.3")
def test_a_safety_notice_that_does_not_get_through_is_said_to_every_clinician_once(
    north: Cast, sign_in: SignIn
) -> None:
    all_ran()
    row = put(north.theo, Kind.SAFETY, 4 * MINUTE)
    assert "has not got through" not in banner_of(sign_in(north.cora), "caseload")
    OutgoingMessage.objects.filter(pk=row.pk).update(due_at=timezone.now() - 6 * MINUTE)
    for person in (north.theo, north.cora, north.kit):
        assert banner_of(sign_in(person), "caseload").count("has not got through") == 1
    shown = banner_of(sign_in(north.amy), "board")
    assert "has not got through" not in shown, "said once: by the line about messages"
    assert "An urgent message has waited for more than five minutes." in shown
    OutgoingMessage.objects.filter(pk=row.pk).update(state=State.SENT)
    assert "has not got through" not in banner_of(sign_in(north.cora), "caseload")


@pytest.mark.finding("6.3")
def test_a_late_ladder_is_said_by_the_banner_about_safety_alone(north: Cast) -> None:
    all_ran(safety_climb_ladder=DAY)
    found = alarm.of(north.north, timezone.now())
    assert [row.name for row in found.late] == ["safety.climb_ladder"]
    assert not found.says
    assert not found.is_well


def test_admins_are_told_once_a_day_in_a_neutral_message(north: Cast, mailoutbox: list[EmailMessage]) -> None:
    all_ran()
    assert tasks.message_alarm() == 0
    park(north.theo, Kind.DIGEST)
    with structlog.testing.capture_logs() as lines:
        assert tasks.message_alarm() == 1
        assert tasks.message_alarm() == 0, "once a day"
    said = [line for line in lines if line["event"] == "messages_alarm"]
    assert (said[0]["log_level"], said[0]["parked"], said[0]["late"]) == ("error", 1, 0)
    note = OutgoingMessage.objects.get(key__startswith="running:")
    assert (note.kind, note.user_id) == (Kind.DIGEST, north.amy.user.pk)
    OutgoingMessage.objects.filter(pk=note.pk).update(due_at=timezone.now())
    outbox.send_due(north.north)
    assert [one.to for one in mailoutbox] == [[north.amy.user.email]]
    assert mailoutbox[0].subject == "You have something to read"


def test_the_note_is_not_sent_when_all_is_well_again(north: Cast, mailoutbox: list[EmailMessage]) -> None:
    all_ran()
    row = park(north.theo, Kind.SAFETY)
    alarm.raise_it(north.north, timezone.now())
    sending.let_go(by=north.amy.actor, message=row)
    OutgoingMessage.objects.filter(key__startswith="running:").update(due_at=timezone.now())
    outbox.send_due(north.north)
    note = OutgoingMessage.objects.get(key__startswith="running:")
    assert (note.state, note.skipped_because) == ("skipped", "well")
    assert mailoutbox == []


def test_the_alarm_is_in_the_register_and_its_check_is_asked() -> None:
    assert jobs.BY_TASK["clinic.message_alarm"].every == 300
    assert alarm.still_wrong in checks[Kind.DIGEST]
