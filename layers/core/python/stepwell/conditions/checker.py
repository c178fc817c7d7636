"""Finds what cannot work in a condition before it is published, all at once, each with a way to mend it.

At run time nothing raises and a comparison of wrong types is simply false, so this is where a typing error
shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from .history import MAX_DAYS
from .models import (
    And,
    Anniversary,
    Between,
    Compare,
    Condition,
    Contains,
    Count,
    Did,
    Duration,
    FieldRef,
    InSegment,
    Last,
    Membership,
    Not,
    Operand,
    Or,
    Presence,
    Scalar,
    TextMatch,
    Value,
    Within,
)
from .printer import SYMBOLS, operand_text, scalar_text
from .schema import FieldSchema, FieldType
from .values import as_time

_NAMES = {
    FieldType.TEXT: "text",
    FieldType.NUMBER: "a number",
    FieldType.BOOLEAN: "true or false",
    FieldType.DATE: "a date",
    FieldType.LIST: "a list",
    FieldType.OBJECT: "an object",
}
_SINGLE = (FieldType.TEXT, FieldType.NUMBER, FieldType.BOOLEAN, FieldType.DATE)
_ORDERED = (FieldType.NUMBER, FieldType.DATE)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that cannot work.

    Attributes:
        code: unknown_field, unknown_event, unknown_segment, type_mismatch, window_too_long or empty_range.
        message: What is wrong.
        path: Where in the stored JSON, such as `items[1].left`; empty for the whole condition.
        hint: How to mend it; may be empty.
    """

    code: str
    message: str
    path: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


def check(condition: Condition, schema: FieldSchema) -> list[Problem]:
    """Check a condition against what a workspace knows.

    Returns:
        All problems in the order of the text; empty when there is none.
    """
    return list(_Checker(schema, event=None).condition(condition, ""))


class _Checker:
    def __init__(self, schema: FieldSchema, event: str | None) -> None:
        self._schema = schema
        self._event = event

    def condition(self, condition: Condition, path: str) -> Iterator[Problem]:
        dot = f"{path}." if path else ""
        match condition:
            case And(items=items) | Or(items=items):
                for i, item in enumerate(items):
                    yield from self.condition(item, f"{dot}items[{i}]")
            case Not(item=item):
                yield from self.condition(item, f"{dot}item")
            case InSegment(segment=segment):
                known = self._schema.segments
                if known is not None and segment not in known:
                    hint = _suggest(segment, known, lambda name: scalar_text(name))
                    yield Problem("unknown_segment", f"unknown segment {scalar_text(segment)}", path, hint)
            case Did():
                yield from self._call(condition.event, condition.where, condition.within, path)
            case _:
                yield from self._leaf(condition, path, dot)

    def _leaf(
        self,
        leaf: Compare | Between | Membership | Contains | TextMatch | Presence | Within | Anniversary,
        path: str,
        dot: str,
    ) -> Iterator[Problem]:
        problems, kind = self._operand(leaf.left, f"{dot}left")
        yield from problems
        name = f"`{operand_text(leaf.left, self._event is not None)}`"
        match leaf:
            case Compare(op=op, right=right):
                ordered = op not in ("eq", "ne")
                yield from self._right(name, kind, right, f"{dot}right", ordered=ordered, op=SYMBOLS[op])
            case Between(low=low, high=high):
                for side, key in ((low, "low"), (high, "high")):
                    yield from self._right(name, kind, side, f"{dot}{key}", ordered=True, op="between")
                if _is_empty(low, high):
                    yield Problem("empty_range", "the range is empty", path, "put the smaller value first")
            case Membership(op=op, values=values):
                yield from _needs(name, kind, _SINGLE[:3], op.replace("_", " "), path)
                yield from _alike(name, kind, values, path)
            case Contains(op=op, values=values):
                yield from _needs(name, kind, (FieldType.LIST, FieldType.TEXT), op.replace("_", " "), path)
                if kind is FieldType.TEXT:
                    yield from _alike(name, kind, values, path)
            case TextMatch(op=op):
                yield from _needs(name, kind, (FieldType.TEXT,), op.replace("_", " "), path)
            case Within():
                yield from _needs(name, kind, (FieldType.DATE,), "within", path)
            case Anniversary():
                yield from _needs(name, kind, (FieldType.DATE,), "is today", path)

    def _operand(self, operand: Operand, path: str) -> tuple[list[Problem], FieldType]:
        match operand:
            case FieldRef():
                kind = self._type_of(operand)
                return ([] if kind is not None else [self._unknown(operand, path)]), kind or FieldType.ANY
            case Count(event=event, where=where, within=within):
                return list(self._call(event, where, within, path)), FieldType.NUMBER
            case Last(event=event):
                return list(self._named(event, path)), FieldType.DATE
            case Value(value=value):
                return [], _kind(value)
        return [], FieldType.DATE

    def _right(
        self, name: str, kind: FieldType, right: Operand, path: str, *, ordered: bool, op: str
    ) -> Iterator[Problem]:
        problems, other = self._operand(right, path)
        yield from problems
        wrong = list(_needs(name, kind, _ORDERED if ordered else _SINGLE, op, path))
        yield from wrong
        if wrong or FieldType.ANY in (kind, other) or kind == other:
            return
        shown = f"`{operand_text(right, self._event is not None)}`"
        hint = ""
        if kind is FieldType.DATE and isinstance(right, Value) and as_time(right.value) is not None:
            hint = "write the date without quotes"
        message = f"{name} is {_NAMES[kind]} and {shown} is {_NAMES[other]}"
        yield Problem("type_mismatch", message, path, hint or f"compare it with {_NAMES[kind]}")

    def _call(
        self, event: str, where: Condition | None, within: Duration | None, path: str
    ) -> Iterator[Problem]:
        yield from self._named(event, path)
        if within is not None and within.delta.days > MAX_DAYS:
            message = f"events are counted over at most {MAX_DAYS} days"
            hint = "shorten the window, or leave it out to count all"
            yield Problem("window_too_long", message, path, hint)
        if where is not None:
            inner = _Checker(self._schema, event)
            yield from inner.condition(where, f"{path}.where" if path else "where")

    def _named(self, event: str, path: str) -> Iterator[Problem]:
        known = self._schema.events
        if known is not None and event not in known and not self._schema.open_events:
            hint = _suggest(event, known, lambda name: f"`{name}`")
            yield Problem("unknown_event", f"unknown event `{event}`", path, hint)

    def _type_of(self, field: FieldRef) -> FieldType | None:
        fields = self._schema.fields_of(field.scope, self._event)
        if fields is None:
            return FieldType.ANY
        path = ".".join(field.path)
        if path in fields:
            return fields[path]
        if _parent_of_any(path, fields):
            return FieldType.OBJECT
        for end in range(1, len(field.path)):
            parent = ".".join(field.path[:end])
            is_open = fields.get(parent) in (FieldType.OBJECT, FieldType.ANY)
            if is_open and not _parent_of_any(parent, fields):
                return FieldType.ANY
        in_open_event = field.scope == "event" and self._event is not None and self._schema.open_events
        return FieldType.ANY if in_open_event else None

    def _unknown(self, field: FieldRef, path: str) -> Problem:
        in_where = self._event is not None

        def shown(dotted: str) -> str:
            return f"`{operand_text(FieldRef(scope=field.scope, path=tuple(dotted.split('.'))), in_where)}`"

        fields = self._schema.fields_of(field.scope, self._event) or {}
        hint = _suggest(".".join(field.path), fields, shown)
        return Problem("unknown_field", f"unknown field `{operand_text(field, in_where)}`", path, hint)


def _parent_of_any(path: str, fields: Iterable[str]) -> bool:
    return any(known.startswith(f"{path}.") for known in fields)


def _suggest(name: str, known: Iterable[str], shown: Callable[[str], str]) -> str:
    close = get_close_matches(name, sorted(known), n=1)
    return f"did you mean {shown(close[0])}?" if close else ""


def _kind(value: Scalar) -> FieldType:
    if isinstance(value, bool):
        return FieldType.BOOLEAN
    return FieldType.TEXT if isinstance(value, str) else FieldType.NUMBER


def _needs(
    name: str, kind: FieldType, allowed: tuple[FieldType, ...], op: str, path: str
) -> Iterator[Problem]:
    if kind is FieldType.ANY or kind in allowed:
        return
    needed = " or ".join(_NAMES[a].removeprefix("a ") if i else _NAMES[a] for i, a in enumerate(allowed))
    hint = ""
    if kind is FieldType.LIST:
        hint = "use `contains` for a list"
    elif kind is FieldType.OBJECT:
        hint = "name a field of it, such as `address.city`"
    elif kind is FieldType.TEXT:
        hint = "use `=`, `in`, `contains` or `starts with` for text"
    yield Problem("type_mismatch", f"{name} is {_NAMES[kind]}; `{op}` needs {needed}", path, hint)


def _alike(name: str, kind: FieldType, values: tuple[Scalar, ...], path: str) -> Iterator[Problem]:
    if kind not in _SINGLE[:3]:
        return
    for value in values:
        if _kind(value) is not kind:
            message = f"{name} is {_NAMES[kind]} and {scalar_text(value)} is {_NAMES[_kind(value)]}"
            yield Problem("type_mismatch", message, path, f"list only values that are {_NAMES[kind]}")
            return


def _is_empty(low: Operand, high: Operand) -> bool:
    if not isinstance(low, Value) or not isinstance(high, Value):
        return False
    a, b = low.value, high.value
    return not isinstance(a, str) and not isinstance(b, str) and a > b
