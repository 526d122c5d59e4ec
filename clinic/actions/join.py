"""Taking up an invitation: the one moment at which somebody without an account does something that counts.

Looking at the link never uses it up (mail scanners look). A link that was used, withdrawn, has run out or never
existed gets one and the same answer.
"""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.tokens import hash_of
from clinic import audit
from clinic.access import Actor, Role
from clinic.models import ContactPrefs, Invitation, Membership
from clinic.models.invitation import InvitationQuerySet
from clinic.refusal import ActionRefused
from clinic.scope import acting_in


class InvitationGone(ActionRefused):
    """No open invitation behind this link, for whatever reason."""

    def __init__(self) -> None:
        super().__init__(_("This link does not work any more. Ask your clinic for a new one."), status=404)


def look(*, clinic_id: UUID, token: str) -> Invitation | None:
    """The open invitation behind a link, changing nothing. Call it inside `acting_in(clinic_id)`."""
    return _open(clinic_id, token).first()


def has_account(invitation: Invitation) -> bool:
    """Whether the invited address can already sign in (in another clinic, or from before)."""
    return User.objects.filter(email__iexact=invitation.email).exists()


def accept(
    *,
    by: User | None,
    clinic_id: UUID,
    token: str,
    password: str = "",
    language: str = "",
    seen_by_others: str = "",
) -> Membership:
    """Take up an invitation, once. `by` is whoever is signed in: nobody for a new account.

    Staff need a second factor from their first sign-in on. Raises InvitationGone (404) when the link does not work
    (any more), ActionRefused: 409 when an account with this address exists and is not signed in, when somebody else
    is, or when the person already has a place here; 422 for a password that is too easy.
    """
    with acting_in(clinic_id, user_id=by.pk if by else None), transaction.atomic():
        invitation = _open(clinic_id, token).select_for_update(of=("self", "membership")).first()
        if invitation is None:
            raise InvitationGone
        user = _existing(invitation, by) or _new_user(invitation, password, language)
        member = invitation.membership
        member.user, member.joined_at = user, timezone.now()
        member.save(update_fields=["user", "joined_at"])
        Invitation.objects.filter(pk=invitation.pk).update(used_at=timezone.now())
        if member.role != Role.CLIENT and not user.needs_second_factor:
            user.needs_second_factor = True
            user.save(update_fields=["needs_second_factor"])
        if member.role == Role.CLIENT and seen_by_others:
            ContactPrefs.objects.filter(client=member).update(seen_by_others=seen_by_others)
        actor = Actor(user, member, member.clinic, member.role)
        audit.record(by=actor, verb="invitation.accepted", obj=member)
        return member


def _open(clinic_id: UUID, token: str) -> InvitationQuerySet:
    found = Invitation.objects.open().filter(clinic_id=clinic_id, token_hash=hash_of(token))
    empty = found.filter(membership__user__isnull=True, membership__ended_at__isnull=True)
    return empty.select_related("membership__clinic", "membership__site")


def _existing(invitation: Invitation, by: User | None) -> User | None:
    """The account of the invited address, if there is one: only its own person may link it."""
    user = User.objects.filter(email__iexact=invitation.email).first()
    if by is not None and (user is None or user.pk != by.pk):
        raise ActionRefused(_("You are signed in as somebody else. Sign out first, then open the link again."))
    if user is None:
        return None
    if by is None:
        raise ActionRefused(_("You can already sign in with this address. Sign in first, then open the link again."))
    if Membership.objects.current().filter(clinic_id=invitation.clinic_id, user=user).exists():
        raise ActionRefused(
            _("You already have a place here. Ask your clinic to send the invitation to another address.")
        )
    return user


def _new_user(invitation: Invitation, password: str, language: str) -> User:
    member = invitation.membership
    place = member.site or member.clinic
    user = User(
        email=invitation.email.lower(),
        language=language or invitation.language,
        time_zone=place.time_zone,
        needs_second_factor=member.role != Role.CLIENT,
    )
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ActionRefused(" ".join(error.messages), status=422, field="password") from None
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # the same address was invited twice and taken up at the same moment
        raise ActionRefused(_("You can already sign in with this address. Sign in first.")) from None
    # The link came by mail to this address, so it is known to be theirs.
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user
