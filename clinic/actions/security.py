"""A person's own API tokens, and the PIN of a client's screen."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import pin as pins
from accounts import sessions, tokens
from accounts.models import ApiToken, User
from clinic import audit
from clinic.access import STAFF, Actor
from clinic.refusal import ActionRefused

MOST = 10


@transaction.atomic
def create_token(*, by: Actor, name: str) -> tuple[ApiToken, str]:
    """Make an API token that acts as this person for 90 days. Returns the row and the token, which is shown once.

    Raises ActionRefused: 422 without a name, 409 for clients or with ten tokens in use.
    """
    if by.user is None or by.role not in STAFF:
        raise ActionRefused(_("API tokens are for people who work in the clinic."))
    label = " ".join(name.split())
    if not label:
        raise ActionRefused(_("Say what the token is for."), status=422, field="name")
    if ApiToken.objects.live().filter(user=by.user).count() >= MOST:
        raise ActionRefused(_("You have ten tokens in use. End one first."))
    token = tokens.new_token()
    row = ApiToken.objects.create(user=by.user, name=label, token_hash=tokens.hash_of(token))
    audit.record(by=by, verb="token.created", obj=row)
    return row, token


@transaction.atomic
def end_token(*, by: Actor, token: ApiToken) -> None:
    """End one of one's own tokens at once. Ending it twice changes nothing."""
    ApiToken.objects.live().filter(pk=token.pk, user=by.user).update(ended_at=timezone.now())
    audit.record(by=by, verb="token.ended", obj=token)


@transaction.atomic
def set_pin(*, by: Actor, pin: str, again: str, here: str | None) -> None:
    """Set or change the PIN that opens a client's locked screen (F36). Other browsers are signed out.

    `here` is the key of the session that stays. Raises ActionRefused: 422 for a PIN that is too easy or was typed in
    two ways, 409 for staff, who sign in with a second factor instead.
    """
    user = _who_may_lock(by)
    if pin != again:
        raise ActionRefused(_("These two are not the same. Please type it again."), status=422, field="again")
    try:
        pins.set_pin(user, pin)
    except ValidationError as easy:
        raise ActionRefused(easy.messages[0], status=422, field="pin") from None
    sessions.end_others(user, here=here)
    audit.record(by=by, verb="pin.set", obj=by.membership)


@transaction.atomic
def remove_pin(*, by: Actor, here: str | None) -> None:
    """Take the PIN away: after a pause the page is only hidden. Other browsers are signed out. Harmless without one."""
    user = _who_may_lock(by)
    if pins.remove(user):
        sessions.end_others(user, here=here)
        audit.record(by=by, verb="pin.removed", obj=by.membership)


def try_pin(*, by: Actor, pin: str) -> bool | None:
    """Try to open a locked screen: True when it is the PIN, False when not, None when that was the fifth in a row.

    After None the caller ends the sign-in. No refusal is raised: the count of wrong tries has to stay.
    """
    user = _who_may_lock(by)
    try:
        return pins.check(user, pin)
    except pins.Locked:
        with transaction.atomic():
            audit.record(by=by, verb="pin.closed", obj=by.membership)
        return None


def _who_may_lock(by: Actor) -> User:
    if by.user is None or not by.is_client:
        raise ActionRefused(_("Only clients have these settings."))
    return by.user
