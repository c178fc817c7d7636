"""Fills names in conditions with a node's settings, so that a template can say `engagement < threshold`."""

from __future__ import annotations

from collections.abc import Mapping

from .models import And, Between, Compare, Condition, FieldRef, Not, Operand, Or, Scalar, Value


def bind(condition: Condition, values: Mapping[str, Scalar]) -> Condition:
    """Replace bare names on the right of comparisons by values.

    Args:
        condition: What to fill.
        values: By name; a name that is not there stays the trait of that name.
    """
    match condition:
        case And(items=items):
            return And(items=tuple(bind(item, values) for item in items))
        case Or(items=items):
            return Or(items=tuple(bind(item, values) for item in items))
        case Not(item=item):
            return Not(item=bind(item, values))
        case Compare(right=right):
            return condition.model_copy(update={"right": _bound(right, values)})
        case Between(low=low, high=high):
            return condition.model_copy(update={"low": _bound(low, values), "high": _bound(high, values)})
    return condition


def _bound(operand: Operand, values: Mapping[str, Scalar]) -> Operand:
    match operand:
        case FieldRef(scope="profile", path=(name,)) if name in values:
            return Value(value=values[name])
    return operand
