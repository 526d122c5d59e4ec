"""A private calendar address somebody gave to their own calendar program (RFC 5545 feed)."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils import timezone

from accounts.ids import uuid7
from clinic.models.clinic import Clinic
from clinic.models.membership import Membership


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    """Questions about feeds."""

    def live(self) -> Self:
        """Not taken back."""
        return self.filter(ended_at__isnull=True)


class CalendarFeed(models.Model):
    """One address, good until it is taken back. It shows times and neutral titles; nothing clinical is ever in it.

    The address holds clinic and feed, signed: whoever has it reads the times, nobody can guess one. A person has one at
    most; a new one takes the old one back.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clinic = models.ForeignKey(Clinic, models.PROTECT, related_name="+")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="calendar_feeds")
    sessions = models.BooleanField(default=True, help_text="whether sessions are in it")
    work = models.BooleanField(default=False, help_text="whether the times of agreed work are in it (clients)")
    title = models.CharField(max_length=24, blank=True, help_text="what every entry is called; empty: the app's name")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    fetched_at = models.DateTimeField(null=True, blank=True, help_text="when a calendar last asked, to the hour")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = CalendarFeedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("member", condition=models.Q(ended_at__isnull=True), name="clinic_one_live_feed"),
        ]

    def __str__(self) -> str:
        """Id only."""
        return f"calendar feed {self.pk}"
