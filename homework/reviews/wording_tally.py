"""How often somebody asked and how often they advised, month by month: their own rows, for themself alone (F29).

Whoever calls passes their own actor; there is no way to ask for somebody else's. No target, no comparison with others.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from clinic.access import Actor
from homework.reviews.models import ClientQuestion, Comment, Review

MONTHS = 12


@dataclass(frozen=True)
class Month:
    """One month: its first day, how many texts were written, open questions and pieces of advice in them."""

    on: date
    texts: int
    asks: int
    advises: int


def of(actor: Actor) -> list[Month]:
    """The last twelve months in which the actor wrote something back, newest first. Three queries."""
    sums: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0])
    for rows, at in _written(actor):
        for month, *numbers in _by_month(rows, at):
            sums[month.date()] = [old + new for old, new in zip(sums[month.date()], numbers, strict=True)]
    newest = sorted(sums, reverse=True)[:MONTHS]
    return [Month(on, *sums[on]) for on in newest]


def _written(actor: Actor) -> list[tuple[QuerySet[Any], str]]:
    """What the actor wrote to clients: messages of reviews, comments, answers to questions; with the column of its time."""
    mine = {"clinic_id": actor.clinic_id}
    return [
        (Review.objects.filter(**mine, reviewer_id=actor.member_id, message__isnull=False), "created_at"),
        (Comment.objects.filter(**mine, author_id=actor.member_id), "created_at"),
        (
            ClientQuestion.objects.filter(
                **mine, answered_by_id=actor.member_id, answer__isnull=False, answered_at__isnull=False
            ),
            "answered_at",
        ),
    ]


def _by_month(rows: QuerySet[Any], at: str) -> QuerySet[Any]:
    """First of the month, texts, asks, advises."""
    months = rows.order_by().annotate(month=TruncMonth(at)).values("month")
    sums = months.annotate(n=Count("pk"), asked=Sum("asks"), advised=Sum("advises"))
    found: QuerySet[Any] = sums.values_list("month", "n", "asked", "advised")
    return found
