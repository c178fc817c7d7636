"""Turns a condition into a closure, once, so that a batch of 250 contacts costs 250 calls and no tree walk.

The closures are total: they never raise on what a contact's data holds. Logic is two-valued. A comparison
whose value is missing or of another type is false, `!=` and `not in` included; `not (…)` of it is then true.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from .counting import counting, filtering
from .engagement import engagement_score
from .facts import Facts
from .matching import contains, membership, text_match
from .models import (
    And,
    Anniversary,
    Between,
    Compare,
    Condition,
    Contains,
    Count,
    Day,
    Did,
    FieldRef,
    InSegment,
    Membership,
    Moment,
    Not,
    Now,
    Operand,
    Or,
    Presence,
    Relative,
    TextMatch,
    Today,
    Value,
    Within,
)
from .read import Read, Test, event_count, local_day, reader
from .straight import straight
from .values import as_day, as_instant, as_month_day, as_number, as_text, as_time, falls_on, is_day

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def compile_condition(condition: Condition) -> Test:
    """Build the closure that decides the condition for one contact's facts at a moment.

    Returns:
        A function of (facts, now); `now` must be aware. It is pure and may be shared between threads.
    """
    return straight(condition, closure) or closure(condition)


def closure(condition: Condition) -> Test:
    """Build the closure that decides the condition's outermost part; see `compile_condition`."""
    match condition:
        case And(items=items):
            return _all([compile_condition(item) for item in items])
        case Or(items=items):
            return _any([compile_condition(item) for item in items])
        case Not(item=item):
            inner = compile_condition(item)
            return lambda facts, now: not inner(facts, now)
        case InSegment(segment=segment):
            return lambda facts, _: segment in facts.segments
        case Did():
            return _did(condition)
        case Compare(
            op=op, left=Count(event=event, where=None, within=within), right=Value(value=int() as value)
        ) if not isinstance(value, bool):
            return counting(op, event, within, value)
        case Compare(
            op="gt" | "ge" as op,
            left=FieldRef(scope="engagement", path=("score",)),
            right=Value(value=int() | float() as value),
        ) if not isinstance(value, bool):
            return _engaged(float(value), equal=op == "ge")
        case Compare(op=op, left=Count(event=event), right=Value(value=int() | float() as value)) if (
            not isinstance(value, bool)
        ):
            return filtering(op, event, value, _compare(op, _read(condition.left), condition.right))
        case Compare(op=op, left=left, right=right):
            return _compare(op, _read(left), right)
        case Between(left=left, low=low, high=high):
            read = _read(left)
            return _all([_compare("ge", read, low), _compare("le", read, high)])
        case Membership(op=op, left=left, values=values):
            return membership(_read(left), values, negated=op == "not_in")
        case Contains():
            return contains(condition, _read(condition.left))
        case TextMatch():
            return text_match(condition, _read(condition.left))
        case Presence(op=op, left=left):
            read = _read(left)
            if op == "exists":
                return lambda facts, now: read(facts, now) is not None
            return lambda facts, now: read(facts, now) is None
        case Within():
            return _within(condition)
        case Anniversary():
            return _anniversary(condition)


def _read(operand: Operand) -> Read:
    return reader(operand, compile_condition)


def _all(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda facts, now: first(facts, now) and second(facts, now)
    if len(tests) == 3:
        first, second, third = tests
        return lambda facts, now: first(facts, now) and second(facts, now) and third(facts, now)

    def run(facts: Facts, now: datetime) -> bool:
        for test in tests:  # noqa: SIM110 - a generator would cost more than the tests
            if not test(facts, now):
                return False
        return True

    return run


def _any(tests: list[Test]) -> Test:
    if len(tests) == 2:
        first, second = tests
        return lambda facts, now: first(facts, now) or second(facts, now)

    def run(facts: Facts, now: datetime) -> bool:
        for test in tests:  # noqa: SIM110 - a generator would cost more than the tests
            if test(facts, now):
                return True
        return False

    return run


def _did(did: Did) -> Test:
    event = did.event
    if did.where is None and did.within is None:
        return lambda facts, _: facts.history.last(event) is not None
    if did.where is None:
        return counting("gt", event, did.within, 0)
    count = event_count(Count(event=event, where=did.where, within=did.within), compile_condition)
    return filtering("gt", event, 0, lambda facts, now: count(facts, now) > 0)


def _engaged(right: float, *, equal: bool) -> Test:
    if equal:
        return lambda facts, now: engagement_score(facts, now) >= right
    return lambda facts, now: engagement_score(facts, now) > right


def _compare(op: str, read: Read, right: Operand) -> Test:
    holds = _OPERATORS[op]
    match right:
        case Value(value=bool() as value):
            return _boolean(holds, read, value) if op in ("eq", "ne") else _never
        case Value(value=str() as value):
            return _text(holds, read, value.casefold()) if op in ("eq", "ne") else _never
        case Value(value=int() | float() as value):
            return _number(holds, read, value)
        case Day() | Today():
            return _on_day(holds, read, right)
        case Moment() | Relative() | Now():
            other = _read(right)
            return lambda facts, now: _instants(holds, read(facts, now), other(facts, now), facts)
        case _:
            other = _read(right)
            return lambda facts, now: _alike(op, read(facts, now), other(facts, now), facts)


def _never(_: Facts, __: datetime) -> bool:
    return False


def _boolean(holds: Callable[[Any, Any], bool], read: Read, right: bool) -> Test:
    def run(facts: Facts, now: datetime) -> bool:
        value = read(facts, now)
        return isinstance(value, bool) and holds(value, right)

    return run


def _number(holds: Callable[[Any, Any], bool], read: Read, right: float) -> Test:
    def run(facts: Facts, now: datetime) -> bool:
        value = read(facts, now)
        if value.__class__ is int:
            return holds(value, right)
        number = as_number(value)
        return number is not None and holds(number, right)

    return run


def _text(holds: Callable[[Any, Any], bool], read: Read, right: str) -> Test:
    def run(facts: Facts, now: datetime) -> bool:
        value = read(facts, now)
        return isinstance(value, str) and holds(value.casefold(), right)

    return run


def _on_day(holds: Callable[[Any, Any], bool], read: Read, right: Day | Today) -> Test:
    def run(facts: Facts, now: datetime) -> bool:
        zone = facts.zone
        day = as_day(read(facts, now), zone)
        if day is None:
            return False
        other = right.value if isinstance(right, Day) else local_day(facts, now, right.offset)
        return holds(day, other)

    return run


def _instants(holds: Callable[[Any, Any], bool], left: object, right: object, facts: Facts) -> bool:
    zone = facts.zone
    a, b = as_instant(left, zone), as_instant(right, zone)
    return a is not None and b is not None and holds(a, b)


def _alike(op: str, left: object, right: object, facts: Facts) -> bool:
    """Compare two observed values by the type that they share; false when they share none."""
    holds = _OPERATORS[op]
    a, b = as_number(left), as_number(right)
    if a is not None and b is not None:
        return holds(a, b)
    if is_day(left) and is_day(right):
        return holds(as_day(left, facts.zone), as_day(right, facts.zone))
    if as_time(left) is not None and as_time(right) is not None:
        return _instants(holds, left, right, facts)
    if op not in ("eq", "ne"):
        return False
    if isinstance(left, bool) and isinstance(right, bool):
        return holds(left, right)
    s, t = as_text(left), as_text(right)
    return s is not None and t is not None and holds(s, t)


def _within(within: Within) -> Test:
    read = _read(within.left)
    delta = within.duration.delta
    ahead = within.direction == "next"

    def run(facts: Facts, now: datetime) -> bool:
        value = read(facts, now)
        zone = facts.zone
        if delta.days >= 1 and is_day(value):
            # "Within the next 3 days" of a calendar day means days, whatever the hour of evaluation is.
            day, here = as_day(value, zone), local_day(facts, now)
            if day is None:
                return False
            days = timedelta(days=delta.days)
            return here <= day <= here + days if ahead else here - days <= day <= here
        instant = as_instant(value, zone)
        if instant is None:
            return False
        return now <= instant <= now + delta if ahead else now - delta <= instant <= now

    return run


def _anniversary(anniversary: Anniversary) -> Test:
    read = _read(anniversary.left)
    offset = anniversary.offset

    def run(facts: Facts, now: datetime) -> bool:
        month_day = as_month_day(read(facts, now), facts.zone)
        return month_day is not None and falls_on(month_day, local_day(facts, now, offset))

    return run
