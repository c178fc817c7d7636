"""Shares of hours, shrunk: near the group for those of whom little is known, their own for the others."""

from __future__ import annotations

import random
from math import cos, log, pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.timing.hours import HOURS
from stepwell.timing.shrinking import (
    LENT,
    STRONGEST,
    USUAL,
    group_shares,
    shares_of,
    shrunk,
    spread_out,
    strength_of,
)

counts_of_hours = st.lists(st.floats(0, 90), min_size=HOURS, max_size=HOURS)


@given(counts_of_hours, counts_of_hours, st.floats(1, 1000))
def test_shares_are_a_distribution_without_zeros(
    counts: list[float], group: list[float], strength: float
) -> None:
    shares = shrunk(counts, shares_of(group), strength)
    assert sum(shares) == pytest.approx(1)
    assert min(shares) > 0


@given(counts_of_hours)
def test_lending_keeps_the_sum_and_goes_around_the_clock(counts: list[float]) -> None:
    assert sum(spread_out(counts)) == pytest.approx(sum(counts))
    assert sum(LENT) == pytest.approx(1)
    midnight = spread_out([1.0] + [0.0] * 23)
    assert midnight[23] == midnight[1] == pytest.approx(0.25)


def gammas(draw: random.Random, shape: list[float]) -> list[float]:
    drawn = [draw.gammavariate(max(alpha, 1e-6), 1) for alpha in shape]
    total = sum(drawn)
    return [value / total for value in drawn]


def tallied(draw: random.Random, truth: list[float], number: int) -> list[float]:
    counts = [0.0] * HOURS
    for hour in draw.choices(range(HOURS), truth, k=number):
        counts[hour] += 1
    return counts


def loss(truth: list[float], told: list[float]) -> float:
    """Expected log-loss of what was told for who draws from the truth."""
    return -sum(t * log(max(p, 1e-12)) for t, p in zip(truth, told, strict=True))


def population(draw: random.Random, strength: float, people: int) -> tuple[list[float], list[list[float]]]:
    """Draw smooth truths around a group: real people's hours have neighbours."""
    group = gammas(draw, [2.0] * HOURS)
    truths = [spread_out(gammas(draw, [strength * share for share in group])) for _ in range(people)]
    return group, truths


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([3.0, 10.0, 40.0, 400.0]))
def test_shrinking_is_never_much_worse_than_the_group_and_becomes_the_contacts_own(
    seed: int, strength: float
) -> None:
    draw = random.Random(seed)
    _, truths = population(draw, strength, 120)
    sizes = [1 + number % 12 for number in range(len(truths))]
    seen = [tallied(draw, truth, size) for truth, size in zip(truths, sizes, strict=True)]
    prior = shares_of([sum(column) for column in zip(*seen, strict=True)])
    found = strength_of([(counts, prior) for counts in seen])
    sparse = [
        (loss(truth, shrunk(counts, prior, found)), loss(truth, prior))
        for truth, counts in zip(truths, seen, strict=True)
    ]
    # On average, not for each: somebody may be unlike the others in what it did first.
    assert sum(own for own, _ in sparse) <= sum(group for _, group in sparse) + 0.02 * len(sparse)
    rich = [tallied(draw, truth, 3_000) for truth in truths[:10]]
    for truth, counts in zip(truths, rich, strict=False):
        told = shrunk(counts, prior, found)
        lent = spread_out(truth)
        # What it converges to is the truth with weight lent to the hours beside; the group's part has gone.
        assert loss(truth, told) <= loss(truth, lent) + 0.05


def test_people_who_are_alike_are_shrunk_strongly_and_people_who_differ_weakly() -> None:
    draw = random.Random(7)
    found = []
    for strength in (400.0, 5.0):
        _, truths = population(draw, strength, 300)
        seen = [tallied(draw, truth, 20) for truth in truths]
        prior = shares_of([sum(column) for column in zip(*seen, strict=True)])
        found.append(strength_of([(counts, prior) for counts in seen]))
    assert found[0] > 60 > 25 > found[1]


def test_too_little_to_tell_gives_the_usual_strength() -> None:
    assert strength_of([]) == USUAL
    assert strength_of([([1.0] + [0.0] * 23, [1 / 24] * 24)] * 500) == USUAL


def test_a_segment_of_few_is_nearly_everybody_and_one_of_many_is_its_own() -> None:
    everybody = [1 / HOURS] * HOURS
    night = [0.0] * HOURS
    night[23] = 1.0
    few = group_shares([3 * share for share in night], 2, everybody, USUAL)
    many = group_shares([3_000 * share for share in night], 1_000, everybody, USUAL)
    assert few[23] < many[23]
    assert many[23] > 0.4
    # As many counts of one contact say less of a segment than those of many.
    one = group_shares([300 * share for share in night], 1, everybody, USUAL)
    hundred = group_shares([300 * share for share in night], 100, everybody, USUAL)
    assert one[23] < hundred[23]
    assert group_shares([0.0] * HOURS, 0, everybody, USUAL) == everybody


def test_a_segment_like_everybody_is_everybody() -> None:
    everybody = shares_of([100 + 80 * cos(hour * pi / 12) for hour in range(HOURS)])
    alike = group_shares([600 * share for share in everybody], 200, everybody, USUAL)
    assert alike == pytest.approx(everybody, abs=0.003)
    assert STRONGEST > USUAL
