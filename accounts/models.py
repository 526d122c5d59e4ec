"""People who can sign in, and the mail about signing in.

A `User` is a person; what they may see is decided by their `clinic.Membership`, never here. There is no superuser and no
permission flag on purpose. Preferences (language, time zone, theme) belong to the person.

`AccountMail` is the ledger of messages about the account itself (codes, notices). They belong to no clinic, so they are not
in the clinic's ledger; their content (a code) is sealed while it waits and removed once it has been sent.
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class UserManager(BaseUserManager["User"]):
    """Creates users by e-mail; Django's natural-key look-up is case-insensitive."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user. Without a password the account can only be opened by passkey, code or persona."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail without regard to case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who signs in: client, therapist, coach or admin."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("Like my device")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        SPANISH = "es", "Español"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail"), max_length=254)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    language = models.CharField(max_length=8, choices=Language, default=Language.ENGLISH)
    time_zone = models.CharField(max_length=64, default="Europe/London", help_text="IANA name")
    needs_second_factor = models.BooleanField(
        default=False, help_text="Staff: a passkey or an authenticator app at every sign-in."
    )
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM, blank=True)
    blur_words = models.BooleanField(default=False, help_text="Own words stay blurred until they are touched.")
    sealed_device_secret = models.TextField(
        blank=True, help_text="Of which the key is made that seals what waits in this person's browsers."
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="accounts_user_email_once")]

    def __str__(self) -> str:
        """Never a name or address: this text ends in logs."""
        return f"user {self.pk}"


class ScreenLock(models.Model):
    """A short PIN that opens the screen again after a pause. It never signs anybody in: only a living sign-in asks for it."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="screen_lock")
    pin_hash = models.CharField(max_length=128)
    tries = models.PositiveSmallIntegerField(default=0, help_text="wrong ones in a row; after five the sign-in ends")
    set_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        """Id only."""
        return f"screen lock {self.user_id}"


class AccountMail(models.Model):
    """One message about an account (code, notice): written in the request, sent by the worker, content sealed until then."""

    class State(models.TextChoices):
        QUEUED = "queued", "queued"
        SENT = "sent", "sent"
        PARKED = "parked", "parked after repeated errors"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    to = models.EmailField(max_length=254)
    sealed_message = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], condition=models.Q(state="queued"), name="accounts_mail_waiting")
        ]

    def __str__(self) -> str:
        """Id and state only."""
        return f"account mail {self.pk} ({self.state})"


def token_end() -> datetime:
    """When an API token made now runs out."""
    return timezone.now() + timedelta(days=90)


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Questions about API tokens."""

    def live(self) -> Self:
        """Neither ended nor run out."""
        return self.filter(ended_at__isnull=True, expires_at__gt=timezone.now())


class ApiToken(models.Model):
    """A person's own key to the API. Only its hash is kept; see `accounts.tokens`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("what it is for"), max_length=60)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=token_end)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    def __str__(self) -> str:
        """Id only."""
        return f"API token {self.pk}"
