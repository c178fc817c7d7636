"""When a condition's answer may change by the passing of time alone, so that nobody has to ask it all the time.

`time_change` turns a condition into a closure that gives, for a contact's facts at a moment, the first moment at
which the answer may be another one although nothing happens, or None: never. It is a lower bound: whoever asks
again then is never late, and asks again at most a little early. Between now and the bound the answer holds.

Where it comes from: counts within a window only fall as time goes by (the k-th newest event leaves the window),
instants and days are crossed once, the engagement score falls by a known curve. `and` is false until the last of
its false parts may turn, and true until the first of its parts may; `or` the other way round.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from .changing_days import anniversary_change, day_change, instant_change, within_change
from .changing_scores import score_against, score_crossing
from .compile import compile_condition
from .facts import Facts
from .fading import Change, Fading, earliest, fading
from .history import DailyCounts, EventHistory
from .models import (
    And,
    Anniversary,
    Between,
    Compare,
    Condition,
    Count,
    Did,
    FieldRef,
    InSegment,
    Last,
    Membership,
    Not,
    Now,
    Operand,
    Or,
    Relative,
    Today,
    Value,
    Within,
)
from .read import Read, Test, event_count, reader
from .values import as_number


@dataclass(frozen=True, slots=True)
class Mover:
    """A profile field that time changes.

    Attributes:
        changes: When its value may change next.
        crosses: When it passes a number, where that can be told: whole numbers as they are, so that a level lies
            between two of them (`49.5`).
    """

    changes: Change
    crosses: Callable[[Facts, datetime, float], datetime | None] | None = None


Moving = Callable[[str], Mover | None]
"""Says of a profile field (dotted path) how time changes it; None: only events do."""


def _still(_: str) -> Mover | None:
    return None


def time_change(condition: Condition, moving: Moving = _still) -> Change | None:
    """Build the closure that bounds how long a condition's answer holds without events.

    Args:
        condition: The condition; windows over 90 days hold only as far as the history does.
        moving: Fields of the profile that time changes, such as computed windows and scores.

    Returns:
        A function of (facts, now) that returns a moment later than now, or None for never; None when no answer of
        this condition ever changes by time.
    """
    match condition:
        case And(items=items):
            return _combined(items, moving, deciding=False)
        case Or(items=items):
            return _combined(items, moving, deciding=True)
        case Not(item=item):
            return time_change(item, moving)
        case InSegment():
            return None
        case Did():
            faded = _fading(
                Count(event=condition.event, where=condition.where, within=condition.within), moving
            )
            return None if faded is None else _crossing(faded, "ge", 1)
        case Compare(op=op, left=left, right=right):
            return _compare(op, left, right, moving)
        case Between(left=left, low=low, high=high):
            low_test, high_test = (
                Compare(op="ge", left=left, right=low),
                Compare(op="le", left=left, right=high),
            )
            return _combined((low_test, high_test), moving, deciding=False)
        case Membership(left=left, values=values) if _is_score(left):
            return _soonest([score_crossing(value) for value in values if as_number(value) is not None])
        case Within():
            return _soonest([_moves(condition.left, moving), _of_date(condition)])
        case Anniversary():
            return _soonest([_moves(condition.left, moving), _of_date(condition)])
    if _is_score(condition.left):
        return None
    return _moves(condition.left, moving)


def _of_date(condition: Within | Anniversary) -> Change | None:
    if isinstance(condition.left, Count):
        return None
    read = _read(condition.left)
    if isinstance(condition, Within):
        return within_change(condition, read)
    return anniversary_change(condition, read)


def _combined(items: Iterable[Condition], moving: Moving, *, deciding: bool) -> Change | None:
    """Bound `and` (one false item decides) or `or` (one true item does)."""
    still: list[Test] = []
    parts: list[tuple[Test, Change]] = []
    for item in items:
        change = time_change(item, moving)
        if change is None:
            still.append(compile_condition(item))
        else:
            parts.append((compile_condition(item), change))
    if not parts:
        return None

    def run(facts: Facts, now: datetime) -> datetime | None:
        for test in still:
            if test(facts, now) is deciding:
                return None
        decided = [change for test, change in parts if test(facts, now) is deciding]
        if not decided:
            return _soonest_of(parts, facts, now)
        latest = now
        for change in decided:
            at = change(facts, now)
            if at is None:
                return None
            latest = max(latest, at)
        return latest

    if len(parts) == 1 and not still:
        return parts[0][1]
    return run


def _soonest_of(parts: Iterable[tuple[Test, Change]], facts: Facts, now: datetime) -> datetime | None:
    soonest = None
    for _, change in parts:
        at = change(facts, now)
        if at is not None and (soonest is None or at < soonest):
            soonest = at
    return soonest


def _read(operand: Operand) -> Read:
    return reader(operand, compile_condition)


def _is_score(operand: Operand) -> bool:
    return isinstance(operand, FieldRef) and operand.scope == "engagement" and operand.path == ("score",)


def _compare(op: str, left: Operand, right: Operand, moving: Moving) -> Change | None:
    moves = [_moves(left, moving)] if not isinstance(left, Count) else []
    match right:
        case Value(value=value):
            number = as_number(value)
            if number is None:
                return _moves(left, moving)
            if isinstance(left, FieldRef) and left.scope == "profile":
                return _passing(op, number, moving(".".join(left.path)))
            if isinstance(left, Count):
                faded = _fading(left, moving)
                return None if faded is None else _crossing(faded, op, number)
            return _soonest([*moves, score_crossing(number) if _is_score(left) else None])
        case Today(offset=offset):
            return None if _not_a_date(left) else _soonest([*moves, day_change(op, _read(left), offset)])
        case Now():
            return _apart(op, left, timedelta(), moves)
        case Relative(duration=duration, direction=direction):
            return _apart(op, left, duration.delta if direction == "from_now" else -duration.delta, moves)
    sides = [_moves(left, moving), _moves(right, moving)]
    for score, other in ((left, right), (right, left)):
        if _is_score(score) and not _is_score(other):
            sides.append(score_against(_read(other)))
    return _soonest(sides)


def _passing(op: str, number: float, mover: Mover | None) -> Change | None:
    """Bound when a field that takes whole numbers passes one."""
    if mover is None:
        return None
    crosses = mover.crosses
    if crosses is None or math.isinf(number):
        return mover.changes
    low, high = math.ceil(number) - 0.5, math.floor(number) + 0.5
    levels = (low,) if op in ("ge", "lt") else (high,) if op in ("gt", "le") else (low, high)
    if len(levels) == 1:
        (level,) = levels
        return lambda facts, now: crosses(facts, now, level)
    return lambda facts, now: earliest([crosses(facts, now, level) for level in levels])


def _apart(op: str, left: Operand, distance: timedelta, moves: list[Change | None]) -> Change | None:
    return None if _not_a_date(left) else _soonest([*moves, instant_change(op, _read(left), distance)])


def _not_a_date(operand: Operand) -> bool:
    return isinstance(operand, Count) or _is_score(operand)


def _moves(operand: Operand, moving: Moving) -> Change | None:
    """Bound how long an observed value stays what it is."""
    match operand:
        case FieldRef(scope="profile", path=path):
            mover = moving(".".join(path))
            return None if mover is None else mover.changes
        case Count():
            faded = _fading(operand, moving)
            return None if faded is None else _falling(faded)
        case FieldRef() | Last() | _:
            return None


def _fading(count: Count, moving: Moving) -> Fading | None:
    where = count.where
    read = event_count(count, compile_condition)
    if where is None:
        return fading(count, read, None, None)
    return fading(count, read, compile_condition(where), time_change(where, moving))


def _falling(faded: Fading) -> Change:
    def run(facts: Facts, now: datetime) -> datetime | None:
        count = faded.read(facts, now)
        at = faded.below(facts, now, count) if count > 0 else None
        return at if faded.moves is None else earliest((at, faded.moves(facts, now)))

    return run


def _crossing(faded: Fading, op: str, value: float) -> Change:
    """Bound when a falling count crosses a number."""
    if faded.moves is not None:
        return _falling(faded)
    if math.isinf(value):
        return lambda _, __: None
    # The answer differs below `least` and from it on; equality has a second turn one above.
    least = math.floor(value) + 1 if op in ("gt", "le") else math.ceil(value)
    exact = op in ("eq", "ne")
    name, filtered = faded.name, faded.filtered
    quick = None if exact or least < 1 else faded.quick

    def run(facts: Facts, now: datetime) -> datetime | None:
        if quick is not None:
            at = quick(facts, now, least)
            if at is not None:
                return at
        if not exact and least > 0 and _few(facts.history, name, least, filtered=filtered):
            return None
        count = faded.read(facts, now)
        if exact and count > value:
            return faded.below(facts, now, math.floor(value) + 1) if value >= 0 else None
        return faded.below(facts, now, least) if count >= least > 0 else None

    return run


def _few(history: EventHistory, name: str, least: int, *, filtered: bool) -> bool:
    """Tell whether so many cannot be counted: a filter sees whole events only."""
    if history.__class__ is not DailyCounts:
        return False
    return (history.whole(name) if filtered else history.total(name)) < least


def _soonest(changes: Iterable[Change | None]) -> Change | None:
    found: list[Any] = list(dict.fromkeys(change for change in changes if change is not None))
    if len(found) <= 1:
        return found[0] if found else None
    return lambda facts, now: earliest(change(facts, now) for change in found)
