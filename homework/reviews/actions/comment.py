"""Saying something about one answer, and the client saying something back (F31, F69).

A comment belongs to a shared entry; a reply belongs to a comment and nowhere else. What is sent twice is kept once. Open
questions and advice are counted for the author alone (F29); nothing is ever refused for its words.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions.once import key_is_its_own
from homework.assignments.actions.rest import needs_open
from homework.assignments.models import Entry
from homework.reviews import comments, quoting, wording
from homework.reviews.models import Comment


@transaction.atomic
def say(
    *,
    by: Actor,
    entry: Entry,
    text: str,
    key: str = "",
    quotes: Sequence[Mapping[str, Any]] = (),
    submission_key: UUID | None = None,
) -> Comment:
    """Write something beside one answer (`key`), or about the whole entry. The client reads it in the app.

    quotes: the client's own sentences of this entry, word for word: `{"entry": id, "text": words}` each.
    Raises ActionRefused: 409 when the entry is not shared or care has ended, 422 without words, for a question that is not
    on the sheet or a part that is kept private, and for a quote that is not in their words.
    """
    locked: Entry = Entry.objects.select_for_update().get(pk=entry.pk)
    twin = _twin(entry, text, submission_key)
    if twin is not None:
        return twin
    needs_open(entry.episode)
    if locked.state != Entry.State.SHARED:
        raise ActionRefused(_("This is not shared any more, so nothing can be said about it."))
    if key and (key not in entry.sheet.parsed.by_key or key in (entry.kept_private or ())):
        raise ActionRefused(_("That part cannot be commented on."), status=422, field="key")
    if not text.strip():
        raise ActionRefused(_("Write a word or a line first."), status=422, field="text")
    made = Comment(key=key, quotes=quoting.checked(quotes, [entry]))
    counted = wording.counts(text)
    made.asks, made.advises = counted.asks, counted.advises
    _keep(made, by, entry, text, submission_key)
    audit.record(by=by, verb="comment.written", obj=made, quotes=len(made.quotes))
    return made


@transaction.atomic
def reply(*, by: Actor, comment: Comment, text: str, submission_key: UUID | None = None) -> Comment:
    """The client says something back, once or many times. It says too that they have read the comment.

    Raises ActionRefused: 409 when what it is about was taken back or care has ended, 422 without words or to a reply.
    """
    entry: Entry = Entry.objects.select_for_update().get(pk=comment.entry_id)
    entry.episode = comment.episode
    twin = _twin(entry, text, submission_key)
    if twin is not None:
        return twin
    needs_open(comment.episode)
    if comment.answers_id is not None:
        raise ActionRefused(_("You can answer what was said to you, not your own reply."), status=422)
    if entry.state != Entry.State.SHARED:
        raise ActionRefused(_("You took back what this is about, so it is not shown any more."))
    if not text.strip():
        raise ActionRefused(_("Write a word or a line first."), status=422, field="text")
    made = Comment(key=comment.key, answers=comment)
    _keep(made, by, entry, text, submission_key)
    audit.record(by=by, verb="comment.replied", obj=made)
    seen(by=by, rows=[comment.pk])
    return made


def _keep(made: Comment, by: Actor, entry: Entry, text: str, key: UUID | None) -> None:
    made.clinic_id, made.episode, made.entry = by.clinic_id, entry.episode, entry
    made.author, made.text, made.submission_key = by.member, text.strip(), key
    with key_is_its_own():
        made.save(force_insert=True)


def _twin(entry: Entry, text: str, key: UUID | None) -> Comment | None:
    """What was sent with this key before. Raises ActionRefused (422) when it had other words."""
    found: Comment | None = None
    if key is not None:
        found = Comment.objects.filter(episode_id=entry.episode_id, submission_key=key).first()
    if found is not None:
        found.episode = entry.episode
        if found.entry_id != entry.pk or (found.text or "") != text.strip():
            raise ActionRefused(_("This was sent already with other words. Nothing was changed."), status=422)
    return found


def look(*, by: Actor, episode: Episode, entries: Sequence[Entry], origin: str) -> dict[UUID, comments.Beside]:
    """What was said about these entries, for somebody who may write back; the replies in it count as seen from now on."""
    beside = comments.by_entry(entries, episode, by, may_say=True, origin=origin)
    seen(by=by, rows=[pk for one in beside.values() for pk in one.unread])
    return beside


@transaction.atomic
def seen(*, by: Actor, rows: Collection[UUID]) -> int:
    """The other side has these in front of them; the first time counts. Returns how many were new."""
    if not rows:
        return 0
    new = Comment.objects.filter(pk__in=rows, clinic_id=by.clinic_id, seen_at__isnull=True)
    other = new.filter(answers__isnull=by.is_client)  # a client reads comments, the care team reads replies
    count: int = other.update(seen_at=timezone.now())
    if count:
        audit.record(by=by, verb="comment.seen", comments=[str(pk) for pk in rows])
    return count
