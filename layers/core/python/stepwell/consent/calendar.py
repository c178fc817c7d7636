"""Hours without messages and cap windows in local time, right across midnight and changes of the clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Literal, Protocol, TypeAlias
from zoneinfo import ZoneInfo

Period: TypeAlias = Literal["day", "week", "month"]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_ROUNDS = 64  # candidates of one country need a few; windows that are never open anywhere end the search
_STEPS = 16  # a week of closed days, each with its hours


class Window(Protocol):
    """Hours without messages, by the wall clock."""

    def covers(self, at: datetime, zone: ZoneInfo) -> bool:
        """Tell whether a moment is quiet in a zone."""
        ...

    def opens(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the first open moment after a quiet one."""
        ...


@dataclass(frozen=True, slots=True)
class QuietWindow:
    """The same quiet hours each day, and days that are quiet as a whole.

    Attributes:
        start: First quiet minute.
        end: First open minute; before `start` when the window passes midnight. Equal to it: no quiet hours.
        otherwise: What becomes of a message that falls into it.
        closed: Quiet days, 0 for Monday.
    """

    start: time
    end: time
    otherwise: Literal["next_open_time", "skip"] = "next_open_time"
    closed: frozenset[int] = frozenset()

    def covers(self, at: datetime, zone: ZoneInfo) -> bool:
        """Tell whether a moment is quiet in a zone."""
        local = at.astimezone(zone)
        return local.weekday() in self.closed or self._quiet(local.time())

    def _quiet(self, wall: time) -> bool:
        if self.start <= self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    def opens(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return when the window that covers a moment ends."""
        for _ in range(_STEPS):
            local = at.astimezone(zone)
            if local.weekday() in self.closed:
                at = _moment(local + timedelta(days=1), time(), zone)
            elif self._quiet(local.time()):
                day = local if local.time() < self.end else local + timedelta(days=1)
                at = _moment(day, self.end, zone)
                while self._quiet(at.astimezone(zone).time()):
                    at += timedelta(minutes=1)
            else:
                return at
        return at


@dataclass(frozen=True, slots=True)
class OpenHours:
    """Hours with messages, a weekday: all else is quiet.

    Attributes:
        week: First open and first quiet minute of each day, Monday first.
    """

    week: tuple[tuple[time, time], ...]

    def covers(self, at: datetime, zone: ZoneInfo) -> bool:
        """Tell whether a moment is quiet in a zone."""
        local = at.astimezone(zone)
        first, last = self.week[local.weekday()]
        return not first <= local.time() < last

    def opens(self, at: datetime, zone: ZoneInfo) -> datetime:
        """Return the first open moment after a quiet one."""
        for _ in range(_STEPS):
            local = at.astimezone(zone)
            first, last = self.week[local.weekday()]
            if local.time() < first:
                at = _moment(local, first, zone)
                while self.covers(at, zone):
                    at += timedelta(minutes=1)
                return at
            if local.time() < last:
                return at
            at = _moment(local + timedelta(days=1), time(), zone)
        return at


def _moment(day: datetime, wall: time, zone: ZoneInfo) -> datetime:
    # Of an hour that comes twice the first counts; one that is skipped opens when the clock has jumped.
    return datetime.combine(day.date(), wall, tzinfo=zone).astimezone(UTC)


def next_open(window: Window, now: datetime, zones: Sequence[ZoneInfo]) -> datetime:
    """Return the next moment that is quiet in none of the zones: `now` itself when it is open.

    Where the zones' open hours never meet, the likeliest zone alone decides.
    """
    return next_open_of([(window, zone) for zone in zones], now)


def next_open_of(quiet: Sequence[tuple[Window, ZoneInfo]], now: datetime) -> datetime:
    """Return the next moment that none of the windows covers in its zone: `now` itself when it is open.

    Where they never meet, those of the first zone alone decide; where even these do not, the first window.
    """
    likeliest = [(window, zone) for window, zone in quiet if zone == quiet[0][1]]
    for asked in (quiet, likeliest, quiet[:1]):
        at = now
        for _ in range(_ROUNDS):
            closed = next(((window, zone) for window, zone in asked if window.covers(at, zone)), None)
            if closed is None:
                return at
            at = closed[0].opens(at, closed[1])
    return at


def count_in_period(sent: Iterable[datetime], now: datetime, per: Period, zones: Sequence[ZoneInfo]) -> int:
    """Count moments of the current calendar day, ISO week or month; with several zones, the highest count."""
    moments = list(sent)
    highest = 0
    for zone in zones:
        current = _period(now, per, zone)
        highest = max(highest, sum(_period(at, per, zone) == current for at in moments))
    return highest


def _period(at: datetime, per: Period, zone: ZoneInfo) -> tuple[int, ...]:
    day = at.astimezone(zone).date()
    if per == "week":
        return tuple(day.isocalendar())[:2]
    return (day.year, day.month) if per == "month" else (day.year, day.month, day.day)
