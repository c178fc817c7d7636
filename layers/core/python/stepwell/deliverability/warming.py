"""Warm-up: how many messages a new address or domain may send on each of its first days."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

SCHEDULE = (
    50, 100, 500, 1_000, 5_000, 10_000, 20_000, 40_000, 70_000, 100_000, 150_000, 250_000, 400_000, 600_000,
    1_000_000, 2_000_000, 4_000_000,
)  # fmt: skip
"""Messages a day, from the first one on ("Email Guide for IP Warm Up", Twilio SendGrid)."""


def cap_on(starts: date, caps: Sequence[int], today: date) -> int | None:
    """Return how many messages may go today; None: the warm-up is over, there is no cap.

    Before its first day the first day's cap holds: who sends early is warming up already.
    """
    day = max((today - starts).days, 0)
    return caps[day] if day < len(caps) else None


def until_tomorrow(now: datetime) -> float:
    """Return the seconds until the next day in UTC, by which caps are counted."""
    tomorrow = datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
    return (tomorrow - now).total_seconds()
