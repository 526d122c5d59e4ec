"""Something that went well, with or without a plan; and somebody who saw it (F43). No confetti."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions.rest import needs_open
from homework.reviews.models import Win


def note(*, by: Actor, episode: Episode, text: str, key: UUID | None = None) -> Win:
    """The client writes down something that went well. Sent twice with one key, it is there once.

    Raises ActionRefused: 409 after care has ended, 422 when nothing is written.
    """
    try:
        return _note(by, episode, text.strip(), key)
    except IntegrityError:  # two taps at once: the other one made it
        twin = _twin(episode, text.strip(), key)
        if twin is None:
            raise ActionRefused(_("This page is out of date. Please open it again.")) from None
        return twin


@transaction.atomic
def _note(by: Actor, episode: Episode, text: str, key: UUID | None) -> Win:
    twin = _twin(episode, text, key)
    if twin is not None:
        return twin
    needs_open(episode)
    if not text:
        raise ActionRefused(_("Write a word or a line. Small things count."), status=422, field="text")
    win = Win(clinic_id=by.clinic_id, episode=episode, text=text, submission_key=key)
    win.save(force_insert=True)
    audit.record(by=by, verb="win.noted", obj=win)
    return win


def _twin(episode: Episode, text: str, key: UUID | None) -> Win | None:
    """What was sent with this key before. Raises ActionRefused (422) when it had other words."""
    found: Win | None = Win.objects.filter(submission_key=key, episode=episode).first() if key else None
    if found is not None:
        found.episode = episode
        if text and (found.text or "") != text:
            raise ActionRefused(_("This was sent already with other words. Nothing was changed."), status=422)
    return found


@transaction.atomic
def seen(*, by: Actor, win: Win) -> None:
    """One tap: "I saw this. Thank you for telling me." The first one stays; the client can read who it was."""
    changed = Win.objects.filter(pk=win.pk, seen_at__isnull=True).update(seen_at=timezone.now(), seen_by=by.member)
    if changed:
        audit.record(by=by, verb="win.seen", obj=win)
