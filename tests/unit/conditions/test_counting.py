"""Counts against numbers are decided as counting decides them, with and without a history that knows a quicker way."""

from __future__ import annotations

import operator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.conditions import DailyCounts, EventList, Facts, compile_condition
from stepwell.conditions.models import Compare, Count, Duration, Value

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OPERATORS = {name: getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")}
_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["seen", "bought", "segment_entered"]),
        st.integers(0, 30 * 1440).map(lambda minutes: NOW - timedelta(minutes=minutes)),
    ),
    max_size=40,
)


@pytest.mark.parametrize("op", OPERATORS)
@given(
    _EVENTS,
    st.sampled_from(["seen", "segment_entered", "never"]),
    st.integers(-1, 25),
    st.integers(0, 30 * 24),
)
def test_a_count_against_a_number_is_what_counting_says(
    op: str, events: list[Any], name: str, number: int, hours: int
) -> None:
    daily, full = DailyCounts(), EventList.of((n, at, {}) for n, at in events)
    for called, at in events:
        daily.add(called, at)
    within = Duration(amount=hours, unit="hours") if hours else None
    condition = Compare(op=op, left=Count(event=name, within=within), right=Value(value=number))
    test = compile_condition(condition)
    since = NOW - timedelta(hours=hours) if hours else None
    for history in (daily, full):
        # Decided before the count is kept, and counted by a history of its own.
        decided = test(Facts({}, history=history), NOW)
        assert decided is OPERATORS[op](history.count(name, since, None), number)
