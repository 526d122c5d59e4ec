"""Password strength by how hard it is to guess, not by kinds of characters."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from accounts.models import User

LONGEST = 72  # zxcvbn slows down with length; what comes after only adds strength


class HardToGuessValidator:
    """Refuses passwords that a guesser finds in under about 10^8 tries (zxcvbn score below 3)."""

    def validate(self, password: str, user: User | None = None) -> None:
        """Raise ValidationError with what to do instead."""
        known = ["between", "clinic", "therapy", "notes"]
        if user is not None and user.email:
            known += [user.email, *user.email.replace("@", ".").split(".")]
        if zxcvbn(password[:LONGEST], user_inputs=known)["score"] < 3:
            raise ValidationError(
                _("This one is easy to guess. Three or four words that do not belong together work well."),
                code="password_easy_to_guess",
            )

    def get_help_text(self) -> str:
        """Shown beside the field."""
        return _("At least 12 characters. Three or four words that do not belong together work well.")
