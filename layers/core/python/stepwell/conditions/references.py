"""What a condition depends on, so that only what can change the answer wakes a parked contact."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

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
from .printer import operand_text


@dataclass(frozen=True, slots=True)
class References:
    """The inputs of a condition.

    Attributes:
        fields: Fields as text (`plan`, `event.total`, `enrollment.loop`, `engagement_score`).
        profile_fields: Traits by dotted path: a change of one can change the answer.
        events: Names of events whose arrival can change the answer.
        any_event: True when it reads the event at hand without naming it, so that any arrival can change it.
        segments: Segments whose membership can change the answer.
        engagement: True when deliveries, opens, clicks and visits can change the answer.
        uses_time: True when the answer can change by the passing of time alone.
    """

    fields: frozenset[str]
    profile_fields: frozenset[str]
    events: frozenset[str]
    any_event: bool
    segments: frozenset[str]
    engagement: bool
    uses_time: bool


def referenced(condition: Condition) -> References:
    """Collect what a condition depends on."""
    operands = list(_operands(condition))
    leaves = list(_leaves(condition))
    fields = [operand for operand in operands if isinstance(operand, FieldRef)]
    filters = [o.where for o in (*operands, *leaves) if isinstance(o, Count | Did) and o.where is not None]
    inner = [referenced(where) for where in filters]
    counted = [o for o in (*operands, *leaves) if isinstance(o, Count | Did)]
    named = _event_names(condition)
    reads_event = any(field.scope == "event" for field in fields)
    engagement = any(field.scope == "engagement" for field in fields) or any(r.engagement for r in inner)
    return References(
        fields=frozenset(operand_text(field) for field in fields).union(*(_outer(r) for r in inner)),
        profile_fields=frozenset(".".join(f.path) for f in fields if f.scope == "profile").union(
            *(r.profile_fields for r in inner)
        ),
        events=frozenset(o.event for o in (*operands, *leaves) if isinstance(o, Count | Did | Last))
        | (named or frozenset()),
        any_event=reads_event and named is None,
        segments=frozenset(leaf.segment for leaf in leaves if isinstance(leaf, InSegment)).union(
            *(r.segments for r in inner)
        ),
        engagement=engagement,
        uses_time=engagement
        or any(isinstance(operand, Relative | Now | Today) for operand in operands)
        or any(isinstance(leaf, Within | Anniversary) for leaf in leaves)
        or any(o.within is not None for o in counted)
        or any(r.uses_time for r in inner),
    )


def _outer(inner: References) -> frozenset[str]:
    """The fields that a filter reads beside those of the events that it filters."""
    return frozenset(field for field in inner.fields if not field.startswith("event."))


def _event_names(condition: Condition) -> frozenset[str] | None:
    """The names of the events at hand for which the condition can be true; None when any can."""
    match condition:
        case And(items=items):
            known = [names for names in map(_event_names, items) if names is not None]
            return frozenset.intersection(*known) if known else None
        case Or(items=items):
            each = [_event_names(item) for item in items if _reads_event(item)]
            return (
                None if None in each else frozenset().union(*(names for names in each if names is not None))
            )
        case Compare(op="eq", left=FieldRef(scope="event", path=("name",)), right=Value(value=str() as name)):
            return frozenset({name})
        case Membership(op="in", left=FieldRef(scope="event", path=("name",)), values=values):
            return frozenset(value for value in values if isinstance(value, str))
    return None


def _reads_event(condition: Condition) -> bool:
    return any(isinstance(o, FieldRef) and o.scope == "event" for o in _operands(condition))


def _leaves(condition: Condition) -> Iterator[Condition]:
    if isinstance(condition, And | Or):
        for item in condition.items:
            yield from _leaves(item)
    elif isinstance(condition, Not):
        yield from _leaves(condition.item)
    else:
        yield condition


def _operands(condition: Condition) -> Iterator[Operand]:
    for leaf in _leaves(condition):
        if isinstance(leaf, Did | InSegment | And | Or | Not):
            continue
        yield leaf.left
        if isinstance(leaf, Compare):
            yield leaf.right
        elif isinstance(leaf, Between):
            yield leaf.low
            yield leaf.high
