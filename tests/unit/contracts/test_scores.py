"""A score's state: exact at any moment, whatever the order and batching of what made it."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.scores import (
    Shape,
    State,
    add,
    exact,
    new_state,
    parts,
    reaches,
    shape_of,
    value_of,
    values,
)

MONTH = 30 * 86_400
START = 1_700_000_000
SHAPE = "100/0/1000/0.95/2592000"

earned = st.tuples(
    st.sampled_from(["a", "b", "c"]),
    st.integers(-60, 200),
    st.integers(0, 400 * 86_400).map(lambda after: START + after),
)
LIMITS = {"a": None, "b": 50.0, "c": 10.0}


def state_of(entries: list[tuple[str, int, int]]) -> State:
    state = new_state(1, entries[0][2], SHAPE)
    for rule, points, at in entries:
        add(state, rule, points, at, LIMITS[rule])
    return state


def by_definition(entries: list[tuple[str, int, int]], now: float) -> float:
    sums = dict.fromkeys("abc", 0.0)
    for rule, points, at in entries:
        sums[rule] += points * 0.95 ** ((now - at) / MONTH)
    for rule, limit in LIMITS.items():
        if limit is not None:
            sums[rule] = min(max(sums[rule], -limit), limit)
    return min(max(100 + math.fsum(sums.values()), 0), 1000)


@given(st.lists(earned, min_size=1, max_size=30), st.integers(0, 900 * 86_400), st.randoms())
def test_the_score_is_that_of_the_definition_in_any_order_and_batching(entries, later, random):
    now = max(at for _, _, at in entries) + later
    shuffled = list(entries)
    random.shuffle(shuffled)
    cut = random.randrange(len(shuffled) + 1)
    state = state_of(shuffled[:cut] or shuffled)
    # Stored and read between two batches.
    state = json.loads(json.dumps(state))
    for rule, points, at in shuffled[cut:] if cut else []:
        add(state, rule, points, at, LIMITS[rule])
    assert exact(state, now) == pytest.approx(by_definition(entries, now), abs=0.02)


@given(st.lists(earned, min_size=1, max_size=8), st.integers(0, 1000))
def test_reaches_is_the_first_moment_at_which_decay_brings_the_score_there(entries, level):
    state = state_of(entries)
    now = max(at for _, _, at in entries)
    at = reaches(state, level, now)
    unclipped = shape_of("100/-100000/100000/0.95/2592000")
    state[3] = unclipped.text()
    steps = [now + MONTH * 240 * (n / 400) ** 2 for n in range(401)]
    if at is None:
        signs = {
            math.copysign(1, exact(state, t) - level) for t in steps if abs(exact(state, t) - level) > 0.02
        }
        assert len(signs) <= 1
    else:
        assert at >= now
        assert exact(state, at) == pytest.approx(level, abs=0.02)
        before = [exact(state, t) - level for t in steps if t < at - 60]
        assert all(d > -0.02 for d in before) or all(d < 0.02 for d in before)


def test_one_visit_to_the_pricing_page_a_month_ago():
    state = new_state(1, START, SHAPE)
    add(state, "b", 15, START)
    assert value_of(state, START) == 115
    assert exact(state, START + MONTH) == pytest.approx(114.25)
    assert value_of(state, START + 100 * MONTH) == 100


def test_the_score_stays_within_its_bounds_and_what_exceeds_them_counts_later():
    state = new_state(1, START, SHAPE)
    add(state, "trial", 1000, START)
    assert value_of(state, START) == 1000
    assert value_of(state, START + MONTH) == 1000  # 100 + 950
    add(state, "angry", -5000, START)
    assert value_of(state, START) == 0


def test_a_rule_gives_no_more_than_its_limit():
    state = new_state(1, START, SHAPE)
    for _ in range(10):
        add(state, "blog", 3, START, 12)
    assert [part.points for part in parts(state, START)] == [12]
    # Thirty points stand behind the limit: in a month they are 28.5, still more than twelve.
    assert value_of(state, START + MONTH) == 112


def test_without_decay_nothing_is_ever_reached():
    state = new_state(1, START, Shape(0, 0, 100, 1.0, MONTH).text())
    add(state, "a", 40, START)
    assert reaches(state, 20, START) is None
    assert value_of(state, START + 1000 * MONTH) == 40


def test_values_are_profile_fields():
    state = new_state(1, START, SHAPE)
    assert values({"lead": state}, START) == {"lead_score": 100}
