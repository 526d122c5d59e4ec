"""The nouns of the clinic app, one file each."""

from clinic.models.absence import Absence
from clinic.models.appointment import Appointment, AppointmentSeries
from clinic.models.audit import AuditEvent
from clinic.models.calendar import CalendarFeed
from clinic.models.clinic import Clinic, Site
from clinic.models.clinical import ClinicalModel, ClinicalQuerySet
from clinic.models.contact import ContactPrefs
from clinic.models.episode import CareTeamMember, Episode, ReadingReason
from clinic.models.invitation import Invitation
from clinic.models.job import JobRun
from clinic.models.key import DataKey
from clinic.models.membership import Membership
from clinic.models.message import OutgoingMessage
from clinic.models.number import ContactNumber
from clinic.models.push import PushSubscription
from clinic.models.self_description import SelfDescription

__all__ = [
    "Absence",
    "Appointment",
    "AppointmentSeries",
    "AuditEvent",
    "CalendarFeed",
    "CareTeamMember",
    "Clinic",
    "ClinicalModel",
    "ClinicalQuerySet",
    "ContactNumber",
    "ContactPrefs",
    "DataKey",
    "Episode",
    "Invitation",
    "JobRun",
    "Membership",
    "OutgoingMessage",
    "PushSubscription",
    "ReadingReason",
    "SelfDescription",
    "Site",
]
