"""How allauth is bent to this program: closed sign-up, e-mail codes for clients, sealed secrets, mail through the ledger."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import keys, mail
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Sign-in by e-mail and password, then a code (clients, unknown browser) or a second factor (staff, always)."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _("That was tried many times. Please wait a little and try again."),
        "email_password_mismatch": _("This e-mail address and password do not go together."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up by themselves: an invitation makes the account (`clinic.views.join`)."""
        return False

    def is_login_by_code_required(self, login: Any) -> bool:
        """A code by e-mail for a client without an authenticator on an unknown browser.

        Never for staff: that stage may issue a trust cookie, which the second-factor stage would accept.
        """
        user: User = login.user
        if user.needs_second_factor or is_mfa_enabled(user):
            return False
        methods = {record["method"] for record in get_authentication_records(self.request, user)}
        return not methods & {"code", "mfa"}

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the message to the ledger; the worker sends it. Known and unknown addresses cost the same time."""
        message = self.render_mail(template_prefix, email, {"request": self.request, **context})
        mail.queue(to=email, subject=message.subject, body=str(message.body), user=context.get("user"))


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second-factor secrets are sealed: a stolen database dump holds no working authenticator."""

    def encrypt(self, text: str) -> str:
        """Seal a TOTP secret or recovery seed."""
        return keys.seal_text(text, purpose="second factor")

    def generate_authenticator_name(self, user: User, type: Any) -> str:
        """What a new passkey is called until its owner names it."""
        return gettext("Passkey, %(day)s") % {"day": date_format(timezone.localdate(), "SHORT_DATE_FORMAT")}

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again."""
        return keys.open_text(encrypted_text, purpose="second factor")
