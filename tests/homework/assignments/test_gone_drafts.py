"""A worksheet's page was open until its draft had gone (6.7): every button keeps what it says, then does its thing. No script."""

from collections.abc import Callable, Iterator
from html import unescape
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from clinic import vault
from clinic.scope import acting_in
from homework.assignments.actions import rest
from homework.assignments.models import Assignment, Attachment, DraftCopy, Entry, Plan
from homework.reviews.models import ClientQuestion
from tests.cast import Cast
from tests.homework.assignments import couple_given, given
from tests.homework.assignments.pages import SignIn

pytestmark = pytest.mark.django_db
TYPED = "the tea helped, zqtyped"
NEW = "what you wrote is in a new one"
Page = Callable[..., dict[str, object]]


@pytest.fixture
def work(north: Cast) -> Iterator[Assignment]:
    yield given.agreed(north, "w02", frequency=Plan.Frequency.EVENT)


@pytest.fixture
def ada(north: Cast, sign_in: SignIn) -> Client:
    return sign_in(north.ada)


def gone(cast: Cast, work: Assignment) -> Entry:
    """A draft that a page was made of, and that is not there any more, with all that lay beside it."""
    row = given.begun(cast, work, {"found_out": "before"})
    pk = row.pk
    Entry.objects.filter(pk=pk).delete()
    row.pk = pk
    return row


def said(row: Entry, **more: object) -> dict[str, object]:
    """What the page sends, as entry.html has it."""
    page = {"rev": row.rev, "draft_of": row.assignment_id, "draft_size": row.size, "sheet": row.sheet.pk}
    return {**page, "submission_key": uuid4(), "found_out": TYPED, **more}


def press(browser: Client, route: str, row: Entry, **more: object) -> HttpResponse:
    return browser.post(reverse(route, args=[row.pk]), said(row, **more))


def shown(browser: Client, answer: HttpResponse) -> str:
    assert answer.status_code == 303, answer.content.decode()[:2000]
    return unescape(browser.get(answer["Location"]).content.decode())


def test_the_page_says_what_its_buttons_need(north: Cast, work: Assignment, ada: Client) -> None:
    row = given.begun(north, work, {"found_out": "before"})
    page = ada.get(reverse("entry", args=[row.pk])).content.decode()
    form = page[page.index('id="sheet"') :]
    form = form[: form.index("</form>")]
    for route in ("entry_stuck", "entry_worse", "entry_resize"):
        assert f'formaction="{reverse(route, args=[row.pk])}"' in form
    for name in ("rev", "draft_of", "draft_size", "sheet"):
        assert f'name="{name}"' in form
    for route in ("entry_finish", "entry_logged"):
        assert f'name="draft_of" value="{work.pk}"' in ada.get(reverse(route, args=[row.pk])).content.decode()


@pytest.mark.parametrize(
    ("button", "leads_to"),
    [
        ({"save": "1"}, "entry"),
        ({"action": "stop"}, "today"),
        ({"more": "found_out"}, "more"),
        ({"share": "1"}, "entry_finish"),
        ({"action": "keep"}, "entry"),
        ({"action": "join"}, "entry"),
    ],
    ids=["save", "stop", "more", "share", "keep", "join"],
)
def test_the_buttons_of_the_sheet_itself(
    north: Cast, work: Assignment, ada: Client, button: dict[str, str], leads_to: str
) -> None:
    answer = press(ada, "entry", gone(north, work), **button)
    new = Entry.objects.get()
    at = reverse("entry", args=[new.pk])
    places = {"more": f"{at}?more=found_out#id_found_out", "today": reverse("today"), "entry": at}
    assert answer["Location"] == places.get(leads_to, reverse("entry_finish", args=[new.pk]))
    assert new.answers["found_out"] == TYPED
    assert NEW in shown(ada, answer)


@pytest.mark.finding("F20")
def test_im_stuck_keeps_the_words_and_shows_the_ways_on(north: Cast, work: Assignment, ada: Client) -> None:
    answer = press(ada, "entry_stuck", gone(north, work), stuck="1")
    new = Entry.objects.get()
    assert new.answers["found_out"] == TYPED
    assert answer["Location"] == f"{reverse('stuck', args=[work.pk])}?from={new.pk}"
    page = shown(ada, answer)
    assert NEW in page
    assert f'value="{new.pk}"' in page


@pytest.mark.finding("F41")
def test_make_it_smaller_keeps_the_words_and_is_smaller(north: Cast, work: Assignment, ada: Client) -> None:
    row = gone(north, work)
    for _twice in range(2):
        answer = press(ada, "entry_resize", row, size="S")
    new = Entry.objects.get()
    assert (new.size, new.stepped_down, new.answers["found_out"]) == ("S", True, TYPED)
    assert answer["Location"] == reverse("entry", args=[new.pk])
    assert not new.copies.exists()


@pytest.mark.finding("F67")
def test_what_makes_things_worse_rests_at_once_and_the_words_are_kept(
    north: Cast, work: Assignment, ada: Client
) -> None:
    answer = press(ada, "entry_worse", gone(north, work), worse="1")
    assert answer["Location"] == reverse("work_worse", args=[work.pk])
    work.refresh_from_db()
    assert (work.state, work.rest) == (Assignment.State.PAUSED, Assignment.Rest.WORSE)
    assert Entry.objects.get().answers["found_out"] == TYPED


@pytest.mark.finding("F63")
def test_id_rather_talk_alone_keeps_the_words_and_reaches_the_therapist(cast: Cast, sign_in: SignIn) -> None:
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk, cast.ben.membership.pk])
        couple_given.together(cast)
        half, _theirs = couple_given.agreed(cast, "w27")
        row = gone(cast, half)
    answer = sign_in(cast.ada).post(reverse("couple_alone", args=[row.pk]), said(row, for_me=TYPED))
    assert answer.status_code == 303
    with vault.session(), acting_in(cast.north.pk):
        vault.open_contents([cast.ada.membership.pk])
        new = Entry.objects.get()
        assert new.answers["for_me"] == TYPED
        assert answer["Location"] == reverse("entry", args=[new.pk])
        assert ClientQuestion.objects.get().chips == ["alone"]


def test_taking_a_file_away_that_went_with_its_draft_keeps_the_rest(north: Cast, work: Assignment, ada: Client) -> None:
    row = gone(north, work)
    answer = ada.post(reverse("file_delete", args=[uuid4()]), said(row))
    new = Entry.objects.get()
    assert (answer["Location"], new.answers["found_out"]) == (reverse("entry", args=[new.pk]), TYPED)
    assert not Attachment.objects.exists()


def test_two_taps_make_one_draft(north: Cast, work: Assignment, ada: Client) -> None:
    row = gone(north, work)
    for _twice in range(2):
        assert press(ada, "entry", row, action="stop").status_code == 303
    assert Entry.objects.count() == 1
    assert not DraftCopy.objects.exists()


# --- looking back, and one line ----------------------------------------------------------------------------------------------


def test_looking_back_keeps_what_it_says_and_shares_nothing_unseen(north: Cast, work: Assignment, ada: Client) -> None:
    row = gone(north, work)
    back = {"submission_key": uuid4(), "rev": row.rev, "draft_of": work.pk, "draft_size": row.size}
    back |= {"amount": "2", "words": TYPED, "reading_noted": "on"}
    answer = ada.post(reverse("entry_finish", args=[row.pk]), back)
    page, new = unescape(answer.content.decode()), Entry.objects.get()
    assert answer.status_code == 409
    assert TYPED in page and NEW in page
    assert f'action="{reverse("entry_finish", args=[new.pk])}"' in page
    assert new.state == Entry.State.DRAFT
    sent = ada.post(reverse("entry_finish", args=[new.pk]), {**back, "rev": new.rev})
    assert sent["Location"] == reverse("entry_done", args=[new.pk])
    assert Entry.objects.get().after.words["tell"] == TYPED


def test_a_line_that_has_gone_shares_nothing_and_leads_to_its_work(north: Cast, work: Assignment, ada: Client) -> None:
    row = gone(north, work)
    line = {"submission_key": uuid4(), "rev": row.rev, "draft_of": work.pk}
    answer = ada.post(reverse("entry_logged", args=[row.pk]), line)
    assert answer["Location"] == reverse("task", args=[work.pk])
    assert "Nothing was shared" in shown(ada, answer)
    assert not Entry.objects.exists()


# --- where the work takes no new draft ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ["entry", "entry_stuck", "entry_worse", "entry_resize", "file_delete"])
@pytest.mark.parametrize("state", ["paused", "ended"])
def test_work_that_is_not_under_way_says_so_on_a_page_that_still_has_the_words(
    north: Cast, work: Assignment, ada: Client, state: str, route: str
) -> None:
    row = gone(north, work)
    (rest.pause if state == "paused" else rest.let_go)(by=north.ada.actor, assignment=work)
    answer = press(ada, route, row, size="S", save="1")
    page = unescape(answer.content.decode())
    assert answer.status_code == 409
    assert TYPED in page
    assert not Entry.objects.exists()
    work.refresh_from_db()
    worse = route == "entry_worse" and state == "paused"
    assert (work.rest == Assignment.Rest.WORSE) is worse


def test_looking_back_on_work_that_is_not_under_way_still_has_the_words(
    north: Cast, work: Assignment, ada: Client
) -> None:
    row = gone(north, work)
    rest.pause(by=north.ada.actor, assignment=work)
    back = {"rev": row.rev, "draft_of": work.pk, "amount": "2", "words": TYPED}
    answer = ada.post(reverse("entry_finish", args=[row.pk]), back)
    assert answer.status_code == 409
    assert TYPED in answer.content.decode()


# --- whose it is -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "route",
    ["entry", "entry_save", "entry_stuck", "entry_worse", "entry_resize", "entry_finish", "entry_logged", "file_delete",
     "couple_alone"],
)  # fmt: skip
def test_somebody_elses_work_and_a_page_that_names_none_are_not_found(
    north: Cast, work: Assignment, ada: Client, sign_in: SignIn, route: str
) -> None:
    row = gone(north, work)
    assert ada.post(reverse(route, args=[row.pk]), {"rev": "1", "found_out": TYPED}).status_code == 404
    assert press(sign_in(north.ben), route, row, size="S").status_code == 404
    assert press(sign_in(north.theo), route, row, size="S").status_code == 404
    assert not Entry.objects.exists()


# --- two versions, without a script ------------------------------------------------------------------------------------------


def test_settling_two_versions_keeps_what_was_typed_on_the_page_meanwhile(
    north: Cast, work: Assignment, ada: Client
) -> None:
    row = given.begun(north, work, {"found_out": "here"})
    copy = DraftCopy(clinic=north.north, episode=row.episode, entry=row, answers={"found_out": "there"})
    copy.save()
    page = ada.get(reverse("entry", args=[row.pk])).content.decode()
    where = f"{reverse('entry', args=[row.pk])}?copy={copy.pk}"
    assert f'form="sheet" formaction="{where}" name="action" value="join"' in page
    assert ada.post(where, said(row, action="join")).status_code == 303
    row.refresh_from_db()
    assert row.answers["found_out"] == f"{TYPED}\n\nthere"
    assert not DraftCopy.objects.exists()
