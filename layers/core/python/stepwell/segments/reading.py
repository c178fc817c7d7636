"""What a condition reads beyond what `conditions.referenced` tells: the properties of the events that it counts."""

from __future__ import annotations

from collections.abc import Iterator

from stepwell.conditions import Condition
from stepwell.conditions.models import (
    And,
    Between,
    Compare,
    Count,
    Did,
    FieldRef,
    InSegment,
    Not,
    Operand,
    Or,
)


def leaves(condition: Condition, place: str = "condition") -> Iterator[tuple[Condition, str]]:
    """Yield the comparisons of a condition with their places, such as `condition.items[1]`."""
    if isinstance(condition, And | Or):
        for number, item in enumerate(condition.items):
            yield from leaves(item, f"{place}.items[{number}]")
    elif isinstance(condition, Not):
        yield from leaves(condition.item, f"{place}.item")
    else:
        yield condition, place


def operands(leaf: Condition) -> Iterator[Operand | Did]:
    """Yield what a comparison looks at; a `did` is its own."""
    if isinstance(leaf, Did):
        yield leaf
    if isinstance(leaf, And | Or | Not | Did | InSegment):
        return
    yield leaf.left
    if isinstance(leaf, Compare):
        yield leaf.right
    elif isinstance(leaf, Between):
        yield leaf.low
        yield leaf.high


def filters(condition: Condition) -> Iterator[Condition]:
    """Yield the `where` of each count and did."""
    for leaf, _ in leaves(condition):
        for operand in operands(leaf):
            if isinstance(operand, Count | Did) and operand.where is not None:
                yield operand.where


def fields(condition: Condition) -> Iterator[tuple[FieldRef, str]]:
    """Yield the fields that a condition reads outside filters, with the places of their comparisons."""
    for leaf, place in leaves(condition):
        for operand in operands(leaf):
            if isinstance(operand, FieldRef):
                yield operand, place


def properties_of(condition: Condition) -> frozenset[str]:
    """Return the names of the event properties that a condition's filters ask for."""
    return frozenset(
        field.path[1]
        for where in filters(condition)
        for field, _ in fields(where)
        if field.scope == "event" and field.path[0] == "properties" and len(field.path) > 1
    )
