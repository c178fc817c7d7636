"""When comparisons of a fixed date with now or today turn; the parts of `changes.py` that know calendars."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from .facts import Facts
from .fading import TICK, Change
from .models import Anniversary, Within
from .read import Read, local_day
from .values import as_day, as_instant, as_month_day, falls_on, is_day

OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_DAY = timedelta(days=1)


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return the instant at which a calendar day begins in a zone, in UTC."""
    # Where the clock jumps over midnight, the offset before the jump gives the moment of the jump.
    return datetime.combine(day, time(), zone).astimezone(UTC)


def day_change(op: str, read: Read, offset: int) -> Change:
    """Return when a date's comparison with today (plus `offset` days) turns."""
    holds = OPERATORS[op]
    shift = timedelta(days=offset)

    def run(facts: Facts, now: datetime) -> datetime | None:
        zone = facts.zone
        day = as_day(read(facts, now), zone)
        if day is None:
            return None
        result = holds(day, local_day(facts, now, offset))
        for other in (day, day + _DAY):
            if holds(day, other) is not result:
                at = midnight(other - shift, zone)
                if at > now:
                    return at
        return None

    return run


def instant_change(op: str, read: Read, distance: timedelta) -> Change:
    """Return when an instant's comparison with now plus a distance turns."""
    holds = OPERATORS[op]

    def run(facts: Facts, now: datetime) -> datetime | None:
        instant = as_instant(read(facts, now), facts.zone)
        if instant is None:
            return None
        instant = instant.astimezone(UTC)
        result = holds(instant, now + distance)
        for other in (instant, instant + TICK):
            if holds(instant, other) is not result and other - distance > now:
                return other - distance
        return None

    return run


def within_change(within: Within, read: Read) -> Change:
    """Return when a date enters or leaves the next or last stretch of time."""
    delta = within.duration.delta
    ahead = within.direction == "next"
    days = timedelta(days=delta.days)

    def run(facts: Facts, now: datetime) -> datetime | None:
        value, zone = read(facts, now), facts.zone
        if delta.days >= 1 and is_day(value):
            day = as_day(value, zone)
            if day is None:
                return None
            turns = (day - days, day + _DAY) if ahead else (day, day + days + _DAY)
            return _next((midnight(turn, zone) for turn in turns), now)
        instant = as_instant(value, zone)
        if instant is None:
            return None
        instant = instant.astimezone(UTC)
        return _next((instant - delta, instant + TICK) if ahead else (instant, instant + delta + TICK), now)

    return run


def anniversary_change(anniversary: Anniversary, read: Read) -> Change:
    """Return when the day of an anniversary begins or ends."""
    offset = timedelta(days=anniversary.offset)

    def run(facts: Facts, now: datetime) -> datetime | None:
        zone = facts.zone
        month_day = as_month_day(read(facts, now), zone)
        if month_day is None:
            return None
        today = local_day(facts, now)
        if falls_on(month_day, today + offset):
            return midnight(today + _DAY, zone)
        for year in range((today + offset).year, (today + offset).year + 2):
            day = _occurs(month_day, year)
            if day is not None and day > today + offset:
                return midnight(day - offset, zone)
        return None

    return run


def _occurs(month_day: tuple[int, int], year: int) -> date | None:
    if month_day == (2, 29):
        return date(year, 3, 1) - _DAY
    try:
        return date(year, *month_day)
    except ValueError:
        return None


def _next(moments: Iterable[datetime], now: datetime) -> datetime | None:
    return next((at for at in moments if at > now), None)
