"""When a schedule fires next, for people to look at; EventBridge Scheduler itself decides.

Local times that a clock change skips do not happen; those that it repeats happen once, as Scheduler does it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_UNITS = {"minute": 60, "hour": 3600, "day": 86_400}
_FURTHEST = timedelta(days=366 * 5)


def next_runs(
    expression: str, time_zone: str, after: datetime, since: datetime, count: int
) -> list[datetime]:
    """Return the next times at which a schedule fires, in UTC.

    Args:
        expression: `at(…)`, `rate(…)` or `cron(…)`.
        time_zone: IANA zone of `at` and `cron`.
        after: Only later times.
        since: When the schedule was made: a rate counts from here.
        count: How many.
    """
    zone = ZoneInfo(time_zone or "UTC")
    kind, inner = expression.split("(", 1)[0], expression.split("(", 1)[1].rstrip(")")
    if kind == "at":
        at = datetime.fromisoformat(inner).replace(tzinfo=zone).astimezone(UTC)
        return [at] if at > after else []
    if kind == "rate":
        number, unit = inner.split()
        step = timedelta(seconds=int(number) * _UNITS[unit.rstrip("s")])
        passed = max(0, (after - since) // step)
        return [since + step * (passed + i) for i in range(1, count + 1)]
    return list(islice(_cron(inner, zone, after), count))


def _cron(inner: str, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    minutes_text, hours_text, days_text, months_text, weekdays_text, years_text = inner.split()
    minutes = sorted(_numbers(minutes_text, 0, 59))
    hours = sorted(_numbers(hours_text, 0, 23))
    months = _numbers(months_text, 1, 12, _MONTHS)
    years = _numbers(years_text, 1970, 2199)
    day = after.astimezone(zone).date()
    last = day + _FURTHEST
    while day <= last:
        if day.year in years and day.month in months and _day_fits(day, days_text, weekdays_text):
            for hour in hours:
                for minute in minutes:
                    at = datetime.combine(day, time(hour, minute), zone).astimezone(UTC)
                    skipped = at.astimezone(zone).time() != time(hour, minute)
                    if at > after and not skipped:
                        yield at
        day += timedelta(days=1)


def _numbers(text: str, low: int, high: int, names: tuple[str, ...] = ()) -> set[int]:
    found: set[int] = set()
    for item in text.split(","):
        base, _, step = item.partition("/")
        if base == "*":
            start, end = low, high
        else:
            first, dash, second = base.partition("-")
            start = _number(first, names)
            end = _number(second, names) if dash else (high if step else start)
        found |= set(range(start, end + 1, int(step or 1)))
    return found


def _number(text: str, names: tuple[str, ...]) -> int:
    return int(text) if text.isdigit() else names.index(text.lower()) + 1


def _day_fits(day: date, days: str, weekdays: str) -> bool:
    return _weekday_fits(day, weekdays) if days == "?" else _month_day_fits(day, days)


def _month_day_fits(day: date, text: str) -> bool:
    last = monthrange(day.year, day.month)[1]
    for item in text.split(","):
        if item == "L":
            fits = day.day == last
        elif item == "LW":
            fits = day == _nearest_weekday(day.replace(day=last))
        elif item.endswith("W"):
            wanted = min(int(item[:-1]), last)
            fits = day == _nearest_weekday(day.replace(day=wanted))
        else:
            fits = day.day in _numbers(item, 1, 31)
        if fits:
            return True
    return False


def _nearest_weekday(day: date) -> date:
    last = monthrange(day.year, day.month)[1]
    if day.weekday() == 5:
        return day - timedelta(days=1) if day.day > 1 else day + timedelta(days=2)
    if day.weekday() == 6:
        return day + timedelta(days=1) if day.day < last else day - timedelta(days=2)
    return day


def _weekday_fits(day: date, text: str) -> bool:
    number = (day.weekday() + 1) % 7 + 1  # Sunday is 1
    for item in text.split(","):
        special = re.fullmatch(r"([1-7]|[A-Za-z]{3})(L|#([1-5]))", item)
        if item == "L":
            fits = number == 7
        elif special:
            same = _number(special[1], _DAYS) == number
            if special[2] == "L":
                fits = same and day.day + 7 > monthrange(day.year, day.month)[1]
            else:
                fits = same and (day.day - 1) // 7 + 1 == int(special[3])
        else:
            fits = number in _numbers(item, 1, 7, _DAYS)
        if fits:
            return True
    return False
