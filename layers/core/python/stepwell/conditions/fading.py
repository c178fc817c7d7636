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
from .models import Count
from .read import Test

Change = Callable[[Facts, datetime], datetime | None]
"""Gives the first moment at which an answer may differ, None for never; later than now."""
TICK = timedelta(microseconds=1)
_FINE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Fading:
    """A count within a window.

    Attributes:
        read: The count at a moment.
        below: Gives when the count falls below k (0 < k ≤ the count now).
        moves: Gives when the count may change in another way than by events that leave the window; None: never.
    """

    read: Callable[[Facts, datetime], int]
    below: Callable[[Facts, datetime, int], datetime | None]
    moves: Change | None = None


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
    moves = None if moving is None else _filter_moves(name, window, moving)
    if window is None:
        return None if moves is None else Fading(read, lambda *_: None, moves)

    def below(facts: Facts, now: datetime, k: int) -> datetime | None:
        history = facts.history
        since = now - window
        if k == 1 and where is None:
            # The newest event of all: `last` is cut to the second, so this is at most a second early.
            last = history.last(name)
            if last is not None and last + window >= now:
                return last + window + TICK
        else:
            found: list[Any] = []
            if where is None:
                history.count(name, since, found.append)  # type: ignore[arg-type]
            else:
                history.count(name, since, _keeper(facts, now, where, found))
            if len(found) >= k:
                found.sort(key=_when, reverse=True)
                return _when(found[k - 1]) + window + TICK
        return _bisected(read, facts, now, window, k)

    return Fading(read, below, moves)


def _keeper(facts: Facts, now: datetime, where: Test, found: list[Any]) -> Callable[[Any], bool]:
    def keep(event: Any) -> bool:
        if where(replace(facts, event=event), now):
            found.append(event)
        return False

    return keep


def _when(event: Any) -> datetime:
    at: datetime = event["timestamp"]
    return at


def _bisected(
    read: Callable[[Facts, datetime], int], facts: Facts, now: datetime, window: timedelta, k: int
) -> datetime:
    """Find the last moment (to the second) at which at least k are counted; what is counted now is."""
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
