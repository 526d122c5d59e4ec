"""Recordings and photos: what is taken in, what is kept of it, and who may have it."""

import io
import re
import struct
import zlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from clinic import uploads
from clinic.models import AuditEvent
from homework.assignments import attachments
from homework.assignments.actions import entry as doing
from homework.assignments.actions import plan as planning
from homework.assignments.actions import sharing
from homework.assignments.actions.attachment import attach
from homework.assignments.attachments import UnfitError, take_in
from homework.assignments.models import Attachment, Entry
from tests.access.world import with_files
from tests.cast import Cast
from tests.homework.assignments import sounds
from tests.homework.assignments.given import agreed, begun, fresh, words
from tests.homework.assignments.pages import SignIn, statements, text, url
from tests.homework.assignments.sounds import PLACE, RECORDINGS, mp3, photo, wav, webm

pytestmark = pytest.mark.django_db


# --- what is kept of a file ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_comes_back_without_place_device_or_comment(form: str) -> None:
    sent = photo(form=form)
    kept = take_in("photo", sent, len(sent))
    with Image.open(io.BytesIO(kept.content)) as drawn:
        assert (drawn.format, drawn.size, kept.media_type) == ("JPEG", (64, 32), "image/jpeg")
        assert not drawn.getexif() and set(drawn.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert PLACE not in kept.content


def test_a_photo_is_turned_upright_and_made_smaller() -> None:
    sent = photo((3000, 1500), orientation=6)  # held on its side: what was left is on top
    with Image.open(io.BytesIO(take_in("photo", sent, len(sent)).content)) as drawn:
        assert drawn.size == (800, 1600)
        red, _green, blue = drawn.getpixel((400, 100))  # type: ignore[misc]
        assert red > 200 > 60 > blue


def bomb() -> bytes:
    """A few bytes that say they are ten gigapixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(10_000))) + chunk(b"IEND", b"")


NO_PHOTO = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n1 0 obj",
    "heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
    "gif": b"GIF89a" + bytes(40),
    "half a jpeg": photo()[:200],
    "bomb": bomb(),
    "nothing": b"",
    "a sound": wav(),
}


@pytest.mark.parametrize("name", NO_PHOTO)
def test_what_is_no_photo_is_refused_with_what_fits(name: str) -> None:
    with pytest.raises(UnfitError, match=r"JPEG, PNG and WebP fit|Up to 5 MB"):
        take_in("photo", NO_PHOTO[name], len(NO_PHOTO[name]))


def test_a_page_hidden_in_a_photo_is_gone() -> None:
    hidden = b"<html><script>alert(1)</script></html>"
    sent = photo() + hidden
    assert hidden not in take_in("photo", sent, len(sent)).content


@pytest.mark.parametrize("form", RECORDINGS)
def test_a_recording_comes_back_without_place_date_or_name(form: str) -> None:
    sent = RECORDINGS[form](2)
    assert PLACE in sent
    kept = take_in("audio", sent, len(sent))
    assert PLACE not in kept.content and kept.seconds == 2
    assert take_in("audio", kept.content, len(kept.content)).content == kept.content
    if form == "m4a":
        assert struct.pack(">I", 3_800_000_000) in sent and struct.pack(">I", 3_800_000_000) not in kept.content


@pytest.mark.parametrize("form", RECORDINGS)
def test_a_recording_of_more_than_three_minutes_is_refused(form: str) -> None:
    assert take_in("audio", RECORDINGS[form](180), 1).seconds in (180, 181)
    with pytest.raises(UnfitError, match="three minutes"):
        take_in("audio", RECORDINGS[form](190), 1)


NO_SOUND = {
    "a film in webm": webm(kind=1),
    "another codec": webm(codec=b"V_VP8"),
    "a film in mp4": sounds.m4a(handler=b"vide"),
    "an old phone's codec": sounds.m4a(codec=b"samr"),
    "html behind ogg": sounds.ogg() + b"<html>",
    "two streams in ogg": sounds.ogg() + sounds.ogg().replace(struct.pack("<I", 7), struct.pack("<I", 8)),
    "half a webm": webm()[:150],
    "half an mp4": sounds.m4a()[:200],
    "a list without an end": b"RIFF\xff\xff\xff\xffWAVE" + b"fmt \xff\xff\xff\xff",
    "tags and nothing else": mp3()[:200],
    "html": b"<!doctype html><audio src=x>",
    "a photo": photo(),
    "nothing": b"",
}


@pytest.mark.parametrize("name", NO_SOUND)
def test_what_is_no_recording_is_refused_with_what_fits(name: str) -> None:
    with pytest.raises(UnfitError, match="WebM, Ogg, M4A, MP3 and WAV fit"):
        take_in("audio", NO_SOUND[name], len(NO_SOUND[name]))


@pytest.mark.parametrize("form", RECORDINGS)
def test_hostile_bytes_are_never_more_than_refused(form: str) -> None:
    sound = RECORDINGS[form](1)
    for place in range(0, min(len(sound), 400), 3):
        for value in (0x00, 0xFF):
            try:
                take_in("audio", sound[:place] + bytes([value]) + sound[place + 1 :], len(sound))
            except UnfitError:
                continue


@pytest.mark.parametrize("kind", ["audio", "photo"])
def test_more_than_five_megabytes_are_refused(kind: str) -> None:
    with pytest.raises(UnfitError, match="5 MB"):
        take_in(kind, b"", attachments.LARGEST + 1)


def test_a_request_keeps_no_more_in_memory_than_an_entry_may_have() -> None:
    handler = uploads.InMemoryOnly()
    kept, sent = 0, 0
    for number in range(8):
        handler.new_file(f"f{number}", "a.jpg", "image/jpeg", None)
        for start in range(0, 6 * 2**20, 2**16):
            handler.receive_data_chunk(bytes(2**16), start)
        found = handler.file_complete(0)
        kept, sent = kept + len(found.read()), sent + (found.size or 0)
    assert (kept, sent) == (attachments.MOST_BYTES, 8 * 6 * 2**20)


# --- keeping it ------------------------------------------------------------------------------------------------------


@pytest.fixture
def draft(north: Cast) -> Entry:
    """Ada's draft of a sheet that asks for a recording and a photo."""
    episode = north.ada.episode
    assert episode is not None
    sheet = with_files("w02", north.north)
    work = planning.propose(by=north.theo.actor, episode=episode, version=sheet, words=words())
    planning.confirm(by=north.ada.actor, assignment=work)
    return doing.begin(by=north.ada.actor, assignment=fresh(work))


def upload(content: bytes, name: str = "IMG_1234.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "application/octet-stream")


def send(browser: Client, draft: Entry, key: str, content: bytes) -> HttpResponse:
    """As the script sends it."""
    data = {"file": upload(content)}
    return browser.post(url("entry_file", draft.pk, key), data, headers={"X-Requested-With": "autosave"})  # type: ignore[return-value]


def shared(cast: Cast, draft: Entry, kept_private: tuple[str, ...] = ()) -> Attachment:
    """The draft shared, with a photo and a recording in it."""
    made = attach(by=cast.ada.actor, entry=draft, key="its_photo", content=photo(), size=1)
    values = {"its_photo": {"file": str(made.pk)}, "situation": "At home."}
    sharing.share(
        by=cast.ada.actor,
        entry=draft,
        values=values,
        kept_private=kept_private,
        after=sharing.After(amount=2),
        key=uuid4(),
    )
    return made


def test_a_file_is_sealed_in_the_database(north: Cast, draft: Entry) -> None:
    sent = wav()
    made = attach(by=north.ada.actor, entry=draft, key="its_audio", content=sent, size=len(sent))
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM assignments_attachment WHERE id = %s", [made.pk])
        raw = bytes(cursor.fetchone()[0])
    assert b"RIFF" not in raw and b"WAVE" not in raw
    row = Attachment.objects.get(pk=made.pk)
    assert "content" in row.get_deferred_fields()  # a list of files does not load them
    assert row.content[:4] == b"RIFF" and len(row.content) == row.size and row.seconds == 1


def test_a_script_sends_a_file_and_says_its_id_with_the_next_save(ada: Client, draft: Entry) -> None:
    answer = send(ada, draft, "its_photo", photo())
    assert answer.status_code == 200
    made = answer.json()["file"]  # type: ignore[attr-defined]
    ada.post(url("entry_save", draft.pk), {"rev": "0", "its_photo": made, "situation": "At home."})
    draft.refresh_from_db()
    assert draft.answers == {"its_photo": {"file": made}, "situation": "At home."}
    got = ada.get(url("file", made))
    assert got["Content-Type"] == "image/jpeg" and got.content[:2] == b"\xff\xd8"
    assert got["Cache-Control"] == "private, no-store" and got["X-Content-Type-Options"] == "nosniff"
    assert got["Content-Disposition"] == 'inline; filename="photo.jpg"'
    assert "sandbox" in got["Content-Security-Policy"] and "default-src 'none'" in got["Content-Security-Policy"]
    assert not AuditEvent.objects.filter(verb="attachment.read").exists()  # her own is not somebody else's


def test_a_player_gets_the_part_it_asks_for(ada: Client, north: Cast, draft: Entry) -> None:
    made = attach(by=north.ada.actor, entry=draft, key="its_audio", content=wav(), size=1)
    whole = ada.get(url("file", made.pk)).content
    for asked, first, last in (
        ("bytes=0-1", 0, 1),
        ("bytes=100-", 100, len(whole) - 1),
        ("bytes=5-99999999", 5, len(whole) - 1),
    ):
        part = ada.get(url("file", made.pk), headers={"Range": asked, "Accept-Encoding": "gzip"})
        assert (part.status_code, part.content) == (206, whole[first : last + 1])
        assert part["Content-Range"] == f"bytes {first}-{last}/{len(whole)}"
    for odd in ("bytes=9-2", "bytes=-5", "bytes=99999999-", "lines=1-2", "bytes=0-1,4-5"):
        assert ada.get(url("file", made.pk), headers={"Range": odd}).content == whole


def test_what_does_not_fit_is_told_to_the_script(ada: Client, draft: Entry) -> None:
    answer = send(ada, draft, "its_photo", NO_PHOTO["svg"])
    assert answer.status_code == 422
    assert "JPEG, PNG and WebP fit" in answer.json()["message"]  # type: ignore[attr-defined]
    huge = send(ada, draft, "its_photo", photo() + bytes(attachments.LARGEST))
    assert huge.status_code == 422 and "5 MB" in huge.json()["message"]  # type: ignore[attr-defined]
    assert not Attachment.objects.exists()


def test_a_question_without_a_file_takes_none(ada: Client, draft: Entry) -> None:
    assert send(ada, draft, "situation", photo()).status_code == 404
    assert send(ada, draft, "its_audio", photo()).status_code == 422


def test_six_files_fit_and_what_was_forgotten_makes_room(north: Cast, ada: Client, draft: Entry) -> None:
    for _number in range(6):
        assert send(ada, draft, "its_photo", photo()).status_code == 200
    assert send(ada, draft, "its_photo", photo()).status_code == 422
    Attachment.objects.update(created_at=draft.captured_at - timedelta(hours=2))
    assert send(ada, draft, "its_photo", photo()).status_code == 200
    assert Attachment.objects.count() == 1


def test_twenty_megabytes_fit_together(north: Cast, ada: Client, draft: Entry) -> None:
    made = attach(by=north.ada.actor, entry=draft, key="its_audio", content=wav(), size=1)
    Attachment.objects.filter(pk=made.pk).update(size=attachments.MOST_BYTES - 100)
    assert send(ada, draft, "its_photo", photo()).status_code == 422


def form(**more: Any) -> dict[str, Any]:
    return {"rev": "0", "situation": "On the bus.", "its_photo": "", "its_audio": "", **more}


def test_without_a_script_the_file_goes_with_the_form(ada: Client, draft: Entry) -> None:
    page = ada.get(url("entry", draft.pk))
    assert 'enctype="multipart/form-data"' in page.content.decode()
    sent = form(**{"its_photo-file": upload(photo()), "save": "1"})
    assert ada.post(url("entry", draft.pk), sent).status_code == 303
    draft.refresh_from_db()
    made = Attachment.objects.get()
    assert draft.answers == {"situation": "On the bus.", "its_photo": {"file": str(made.pk)}}
    assert url("file", made.pk) in ada.get(url("entry", draft.pk)).content.decode()


@pytest.mark.parametrize("button", ["save", "share", "action"])
def test_a_file_that_does_not_fit_loses_nothing_that_was_typed(ada: Client, draft: Entry, button: str) -> None:
    sent = form(**{"its_photo-file": upload(b"%PDF-1.7"), "its_audio-file": upload(wav()), button: "stop"})
    answer = ada.post(url("entry", draft.pk), sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "JPEG, PNG and WebP fit" in page and "On the bus." in page
    draft.refresh_from_db()
    assert draft.answers == {"situation": "On the bus.", "its_audio": {"file": str(Attachment.objects.get().pk)}}


def test_a_file_comes_along_when_the_sheet_is_made_smaller(ada: Client, draft: Entry) -> None:
    sent = form(**{"its_photo-file": upload(photo()), "size": "S"})
    assert ada.post(url("entry_resize", draft.pk), sent).status_code == 303
    draft.refresh_from_db()
    assert draft.size == "S" and draft.answers["its_photo"]["file"] == str(Attachment.objects.get().pk)
    bad = form(**{"rev": str(draft.rev), "its_photo-file": upload(b"GIF"), "size": "M"})
    assert ada.post(url("entry_resize", draft.pk), bad).status_code == 422


def test_only_a_sheet_with_a_recording_may_ask_for_the_microphone(ada: Client, north: Cast, draft: Entry) -> None:
    assert "microphone=(self)" in ada.get(url("entry", draft.pk))["Permissions-Policy"]
    for page in (url("today"), url("notes")):
        assert "microphone=()" in ada.get(page)["Permissions-Policy"]


def test_the_id_of_somebody_elses_file_is_dropped(north: Cast, ada: Client, draft: Entry) -> None:
    own = attach(by=north.ada.actor, entry=draft, key="its_photo", content=photo(), size=1)
    other = doing.begin(by=north.ada.actor, assignment=draft.assignment, on=draft.slot_on + timedelta(days=1))  # type: ignore[operator]
    for key, pk in (("its_photo", own.pk), ("its_photo", uuid4())):  # another entry's, and nobody's
        ada.post(url("entry_save", other.pk), {"rev": "0", "situation": "At home.", key: str(pk)})
        other.refresh_from_db()
        assert other.answers == {"situation": "At home."}
    ada.post(url("entry_save", draft.pk), {"rev": "0", "its_audio": str(own.pk)})  # her own, of another question
    draft.refresh_from_db()
    assert draft.answers == {}


def test_taking_the_answer_away_deletes_the_file(ada: Client, draft: Entry) -> None:
    made = send(ada, draft, "its_photo", photo()).json()["file"]  # type: ignore[attr-defined]
    not_said_yet = send(ada, draft, "its_audio", wav()).json()["file"]  # type: ignore[attr-defined]
    ada.post(url("entry_save", draft.pk), {"rev": "0", "its_photo": made})
    assert Attachment.objects.count() == 2  # the page that sent the other one may be about to say so
    ada.post(url("entry_save", draft.pk), {"rev": "1", "its_photo": "", "its_audio": not_said_yet})
    assert [str(row.pk) for row in Attachment.objects.all()] == [not_said_yet]


def test_a_file_stays_while_a_version_beside_the_draft_names_it(north: Cast, ada: Client, draft: Entry) -> None:
    made = send(ada, draft, "its_photo", photo()).json()["file"]  # type: ignore[attr-defined]
    ada.post(url("entry_save", draft.pk), {"rev": "0", "its_photo": made})
    assert ada.post(url("entry_save", draft.pk), {"rev": "0", "situation": "Elsewhere."}).status_code == 409
    assert Attachment.objects.count() == 1
    copy = draft.copies.get()
    ada.post(url("entry", draft.pk), {"action": "use", "copy": str(copy.pk)})
    draft.refresh_from_db()
    assert draft.answers == {"its_photo": {"file": made}} and Attachment.objects.count() == 1
    ada.post(url("entry_save", draft.pk), {"rev": "0", "situation": "Elsewhere."})
    ada.post(url("entry", draft.pk), {"action": "keep", "copy": ""})
    assert Attachment.objects.count() == 0


def test_sharing_keeps_only_what_is_shared(north: Cast, draft: Entry) -> None:
    attach(by=north.ada.actor, entry=draft, key="its_audio", content=wav(), size=1)
    made = shared(north, draft)
    assert Attachment.objects.get().pk == made.pk


def test_a_file_is_taken_away_without_a_script_and_the_words_stay(ada: Client, north: Cast, draft: Entry) -> None:
    sent = form(**{"its_photo-file": upload(photo())})
    ada.post(url("entry", draft.pk), sent)
    made = Attachment.objects.get()
    assert (
        ada.post(
            url("file_delete", made.pk), form(rev="1", situation="Typed since.", its_photo=str(made.pk))
        ).status_code
        == 303
    )
    draft.refresh_from_db()
    assert draft.answers == {"situation": "Typed since."} and not Attachment.objects.exists()
    verbs = set(AuditEvent.objects.filter(verb__startswith="attachment").values_list("verb", flat=True))
    assert verbs == {"attachment.added", "attachment.removed"}


def test_what_is_shared_is_not_changed_any_more(ada: Client, north: Cast, draft: Entry) -> None:
    made = shared(north, draft)
    assert ada.post(url("file_delete", made.pk)).status_code == 409
    assert send(ada, draft, "its_photo", photo()).status_code == 409
    assert ada.get(url("file", made.pk)).status_code == 200


def test_saving_words_asks_the_database_nothing_about_files(ada: Client, north: Cast, draft: Entry) -> None:
    plain = begun(north, agreed(north, "w02"))
    counted = []
    for entry in (plain, draft):
        saving = url("entry_save", entry.pk)
        ada.post(saving, {"rev": "0", "situation": "One."})
        counted.append(statements(ada, "post", saving, {"rev": "1", "situation": "Two."}))
    assert counted[0] == counted[1]


# --- who may have it -------------------------------------------------------------------------------------------------

Sees = Callable[[str], int]


@pytest.fixture
def sees(north: Cast, sign_in: SignIn) -> Callable[[Attachment], Sees]:
    """What somebody is answered who asks for this file."""
    return lambda made: lambda who: sign_in(getattr(north, who)).get(url("file", made.pk)).status_code


EVERYBODY = {
    "ada": 200,
    "theo": 200,
    "kit": 200,
    "sol": 302,
    "cora": 404,
    "amy": 404,
    "ben": 404,
    "zoe": 404,
    "yan": 404,
}


def test_the_care_team_has_it_once_it_is_shared(north: Cast, draft: Entry, sees: Callable[[Attachment], Sees]) -> None:
    made = shared(north, draft)
    assert {who: sees(made)(who) for who in EVERYBODY} == EVERYBODY
    reads = AuditEvent.objects.filter(verb="attachment.read", object_id=made.pk, is_read=True)
    assert {row.actor for row in reads} == {north.theo.membership.pk, north.kit.membership.pk}


def test_a_draft_is_for_its_client_only(north: Cast, draft: Entry, sees: Callable[[Attachment], Sees]) -> None:
    made = attach(by=north.ada.actor, entry=draft, key="its_photo", content=photo(), size=1)
    assert [who for who in EVERYBODY if sees(made)(who) == 200] == ["ada"]


def test_a_part_that_was_kept_private_stays_with_its_client(
    north: Cast, draft: Entry, sees: Callable[[Attachment], Sees]
) -> None:
    made = shared(north, draft, kept_private=("its_photo",))
    assert [who for who in EVERYBODY if sees(made)(who) == 200] == ["ada"]
    assert not AuditEvent.objects.filter(verb="attachment.read").exists()  # nothing was read, so nothing is said


def test_what_is_taken_back_is_for_its_client_only(
    north: Cast, draft: Entry, sees: Callable[[Attachment], Sees]
) -> None:
    made = shared(north, draft)
    sharing.take_back(by=north.ada.actor, entry=Entry.objects.select_related("episode").get(pk=draft.pk))
    assert [who for who in EVERYBODY if sees(made)(who) == 200] == ["ada"]


def test_a_file_no_answer_names_is_for_its_client_only(
    north: Cast, draft: Entry, sees: Callable[[Attachment], Sees]
) -> None:
    made = shared(north, draft)
    Attachment.objects.filter(pk=made.pk).update(key="its_audio")
    assert sees(made)("theo") == 404


def test_readers_see_it_where_they_read_the_answers(north: Cast, sign_in: SignIn, draft: Entry) -> None:
    made = shared(north, draft)
    image = rf'<img class="photo"[^>]*src="{url("file", made.pk)}"[^>]*alt="Photo: Add a photo"'
    for who, page in (("theo", url("assignment", draft.assignment_id)), ("ada", url("entry", draft.pk))):
        assert re.search(image, sign_in(getattr(north, who)).get(page).content.decode()), who


def test_the_page_of_a_private_part_does_not_name_the_file(north: Cast, sign_in: SignIn, draft: Entry) -> None:
    made = shared(north, draft, kept_private=("its_photo",))
    page = sign_in(north.theo).get(url("assignment", draft.assignment_id))
    assert str(made.pk) not in page.content.decode() and "kept private" in text(page)  # type: ignore[arg-type]


def test_paper_only_says_that_there_is_a_phone(north: Cast, sign_in: SignIn, draft: Entry) -> None:
    version = draft.assignment.version
    assert version is not None
    paper = sign_in(north.theo).get(url("worksheet_paper", version.worksheet_id)).content.decode()
    assert "You can add a photo on the phone." in paper and 'type="file"' not in paper
    looking = sign_in(north.theo).get(url("worksheet", version.worksheet_id)).content.decode()
    assert 'type="file"' in looking and "files.js" not in looking
