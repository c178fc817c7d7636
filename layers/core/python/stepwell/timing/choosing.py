"""The best time to reach a contact within a window: the quarter of an hour in which it is likeliest to be active.

What is compared is the share of the contact's activity that falls into a quarter: that of the hour (the contact's
own, shrunk), drawn as a line between the middles of the hours, times that of the quarter within the hour
and that of the weekday (the workspace's).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from hashlib import sha256

from stepwell.timing.hours import HOURS
from stepwell.timing.prior import QUARTERS, Prior

QUARTER = timedelta(minutes=15)
_WORTH_IT = 1.02
"""How much better a later quarter must be: nobody waits half a day for what is no more than noise."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A time, and how it was found.

    Attributes:
        at: When (UTC): now, or the beginning of a quarter of an hour.
        arm: ``best``, or of the control group ``control``.
    """

    at: datetime
    arm: str


def quarter_shares(hours: Sequence[float], prior: Prior) -> list[float]:
    """Return shares of the 96 quarters of a day (sum 1).

    Args:
        hours: Shares of the hours of a contact or a group.
        prior: The workspace's, for what happens within an hour.
    """
    found = []
    for quarter in range(HOURS * QUARTERS):
        hour, part = divmod(quarter, QUARTERS)
        beside = (hour + (1 if part >= QUARTERS / 2 else -1)) % HOURS
        # The middle of the quarter lies an eighth or three of an hour from the hour's own middle.
        away = abs((part + 0.5) / QUARTERS - 0.5)
        line = hours[hour] * (1 - away) + hours[beside] * away
        found.append(line * prior.quarters[quarter])
    total = sum(found)
    return [share / total for share in found]


def best_time(
    now: datetime,
    within: timedelta,
    zone: tzinfo,
    hours: Sequence[float],
    prior: Prior,
    allowed: Callable[[datetime], bool] | None = None,
) -> datetime:
    """Return the best time from now on: now itself, or the beginning of a later quarter (UTC).

    Args:
        now: Aware.
        within: The window.
        zone: The contact's.
        hours: Its shares of the hours.
        prior: The workspace's.
        allowed: Whether a message may go at a time; None: always.
    """
    shares = quarter_shares(hours, prior)

    def worth(at: datetime) -> float:
        local = at.astimezone(zone)
        if allowed is not None and not allowed(at):
            return 0.0
        return shares[local.hour * QUARTERS + local.minute // 15] * prior.weekdays[local.weekday()]

    best, most = now, worth(now) * _WORTH_IT
    at = _next_quarter(now)
    while at <= now + within:
        if (found := worth(at)) > most:
            best, most = at, found
        at += QUARTER
    return best


def choose(
    now: datetime,
    within: timedelta,
    zone: tzinfo,
    hours: Sequence[float],
    prior: Prior,
    *,
    control: float = 0.0,
    control_at: str = "now",
    seed: Sequence[str] = (),
    allowed: Callable[[datetime], bool] | None = None,
) -> Choice:
    """Choose when a contact gets its message; the same answer however often it is asked.

    Args:
        now: Aware.
        within: The window.
        zone: The contact's.
        hours: Its shares of the hours.
        prior: The workspace's.
        control: Percent of contacts for whom nothing is optimised, so that the gain can be measured.
        control_at: When these get it: ``now``, or at a time of the window that is drawn (``random``).
        seed: What the drawing goes by: the contact and the place, so that a contact stays in its group.
        allowed: See `best_time`.
    """
    if not in_control(control, seed):
        return Choice(best_time(now, within, zone, hours, prior, allowed), "best")
    if control_at == "now":
        return Choice(now, "control")
    quarters = int(within / QUARTER)
    return Choice(_next_quarter(now) + QUARTER * (_number("time", seed) % max(quarters, 1)), "control")


def in_control(percent: float, seed: Sequence[str]) -> bool:
    """Tell whether a contact is in the control group: a hash of it, so that it needs no storage."""
    return percent > 0 and _number("group", seed) % 10_000 < percent * 100


def _number(what: str, seed: Sequence[str]) -> int:
    return int(sha256("\x1f".join(("send_time", what, *seed)).encode()).hexdigest()[:16], 16)


def _next_quarter(now: datetime) -> datetime:
    start = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    while start <= now:
        start += QUARTER
    return start
