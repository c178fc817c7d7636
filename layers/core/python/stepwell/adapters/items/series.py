"""Counts over time, kept in the very item that counts a workflow version: they cost no write of their own.

The hot item holds the hours since yesterday's midnight (UTC), about half a kilobyte; days that are over go into an
item beside it, one write a version and day. A day is written as what its hours add up to, so that a repeated write
changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

KEY = "~"
"""Under it in the body of a counter item; no node has such an id."""

KINDS: Mapping[str, str] = {
    "enrolled": "e",
    "sent": "s",
    "skipped": "k",
    "failed": "f",
    "set_aside": "x",
    "accepted": "a",
    "delivered": "d",
    "opened": "o",
    "opened_machine": "om",
    "clicked": "c",
    "clicked_machine": "cm",
    "bounced": "b",
    "bounced_soft": "bs",
    "complained": "p",
    "unsubscribed": "u",
    "replied": "r",
    "dismissed": "ds",
    "reached": "g",
}
"""Short name by what is counted over time; `reached` are conversions."""

DAYS = "days"
"""Sort key of the item of days."""

DAYS_KEPT = 800
_NAMES = {short: name for name, short in KINDS.items()}
_HOUR, _DAY = 13, 10  # of an ISO time: `2026-03-02T09`, `2026-03-02`

Points = dict[str, dict[str, int]]


def note(body: dict[str, Any], counts: Mapping[tuple[str, str], int], now: datetime) -> Points:
    """Add counts to the hour; take out and return the days that are over and go elsewhere.

    Args:
        body: Of the counter item; changed.
        counts: ``{(node, outcome): n}``.
        now: When they are counted.
    """
    hours: Points = body.setdefault(KEY, {})
    hour = now.astimezone(UTC).isoformat()[:_HOUR]
    for (_, outcome), number in counts.items():
        short = KINDS.get(outcome)
        if short is not None and number:
            bucket = hours.setdefault(hour, {})
            bucket[short] = bucket.get(short, 0) + number
    yesterday = (now.astimezone(UTC) - timedelta(days=1)).isoformat()[:_DAY]
    over = [hour for hour in hours if hour[:_DAY] < yesterday]
    days: Points = {}
    for hour in over:
        _add(days.setdefault(hour[:_DAY], {}), hours.pop(hour))
    if not hours:
        del body[KEY]
    return days


def kept(days: Mapping[str, Mapping[str, int]], over: Points) -> Points:
    """Return the item of days with those that are over, without the oldest."""
    merged: Points = {day: dict(points) for day, points in days.items()} | over
    return {day: merged[day] for day in sorted(merged)[-DAYS_KEPT:]}


def read(body: Mapping[str, Any], days: Mapping[str, Mapping[str, int]]) -> tuple[Points, Points]:
    """Return (counts an hour, counts a day), by their whole names."""
    hours: Mapping[str, Mapping[str, int]] = body.get(KEY, {})
    every: Points = {day: dict(points) for day, points in days.items()}
    for hour, points in hours.items():
        _add(every.setdefault(hour[:_DAY], {}), points)
    return _named(hours), _named(every)


def _add(into: dict[str, int], points: Mapping[str, int]) -> None:
    for kind, number in points.items():
        into[kind] = into.get(kind, 0) + number


def _named(points: Mapping[str, Mapping[str, int]]) -> Points:
    return {
        at: {_NAMES[short]: number for short, number in found.items() if short in _NAMES}
        for at, found in sorted(points.items())
    }
