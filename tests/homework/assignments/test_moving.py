"""Moving work to a newer version: what becomes of every answer, and that nothing is sent or lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clinic.models import OutgoingMessage
from clinic.refusal import ActionRefused
from homework.assignments import moving
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import sharing
from homework.assignments.actions import version as versions
from homework.assignments.models import Assignment, Entry
from homework.worksheets.actions import drafts
from homework.worksheets.builder import tables
from homework.worksheets.definition import Definition, parse
from homework.worksheets.models import WorksheetVersion
from tests.access.world import version, words_for
from tests.cast import Cast, Person
from tests.homework.worksheets.samples import OPTIONS, question, sheet

SignIn = Callable[[Person | None], Client]
OLD = parse(
    sheet(question("long", "thought"), question("s100", "sure"), question("choice", "which"), question("rows", "plan"))
)


def newer(*fields: dict[str, Any], **changes: Any) -> Definition:
    return parse(sheet(*fields, **changes))


def suggested(new: Definition) -> dict[str, str]:
    return {pair.field.key: pair.suggested for pair in moving.pairs(OLD, new)}


def test_a_question_that_kept_its_key_keeps_its_answers() -> None:
    new = newer(question("long", "thought"), question("s100", "sure"), question("long", "besides"))
    assert suggested(new) == {"thought": "thought", "sure": "sure", "which": "", "plan": ""}


def test_a_question_that_got_a_new_key_is_found_by_its_words() -> None:
    assert suggested(newer(question("long", "idea", label="A long")))["thought"] == "idea"


@pytest.mark.parametrize(
    ("new", "fits"),
    [
        (question("text", "thought"), True),
        (question("s10", "thought"), False),
        (question("choice", "which"), True),
        (question("choice", "which", options=[OPTIONS[0], {"key": "new", "label": "New"}]), False),
        (question("rows", "plan", max=8), True),
        (question("rows", "plan", max=1), False),
    ],
    ids=["prose to prose", "words to number", "same options", "an option went", "more room", "less room"],
)
def test_an_answer_goes_only_where_it_is_an_answer(new: dict[str, Any], fits: bool) -> None:
    definition = newer(new)
    found = moving.checked(OLD, definition, {new["key"]: new["key"]})
    assert bool(found) is fits


def test_two_questions_never_end_in_one() -> None:
    new = newer(question("long", "one"))
    old = parse(sheet(question("long", "a"), question("long", "b")))
    assert moving.checked(old, new, {"a": "one", "b": "one", "c": "one", "a ": "x"}) == {"a": "one"}


def test_what_has_no_place_is_kept_in_words_and_as_private_as_it_was() -> None:
    new = newer(question("long", "idea"))
    values = {"thought": "It is over.", "sure": 80, "mood_before": 4, "reaction": "Odd."}
    kept, private = moving.carried(values, ["sure"], old=OLD, new=new, to={"thought": "idea"})
    assert (kept["idea"], kept["mood_before"]) == ("It is over.", 4)
    assert kept["reaction"].splitlines() == ["Odd.", "From the earlier form:", "A s100 80 of 100"]
    assert private == ["reaction"], "the words of a private answer make their new place private"


# --- with real work ----------------------------------------------------------------------------------------------------


@pytest.fixture
def moved(north: Cast) -> tuple[Assignment, WorksheetVersion]:
    """Ada's work on the clinic's own sheet, of which there is a newer version without one question."""
    first = drafts.publish(by=north.theo.actor, draft=drafts.copy(by=north.theo.actor, version=version("w08")))
    work = planning.propose(by=north.theo.actor, episode=north.ada.episode, version=first, words=words_for("ada"))
    planning.confirm(by=north.ada.actor, assignment=work)
    draft = drafts.edit(by=north.theo.actor, worksheet=first.worksheet)
    table = draft.words
    gone = next(n for n, field in enumerate(table["fields"]) if field["key"] == "signs")
    table = tables.without(table, gone)
    second = drafts.publish(
        by=north.theo.actor, draft=drafts.save(by=north.theo.actor, draft=draft, table=table, rev=draft.rev)
    )
    return Assignment.objects.select_related("version__worksheet", "episode__client__user").get(pk=work.pk), second


def everything_kept(old: Definition) -> dict[str, str]:
    return {key: key for key in moving.own_questions(old)}


def test_shared_entries_stay_and_drafts_come_along(north: Cast, moved: tuple[Assignment, WorksheetVersion]) -> None:
    work, newest = moved
    shared = doing.begin(by=north.ada.actor, assignment=work, on=None)
    sharing.share(
        by=north.ada.actor, entry=shared, values={"prediction": "He says no", "signs": "A sigh"}, kept_private=[],
        after=sharing.After(amount=3), key=uuid4(),
    )  # fmt: skip
    work.refresh_from_db()
    draft = doing.begin(by=north.ada.actor, assignment=work)
    doing.save_draft(
        by=north.ada.actor, entry=draft, values={"prediction": "Now", "signs": "Silence"}, kept_private=["signs"], rev=0
    )
    sent_before = OutgoingMessage.objects.count()
    versions.move(by=north.theo.actor, assignment=work, version=newest, to=everything_kept(work.version.parsed))
    work, old = Assignment.objects.select_related("version").get(pk=work.pk), work.version
    shared, draft = Entry.objects.get(pk=shared.pk), Entry.objects.get(pk=draft.pk)
    assert (work.version, shared.sheet, draft.sheet) == (newest, old, newest)
    assert shared.answers == {"prediction": "He says no", "signs": "A sigh"}
    assert draft.answers["prediction"] == "Now" and "Silence" in draft.answers["reaction"]
    assert draft.kept_private == ["reaction"]
    assert OutgoingMessage.objects.count() == sent_before, "a change to a worksheet never sends anything"


def test_it_moves_only_forward_and_only_while_it_is_open(
    north: Cast, moved: tuple[Assignment, WorksheetVersion]
) -> None:
    work, newest = moved
    assert versions.newest_of(work) == newest
    with pytest.raises(ActionRefused):
        versions.move(by=north.theo.actor, assignment=work, version=version("w01"), to={})
    versions.move(by=north.theo.actor, assignment=work, version=newest, to={})
    with pytest.raises(ActionRefused):
        versions.move(by=north.theo.actor, assignment=work, version=newest, to={})


def test_a_page_that_was_open_meanwhile_loses_nothing(
    north: Cast, moved: tuple[Assignment, WorksheetVersion], sign_in: SignIn
) -> None:
    work, newest = moved
    old = work.version
    draft = doing.begin(by=north.ada.actor, assignment=work, size="M")
    doing.save_draft(by=north.ada.actor, entry=draft, values={"prediction": "First"}, kept_private=[], rev=0)
    versions.move(by=north.theo.actor, assignment=work, version=newest, to=everything_kept(old.parsed))
    late = {"prediction": "Typed late", "signs": "Typed late too", "rev": "1", "sheet": str(old.pk)}
    answer = sign_in(north.ada).post(reverse("entry_save", args=[draft.pk]), late)
    assert answer.status_code == 409 and answer.json()["kept"] is True
    draft = Entry.objects.get(pk=draft.pk)
    assert draft.answers["prediction"] == "Typed late" and "Typed late too" in draft.answers["reaction"]
    assert draft.copies.get().answers["prediction"] == "First"


def test_a_page_whose_draft_has_gone_and_whose_sheet_is_older_by_now_loses_nothing(
    north: Cast, moved: tuple[Assignment, WorksheetVersion], sign_in: SignIn
) -> None:
    work, newest = moved
    row, old = doing.begin(by=north.ada.actor, assignment=work, size="M"), work.version
    assert old is not None
    gone = row.pk
    Entry.objects.filter(pk=gone).delete()
    versions.move(by=north.theo.actor, assignment=work, version=newest, to=everything_kept(old.parsed))
    late = {"prediction": "Typed late", "signs": "Typed late too", "rev": "1", "sheet": str(old.pk)}
    late |= {"draft_of": str(work.pk), "draft_size": row.size, "stuck": "1"}
    assert sign_in(north.ada).post(reverse("entry_stuck", args=[gone]), late).status_code == 303
    new = Entry.objects.get()
    assert new.sheet == newest
    assert new.answers["prediction"] == "Typed late"
    assert "Typed late too" in str(new.answers)


def test_the_therapist_maps_the_questions_on_one_page(
    north: Cast, moved: tuple[Assignment, WorksheetVersion], sign_in: SignIn
) -> None:
    work, newest = moved
    theo = sign_in(north.theo)
    assert (
        reverse("assignment_version", args=[work.pk])
        in theo.get(reverse("assignment", args=[work.pk])).content.decode()
    )
    page = theo.get(reverse("assignment_version", args=[work.pk])).content.decode()
    assert 'name="to-prediction"' in page
    data = {f"to-{key}": key for key in moving.own_questions(newest.parsed)}
    assert theo.post(reverse("assignment_version", args=[work.pk]), data).status_code == 303
    assert Assignment.objects.get(pk=work.pk).version_id == newest.pk
    assert theo.get(reverse("assignment", args=[work.pk])).status_code == 200


def test_an_earlier_answer_is_offered_on_the_sheet_that_asks_for_it(north: Cast, sign_in: SignIn) -> None:
    steps = [{"step": "Ring the bell", "suds": 40}, {"step": "Stay for tea", "suds": 70}]
    for slug in ("w06", "w07"):
        work = planning.propose(
            by=north.theo.actor, episode=north.ada.episode, version=version(slug), words=words_for("ada")
        )
        planning.confirm(by=north.ada.actor, assignment=work)
        entry = doing.begin(by=north.ada.actor, assignment=Assignment.objects.get(pk=work.pk), size="M")
        if slug == "w06":
            doing.save_draft(by=north.ada.actor, entry=entry, values={"steps": steps}, kept_private=[], rev=0)
    page = sign_in(north.ada).get(reverse("entry", args=[entry.pk])).content.decode()
    assert '<option value="Ring the bell">' in page and "Stay for tea" in page


@pytest.mark.finding("F59")
def test_the_paper_sheet_leads_back_to_the_same_task_and_names_nobody(north: Cast, sign_in: SignIn) -> None:
    work = planning.propose(
        by=north.theo.actor, episode=north.ada.episode, version=version("w08"), words=words_for("ada")
    )
    planning.confirm(by=north.ada.actor, assignment=work)
    for who in (north.ada, north.theo):
        page = sign_in(who).get(reverse("work_paper", args=[work.pk])).content.decode()
        sheet_only = page.split('<article class="paper', 1)[1].split("</article>", 1)[0]
        assert 'class="paper__code"' in sheet_only
        for word in ("Ada", "Theo", "North"):
            assert word not in sheet_only


def test_a_card_that_is_kept_opens_from_today_in_one_tap(north: Cast, sign_in: SignIn) -> None:
    work = planning.propose(
        by=north.theo.actor, episode=north.ada.episode, version=version("w19"), words=words_for("ada")
    )
    planning.confirm(by=north.ada.actor, assignment=work)
    ada = sign_in(north.ada)
    assert "?card=1" not in ada.get(reverse("today")).content.decode(), "nothing is written on it yet"
    card = doing.begin(by=north.ada.actor, assignment=Assignment.objects.get(pk=work.pk), size="M")
    key = next(iter(card.sheet.parsed.questions)).key
    doing.save_draft(by=north.ada.actor, entry=card, values={key: "My hands get cold."}, kept_private=[], rev=0)
    address = f"{reverse('entry', args=[card.pk])}?card=1"
    assert address in ada.get(reverse("today")).content.decode()
    page = ada.get(address).content.decode()
    assert "My hands get cold." in page and 'class="sheet stack wallet"' in page
    assert sign_in(north.theo).get(address).status_code == 404


def test_moving_to_a_newer_version_sends_no_second_reminder_that_day(
    north: Cast, moved: tuple[Assignment, WorksheetVersion]
) -> None:
    """The plan did not change, so neither does the moment of its next reminder (8.4)."""
    work, newest = moved
    nine = timezone.now() + timedelta(days=1)
    Assignment.objects.filter(pk=work.pk).update(next_reminder_at=nine)
    versions.move(by=north.theo.actor, assignment=work, version=newest, to=everything_kept(work.version.parsed))
    assert Assignment.objects.get(pk=work.pk).next_reminder_at == nine
