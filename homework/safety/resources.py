"""A clinic's own lines of help, as clients read them (6.2, F71). One query; the rows are not clinical and not sealed.

What an admin sees of the same rows is `lines_list.py`. A row that was not checked for long is never hidden here.
"""

from collections import defaultdict
from dataclasses import dataclass

from clinic.models import Clinic, Site
from homework.safety.models import ClinicResource

Kind = ClinicResource.Kind
DAILY_LIFE = (Kind.LOW_COST, Kind.PRACTICAL)
"""What stands below the crisis lines, in order."""


@dataclass(frozen=True)
class HelpRows:
    """The rows of one client's site and language by kind, each list in the clinic's order; empty lists for none."""

    emergency: list[ClinicResource]
    crisis: list[ClinicResource]
    text: list[ClinicResource]
    violence: list[ClinicResource]
    low_cost: list[ClinicResource]
    practical: list[ClinicResource]

    @property
    def has_lines(self) -> bool:
        """Whether the clinic has a crisis line of its own; without one the lines of the country are shown."""
        return bool(self.crisis)

    @property
    def below(self) -> list[tuple[str, list[ClinicResource]]]:
        """Help with daily life, for below the crisis lines: each kind in words with its rows, kinds without rows left out."""
        return [(str(kind.label), rows) for kind in DAILY_LIFE if (rows := getattr(self, kind.value))]


def for_client(clinic: Clinic, site: Site | None, language: str) -> HelpRows:
    """The lines of help for a site (None: only those of all sites) in a language, and those in none in particular."""
    grouped: dict[str, list[ClinicResource]] = defaultdict(list)
    for row in ClinicResource.objects.at(site, language).filter(clinic=clinic):
        grouped[row.kind].append(row)
    return HelpRows(**{kind.value: grouped[kind.value] for kind in Kind})
