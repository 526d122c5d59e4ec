"""The nouns of the assignments app, one file each."""

from homework.assignments.models.addition import EntryAddition
from homework.assignments.models.assignment import Assignment
from homework.assignments.models.attachment import Attachment
from homework.assignments.models.dyad import Dyad, DyadMember, PartnerShare
from homework.assignments.models.entry import AfterCheck, DraftCopy, Entry, Score
from homework.assignments.models.fit import FitProfile
from homework.assignments.models.goal import Goal
from homework.assignments.models.plan import BeforeCheck, CopingPlan, Obstacle, Plan

__all__ = [
    "AfterCheck",
    "Assignment",
    "Attachment",
    "BeforeCheck",
    "CopingPlan",
    "DraftCopy",
    "Dyad",
    "DyadMember",
    "Entry",
    "EntryAddition",
    "FitProfile",
    "Goal",
    "Obstacle",
    "PartnerShare",
    "Plan",
    "Score",
]
