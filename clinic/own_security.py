"""How one person signs in, as values for their own page."""

from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import Http404

from accounts import pin
from accounts.models import ApiToken, User
from clinic.access import Actor
from clinic.models import Membership


@dataclass(frozen=True)
class OwnSecurity:
    """What a person has set up."""

    has_password: bool
    passkeys: int
    has_app: bool
    has_codes: bool
    browsers: int
    has_pin: bool
    tokens: list[ApiToken]
    places: list[Membership]

    @property
    def has_second_step(self) -> bool:
        """Whether there is a passkey or an authenticator app."""
        return self.has_app or self.passkeys > 0


def security_of(actor: Actor) -> OwnSecurity:
    """One person's security; always four queries, for a client five."""
    user = _user(actor)
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return OwnSecurity(
        has_password=user.has_usable_password(),
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
        has_app=Authenticator.Type.TOTP in kinds,
        has_codes=Authenticator.Type.RECOVERY_CODES in kinds,
        browsers=UserSession.objects.filter(user=user).count(),
        has_pin=actor.is_client and pin.has_pin(user),
        tokens=list(ApiToken.objects.live().filter(user=user).order_by("-created_at")),
        places=list(Membership.objects.of(user)),
    )


def ways_to_show_it_is_you(actor: Actor) -> list[str]:
    """The routes where this person can prove again who they are, the quickest first; none for the demo's personas."""
    user = _user(actor)
    kinds = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    ways = {
        "mfa_reauthenticate_webauthn": Authenticator.Type.WEBAUTHN in kinds,
        "mfa_reauthenticate": bool(kinds & {Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES}),
        "account_reauthenticate": user.has_usable_password(),
    }
    return [route for route, open_to_them in ways.items() if open_to_them]


def own_token(actor: Actor, pk: UUID) -> ApiToken:
    """One of one's own API tokens, also one that has ended. Raises Http404."""
    found = ApiToken.objects.filter(user=_user(actor), pk=pk).first()
    if found is None:
        raise Http404
    return found


def own_place(actor: Actor, pk: UUID) -> Membership:
    """One of one's own places, in whatever clinic. Raises Http404."""
    found = Membership.objects.of(_user(actor)).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _user(actor: Actor) -> User:
    assert actor.user is not None
    return actor.user
