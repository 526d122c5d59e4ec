"""From the clock on a wall to an instant and back: for weekly sessions, which stay at the same local time all year.

The rules are those of every time in the program: a wall time that does not exist (the hour that is skipped) becomes
the first valid minute after it, one that exists twice is its first occurrence. Plans of work follow the same rules in
their own, larger module, which this app cannot import.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

REGIONS = ("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
MINUTE = timedelta(minutes=1)


def instant(day: date, at: time, zone: str) -> datetime:
    """The UTC instant at which clocks in `zone` show this day and time. Raises ZoneInfoNotFoundError."""
    place = ZoneInfo(zone)
    wall = datetime.combine(day, at.replace(tzinfo=None, fold=0))
    while True:
        found = wall.replace(tzinfo=place).astimezone(UTC)
        if found.astimezone(place).replace(tzinfo=None, fold=0) == wall:
            return found
        wall = wall.replace(second=0, microsecond=0) + MINUTE


def local_day(at: datetime, zone: str) -> date:
    """The date on the wall in `zone` at an instant."""
    return at.astimezone(ZoneInfo(zone)).date()


@cache
def zone_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every time zone one can live in, grouped by region, for a select.

    `[("Europe", [("Europe/London", "London")])]`.
    """
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    for name in sorted(available_timezones()):
        region, _, town = name.partition("/")
        if town and region in groups:
            groups[region].append((name, town.replace("_", " ").replace("/", ", ")))
    return [(region, towns) for region, towns in groups.items() if towns]
