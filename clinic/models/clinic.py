"""A clinic and its sites. The clinic is the wall: every other row of the program stands behind one."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import uuid7


class Clinic(models.Model):
    """One clinic. `app_name` and `sender_name` are what a client's household may see, so they say nothing."""

    class Secrets(models.TextChoices):
        OPEN = "open", _("What one partner tells us may be talked about with both")
        LIMITED = "limited", _("What one partner tells us stays with us, unless somebody is in danger")

    class Icon(models.TextChoices):
        """What the app's mark looks like on a home screen. None of them says anything."""

        NOTE = "note", _("A note")
        LEAF = "leaf", _("A leaf")
        WAVE = "wave", _("A wave")
        DOT = "dot", _("A dot")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(unique=True)
    app_name = models.CharField(_("discreet name of the app"), max_length=24, default="Notes")
    sender_name = models.CharField(_("sender of messages"), max_length=24, default="Reminders")
    icon = models.CharField(_("icon of the app"), max_length=8, choices=Icon, default=Icon.NOTE)
    weekly_messages = models.PositiveSmallIntegerField(
        _("messages a client may get in a week, at most"), default=4, help_text="4 at most; a daily diary may ask daily"
    )
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/London")
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    reading_hours = models.CharField(_("when somebody reads"), max_length=80, blank=True)
    leave_url = models.URLField(_("page shown after leaving quickly"), default="https://www.bbc.com/weather")
    couple_secrets = models.CharField(
        _("what partners tell us"), max_length=8, choices=Secrets, default=Secrets.LIMITED
    )
    after_months = models.PositiveSmallIntegerField(
        _("months a client keeps their own pages after care has ended"), default=12
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weekly_messages__gte=1, weekly_messages__lte=4), name="clinic_weekly_messages_1_to_4"
            )
        ]

    def __str__(self) -> str:
        """The clinic's id: its name may tell."""
        return f"clinic {self.pk}"

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.time_zone)

    def today(self, at: datetime | None = None) -> date:
        """The date on the clinic's wall."""
        return (at or timezone.now()).astimezone(self.zone).date()


class Site(models.Model):
    """A place of the clinic, with its own time zone and the locale of its crisis lines."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="sites")
    name = models.CharField(_("name"), max_length=80)
    time_zone = models.CharField(_("time zone"), max_length=64, default="Europe/London")
    crisis_locale = models.CharField(_("locale of crisis lines"), max_length=8, default="en-GB")

    class Meta:
        constraints = [models.UniqueConstraint("clinic", "name", name="clinic_site_name_once")]

    def __str__(self) -> str:
        """The site's name: it is shown in choices."""
        return self.name
