"""Instants on a contact's own clock; daylight saving: a skipped time moves on, of a doubled one the first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WOKEN_WITHIN = timedelta(minutes=18)
"""The quarter hour over which those who wait for one time are spread, and the sweeper's minutes."""
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def clock_time(text: str) -> time:
    """Read `HH:MM`."""
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))


def local_instant(day: date, at: time, zone: tzinfo) -> datetime:
    """Return the instant (UTC) at which the zone's clocks show this time on this day."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def next_local_time(
    now: datetime,
    at: time,
    zone: tzinfo,
    weekdays: Collection[str] = (),
    rest: timedelta = timedelta(),
) -> datetime:
    """Return the first instant (UTC) after ``now`` at which it is ``at`` in the zone, a rest later if there is one.

    Whoever stands at a time of day has had it: the next one is a day ahead. Contacts who wait for a time of day
    are woken within `WOKEN_WITHIN` after it, and a rest that began so late still ends at that time.

    Args:
        now: Aware.
        at: Time of day.
        zone: The contact's zone.
        weekdays: `mon` … `sun` that count; empty: all.
        rest: How long to wait at least.
    """
    after = max(now, now + rest - WOKEN_WITHIN)
    first = after.astimezone(zone).date()
    for step in range(9):
        day = first + timedelta(days=step)
        found = local_instant(day, at, zone)
        if found > after and (not weekdays or WEEKDAYS[day.weekday()] in weekdays):
            return found
    raise ValueError(f"no weekday of {sorted(weekdays)} exists")
