"""Conditions as straight-line code answer as their closures do, whatever the facts hold."""

from __future__ import annotations

from collections import UserDict
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from stepwell.conditions import Facts, compile_condition
from stepwell.conditions.compile import closure
from stepwell.conditions.models import And, Compare, Contains, FieldRef, InSegment, Membership, Not, Or, Value

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FIELDS = (FieldRef(scope="profile", path=("x",)), FieldRef(scope="event", path=("properties", "x")))
values = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([1.0, 0.5, float("nan"), float("inf"), Decimal(1), Decimal("0.5")]),
    st.sampled_from(["A", "a", "b", "STRASSE", "straße", ""]),
    st.lists(st.sampled_from(["a", "A", 1, None]), max_size=2),
    st.just({"a": 1}),
)
literals = st.one_of(st.integers(-2, 2), st.just(0.5), st.sampled_from(["a", "A", "strasse", ""]))
conditions = st.one_of(
    st.builds(
        lambda op, left, value: Compare(op=op, left=left, right=Value(value=value)),
        st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"]),
        st.sampled_from(FIELDS),
        literals,
    ),
    st.builds(
        lambda op, left, many: Membership(op=op, left=left, values=tuple(many)),
        st.sampled_from(["in", "not_in"]),
        st.sampled_from(FIELDS),
        st.lists(literals, min_size=1, max_size=2),
    ),
    st.builds(
        lambda op, left, many: Contains(op=op, left=left, values=tuple(many)),
        st.sampled_from(["contains_any", "contains_all"]),
        st.sampled_from(FIELDS),
        st.lists(literals, min_size=1, max_size=2),
    ),
)


trees = st.recursive(
    conditions | st.builds(InSegment, segment=st.sampled_from(["in", "out"])),
    lambda parts: st.one_of(
        st.builds(lambda some: And(items=tuple(some)), st.lists(parts, min_size=2, max_size=4)),
        st.builds(lambda some: Or(items=tuple(some)), st.lists(parts, min_size=2, max_size=4)),
        st.builds(lambda one: Not(item=one), parts),
    ),
    max_leaves=8,
)


def general(condition: Any, known: Facts) -> bool:
    """Decide by closures alone, the logic written out."""
    match condition:
        case And(items=items):
            return all(general(item, known) for item in items)
        case Or(items=items):
            return any(general(item, known) for item in items)
        case Not(item=item):
            return not general(item, known)
    return closure(condition)(known, NOW)


def facts(value: Any, shape: int) -> Facts:
    held = {} if shape == 0 else {"x": value}
    event: dict[str, Any] | None = {"properties": UserDict(held) if shape == 2 else held}
    if shape == 3:
        event = None
    if shape == 4:
        event = {"properties": None}
    if shape == 6:
        event = {"properties": ["x"]}
    if shape == 7:
        event = {}
    return Facts(UserDict(held) if shape == 2 else held, event, segments={"in"})


@given(trees, values, st.integers(0, 7))
def test_the_same_answers(condition: Any, value: Any, shape: int) -> None:
    known = facts(value, shape)
    assert compile_condition(condition)(known, NOW) is general(condition, known)


def test_nothing_that_anybody_wrote_is_read_as_code() -> None:
    bad = 'x"] or __import__("os").abort() or ["'
    condition = And(
        items=(
            Compare(op="eq", left=FieldRef(scope="profile", path=(bad,)), right=Value(value=bad)),
            Contains(
                op="contains_any", left=FieldRef(scope="event", path=("properties", bad)), values=(bad,)
            ),
            InSegment(segment="in"),
        )
    )
    known = Facts({bad: bad}, {"properties": {bad: bad}}, segments={"in"})
    assert compile_condition(condition)(known, NOW) is True
