"""The nouns of the safety app, one file each."""

from homework.safety.models.crisis import CrisisResource
from homework.safety.models.flag import FlagEvent, SafetyFlag
from homework.safety.models.resource import ClinicResource
from homework.safety.models.setup import DutyDay, SafetyRehearsal, SafetySetup, ScreeningTally

__all__ = [
    "ClinicResource",
    "CrisisResource",
    "DutyDay",
    "FlagEvent",
    "SafetyFlag",
    "SafetyRehearsal",
    "SafetySetup",
    "ScreeningTally",
]
