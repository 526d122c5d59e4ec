"""Drafts: begin one, save it as it is typed, publish it as the next version, or let it go.

A save names the revision it grew from. When somebody else saved meanwhile, both texts are kept: theirs stays the draft, this
one lies beside it until somebody chooses. Publishing never touches assignments: they stay with the version they have.
"""

import dataclasses
import secrets

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Membership
from clinic.refusal import ActionRefused
from homework.worksheets.builder import checks, points, tables
from homework.worksheets.definition import Definition, common_fields
from homework.worksheets.kinds import Json
from homework.worksheets.models import Draft, DraftBeside, Worksheet, WorksheetVersion

TABLE_LIMIT = 400_000
"""Characters of a draft as JSON: forty questions in two languages are a tenth of it."""


class DraftConflict(Exception):
    """Somebody else saved this draft meanwhile; both texts are kept."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("both are kept")
        self.draft = draft


def _slug() -> str:
    """A name nobody reads; the title may change, this may not."""
    return f"own-{secrets.token_hex(6)}"


def _author(by: Actor) -> str:
    return by.membership.label if by.membership is not None else ""


@transaction.atomic
def start(
    *, by: Actor, table: Json | None = None, title: str = "", language: str = "en", with_points: bool = False
) -> Draft:
    """Begin a new worksheet of this clinic, empty or from a table (an import); or a questionnaire with points."""
    blank = points.blank_questionnaire if with_points else tables.blank
    table = table or blank(title=title, language=language, author=_author(by))
    return _begin(by=by, table=table, worksheet=_worksheet(by, table), based_on=None)


@transaction.atomic
def copy(*, by: Actor, version: WorksheetVersion, for_client: Membership | None = None) -> Draft:
    """Begin the clinic's own copy of a worksheet, or one for a single client ("tailored"): then it is sealed.

    Raises ActionRefused for a measure: its wording is the instrument.
    """
    if version.worksheet.kind == Worksheet.Kind.MEASURE:
        raise ActionRefused(_("A measure is asked exactly as published, so it cannot be changed."))
    table = {**version.parsed.to_json(), "author": _author(by), "review_due": tables.next_look().isoformat()}
    worksheet = _worksheet(by, table, for_client=for_client, made_from=version)
    return _begin(by=by, table=table, worksheet=worksheet, based_on=None)


@transaction.atomic
def edit(*, by: Actor, worksheet: Worksheet) -> Draft:
    """The draft of the next version: the one there is, or a new one from the newest version."""
    draft = Draft.objects.select_related("worksheet").filter(worksheet=worksheet).first()
    if draft is not None:
        return draft
    newest = worksheet.versions.order_by("-number").first()
    if newest is None:
        raise ActionRefused(_("There is nothing to change here yet."))
    newest.worksheet = worksheet
    # writing the next version is the look the last one asked for (F57)
    table = {**newest.parsed.to_json(), "review_due": tables.next_look().isoformat()}
    return _begin(by=by, table=table, worksheet=worksheet, based_on=newest)


def _worksheet(
    by: Actor, table: Json, *, for_client: Membership | None = None, made_from: WorksheetVersion | None = None
) -> Worksheet:
    return Worksheet.objects.create(
        clinic_id=by.clinic_id,
        slug=_slug(),
        kind=table.get("kind", "practice"),
        family=table.get("family", ""),
        for_client=for_client,
        made_by=by.membership,
        made_from=made_from,
    )


def _begin(*, by: Actor, table: Json, worksheet: Worksheet, based_on: WorksheetVersion | None) -> Draft:
    assert by.membership is not None
    draft = Draft(clinic_id=by.clinic_id, worksheet=worksheet, based_on=based_on, by=by.membership)
    draft.write({**table, "slug": worksheet.slug})
    draft.save(force_insert=True)
    audit.record(by=by, verb="worksheet.draft_begun", obj=draft, worksheet=str(worksheet.pk))
    return draft


def save(*, by: Actor, draft: Draft, table: Json, rev: int) -> Draft:
    """Keep what was typed. Raises DraftConflict when the draft has moved on from `rev`; then both are kept."""
    kept, is_draft = _save(by=by, draft=draft, table=table, rev=rev)
    if not is_draft:
        raise DraftConflict(kept)  # outside the transaction, which keeps the other text
    return kept


@transaction.atomic
def _save(*, by: Actor, draft: Draft, table: Json, rev: int) -> tuple[Draft, bool]:
    assert by.membership is not None
    locked = Draft.objects.select_for_update(of=("self",)).select_related("worksheet__for_client").get(pk=draft.pk)
    if locked.words == table:
        return locked, True
    if rev != locked.rev:
        beside = DraftBeside(clinic_id=by.clinic_id, draft=locked, by=by.membership)
        beside.write(table)
        beside.save(force_insert=True)
        return locked, False
    locked.write(table)
    locked.rev, locked.by, locked.at = locked.rev + 1, by.membership, timezone.now()
    locked.save(update_fields=["table", "tailored", "rev", "by", "at"])
    return locked, True


@transaction.atomic
def choose(*, by: Actor, draft: Draft, beside: DraftBeside, use: bool) -> Draft:
    """Settle two texts: take the one that lies beside, or let it go."""
    if use:
        draft = save(by=by, draft=draft, table=beside.words, rev=draft.rev)
    beside.delete()
    return draft


@transaction.atomic
def publish(*, by: Actor, draft: Draft) -> WorksheetVersion:
    """Make the draft the next version, which never changes again. Raises ActionRefused (422) naming the first input to mend."""
    locked = Draft.objects.select_for_update(of=("self",)).select_related("worksheet").get(pk=draft.pk)
    worksheet, found = locked.worksheet, checks.look(ready(locked.words))
    if found.definition is None or found.problems:
        name, says = next(iter(found.problems.items()))
        raise ActionRefused(says, status=422, field=name)
    definition = found.definition
    if definition.measure is None:
        hardest = max(grade or 0.0 for grade in found.grades.values())
        definition = dataclasses.replace(definition, reading_grade=hardest)
    number = (worksheet.versions.aggregate(top=Max("number"))["top"] or 0) + 1
    version = WorksheetVersion(
        clinic_id=by.clinic_id, worksheet=worksheet, number=number, sha256=definition.digest(), definition={}
    )
    if worksheet.for_client_id:
        version.tailored = definition.to_json()
    else:
        version.definition = definition.to_json()
    version.save(force_insert=True)
    _tell(worksheet, definition)
    locked.delete()
    audit.record(by=by, verb="worksheet.published", obj=version, worksheet=str(worksheet.pk), number=number)
    return version


def ready(table: Json) -> Json:
    """The table without example answers to questions that are gone."""
    if points.is_questionnaire(table):
        return table
    asked = {str(field.get("key")) for field in table.get("fields", [])}
    asked |= {field.key for field in common_fields("en").values() if not field.computed}
    example = dict(table.get("example") or {})
    example["values"] = {key: value for key, value in (example.get("values") or {}).items() if key in asked}
    return {**table, "example": example}


def _tell(worksheet: Worksheet, definition: Definition) -> None:
    """What the library sorts by."""
    worksheet.kind, worksheet.family = definition.kind, definition.family
    worksheet.min_role, worksheet.locked = definition.min_role, definition.locked
    worksheet.save(update_fields=["kind", "family", "min_role", "locked"])


@transaction.atomic
def let_go(*, by: Actor, draft: Draft) -> None:
    """Throw a draft away. Published versions stay; a worksheet that never had one goes too."""
    worksheet = draft.worksheet
    audit.record(by=by, verb="worksheet.draft_let_go", obj=draft, worksheet=str(worksheet.pk))
    draft.delete()
    if not worksheet.versions.exists():
        worksheet.delete()


@transaction.atomic
def retire(*, by: Actor, worksheet: Worksheet, retired: bool) -> None:
    """Take a worksheet of the clinic off the shelf, or put it back. Work that uses it goes on."""
    Worksheet.objects.filter(pk=worksheet.pk, clinic_id=by.clinic_id).update(retired=retired)
    audit.record(by=by, verb="worksheet.retired" if retired else "worksheet.put_back", obj=worksheet)
