"""The nouns of the reviews app."""

from homework.reviews.models.comment import Comment, ProcessNote
from homework.reviews.models.digest import Digest
from homework.reviews.models.feedback import SessionFeedback
from homework.reviews.models.figures import Figures, ServiceAction
from homework.reviews.models.night import NightSignal
from homework.reviews.models.readiness import ReadinessMark
from homework.reviews.models.review import Review
from homework.reviews.models.speaking import ClientQuestion, Noticed, Takeaway, Win
from homework.reviews.models.tally import VersionTally

__all__ = [
    "ClientQuestion",
    "Comment",
    "Digest",
    "Figures",
    "NightSignal",
    "Noticed",
    "ProcessNote",
    "ReadinessMark",
    "Review",
    "ServiceAction",
    "SessionFeedback",
    "Takeaway",
    "VersionTally",
    "Win",
]
