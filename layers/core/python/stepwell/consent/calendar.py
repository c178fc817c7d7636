"""Quiet hours and cap windows in local time, right across midnight and changes of the clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

_ROUNDS = 32  # candidates of one country need a few; a window that is never open anywhere ends the search


@dataclass(frozen=True, slots=True)
class QuietWindow:
    """Hours without messages, by the wall clock.

    Attributes:
        start: First quiet minute.
        end: First open minute; before `start` when the window passes midnight. Equal to it: no quiet hours.
        otherwise: What becomes of a message that falls into it.
    """

    start: time
    end: time
    otherwise: Literal["next_open_time", "skip"] = "next_open_time"

    def covers(self, at: datetime, zone: ZoneInfo) -> bool:
        """Tell whether a moment is quiet in a zone."""
        wall = at.astimezone(zone).time()
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def opens(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return when the window that covers a moment ends."""
        local = at.astimezone(zone)
        day = local.date()
        if local.time() >= self.end:
            day += timedelta(days=1)
        # Of an hour that comes twice the first counts; one that is skipped opens when the clock has jumped.
        opened = datetime.combine(day, self.end, tzinfo=zone).astimezone(UTC)
        while self.covers(opened, zone):
            opened += timedelta(minutes=1)
        return opened


def next_open(window: QuietWindow, now: datetime, zones: Sequence[ZoneInfo]) -> datetime:
    """Return the next moment that is quiet in none of the zones: `now` itself when it is open.

    Where the zones' open hours never meet, the likeliest zone alone decides.
    """
    at = now
    for _ in range(_ROUNDS):
        closed = next((zone for zone in zones if window.covers(at, zone)), None)
        if closed is None:
            return at
        at = window.opens(at, closed)
    return window.opens(now, zones[0]) if window.covers(now, zones[0]) else now


def count_in_period(
    sent: Iterable[datetime], now: datetime, per: Literal["day", "week"], zones: Sequence[ZoneInfo]
) -> int:
    """Count moments of the current calendar day or ISO week; with several zones, the highest count."""
    moments = list(sent)
    highest = 0
    for zone in zones:
        current = _period(now, per, zone)
        highest = max(highest, sum(_period(at, per, zone) == current for at in moments))
    return highest


def _period(at: datetime, per: Literal["day", "week"], zone: ZoneInfo) -> tuple[int, ...]:
    day = at.astimezone(zone).date()
    return tuple(day.isocalendar())[:2] if per == "week" else (day.year, day.month, day.day)
