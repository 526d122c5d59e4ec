"""What clients ticked about each version of a worksheet when it was planned: the chips of the before-check (F72).

A part of the month's barriers, so that whoever rewrites a sheet sees what it is said to be: not clear, too big, no point.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from clinic.access import Actor
from homework.assignments.models import BeforeCheck
from homework.reviews import tallying
from homework.reviews.outcomes import suppress
from homework.reviews.outcomes.month import Month
from homework.worksheets.models import Worksheet


def cells(by: Actor, month: Month) -> dict[str, dict[str, int]]:
    """For each version that may be told of, the rounded share of clients who ticked a chip, up to the month's end.

    A new version begins anew; a chip that hardly anybody ticked is left out. Chips are plain, nothing is opened. One query.
    """
    checks = BeforeCheck.objects.filter(clinic_id=by.clinic_id, created_at__lt=month.end)
    checks = checks.filter(plan__assignment__version__worksheet__for_client=None)
    checks = checks.exclude(plan__assignment__version=None)
    checks = checks.exclude(plan__assignment__version__worksheet__kind=Worksheet.Kind.MEASURE)
    work = "plan__assignment__version"
    sheets: dict[UUID, dict[UUID, dict[UUID, set[str]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(set)))
    for sheet, version, client, chips in checks.values_list(
        f"{work}__worksheet_id", f"{work}_id", "episode__client_id", "chips"
    ):
        sheets[sheet][version][client] |= set(chips)
    found: dict[str, dict[str, int]] = {}
    for versions in sheets.values():
        for version in tallying.safe({key: len(clients) for key, clients in versions.items()}):
            found[str(version)] = dict(_shares([*versions[version].values()]))
    return found


def _shares(clients: list[set[str]]) -> Iterable[tuple[str, int]]:
    for chip in BeforeCheck.Chip.values:
        ticked = sum(chip in one for one in clients)
        if ticked and 100 * ticked / len(clients) >= (5 if len(clients) < suppress.FINE else 2.5):
            yield chip, suppress.share(ticked, len(clients))


def chips_of(cells: dict[str, Any], version: UUID) -> dict[str, int]:
    """The chips kept for one version in a month's barriers."""
    found: dict[str, int] = cells.get("versions", {}).get(str(version), {})
    return found
