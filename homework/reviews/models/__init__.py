"""The nouns of the reviews app."""

from homework.reviews.models.digest import Digest
from homework.reviews.models.review import Review
from homework.reviews.models.tally import VersionTally

__all__ = ["Digest", "Review", "VersionTally"]
