"""The nouns of the reviews app."""

from homework.reviews.models.digest import Digest
from homework.reviews.models.readiness import ReadinessMark
from homework.reviews.models.review import Review
from homework.reviews.models.speaking import ClientQuestion, Noticed, Takeaway, Win
from homework.reviews.models.tally import VersionTally

__all__ = [
    "ClientQuestion",
    "Digest",
    "Noticed",
    "ReadinessMark",
    "Review",
    "Takeaway",
    "VersionTally",
    "Win",
]
