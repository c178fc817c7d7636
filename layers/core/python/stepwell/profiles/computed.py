"""Attributes computed from events, kept up to date event by event in small states that describe themselves.

Each is an aggregate that any order, number of deliveries and grouping of the same events leaves alike (sums are
whole millionths). What a state means is in `stepwell.contracts.computed`. A state that an earlier definition made
is dropped at the contact's next event of that name: it cannot be brought up to date without all the events.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, MutableMapping
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from stepwell.conditions import Facts, Test, compile_condition, referenced
from stepwell.conditions.times import time_of
from stepwell.contracts.clock import iso
from stepwell.contracts.computed import (
    DAY_MS,
    HASH_BITS,
    MARK,
    MILLIONTHS,
    SKETCH,
    STAGE,
    State,
    next_change,
)
from stepwell.contracts.ids import base36, short_hash
from stepwell.profiles.converting import storable
from stepwell.profiles.schema import Computed
from stepwell.profiles.writing import text

MAX_VALUE = 100
_MOST = 10**15


class _Rule(NamedTuple):
    name: str
    kind: str
    mark: str
    window: int
    path: tuple[str, ...]
    test: Test | None
    fold: Callable[[Any, int, Any], Any]


class CompiledComputed:
    """All computed attributes of a workspace.

    Attributes:
        events: Names of the events that they are computed from.
        properties: Event properties that their filters ask for.
        names: Their names.

    Args:
        definitions: The workspace's.
    """

    def __init__(self, definitions: Iterable[Computed]) -> None:
        rules: dict[str, list[_Rule]] = defaultdict(list)
        properties: set[str] = set()
        marks: dict[str, str] = {}
        for one in definitions:
            test = None
            if one.where is not None:
                test = compile_condition(one.where)
                properties |= event_properties(referenced(one.where).fields)
            mark = marks[one.name] = mark_of(one)
            path = tuple(one.property.removeprefix("event.").split(".")) if one.property else ()
            rule = _Rule(one.name, one.kind, mark, one.window_days or 0, path, test, _FOLDS[one.kind])
            rules[one.event].append(rule)
        self._rules = {event: tuple(found) for event, found in rules.items()}
        self._marks = marks
        self.events = frozenset(self._rules)
        self.properties = frozenset(properties)
        self.names = frozenset(marks)

    def on_event(
        self,
        states: MutableMapping[str, State],
        name: str,
        at: int,
        properties: Mapping[str, Any],
        facts: Facts,
        when: datetime,
    ) -> None:
        """Count an event.

        Args:
            states: By attribute, changed in place.
            name: The event's name.
            at: When it happened (epoch milliseconds).
            properties: Its properties.
            facts: What is known of the contact, with this event.
            when: The same moment (aware).
        """
        for rule in self._rules.get(name, ()):
            if rule.test is not None and not rule.test(facts, when):
                continue
            value = _value(rule, properties, at)
            if value is None:
                continue
            state = states.get(rule.name)
            data = state[3] if state is not None and state[MARK] == rule.mark else None
            states[rule.name] = [rule.kind, rule.mark, rule.window, _added(rule, data, at, value)]

    def tidy(self, states: MutableMapping[str, State]) -> None:
        """Drop the states of attributes that are gone; the lifecycle stage is not theirs."""
        for name in [name for name in states if name not in self._marks and states[name][0] != STAGE]:
            del states[name]

    def next_change(self, states: Mapping[str, State], names: Iterable[str], now_ms: int) -> int | None:
        """Return when time alone changes the value of one of these attributes next (epoch ms), None: never."""
        times = [next_change(states[name], now_ms) for name in names if name in states]
        return min((at for at in times if at is not None), default=None)


def mark_of(one: Computed) -> str:
    """Return what tells a definition from another one of the same name."""
    told = one.model_dump(mode="json", exclude={"name"}, exclude_none=True)
    return short_hash(json.dumps(told, sort_keys=True), length=4)


def event_properties(fields: Iterable[str]) -> set[str]:
    """Return the event properties among the fields that a condition refers to."""
    return {
        field.removeprefix("event.").removeprefix("properties.").split(".")[0]
        for field in fields
        if field.startswith("event.")
    }


def _value(rule: _Rule, properties: Mapping[str, Any], at: int) -> Any:
    """Return what an event brings to an attribute; None: nothing."""
    if rule.kind in ("count", "frequency", "days_since"):
        return 1
    if not rule.path:
        return iso(time_of(at))
    value: Any = properties
    for step in rule.path:
        value = value.get(step) if isinstance(value, Mapping) else None
    if rule.kind in ("sum", "monetary", "average"):
        return _millionths(value)
    if rule.kind in ("min", "max"):
        return None if _millionths(value) is None else value
    if rule.kind == "distinct":
        if not isinstance(value, str | int | float):
            return None
        digest = sha256(text(value).encode()).digest()
        return base36(int.from_bytes(digest[: HASH_BITS // 8], "big"))
    value = storable(value)
    if isinstance(value, str):
        return value[:MAX_VALUE]
    return value if isinstance(value, int | float) else None


def _millionths(value: Any) -> int | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not -_MOST < value < _MOST:
        return None
    return value * MILLIONTHS if isinstance(value, int) else round(value * MILLIONTHS)


def _added(rule: _Rule, data: Any, at: int, value: Any) -> Any:
    if rule.kind == "distinct":
        return _seen(data, at // DAY_MS if rule.window else 0, value, rule.window)
    if not rule.window:
        return rule.fold(data, at, value)
    day = at // DAY_MS
    days: dict[str, Any] = {} if data is None else data
    newest = max(map(int, days), default=day)
    if day <= newest - rule.window:
        return days
    name = str(day)
    days[name] = rule.fold(days.get(name), at, value)
    if day > newest:
        for old in [old for old in days if int(old) <= day - rule.window]:
            del days[old]
    return days


def _seen(data: dict[str, int] | None, day: int, value: str, window: int) -> dict[str, int]:
    found = {} if data is None else data
    found[value] = max(day, found.get(value, 0))
    if window:
        newest = max(found.values())
        found = {mark: at for mark, at in found.items() if at > newest - window}
    if len(found) > SKETCH:
        del found[max(found, key=lambda mark: int(mark, 36))]
    return found


def _sum(data: Any, _: int, value: Any) -> Any:
    return value if data is None else data + value


def _average(data: Any, _: int, value: Any) -> Any:
    return [1, value] if data is None else [data[0] + 1, data[1] + value]


def _min(data: Any, _: int, value: Any) -> Any:
    return value if data is None else min(data, value)


def _max(data: Any, _: int, value: Any) -> Any:
    return value if data is None else max(data, value)


def _first(data: Any, at: int, value: Any) -> Any:
    return [at, value] if data is None or (at, text(value)) < (data[0], text(data[1])) else data


def _last(data: Any, at: int, value: Any) -> Any:
    return [at, value] if data is None or (at, text(value)) > (data[0], text(data[1])) else data


def _latest(data: Any, at: int, _: Any) -> Any:
    return at if data is None else max(data, at)


_FOLDS: Mapping[str, Callable[[Any, int, Any], Any]] = {
    "count": _sum,
    "frequency": _sum,
    "sum": _sum,
    "monetary": _sum,
    "average": _average,
    "min": _min,
    "max": _max,
    "first": _first,
    "last": _last,
    "days_since": _latest,
    "distinct": _latest,
}
