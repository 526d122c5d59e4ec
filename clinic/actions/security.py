"""A person's own API tokens."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import tokens
from accounts.models import ApiToken
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
