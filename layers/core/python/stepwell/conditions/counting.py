"""Counts of events against a number: the commonest of all rules, decided without a count where that is enough.

Whether at least k events lie in a window is known at once where fewer than k ever happened, or where the k-th newest is
kept whole and lies in it. Only the rest is counted.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from datetime import datetime
from typing import Any

from .facts import Facts
from .history import DailyCounts
from .models import Duration
from .read import Test
from .times import window_start

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {"eq": operator.eq, "ne": operator.ne}
_LEAST = {"ge": (0, True), "gt": (1, True), "lt": (0, False), "le": (1, False)}
"""An operator as "at least", that much above its number, or its opposite."""


def counting(op: str, event: str, within: Duration | None, number: int) -> Test:
    """Build the closure that compares how often an event happened with a whole number.

    Args:
        op: `eq`, `ne`, `lt`, `le`, `gt` or `ge`.
        event: Its name.
        within: The window up to now; None: ever.
        number: The number.
    """
    if op in _LEAST:
        more, holds = _LEAST[op]
        return _at_least(event, within, number + more, holds)
    compare = _OPERATORS[op]
    if within is None:
        return lambda facts, _: compare(facts.history.count(event, None, None), number)
    delta = within.delta
    return lambda facts, now: compare(facts.history.count(event, window_start(now, delta), None), number)


def filtering(op: str, event: str, number: float, general: Test) -> Test:
    """Spare the count of filtered events where too few are kept whole for a number to be reached.

    Args:
        op: As in `counting`.
        event: Name of the events.
        number: The number that their count is compared with.
        general: The closure that counts.
    """
    if op not in _LEAST or not math.isfinite(number):
        return general
    # At least k, for whole numbers: more than 1.5 is at least 2, as is at least 1.5.
    least = math.floor(number) + 1 if op in ("gt", "le") else math.ceil(number)
    holds = _LEAST[op][1]

    def test(facts: Facts, now: datetime) -> bool:
        history = facts.history
        if history.__class__ is DailyCounts and history.whole(event) < least:
            return not holds
        return general(facts, now)

    return test


def _at_least(event: str, within: Duration | None, least: int, holds: bool) -> Test:
    if within is None:
        return lambda facts, _: (facts.history.count(event, None, None) >= least) is holds
    delta = within.delta

    def test(facts: Facts, now: datetime) -> bool:
        history = facts.history
        if history.__class__ is DailyCounts:
            return history.at_least(event, least, now, delta) is holds
        return (history.count(event, window_start(now, delta), None) >= least) is holds

    return test
