"""A clinic's lines of help as its admins see them: by kind, with how long ago each was checked (6.2, F71).

What clients see is `resources.py`. A row that is older than `ASK` is asked about, older than `WARN` it warns on every
admin's board; it is never hidden from clients because of that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404

from accounts.models import User
from clinic import outbox
from clinic.access import Actor, Role
from clinic.models import Clinic, Membership, OutgoingMessage, Site
from homework.safety import hours, setup
from homework.safety.models import ClinicResource, CrisisResource

ASK = timedelta(days=180)
WARN = setup.FRESH
KEY = "lines:"
Kind = ClinicResource.Kind


@dataclass(frozen=True)
class Line:
    """One row, and how many days ago it was checked (None: never)."""

    row: ClinicResource
    days: int | None

    @property
    def is_asked(self) -> bool:
        """Whether it is time to call it again: never checked, or longer ago than half a year."""
        return self.days is None or self.days > ASK.days

    @property
    def is_old(self) -> bool:
        """Whether it was checked more than a year ago."""
        return self.days is not None and self.days > WARN.days

    @property
    def language(self) -> str:
        """The language it is for, in words; "" for everybody."""
        return str(dict(User.Language.choices).get(self.row.language, ""))


@dataclass(frozen=True)
class Group:
    """The rows of one kind."""

    kind: ClinicResource.Kind
    lines: list[Line]

    @property
    def in_danger(self) -> bool:
        """Whether a question about danger leads here: then the set-up needs one."""
        return self.kind in (Kind.EMERGENCY, Kind.CRISIS)


@dataclass(frozen=True)
class Ages:
    """How many rows were checked how long ago."""

    unchecked: int
    asked: int
    old: int


def groups(actor: Actor) -> list[Group]:
    """The clinic's rows, every kind in the order of the help page, kinds without rows too. One query."""
    today = actor.clinic.today()
    rows = ClinicResource.objects.current().filter(clinic_id=actor.clinic_id).select_related("site", "verified_by")
    found: dict[str, list[Line]] = {kind: [] for kind in Kind.values}
    for row in rows:
        days = None if row.verified_on is None else (today - row.verified_on).days
        found[row.kind].append(Line(row, days))
    return [Group(kind, found[kind]) for kind in Kind]


def row_of(actor: Actor, pk: UUID) -> ClinicResource:
    """One row on the clinic's list. Raises Http404."""
    rows = ClinicResource.objects.current().filter(clinic_id=actor.clinic_id).select_related("site", "verified_by")
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def ages(clinic: Clinic) -> Ages:
    """How many rows wait for a first check, are to be asked about (older than `ASK`), are older than a year. One query."""
    today = clinic.today()
    counted = ClinicResource.objects.filter(clinic=clinic, retired_at__isnull=True).aggregate(
        unchecked=Count("pk", filter=Q(verified_on__isnull=True)),
        asked=Count("pk", filter=Q(verified_on__lt=today - ASK)),
        old=Count("pk", filter=Q(verified_on__lt=today - WARN)),
    )
    return Ages(**counted)


def offered(actor: Actor) -> list[ClinicResource]:
    """The lines that ship for the countries of the clinic's sites and are not on its list: rows that are not saved.

    With sites in several countries each line belongs to its site. What was taken off the list is not offered again.
    """
    sites = list(Site.objects.filter(clinic_id=actor.clinic_id).order_by("name"))
    there = set(ClinicResource.objects.filter(clinic_id=actor.clinic_id).values_list("site_id", "name"))
    everywhere = {name for site_id, name in there if site_id is None}
    countries = {_country(site) for site in sites}
    places: Sequence[Site | None] = sites if len(countries) > 1 else ([None] if sites else [])
    country = next(iter(countries), "")
    rows = [
        _row(actor, seed, site, position)
        for site in places
        for position, seed in enumerate(CrisisResource.lines_of(_country(site) if site is not None else country))
    ]
    return [row for row in rows if row.name not in everywhere and (row.site_id, row.name) not in there]


def _country(site: Site) -> str:
    return site.crisis_locale.rpartition("-")[2].upper()


def _row(actor: Actor, seed: CrisisResource, site: Site | None, position: int) -> ClinicResource:
    kind = Kind.EMERGENCY if seed.is_emergency else Kind.CRISIS if seed.phone else Kind.TEXT
    return ClinicResource(
        clinic=actor.clinic,
        site=site,
        kind=kind,
        position=position,
        name=seed.name,
        about=seed.for_whom,
        phone=seed.phone,
        sms=seed.sms,
    )


# --- asking the admins, at most once a week ----------------------------------------------------------------------------


def ask_admins(clinic: Clinic, now: datetime) -> int:
    """While rows were checked longer ago than `ASK`: "something to read" for each admin, once a week, in service hours.

    Returns how many are new.
    """
    if not ages(clinic).asked:
        return 0
    opening = hours.of(setup.of(clinic.pk), clinic).next_opening(now) or now
    year, week, _day = now.astimezone(clinic.zone).isocalendar()
    admins = Membership.objects.current().filter(clinic=clinic, role=Role.ADMIN, user__is_active=True)
    return outbox.queue_all(
        [
            OutgoingMessage(
                clinic=clinic,
                key=f"{KEY}{admin.pk}:{year}-{week:02}",
                kind=OutgoingMessage.Kind.DIGEST,
                user=admin.user,
                language=admin.user.language,
                due_at=opening,
            )
            for admin in admins.select_related("user")
            if admin.user is not None
        ]
    )


@outbox.check(OutgoingMessage.Kind.DIGEST)
def still_to_check(clinic: Clinic, rows: Sequence[OutgoingMessage], now: datetime) -> Mapping[UUID, str]:
    """A note about lines that have all been checked meanwhile is not sent."""
    mine = [row.pk for row in rows if row.key.startswith(KEY)]
    return dict.fromkeys(mine, "" if not mine or ages(clinic).asked else "checked")
