"""Mood by day, as far as it was noted. Days without a rating are gaps, because they may be the harder ones."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import fmean

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from homework.reviews.charts.drawing import Band, Drawing, Table, dots
from homework.reviews.charts.frame import BASE, TOP, days_to_name, frame, path, runs

DAYS = 28
NEIGHBOURS = timedelta(days=1)


def drawing(ratings: Iterable[tuple[date, float]], sessions: Sequence[date], today: date) -> Drawing | None:
    """The mean of each day of the last four weeks; None with fewer than two days."""
    by_day: dict[date, list[float]] = {}
    for on, value in ratings:
        if timedelta(0) <= today - on < timedelta(days=DAYS):
            by_day.setdefault(on, []).append(value)
    points = [(on, round(fmean(values), 1)) for on, values in sorted(by_day.items())]
    if len(points) < 2:
        return None
    here = frame([on for on, _value in points], 0, 10)
    lines = [path([here.at(*point) for point in run]) for run in runs(points, NEIGHBOURS) if len(run) > 1]
    first, last = f"{points[0][1]:g}", f"{points[-1][1]:g}"
    days = ngettext("%(n)s day", "%(n)s days", len(points)) % {"n": len(points)}
    return Drawing(
        key="mood",
        title=_("Mood: %(first)s to %(last)s") % {"first": first, "last": last},
        finding=_("Mood from 0 to 10 on %(days)s: first %(first)s, last %(last)s.")
        % {"days": days, "first": first, "last": last},
        sub=_("Dotted lines are sessions. Gaps are days not noted."),
        table=Table(
            [_("Week from"), _("Days"), _("Lowest"), _("Highest")],
            [_week(monday, values) for monday, values in _weeks(points)],
        ),
        bands=[Band(1, TOP, BASE - TOP)],
        levels=[(str(value), here.y(value)) for value in (0, 5, 10)],
        lines=lines,
        dots=dots([here.at(*point) for point in points], [""] * len(points)),
        days=days_to_name(here, [on for on, _value in points]),
        sessions=[here.x(on) for on in sessions if here.first <= on <= here.last],
        ends=(_("very low"), _("very good")),
    )


def _weeks(points: Sequence[tuple[date, float]]) -> list[tuple[date, list[float]]]:
    found: dict[date, list[float]] = {}
    for on, value in points:
        found.setdefault(on - timedelta(days=on.weekday()), []).append(value)
    return sorted(found.items(), reverse=True)


def _week(monday: date, values: Sequence[float]) -> list[str]:
    return [date_format(monday, "j F"), str(len(values)), f"{min(values):g}", f"{max(values):g}"]
