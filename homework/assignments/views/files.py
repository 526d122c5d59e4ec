"""Recordings and photos: taking them in, sending them to those who may have them, taking them away.

A script sends a file as soon as it is there; without one it comes with the form. It is only ever sent to a page of this
program, as sound or picture and nothing else.
"""

import re
from contextlib import suppress
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clinic.access import CLINICIANS, Can, Role, actor_of, get_visible, open_to
from clinic.door import wants_json
from clinic.refusal import ActionRefused
from clinic.views.answers import SeeOther
from homework.assignments import attached
from homework.assignments.actions import attachment as attaching
from homework.assignments.actions import entry as doing
from homework.assignments.models import Attachment
from homework.assignments.views import drafting
from homework.assignments.views.client_entry import words_stay

OF_ITS_SHEET = ("entry__assignment__version__worksheet",)
NAMES = {"audio": "recording", "photo": "photo"}  # nothing that tells whose, when or what about
ENDINGS = {
    "image/jpeg": "jpg", "audio/webm": "webm", "audio/ogg": "ogg", "audio/mp4": "m4a", "audio/mpeg": "mp3",
    "audio/wav": "wav",
}  # fmt: skip
ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Opened by itself, a file is shown by the browser's own viewer and can do nothing."""


@open_to(Role.CLIENT)
@require_POST
def entry_file(request: HttpRequest, pk: UUID, key: str) -> HttpResponse:
    """Keep a file for a question of a draft. A script is told its id, and says it with the next save."""
    row = drafting.to_write_on(request, pk)
    if key not in attached.asked_in(row):
        raise Http404
    made = drafting.attach(request, row, key, "file")
    if made is None:
        raise ActionRefused(_("There was no file in that. Please choose one."), status=422, field=key)
    if wants_json(request):
        return JsonResponse({"file": str(made.pk), "url": resolve_url("file", made.pk), "seconds": made.seconds})
    values = {**row.answers, key: {"file": str(made.pk)}}
    doing.save_draft(by=actor_of(request), entry=row, values=values, kept_private=row.kept_private, rev=row.rev)
    return SeeOther(f"{resolve_url('entry', row.pk)}#id_{key}")


@open_to(Role.CLIENT, *CLINICIANS)
@require_safe
def file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file itself, whole or the part a player asks for. Recorded like every read of another person's work."""
    row = get_visible(request, Attachment, pk, can=Can.READ, related=OF_ITS_SHEET)
    if not attached.may_read(actor_of(request), row):
        raise Http404
    content = row.content
    first, last, status = _asked_for(request.headers.get("Range", ""), len(content))
    response = HttpResponse(content[first : last + 1], content_type=row.media_type, status=status)
    if status == 206:
        response["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
    response["Accept-Ranges"] = "bytes"
    response["Content-Encoding"] = "identity"  # it is compressed already, and a part of it must not be packed again
    response["Content-Disposition"] = f'inline; filename="{NAMES[row.kind]}.{ENDINGS[row.media_type]}"'
    response["Content-Security-Policy"] = ALONE
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _asked_for(header: str, size: int) -> tuple[int, int, int]:
    """First and last byte, and the status to answer with. What is not one plain range gets everything."""
    asked = re.fullmatch(r"bytes=(\d{1,9})-(\d{0,9})", header)
    if asked is None or int(asked[1]) >= size:
        return 0, size - 1, 200
    last = min(int(asked[2]), size - 1) if asked[2] else size - 1
    return (int(asked[1]), last, 206) if last >= int(asked[1]) else (0, size - 1, 200)


@open_to(Role.CLIENT)
@require_POST
@words_stay
def file_delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a file away from a draft; what else is on the form is kept, also where the draft has gone with its files."""
    try:
        row = get_visible(request, Attachment, pk, can=Can.WRITE, related=(*OF_ITS_SHEET, "entry__plan"))
    except Http404:
        return _kept_without_file(request, pk)
    row.entry.episode = row.episode
    if "rev" in request.POST:  # the button was in the form
        with suppress(doing.DraftConflict):  # then both versions are kept, and the page shows them
            drafting.keep(request, row.entry, drafting.read(request, row.entry))
    attaching.remove(by=actor_of(request), attachment=row)
    if wants_json(request):
        return JsonResponse({})
    return SeeOther(f"{resolve_url('entry', row.entry_id)}#id_{row.key}")


def _kept_without_file(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The file is not there any more, so it is taken away already. Raises Http404 for a page that says no work, NotKept."""
    entry = drafting.to_write_on(request, pk)  # no entry has the id of a file
    with suppress(doing.DraftConflict):
        drafting.keep(request, entry, drafting.read(request, entry))
    return SeeOther(resolve_url("entry", entry.pk))
