"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People who sign in."""

    name = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        """Register the system checks, and listen to what the sign-in library announces."""
        from allauth.account.signals import authentication_step_completed
        from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
        from django.contrib.auth.signals import user_logged_in

        from accounts import checks, sessions  # noqa: F401

        for changed in (authenticator_added, authenticator_removed, authenticator_reset):
            changed.connect(sessions.on_new_factor)
        authentication_step_completed.connect(sessions.on_proof)
        user_logged_in.connect(sessions.on_sign_in)
