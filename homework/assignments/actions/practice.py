"""The client says what they think of practice between sessions, or puts the questions away (F14)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import audit
from clinic.access import Actor
from clinic.actions import contact
from clinic.models import Episode
from clinic.refusal import ActionRefused
from homework.assignments.actions.fit import held
from homework.assignments.models import FitProfile
from homework.assignments.planning import about_practice


@transaction.atomic
def say(*, by: Actor, episode: Episode, said: Mapping[str, str], noun: str, grew_from: str) -> FitProfile:
    """Keep the client's words about practice and the word they prefer. The same again changes nothing.

    said: words for each of `about_practice.PARTS`. grew_from: the `stamp` of the page. Raises ActionRefused (409) when the
    episode has ended, when somebody but the client asks, or when it was changed elsewhere meanwhile; 422 for another noun.
    """
    row = held(by, episode)
    contact.choose_noun(by=by, noun=noun)
    words = {part: said.get(part, "").strip() for part in about_practice.PARTS}
    if row.practice is not None and words == about_practice.said(row):
        return row
    if about_practice.stamp(row) != grew_from:
        raise ActionRefused(_("This was also changed somewhere else. Open this page again to see it, then add yours."))
    row.practice = words
    row.saved_at = timezone.now()
    row.save()
    audit.record(by=by, verb="practice.told", obj=row, parts=[part for part, text in words.items() if text])
    return row


@transaction.atomic
def put_away(*, by: Actor, episode: Episode) -> None:
    """Do not offer the questions again; they stay in the settings. What was said already stays."""
    row = held(by, episode)
    if row.practice is None:
        row.practice = {about_practice.PUT_AWAY: True}
        row.save()
        audit.record(by=by, verb="practice.put_away", obj=row)
