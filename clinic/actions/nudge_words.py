"""What a reminder says: the client's own choice, with a check that it tells nobody else anything (clinical.md 5, F36)."""

from django.db import transaction
from django.utils.translation import gettext as _

from clinic import audit, telling, wording
from clinic.access import Actor
from clinic.messages import one_line
from clinic.models import CareTeamMember, ContactPrefs
from clinic.refusal import ActionRefused
from clinic.wording import Cue

LONGEST = 60  # characters


@transaction.atomic
def choose(*, by: Actor, chosen: str, words: str = "", here: bool = False) -> ContactPrefs:
    """Choose the line of one's reminders, or write one. here: own words stay on the page Today, in no message.

    Raises ActionRefused: 422 for a choice that is not offered, for own words that are missing, too long, a link or an address,
    or would tell somebody what it is about while they are to be sent; 409 when the actor is not a client.
    """
    if not by.is_client:
        raise ActionRefused(_("Only clients have these settings."))
    if chosen not in ContactPrefs.Wording.values:
        raise ActionRefused(_("Choose one of the answers."), status=422, field="wording")
    prefs = ContactPrefs.objects.select_for_update().get(client_id=by.member_id)
    own = chosen == ContactPrefs.Wording.OWN
    prefs.cue = _sealed(by, words, here=here) if own else ""
    prefs.wording = chosen
    prefs.save(update_fields=["wording", "cue"])
    audit.record(by=by, verb="contact.words", obj=by.membership, wording=chosen, here=own and here)
    return prefs


def _sealed(by: Actor, words: str, *, here: bool) -> str:
    """Own words, looked at and sealed. Raises ActionRefused (422)."""
    line = one_line(words)
    if not any(letter.isalpha() for letter in line):
        raise ActionRefused(_("Write a few words of your own."), status=422, field="words")
    if len(line) > LONGEST:
        raise ActionRefused(_("Keep it to 60 characters, so that it fits on one line."), status=422, field="words")
    if telling.leads_away(line):
        raise ActionRefused(_("No links or addresses here, please. Plain words are safest."), status=422, field="words")
    told = telling.tells(line, _names(by))
    if told and not here:
        raise ActionRefused(
            _("“%(word)s” could tell somebody what it is about. Choose other words, or keep them on this page only.")
            % {"word": told},
            status=422,
            field="words",
        )
    return wording.seal(by.member.pk, Cue(line, here=here))


def _names(by: Actor) -> list[str]:
    """Names that tell: of the clinic, of those who treat this client, and their own."""
    team = CareTeamMember.objects.current(by.clinic).filter(episode__client_id=by.member_id)
    treating = team.values_list("member__display_name", flat=True)
    return [by.clinic.name, by.member.label, *treating]
