"""Drafts and versions: copying, tailoring for one client, publishing, and what everybody who has an older version keeps."""

from collections.abc import Callable
from contextlib import ExitStack

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from clinic import vault
from clinic.models import AuditEvent
from clinic.refusal import ActionRefused
from clinic.scope import acting_in
from homework.assignments.actions import plan as planning
from homework.assignments.models import Assignment
from homework.worksheets.actions import drafts
from homework.worksheets.builder import tables
from homework.worksheets.models import Draft, DraftBeside, Worksheet, WorksheetVersion
from tests.access.world import version, words_for
from tests.cast import Cast, Person
from tests.homework.worksheets.builder_form import sent

SignIn = Callable[[Person | None], Client]


def editor(draft: Draft) -> str:
    return reverse("draft", args=[draft.pk])


def test_a_copy_is_published_as_the_clinics_own_and_the_shipped_one_stays(north: Cast) -> None:
    shipped = version("w08")
    draft = drafts.copy(by=north.theo.actor, version=shipped)
    draft = drafts.save(by=north.theo.actor, draft=draft, table={**draft.words, "title": "Our try-out"}, rev=0)
    made = drafts.publish(by=north.theo.actor, draft=draft)
    assert (made.number, made.clinic_id, str(made.parsed.title)) == (1, north.north.pk, "Our try-out")
    assert made.worksheet.made_from == shipped
    assert str(version("w08").parsed.title) == "Try it and see"
    assert not Draft.objects.filter(pk=draft.pk).exists()
    assert AuditEvent.objects.filter(verb="worksheet.published").count() == 1


def test_the_next_version_changes_nothing_for_work_that_is_under_way(north: Cast) -> None:
    first = drafts.publish(by=north.theo.actor, draft=drafts.copy(by=north.theo.actor, version=version("w08")))
    work = planning.propose(by=north.theo.actor, episode=north.ada.episode, version=first, words=words_for("ada"))
    before = Assignment.objects.filter(pk=work.pk).values().get()
    second = drafts.edit(by=north.theo.actor, worksheet=first.worksheet)
    assert second.based_on == first
    drafts.save(by=north.theo.actor, draft=second, table={**second.words, "title": "Renamed"}, rev=0)
    published = drafts.publish(by=north.theo.actor, draft=Draft.objects.get(pk=second.pk))
    assert published.number == 2
    assert Assignment.objects.filter(pk=work.pk).values().get() == before, "nothing is sent, moved or planned anew"


def test_an_unfinished_draft_is_not_published_and_says_which_input_to_mend(north: Cast) -> None:
    draft = drafts.start(by=north.theo.actor, title="Half")
    with pytest.raises(ActionRefused) as no:
        drafts.publish(by=north.theo.actor, draft=draft)
    assert (no.value.status, no.value.field) == (422, "known_as")
    assert not WorksheetVersion.objects.filter(worksheet=draft.worksheet).exists()


def test_two_people_who_write_at_once_both_keep_their_text(north: Cast) -> None:
    draft = drafts.start(by=north.theo.actor, title="Ours")
    drafts.save(by=north.theo.actor, draft=draft, table={**draft.words, "purpose": "First"}, rev=0)
    with pytest.raises(drafts.DraftConflict):
        drafts.save(by=north.theo.actor, draft=draft, table={**draft.words, "purpose": "Second"}, rev=0)
    draft.refresh_from_db()
    beside = DraftBeside.objects.get(draft=draft)
    assert (draft.words["purpose"], beside.words["purpose"]) == ("First", "Second")
    draft = drafts.choose(by=north.theo.actor, draft=draft, beside=beside, use=True)
    assert draft.words["purpose"] == "Second"
    assert not DraftBeside.objects.exists()


def test_a_save_that_changes_nothing_is_no_conflict(north: Cast) -> None:
    draft = drafts.start(by=north.theo.actor, title="Ours")
    assert drafts.save(by=north.theo.actor, draft=draft, table=draft.words, rev=7).rev == 0


def test_a_measure_is_never_rewritten(north: Cast) -> None:
    with pytest.raises(ActionRefused):
        drafts.copy(by=north.theo.actor, version=version("phq-8"))


def test_letting_a_draft_go_leaves_what_was_published(north: Cast) -> None:
    made = drafts.publish(by=north.theo.actor, draft=drafts.copy(by=north.theo.actor, version=version("w08")))
    drafts.let_go(by=north.theo.actor, draft=drafts.edit(by=north.theo.actor, worksheet=made.worksheet))
    assert WorksheetVersion.objects.filter(pk=made.pk).exists()
    fresh = drafts.start(by=north.theo.actor, title="Never published")
    drafts.let_go(by=north.theo.actor, draft=fresh)
    assert not Worksheet.objects.filter(pk=fresh.worksheet_id).exists()


# --- for one client ---------------------------------------------------------------------------------------------------


def test_a_copy_for_one_client_is_sealed_in_draft_and_version(north: Cast) -> None:
    draft = drafts.copy(by=north.theo.actor, version=version("w08"), for_client=north.ada.membership)
    table = {**draft.words, "purpose": "Because of what happened with zqcanaryxv."}
    drafts.publish(by=north.theo.actor, draft=drafts.save(by=north.theo.actor, draft=draft, table=table, rev=0))
    drafts.edit(by=north.theo.actor, worksheet=draft.worksheet)
    with connection.cursor() as cursor:
        for name in ("worksheets_worksheetversion", "worksheets_draft"):
            cursor.execute(f"SELECT count(*) FROM {name} AS row WHERE row::text LIKE '%zqcanaryxv%'")
            assert cursor.fetchone() == (0,), name
    made = WorksheetVersion.objects.select_related("worksheet").get(worksheet=draft.worksheet)
    assert "zqcanaryxv" in str(made.parsed.purpose)
    with vault.session(), pytest.raises(vault.NotOpened):
        WorksheetVersion.objects.select_related("worksheet").get(pk=made.pk).parsed  # noqa: B018


def test_tailoring_takes_three_clicks_and_only_that_client_gets_it(cast: Cast, sign_in: SignIn) -> None:
    theo, ada, ben = sign_in(cast.theo), cast.ada.episode, cast.ben.episode
    assert ada is not None and ben is not None
    sheet = version("w08").worksheet_id
    page = theo.get(reverse("propose_with", args=[ada.pk, sheet]))  # the sheet is chosen
    assert reverse("worksheet_copy", args=[sheet]) in page.content.decode()
    first = theo.post(reverse("worksheet_copy", args=[sheet]), {"client": str(ada.pk)})  # one
    with in_north(cast):
        draft = Draft.objects.select_related("worksheet").get()
        data = sent(draft.words, title="Just for this")
    data["rev"] = str(draft.rev)
    data["action"] = "publish"
    second = theo.post(first.headers["Location"], data)  # two: change the words, and use it
    made = draft.worksheet_id
    assert second.headers["Location"] == reverse("propose_with", args=[ada.pk, made])
    assert "Just for this" in theo.get(second.headers["Location"]).content.decode()
    assert "Just for this" in theo.get(reverse("propose", args=[ada.pk])).content.decode()
    assert theo.get(reverse("propose_with", args=[ben.pk, made])).status_code == 404
    assert "Just for this" not in theo.get(reverse("propose", args=[ben.pk])).content.decode()
    for path in (reverse("library"), reverse("own_sheets")):
        assert "Just for this" not in theo.get(path).content.decode()
    assert theo.get(reverse("worksheet", args=[made])).status_code == 404


@pytest.mark.parametrize("who", ["sol", "kit", "amy", "ada", "ben", "zoe"])
def test_nobody_else_writes_on_a_clients_copy(cast: Cast, sign_in: SignIn, who: str) -> None:
    ada = cast.ada.episode
    assert ada is not None
    sign_in(cast.theo).post(reverse("worksheet_copy", args=[version("w08").worksheet_id]), {"client": str(ada.pk)})
    with in_north(cast):
        draft = Draft.objects.select_related("worksheet").get()
    browser = sign_in(getattr(cast, who))
    for path in (editor(draft), f"{editor(draft)}preview/", f"{editor(draft)}example/"):
        assert browser.get(path).status_code in (403, 404)
    assert browser.post(editor(draft), {"action": "let_go"}).status_code in (403, 404)


def in_north(cast: Cast) -> ExitStack:
    """Acting in the North clinic, with its clients' names opened."""
    stack = ExitStack()
    stack.enter_context(acting_in(cast.north.pk))
    stack.enter_context(vault.session())
    vault.open_names([cast.ada.membership.pk, cast.ben.membership.pk])
    return stack


# --- the pages ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def begun(cast: Cast, sign_in: SignIn) -> tuple[Client, str]:
    theo = sign_in(cast.theo)
    answer = theo.post(reverse("own_sheets"), {"title": "Mine", "language": "en"})
    assert answer.status_code == 303
    return theo, answer.headers["Location"]


def test_without_a_title_nothing_begins_and_the_page_says_so(cast: Cast, sign_in: SignIn) -> None:
    answer = sign_in(cast.theo).post(reverse("own_sheets"), {"title": " ", "language": "en"})
    assert answer.status_code == 422
    with in_north(cast):
        assert not Draft.objects.exists()


def test_every_button_saves_what_was_typed_first(begun: tuple[Client, str], cast: Cast) -> None:
    theo, path = begun
    with in_north(cast):
        draft = Draft.objects.select_related("worksheet").get()
    data = sent(draft.words, purpose="To try.")
    data["action"] = "add:s10"
    assert theo.post(path, data).headers["Location"].startswith(f"{path}?open=s10_1")
    with in_north(cast):
        draft = Draft.objects.select_related("worksheet").get()
    assert draft.words["purpose"] == "To try."
    assert [field["kind"] for field in draft.words["fields"]] == ["s10"]


def test_publishing_too_early_keeps_everything_and_points_to_the_first_gap(
    begun: tuple[Client, str], cast: Cast
) -> None:
    theo, path = begun
    with in_north(cast):
        draft = Draft.objects.select_related("worksheet").get()
    data = sent(draft.words, purpose="To try.")
    data["action"] = "publish"
    answer = theo.post(path, data)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "To try." in page and 'href="#in-known_as"' in page and 'aria-invalid="true"' in page


def test_autosave_answers_with_the_checks_and_the_grade(begun: tuple[Client, str], cast: Cast) -> None:
    theo, path = begun
    with in_north(cast):
        draft = Draft.objects.select_related("worksheet").get()
    said = theo.post(f"{path}save/", sent(tables.added(draft.words, "long"), **{"fields.0.label": "What?"})).json()
    assert said["rev"] == 1 and said["state"] == "draft"
    assert any("at least one question" in check["says"] and check["holds"] for check in said["checks"])
    again = theo.post(f"{path}save/", sent(draft.words, purpose="Late"))
    assert again.status_code == 409 and again.json()["kept"] is True


@pytest.mark.parametrize("tail", ["", "preview/", "preview/?size=S&language=es", "example/"])
def test_a_sheet_with_nothing_in_it_yet_shows_its_pages(begun: tuple[Client, str], tail: str) -> None:
    theo, path = begun
    assert theo.get(path + tail).status_code in (200, 303)


def test_the_preview_may_stand_in_our_own_frame_and_in_no_other(begun: tuple[Client, str]) -> None:
    theo, path = begun
    answer = theo.get(f"{path}preview/")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'none'" in theo.get(path).headers["Content-Security-Policy"]


def test_a_retired_sheet_leaves_the_library_and_can_come_back(cast: Cast, sign_in: SignIn) -> None:
    theo = sign_in(cast.theo)
    theo.post(reverse("worksheet_copy", args=[version("w08").worksheet_id]))
    with in_north(cast):
        draft = Draft.objects.select_related("worksheet").get()
        data = sent(draft.words, title="Our own try-out")
    data["action"] = "publish"
    theo.post(editor(draft), data)
    for retired, there in (("yes", False), ("no", True)):
        theo.post(reverse("worksheet_retire", args=[draft.worksheet_id]), {"retired": retired})
        assert ("Our own try-out" in theo.get(reverse("library")).content.decode()) is there
