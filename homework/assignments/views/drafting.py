"""A worksheet's form as it is posted: its files are taken in, what it says is read, and all of it is kept.

A page may have been open for so long that its draft is not there any more (6.7). What it still holds is saved as a new one.
"""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _

from clinic.access import Can, actor_of, get_visible
from clinic.refusal import ActionRefused
from homework.assignments import attached, moving, writing
from homework.assignments.actions import attachment as attaching
from homework.assignments.actions import entry as doing
from homework.assignments.actions import version as versions
from homework.assignments.models import Assignment, Attachment, Entry, Plan
from homework.assignments.planning import agreed
from homework.worksheets import answers

WITH_SHEET = ("plan", "assignment__version__worksheet")
"""What comes along with an entry that is shown or written on."""
FILE_OF = "{}-file"
"""The name of the input that brings a file with the form, without a script."""


class NotKept(ActionRefused):
    """The draft has gone and the work takes no new one. `entry`, which is not saved, holds what the page said."""

    def __init__(self, no: ActionRefused, entry: Entry) -> None:
        super().__init__(no.message_for_user, status=no.status, field=no.field, see=no.see)
        self.entry = entry


def to_write_on(request: HttpRequest, pk: UUID) -> Entry:
    """The entry this page writes on; where it has gone, the draft that takes its place. Raises Http404, NotKept."""
    try:
        return get_visible(request, Entry, pk, can=Can.WRITE, related=WITH_SHEET)
    except Http404:
        assignment = work_of_page(request)
        if assignment is None:
            raise
    try:
        new = doing.begin(by=actor_of(request), assignment=assignment, size=request.POST.get("draft_size", ""))
    except ActionRefused as no:
        raise NotKept(no, _as_typed(request, assignment, pk)) from no
    if not new.started:
        messages.info(request, _("The draft was no longer here, so what you wrote is in a new one."))
    return get_visible(request, Entry, new.pk, can=Can.WRITE, related=WITH_SHEET)


def work_of_page(request: HttpRequest) -> Assignment | None:
    """The work that a worksheet's page belongs to, as it says itself. Raises Http404 for somebody else's."""
    work = _id(request.POST.get("draft_of", ""))
    if work is None:
        return None
    return get_visible(request, Assignment, work, can=Can.WRITE, related=("version__worksheet",))


def _as_typed(request: HttpRequest, work: Assignment, pk: UUID) -> Entry:
    """What the page said, as an entry that is not saved, to be shown again. Raises Http404 for work without a sheet."""
    plan = work.plans.exclude(state=Plan.State.PROPOSED).order_by("revision").last()
    if plan is None or work.version is None:
        raise Http404
    size = request.POST.get("draft_size", "")
    size = size if size in work.version.parsed.sizes else plan.size
    row = Entry(pk=pk, clinic_id=work.clinic_id, episode=work.episode, assignment=work, plan=plan, size=size)
    row.answers, row.kept_private = {}, []
    written = read_words(row, request.POST)
    row.answers, row.kept_private = written.values, written.private
    return row


def _id(text: str) -> UUID | None:
    """A row's id as a form sends it."""
    try:
        return UUID(text)
    except ValueError:
        return None


def read(request: HttpRequest, row: Entry) -> writing.Written:
    """What this page said. Never raises for what was typed; a file that does not fit is a problem of its question."""
    post, unfit = _with_files(request, row)
    written = read_words(row, post)
    return replace(written, problems={**written.problems, **unfit}, unfit=unfit) if unfit else written


def read_words(row: Entry, post: QueryDict) -> writing.Written:
    """The same, without the files a form may have brought."""
    return _from_older_page(row, post) or writing.read(row, agreed.spoken(row.sheet), post)


def _from_older_page(row: Entry, post: QueryDict) -> writing.Written | None:
    """What a page said that was opened before this work moved to a newer version; None for any other page.

    A draft that came along knows which question became which; where a new one takes its place, the same question is sought.
    """
    page = post.get("sheet", "")
    old = versions.of_same_sheet(row.sheet, page) if page and page != str(row.sheet.pk) else None
    if old is None:
        return None
    before, after, carried = old.parsed, row.sheet.parsed, row.carried or {}
    same = {one.field.key: one.suggested for one in moving.pairs(before, after) if one.suggested}
    size = post.get("draft_size", "")
    reading = answers.read(before, size if size in before.sizes else row.size, post)
    values, kept = moving.carried(
        reading.values,
        answers.read_private(before, post),
        old=before,
        new=after,
        to=carried.get("to", {}) if page == carried.get("from") else same,
    )
    return writing.Written({**(row.answers or {}), **values}, kept, {}, writing.rev_of(post))


def keep(request: HttpRequest, row: Entry, written: writing.Written) -> Entry:
    """Save what this page says. Raises DraftConflict or ActionRefused."""
    return doing.save_draft(
        by=actor_of(request), entry=row, values=written.values, kept_private=written.private, rev=written.rev
    )


def attach(request: HttpRequest, row: Entry, key: str, name: str) -> Attachment | None:
    """Take in the file of one input, None when it is empty. Raises ActionRefused."""
    sent = request.FILES.get(name)
    if sent is None or isinstance(sent, list) or not sent.size:
        return None
    return attaching.attach(by=actor_of(request), entry=row, key=key, content=sent.read(), size=sent.size)


def _with_files(request: HttpRequest, row: Entry) -> tuple[QueryDict, dict[str, str]]:
    """What a form said, with the files it brought taken in and named; and what to say about those that did not fit."""
    if not request.FILES:
        return request.POST, {}
    post, unfit = request.POST.copy(), dict[str, str]()
    for key in attached.asked_in(row):
        try:
            made = attach(request, row, key, FILE_OF.format(key))
        except ActionRefused as no:
            if not no.field:
                raise
            unfit[key] = no.message_for_user
            continue
        if made is not None:
            post[key] = str(made.pk)
    return post, unfit
