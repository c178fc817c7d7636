"""The commonest comparisons in one call: a field of the contact or a property of the event against a literal.

`compile.py` builds every test from a closure that fetches and one that compares; for these the two are one, and the
operator is written out, which halves what a rule costs. What is unusual about a value (a Decimal, a missing event, a
number that is none) is left to the general closure, so the answers are the same; `test_fused.py` holds them together.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from .engagement import engagement_score
from .facts import Facts
from .models import Compare, Condition, Contains, FieldRef, Membership, Operand, Value
from .read import Test


def fused(condition: Condition, general: Test) -> Test:
    """Return the quick form of a comparison, or the general one where there is none.

    Args:
        condition: The comparison.
        general: Its general closure, which the quick form asks about unusual values.
    """
    match condition:
        case Compare(
            op="gt" | "ge" as op,
            left=FieldRef(scope="engagement", path=("score",)),
            right=Value(value=int() | float() as number),
        ) if number.__class__ is not bool:
            return _engaged(float(number), equal=op == "ge")
        case Compare(op=op, left=left, right=Value(value=int() | float() as number)) if (
            number.__class__ is not bool
        ):
            make = _NUMBERS.get(op)
            return general if make is None else make(left, number, general)
        case Compare(op="eq", left=left, right=Value(value=str() as text)):
            return _text_is(left, text, general)
        case Membership(op="in", left=left, values=values) if all(value.__class__ is str for value in values):
            return _among(left, frozenset(str(value).casefold() for value in values), general)
        case Contains(left=left, values=(str() as part,)):
            return _holds(left, part.casefold(), general)
    return general


def _place(operand: Operand) -> tuple[str, str] | None:
    """Return where an operand lies, ``(scope, key)``, if that is one step away."""
    match operand:
        case FieldRef(scope="profile", path=(key,)):
            return "profile", key
        case FieldRef(scope="event", path=("properties", key)):
            return "event", key
    return None


def _engaged(right: float, *, equal: bool) -> Test:
    if equal:
        return lambda facts, now: engagement_score(facts, now) >= right
    return lambda facts, now: engagement_score(facts, now) > right


def _greater(left: Operand, right: Any, general: Test) -> Test:
    place = _place(left)
    if place is None:
        return general
    key = place[1]
    if place[0] == "profile":

        def of_profile(facts: Facts, now: datetime) -> bool:
            value = facts.profile.get(key)
            return (
                value > right if value.__class__ is int or value.__class__ is float else general(facts, now)
            )

        return of_profile

    def of_event(facts: Facts, now: datetime) -> bool:
        try:
            value = facts.event["properties"][key]  # type: ignore[index]
        except (KeyError, TypeError):
            return False
        return value > right if value.__class__ is int or value.__class__ is float else general(facts, now)

    return of_event


def _at_least(left: Operand, right: Any, general: Test) -> Test:
    place = _place(left)
    if place is None:
        return general
    key = place[1]
    if place[0] == "profile":

        def of_profile(facts: Facts, now: datetime) -> bool:
            value = facts.profile.get(key)
            return (
                value >= right if value.__class__ is int or value.__class__ is float else general(facts, now)
            )

        return of_profile

    def of_event(facts: Facts, now: datetime) -> bool:
        try:
            value = facts.event["properties"][key]  # type: ignore[index]
        except (KeyError, TypeError):
            return False
        return value >= right if value.__class__ is int or value.__class__ is float else general(facts, now)

    return of_event


def _less(left: Operand, right: Any, general: Test) -> Test:
    place = _place(left)
    if place is None:
        return general
    key = place[1]
    if place[0] == "profile":

        def of_profile(facts: Facts, now: datetime) -> bool:
            value = facts.profile.get(key)
            return (
                value < right if value.__class__ is int or value.__class__ is float else general(facts, now)
            )

        return of_profile

    def of_event(facts: Facts, now: datetime) -> bool:
        try:
            value = facts.event["properties"][key]  # type: ignore[index]
        except (KeyError, TypeError):
            return False
        return value < right if value.__class__ is int or value.__class__ is float else general(facts, now)

    return of_event


def _is_number(left: Operand, right: Any, general: Test) -> Test:
    place = _place(left)
    if place is None or place[0] != "profile":
        return general
    key = place[1]

    def of_profile(facts: Facts, now: datetime) -> bool:
        value = facts.profile.get(key)
        return value == right if value.__class__ is int or value.__class__ is float else general(facts, now)

    return of_profile


def _text_is(left: Operand, right: str, general: Test) -> Test:
    place = _place(left)
    if place is None:
        return general
    key, folded = place[1], right.casefold()
    if place[0] == "profile":

        def of_profile(facts: Facts, _: datetime) -> bool:
            value = facts.profile.get(key)
            return value == right or (isinstance(value, str) and value.casefold() == folded)

        return of_profile

    def of_event(facts: Facts, _: datetime) -> bool:
        try:
            value = facts.event["properties"][key]  # type: ignore[index]
        except (KeyError, TypeError):
            return False
        return value == right or (isinstance(value, str) and value.casefold() == folded)

    return of_event


def _among(left: Operand, texts: frozenset[str], general: Test) -> Test:
    place = _place(left)
    if place is None or place[0] != "profile":
        return general
    key = place[1]

    def of_profile(facts: Facts, now: datetime) -> bool:
        value = facts.profile.get(key)
        return value.casefold() in texts if value.__class__ is str else general(facts, now)

    return of_profile


def _holds(left: Operand, part: str, general: Test) -> Test:
    place = _place(left)
    if place is None:
        return general
    key = place[1]
    if place[0] == "profile":

        def of_profile(facts: Facts, now: datetime) -> bool:
            value = facts.profile.get(key)
            return part in value.casefold() if value.__class__ is str else general(facts, now)

        return of_profile

    def of_event(facts: Facts, now: datetime) -> bool:
        try:
            value = facts.event["properties"][key]  # type: ignore[index]
        except (KeyError, TypeError):
            return False
        return part in value.casefold() if value.__class__ is str else general(facts, now)

    return of_event


_NUMBERS: dict[str, Callable[[Operand, Any, Test], Test]] = {
    "gt": _greater,
    "ge": _at_least,
    "lt": _less,
    "eq": _is_number,
}
