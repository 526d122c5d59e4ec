"""Which files an entry refers to: only its own, and none that nobody refers to any more.

An answer to a recording or photo is `{"file": "<id>"}`; it arrives like any other answer, so the id could be anybody's.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone

from clinic.access import Actor
from homework.assignments.models import Attachment, Entry
from homework.worksheets import answers as answering
from homework.worksheets.definition import Definition
from homework.worksheets.kinds import File

FORGOTTEN_AFTER = timedelta(hours=1)  # a file whose id never came back with a save, because the page was closed


def questions(definition: Definition) -> dict[str, File]:
    """The questions that are answered with a file, by key."""
    return {key: field for key, field in definition.by_key.items() if isinstance(field, File)}


def on_page(definition: Definition, size: str, kind: type[File] = File) -> bool:
    """Whether the page of this size asks for a file (of this kind)."""
    return any(isinstance(field, kind) for field in definition.layout(size))


def asked_in(entry: Entry) -> dict[str, File]:
    """The same, of the sheet an entry answers."""
    return questions(entry.sheet.parsed)


def named(fields: Mapping[str, File], *documents: Mapping[str, Any]) -> set[tuple[str, str]]:
    """Question and id of every file these answers name."""
    return {
        (key, known["file"])
        for values in documents
        for key, field in fields.items()
        if (known := field.understood(values.get(key)))
    }


def only_own(entry: Entry, values: dict[str, Any]) -> dict[str, Any]:
    """The answers, without a file that is not this entry's and this question's. No query where no file is named."""
    fields = asked_in(entry)
    if not (wanted := named(fields, values)):
        return values
    own = {(key, str(pk)) for key, pk in entry.files.values_list("key", "pk")}
    strange = {key for key, pk in wanted - own}
    return {key: value for key, value in values.items() if key not in strange}


def tidy(entry: Entry, *before: Mapping[str, Any], everything: bool = False) -> None:
    """Delete the files that were named before and are not now, neither in the draft nor in a version kept beside it.

    A file that was not named yet stays, because the page that sent it may be about to say so; with `everything` it goes
    too. No query where nothing changed.
    """
    fields = asked_in(entry)
    gone = named(fields, *before) - named(fields, entry.answers)
    if not fields or not (gone or everything):
        return
    kept = named(fields, entry.answers, *(copy.answers for copy in entry.copies.all()))
    files = entry.files.exclude(pk__in=[pk for _key, pk in kept])
    (files if everything else files.filter(pk__in=[pk for _key, pk in gone])).delete()


def forget(entry: Entry, key: str) -> None:
    """Delete what was sent for this question a while ago and never became an answer."""
    fields = asked_in(entry)
    kept = named(fields, entry.answers, *(copy.answers for copy in entry.copies.all()))
    old = entry.files.filter(key=key, created_at__lt=timezone.now() - FORGOTTEN_AFTER)
    old.exclude(pk__in=[pk for _key, pk in kept]).delete()


def may_read(actor: Actor, row: Attachment) -> bool:
    """Whether this reader may have the file: the client always, others when they may read the answer that names it."""
    if actor.is_client:
        return True
    definition = row.entry.sheet.parsed
    shown, _hidden = answering.visible(definition, row.entry.answers or {}, row.entry.kept_private or [])
    return (row.key, str(row.pk)) in named(questions(definition), shown)
