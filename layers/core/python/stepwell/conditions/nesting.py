"""Bounds how deep a condition nests, alike in text and JSON, so that each can be written as the other."""

from __future__ import annotations

from .models import And, Between, Compare, Condition, Count, Did, InSegment, Not, Operand, Or

MAX_LEVELS = 50


def levels(condition: Condition) -> int:
    """Count the levels of and, or, not and where above the deepest comparison, itself included."""
    match condition:
        case And(items=items) | Or(items=items):
            return 1 + max(levels(item) for item in items)
        case Not(item=item):
            return 1 + levels(item)
        case InSegment():
            return 1
        case Did(where=where):
            return 1 + (0 if where is None else levels(where))
    sides: list[Operand] = [condition.left]
    if isinstance(condition, Compare):
        sides.append(condition.right)
    elif isinstance(condition, Between):
        sides += [condition.low, condition.high]
    filters = [side.where for side in sides if isinstance(side, Count) and side.where is not None]
    return 1 + max((levels(where) for where in filters), default=0)
