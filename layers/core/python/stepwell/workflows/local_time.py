"""Instants on a contact's own clock; daylight saving: a skipped time moves on, of a doubled one the first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta, tzinfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def clock_time(text: str) -> time:
    """Read `HH:MM`."""
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))


def local_instant(day: date, at: time, zone: tzinfo) -> datetime:
    """Return the instant (UTC) at which the zone's clocks show this time on this day."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def next_local_time(after: datetime, at: time, zone: tzinfo, weekdays: Collection[str] = ()) -> datetime:
    """Return the first instant (UTC) not before ``after`` at which it is ``at`` in the zone.

    Args:
        after: Aware.
        at: Time of day.
        zone: The contact's zone.
        weekdays: `mon` … `sun` that count; empty: all.
    """
    first = after.astimezone(zone).date()
    for step in range(9):
        day = first + timedelta(days=step)
        found = local_instant(day, at, zone)
        if found >= after and (not weekdays or WEEKDAYS[day.weekday()] in weekdays):
            return found
    raise ValueError(f"no weekday of {sorted(weekdays)} exists")
