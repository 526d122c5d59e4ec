"""The numbers a client is shown: the clinic's own lines where it has any, else those that ship for the country (6.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.utils.translation import get_language

from clinic.models import Clinic, Site
from homework.safety import resources
from homework.safety.models import ClinicResource, CrisisResource

NO_ROWS = resources.HelpRows([], [], [], [], [], [])


@dataclass(frozen=True)
class Line:
    """One line of help. `sms`: what to text and where to, as it is said."""

    name: str
    phone: str = ""
    sms: str = ""
    url: str = ""
    about: str = ""
    hours: str = ""
    checked_on: date | None = None

    @property
    def dial(self) -> str:
        """The phone number without what only makes it readable."""
        return "".join(sign for sign in self.phone if sign.isdigit() or sign == "+")

    @property
    def text_to(self) -> str:
        """The number a text message goes to; what to write in it is said beside it."""
        return "".join(sign for sign in self.sms.rpartition(" ")[2] if sign.isdigit() or sign == "+")

    @classmethod
    def of_clinic(cls, row: ClinicResource) -> Self:
        """A line the clinic keeps."""
        return cls(row.name, row.phone, row.sms, row.url, row.about, row.hours, row.verified_on)

    @classmethod
    def seed(cls, row: CrisisResource) -> Self:
        """A line that ships with the program."""
        return cls(row.name, row.phone, row.sms, about=row.for_whom)


DIRECTORY = Line("Find A Helpline", url="https://findahelpline.com/")
"""Where no line of a place is known: an international directory."""


@dataclass(frozen=True)
class Numbers:
    """Everything on the page, in its order. `below`: help with daily life, by kind in words (F71)."""

    emergency: Sequence[Line]
    talk: Sequence[Line]
    text: Sequence[Line]
    violence: Sequence[Line]
    below: Sequence[tuple[str, Sequence[Line]]]


def of(clinic: Clinic | None, site: Site | None, country: str) -> Numbers:
    """The numbers for a site of a clinic; for no clinic those of the country. Two queries at most."""
    rows = resources.for_client(clinic, site, get_language() or "") if clinic is not None else NO_ROWS
    seeds = CrisisResource.lines_of(country) if not (rows.has_lines and rows.emergency) else []
    return Numbers(
        emergency=_own(rows.emergency) or [Line.seed(row) for row in seeds if row.is_emergency],
        talk=_own(rows.crisis) or [Line.seed(row) for row in seeds if not row.is_emergency] or [DIRECTORY],
        text=_own(rows.text),
        violence=_own(rows.violence),
        below=[(kind, _own(of_kind)) for kind, of_kind in rows.below],
    )


def _own(rows: Iterable[ClinicResource]) -> list[Line]:
    return [Line.of_clinic(row) for row in rows]


def country_of(site: Site | None) -> str:
    """The country of a site's crisis lines, by its two letters; empty without a site."""
    return site.crisis_locale.rpartition("-")[2].upper() if site is not None else ""
