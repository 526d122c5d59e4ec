"""What suits one client, as they say it themself (F22, F57, F58): all of it optional, all of it theirs to switch off.

Kinds of preference are plain, like other categories. What they would rather leave out and their own words are sealed. There
is nothing here about age, sex, illness or ability, and nothing that was guessed.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clinic.models import ClinicalModel, ClinicalQuerySet
from clinic.vault import EncryptedJSON, EncryptedText

AVOIDABLE = (
    "eye_contact", "sensory", "interoception", "breathing", "imagery", "reading_load", "writing_load", "counting",
    "time_estimation",
)  # fmt: skip
"""The cautions a client can name for themself; the others are for a therapist to think of."""


class FitProfile(ClinicalModel):
    """What suits this client; at most one an episode. `in_use` off: nobody else sees it and nothing is suggested."""

    class Time(models.TextChoices):
        ANY = "", _("Any time")
        MORNING = "morning", _("In the morning")
        MIDDAY = "midday", _("In the middle of the day")
        EVENING = "evening", _("In the evening")
        NIGHT = "night", _("Late, or at night")

    class Device(models.TextChoices):
        ANY = "", _("Anything")
        PHONE = "phone", _("A phone")
        COMPUTER = "computer", _("A computer or tablet")
        PAPER = "paper", _("Paper")

    class Way(models.TextChoices):
        READING = "reading", _("Reading")
        WRITING = "writing", _("Writing")
        LISTENING = "listening", _("Listening")
        DOING = "doing", _("Doing something")

    class Shape(models.TextChoices):
        ANY = "", _("Either")
        STEPS = "steps", _("Clear steps, one after another")
        FREE = "free", _("Room to do it my way")

    class Company(models.TextChoices):
        ANY = "", _("Either")
        ALONE = "alone", _("On my own")
        OTHERS = "others", _("With somebody")

    class Energy(models.TextChoices):
        ANY = "", _("Any length")
        SHORT = "short", _("Only short things for now")

    in_use = models.BooleanField(default=True)
    time_of_day = models.CharField(max_length=8, choices=Time, default=Time.ANY, blank=True)
    device = models.CharField(max_length=8, choices=Device, default=Device.ANY, blank=True)
    ways = ArrayField(models.CharField(max_length=10, choices=Way), default=list, blank=True)
    shape = models.CharField(max_length=6, choices=Shape, default=Shape.ANY, blank=True)
    company = models.CharField(max_length=6, choices=Company, default=Company.ANY, blank=True)
    energy = models.CharField(max_length=6, choices=Energy, default=Energy.ANY, blank=True)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES, default="", blank=True)
    avoid = EncryptedJSON(help_text="keys of cautions the client would rather leave out")
    faith = EncryptedText(help_text="faith, family and culture, in their own words")
    senses = EncryptedText(help_text="what is too loud, too bright, too close, in their own words")
    practice = EncryptedJSON(
        help_text="about practice between sessions (F14): earlier, word, helped, in_the_way, in their own words"
    )
    worked = EncryptedText(help_text="what has worked before, in their own words")
    rev = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[Any] = ClinicalQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("episode", name="assignments_one_fit_profile")]
