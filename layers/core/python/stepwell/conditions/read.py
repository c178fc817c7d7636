"""Closures that fetch one side of a comparison from a contact's facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from .engagement import KINDS, engagement_score
from .facts import Facts
from .models import Condition, Count, Day, FieldRef, Last, Moment, Now, Operand, Relative, Today, Value
from .times import window_start

Read = Callable[[Facts, datetime], Any]
"""Fetches a raw value, None when it is missing; the moment is aware."""
Test = Callable[[Facts, datetime], bool]
"""Decides for one contact at a moment (aware)."""
Compile = Callable[[Condition], Test]


def reader(operand: Operand, compile_condition: Compile) -> Read:
    """Build the closure that fetches an operand's value.

    Args:
        operand: What to fetch. `today` and its neighbours have no instant; they read as local calendar days.
        compile_condition: Compiles the filter of a count.
    """
    match operand:
        case FieldRef():
            return _field(operand)
        case Count():
            return event_count(operand, compile_condition)
        case Last(event=event):
            return lambda facts, _: facts.history.last(event)
        case Value(value=value) | Day(value=value) | Moment(value=value):
            return lambda _, __: value
        case Relative(duration=duration, direction=direction):
            delta = duration.delta if direction == "from_now" else -duration.delta
            return lambda _, now: now + delta
        case Now():
            return lambda _, now: now
        case Today(offset=offset):
            return lambda facts, now: local_day(facts, now, offset)


def local_day(facts: Facts, now: datetime, offset: int = 0) -> date:
    """The calendar day in the contact's zone, `offset` days from today."""
    return now.astimezone(facts.zone).date() + timedelta(days=offset)


def event_count(count: Count, compile_condition: Compile) -> Callable[[Facts, datetime], int]:
    """Build the closure that counts events in the window up to now."""
    name = count.event
    if count.where is None:
        if count.within is None:
            return lambda facts, _: facts.history.count(name, None, None)
        delta = count.within.delta
        return lambda facts, now: facts.history.count(name, window_start(now, delta), None)
    within = None if count.within is None else count.within.delta
    test = compile_condition(count.where)

    def run(facts: Facts, now: datetime) -> int:
        # One for all events: a filter keeps nothing of what it was asked about.
        asked = Facts(
            facts.profile,
            None,
            facts.enrollment,
            facts.engagement,
            facts.history,
            facts.segments,
            facts.default_zone,
        )

        def passes(event: Mapping[str, Any]) -> bool:
            asked.event = event
            return test(asked, now)

        return facts.history.count(name, None if within is None else now - within, passes)

    return run


def _field(field: FieldRef) -> Read:
    path = field.path
    match field.scope:
        case "profile":
            if len(path) == 1:
                key = path[0]
                return lambda facts, _: facts.profile.get(key)
            return lambda facts, _: _dig(facts.profile, path)
        case "event":
            return _event_field(path)
        case "enrollment":
            return lambda facts, _: _dig(facts.enrollment, path)
    return _engagement(path)


def _event_field(path: tuple[str, ...]) -> Read:
    if len(path) != 2:
        return lambda facts, _: None if facts.event is None else _dig(facts.event, path)
    scope, key = path

    def read(facts: Facts, _: datetime) -> Any:
        event = facts.event
        if event is None:
            return None
        inner = event.get(scope)
        return inner.get(key) if inner.__class__ is dict else _dig(inner, (key,))

    return read


def _dig(value: object, path: tuple[str, ...]) -> object:
    for key in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(key)
    return value


def _engagement(path: tuple[str, ...]) -> Read:
    name = path[0] if len(path) == 1 else ""
    if name == "score":
        return engagement_score
    if name == "last_at":
        return lambda facts, _: facts.engagement.last_at
    for index, kind in enumerate(KINDS):
        if name == kind:
            return lambda facts, _, index=index: facts.engagement.totals[index]  # type: ignore[misc]
    return lambda _, __: None
