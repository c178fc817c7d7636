"""The gain of the best time, with its interval."""

from __future__ import annotations

import random

import pytest
from stepwell.timing.arms import Arm, arms, gain, outcome_of


def test_groups_are_read_from_the_counts_of_a_node() -> None:
    counts = {outcome_of("best", "accepted"): 90, outcome_of("best", "opened"): 40, "accepted": 100}
    counts |= {outcome_of("control", "delivered"): 10, outcome_of("control", "clicked"): 2}
    assert arms(counts) == (Arm(90, 40, 0), Arm(10, 0, 2))
    assert arms({}) == (Arm(0, 0, 0), Arm(0, 0, 0))


def test_newcombes_published_example() -> None:
    # Newcombe 1998, table II, (a) 56/70 - 48/80, method 10: 0.0524 to 0.3339.
    found = gain((56, 70), (48, 80))
    assert found is not None
    assert (found.difference, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-4)
    # (h) 10/10 - 0/10: 0.6075 to 1.0000; never beyond what a difference can be.
    whole = gain((10, 10), (0, 10))
    assert whole is not None
    assert (whole.low, whole.high) == pytest.approx((0.6075, 1.0), abs=5e-4)


def test_nothing_is_said_of_an_empty_group() -> None:
    assert gain((0, 0), (3, 10)) is None
    assert gain((3, 10), (0, 0)) is None


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    draw = random.Random(5)
    inside = 0
    for _ in range(1_000):
        best = sum(draw.random() < 0.24 for _ in range(300))
        control = sum(draw.random() < 0.20 for _ in range(60))
        found = gain((best, 300), (control, 60))
        inside += found is not None and found.low <= 0.04 <= found.high
    assert inside >= 930
