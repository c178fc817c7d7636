"""When counts within a window fall: the window's beginning moves over the events one by one.

Without new events a count as a function of time only falls (for windows that the history keeps whole), so the
question is always when fewer than k events will be left. It is answered by the k-th newest event where the history
tells events one by one, else by bisection over the history's own answers, so that it holds for histories that
count by days as well.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from .facts import Facts
from .history import DailyCounts, EventHistory
from .models import Count
from .read import Test
from .times import millis_of, time_of

Change = Callable[[Facts, datetime], datetime | None]
"""Gives the first moment at which an answer may differ, None for never; later than now."""
TICK = timedelta(microseconds=1)
_FINE = timedelta(minutes=5)
"""Due times are rounded up to that."""
_MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Fading:
    """A count within a window.

    Attributes:
        read: The count at a moment.
        below: Gives when the count falls below k (0 < k ≤ the count now).
        quick: Gives the same without a count where the k-th newest event is known to be in the window, else None.
        name: The name of the events.
        filtered: Whether a filter chooses from them.
        moves: Gives when the count may change in another way than by events that leave the window; None: never.
    """

    read: Callable[[Facts, datetime], int]
    below: Callable[[Facts, datetime, int], datetime | None]
    quick: Callable[[Facts, datetime, int], datetime | None] | None
    moves: Change | None = None
    name: str = ""
    filtered: bool = False


def fading(
    count: Count, read: Callable[[Facts, datetime], int], where: Test | None, moving: Change | None
) -> Fading | None:
    """Say how a count changes by time; None: it does not.

    Args:
        count: The count.
        read: Its closure.
        where: The closure of its filter.
        moving: When the filter's answer changes for an event (`facts.event`); None: never.
    """
    name = count.event
    window = None if count.within is None else count.within.delta
    window_ms = 0 if window is None else window // _MILLISECOND
    moves = None if moving is None else _filter_moves(name, window, moving)
    if window is None:
        return None if moves is None else Fading(read, lambda *_: None, None, moves)

    def below(facts: Facts, now: datetime, k: int) -> datetime | None:
        history = facts.history
        if where is None and isinstance(history, DailyCounts):
            falls = history.falls_below(name, window_ms, k, millis_of(now))
            return max(time_of(falls), now + TICK)
        if where is None:
            kth = _newest(history, name, k)
            if kth is not None and (at := kth + window) >= now:
                return at + TICK
            if k == 1 and kth is not None:
                return _bisected(read, facts, now, window, k)
        found: list[Any] = []
        keep = found.append if where is None else _keeper(facts, now, where, found)
        history.count(name, now - window, keep)  # type: ignore[arg-type]
        if len(found) >= k:
            found.sort(key=_when, reverse=True)
            return _when(found[k - 1]) + window + TICK
        return _bisected(read, facts, now, window, k)

    def holds_until(facts: Facts, now: datetime, k: int) -> datetime | None:
        kth = _newest(facts.history, name, k)
        return at + TICK if kth is not None and (at := kth + window) >= now else None

    if where is not None:
        return Fading(read, below, None, moves, name, filtered=True)
    return Fading(read, below, holds_until, moves, name)


def _keeper(facts: Facts, now: datetime, where: Test, found: list[Any]) -> Callable[[Any], bool]:
    def keep(event: Any) -> bool:
        if where(replace(facts, event=event), now):
            found.append(event)
        return False

    return keep


def _newest(history: EventHistory, name: str, k: int) -> datetime | None:
    """Return when the k-th newest event happened, at most a second early; None where that is not known."""
    if isinstance(history, DailyCounts):
        found = history.newest(name, k)
        if found is not None or k > 1:
            return found
    return history.last(name) if k == 1 else None


def _when(event: Any) -> datetime:
    at: datetime = event["timestamp"]
    return at


def _bisected(
    read: Callable[[Facts, datetime], int], facts: Facts, now: datetime, window: timedelta, k: int
) -> datetime:
    """Find the last moment (to five minutes) at which at least k are counted; what is counted now is."""
    low, high = now, now + window + timedelta(days=1)
    while high - low > _FINE:
        middle = low + (high - low) / 2
        if read(facts, middle) >= k:
            low = middle
        else:
            high = middle
    return max(low, now + TICK)


def _filter_moves(name: str, window: timedelta | None, moving: Change) -> Change:
    def moves(facts: Facts, now: datetime) -> datetime | None:
        found: list[Any] = []
        facts.history.count(name, None if window is None else now - window, found.append)  # type: ignore[arg-type]
        return earliest(moving(replace(facts, event=event), now) for event in found)

    return moves


def earliest(moments: Any) -> datetime | None:
    """Return the least of some moments, None when there is none."""
    return min((at for at in moments if at is not None), default=None)
