"""Writes a condition as text that parses back to it; forms, diffs and explanations show it."""

from __future__ import annotations

from datetime import datetime

from .lexer import FIRST_SEGMENT, NEXT_SEGMENT
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
    Duration,
    FieldRef,
    InSegment,
    Last,
    Membership,
    Moment,
    Not,
    Now,
    Operand,
    Or,
    Presence,
    Relative,
    Scalar,
    TextMatch,
    Today,
    Value,
    Within,
)
from .names import EVENT_KEYS, RESERVED

SYMBOLS = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_TIME_SYMBOLS = {**SYMBOLS, "lt": "before", "gt": "after"}
_DAYS = {-1: "yesterday", 0: "today", 1: "tomorrow"}


def to_text(condition: Condition) -> str:
    """Write a condition; `parse(to_text(c)) == c`."""
    return _condition(condition, in_where=False)


def _condition(condition: Condition, in_where: bool) -> str:
    if isinstance(condition, And | Or):
        items = (_grouped(item, in_where) for item in condition.items)
        return (" and " if isinstance(condition, And) else " or ").join(items)
    if isinstance(condition, Not):
        return f"not {_grouped(condition.item, in_where)}"
    if isinstance(condition, InSegment):
        return f"in segment {quote(condition.segment)}"
    if isinstance(condition, Did):
        return _call("did", condition)
    left = operand_text(condition.left, in_where)
    if isinstance(condition, Compare):
        if (
            condition.op == "eq"
            and isinstance(condition.right, Value)
            and isinstance(condition.right.value, bool)
        ):
            return f"{left} is {scalar_text(condition.right.value)}"
        timed = isinstance(condition.right, Day | Moment | Relative | Now | Today)
        symbol = (_TIME_SYMBOLS if timed else SYMBOLS)[condition.op]
        return f"{left} {symbol} {operand_text(condition.right, in_where)}"
    if isinstance(condition, Between):
        low, high = operand_text(condition.low, in_where), operand_text(condition.high, in_where)
        return f"{left} between {low} and {high}"
    if isinstance(condition, Membership):
        return f"{left} {condition.op.replace('_', ' ')} {_list(condition.values)}"
    if isinstance(condition, Contains):
        one = condition.op == "contains"
        values = scalar_text(condition.values[0]) if one else _list(condition.values)
        return f"{left} {condition.op.replace('_', ' ')} {values}"
    if isinstance(condition, TextMatch):
        return f"{left} {condition.op.replace('_', ' ')} {quote(condition.value)}"
    if isinstance(condition, Presence):
        return f"{left} exists" if condition.op == "exists" else f"{left} is missing"
    if isinstance(condition, Within):
        return f"{left} within {condition.direction} {duration_text(condition.duration)}"
    return f"{left} is {_anniversary(condition)}"


def _grouped(item: Condition, in_where: bool) -> str:
    text = _condition(item, in_where)
    return f"({text})" if isinstance(item, And | Or) else text


def _anniversary(condition: Anniversary) -> str:
    return _DAYS.get(condition.offset) or f"in {condition.offset} days"


def operand_text(operand: Operand, in_where: bool = False) -> str:
    """Write one side of a comparison."""
    if isinstance(operand, FieldRef):
        return _field(operand, in_where)
    if isinstance(operand, Count):
        return _call("count", operand)
    if isinstance(operand, Last):
        return f"last({_event(operand.event)})"
    if isinstance(operand, Value):
        return scalar_text(operand.value)
    if isinstance(operand, Relative):
        suffix = "ago" if operand.direction == "ago" else "from now"
        return f"{duration_text(operand.duration)} {suffix}"
    if isinstance(operand, Today):
        return _DAYS[operand.offset]
    if isinstance(operand, Now):
        return "now"
    return _date(operand)


def _date(operand: Day | Moment) -> str:
    text = operand.value.isoformat()
    return text.replace("+00:00", "Z") if isinstance(operand.value, datetime) else text


def _call(function: str, operand: Count | Did) -> str:
    where = "" if operand.where is None else f" where {_condition(operand.where, in_where=True)}"
    within = "" if operand.within is None else f", {duration_text(operand.within)}"
    return f"{function}({_event(operand.event)}{where}{within})"


def _event(name: str) -> str:
    return name if FIRST_SEGMENT.fullmatch(name) else quote(name)


def _field(field: FieldRef, in_where: bool) -> str:
    path = field.path
    if field.scope == "engagement" and path == ("score",):
        return "engagement_score"
    prefix: tuple[str, ...] = (field.scope,)
    if field.scope == "event":
        if in_where and len(path) > 1 and path[0] == "properties" != path[1] and _bare(path[1]):
            prefix, path = (), path[1:]
        else:
            path = _short_event_path(path)
    elif field.scope == "enrollment" and path[0] == "event" and len(path) > 1:
        path = ("event", *_short_event_path(path[1:]))
    elif field.scope == "profile" and not in_where and _bare(path[0]):
        prefix = ()
    return ".".join(s if NEXT_SEGMENT.fullmatch(s) else f"`{s.replace('`', '``')}`" for s in prefix + path)


def _short_event_path(path: tuple[str, ...]) -> tuple[str, ...]:
    return path[1:] if path[0] == "properties" and len(path) > 1 and path[1] not in EVENT_KEYS else path


def _bare(segment: str) -> bool:
    return segment.lower() not in RESERVED and FIRST_SEGMENT.fullmatch(segment) is not None


def duration_text(duration: Duration) -> str:
    """Write a duration: `1 day`, `7 days`."""
    return f"{duration.amount} {duration.unit[:-1] if duration.amount == 1 else duration.unit}"


def scalar_text(value: Scalar) -> str:
    """Write a literal value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return quote(value) if isinstance(value, str) else repr(value)


def quote(text: str) -> str:
    """Write a text in double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(values: tuple[Scalar, ...]) -> str:
    return f"[{', '.join(scalar_text(value) for value in values)}]"
