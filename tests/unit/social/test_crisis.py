"""The spike detector on drawn series: quiet ones stay quiet at the rate that was asked for, storms are seen in time."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from math import cos, pi

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.social.alarms import Alarms, begun, ended, is_over
from stepwell.social.crisis import (
    HOURS_A_YEAR,
    Counted,
    binomial_tail,
    calm,
    hour_of,
    judge,
    tail,
    usual,
)

START = datetime(2026, 1, 5, tzinfo=UTC)
LEARNT = 28 * 24


def rate_at(at: datetime, base: float) -> float:
    """Return the mean of an hour: ten times as much at noon as at night."""
    return base * (1 + 0.8 * cos(2 * pi * (at.hour - 13) / 24))


def drawn(
    dice: random.Random, days: int, base: float, spread: float, share: float, start: datetime = START
) -> dict[datetime, Counted]:
    """Draw a quiet series: Poisson (`spread` 0), else Gamma-Poisson of this shape."""
    found = {}
    for number in range(days * 24):
        at = start + timedelta(hours=number)
        mean = rate_at(at, base)
        mean = dice.gammavariate(spread, mean / spread) if spread else mean
        n = poisson(dice, mean)
        found[at] = Counted(n, sum(dice.random() < share for _ in range(n)))
    return found


def poisson(dice: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(dice.gauss(mean, mean**0.5)))
    at, n = 0.0, -1
    while at < mean:
        at += dice.expovariate(1.0)
        n += 1
    return max(n, 0)


def alarms_in(series: dict[datetime, Counted], hours: range, false_alarms: float, at_least: int = 2) -> int:
    return sum(
        judge(series, START + timedelta(hours=hour), false_alarms=false_alarms, at_least=at_least).alarm
        for hour in hours
    )


@pytest.mark.parametrize(
    ("base", "spread", "share"),
    [(0.3, 0, 0.2), (3, 0, 0.2), (12, 0, 0.3), (12, 5, 0.3), (20, 2, 0.2), (40, 1, 0.3), (6, 1, 0.8)],
)
def test_quiet_series_alarm_no_more_often_than_was_asked_for(base: float, spread: float, share: float):
    dice = random.Random(f"{base} {spread} {share}")
    asked = 52.0  # the most that may be asked for, so that there is something to count
    days, series_count, alarms, hours = 14, 8, 0, 0
    for _ in range(series_count):
        series = drawn(dice, 28 + days, base, spread, share)
        alarms += alarms_in(series, range(LEARNT, LEARNT + days * 24), asked)
        hours += days * 24
    expected = hours * asked / HOURS_A_YEAR
    # Three deviations of a Poisson count above what was asked for.
    assert alarms <= expected + 3 * expected**0.5, (alarms, expected)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    base=st.floats(0.2, 20),
    spread=st.sampled_from([0.0, 2.0, 5.0]),
    share=st.floats(0.05, 0.4),
    hour=st.integers(0, 23),
    minute=st.integers(0, 59),
)
def test_a_planted_storm_is_seen_within_two_hours(
    seed: int, base: float, spread: float, share: float, hour: int, minute: int
):
    dice = random.Random(seed)
    series = drawn(dice, 29, base, spread, share)
    began = START + timedelta(days=28, hours=hour, minutes=minute)
    # Eight times the bad mentions of the busiest hour, and thirty more: over two hours, most of them bad.
    each = int(8 * rate_at(START.replace(hour=13), base) * share) + 30
    seen = None
    for step in range(1, 121):
        now = began + timedelta(minutes=step)
        if step % 2 == 0:
            at = hour_of(now)
            known = series.get(at, Counted())
            new = each // 60 * 2 or 1
            series[at] = Counted(known.all + new, known.bad + new)
        if step % 10 == 0 and judge(series, hour_of(now), false_alarms=4, at_least=5).alarm:
            seen = step
            break
    assert seen is not None
    assert seen <= 120


def test_a_day_on_which_everybody_speaks_of_you_is_no_crisis():
    dice = random.Random(1)
    series = drawn(dice, 29, 10, 5, 0.2)
    hour = START + timedelta(days=28, hours=12)
    series[hour] = Counted(900, 180)  # fifty times the volume, the usual share
    verdict = judge(series, hour, false_alarms=4, at_least=5)
    assert verdict.chance < 1e-6
    assert not verdict.alarm
    series[hour] = Counted(900, 400)
    assert judge(series, hour, false_alarms=4, at_least=5).alarm


def test_an_account_without_a_past_is_not_alarmed_by_its_first_bad_words():
    hour = START + timedelta(hours=5)
    few = {hour: Counted(4, 4)}
    assert not judge(few, hour, false_alarms=4, at_least=2).alarm
    assert judge({hour: Counted(60, 55)}, hour, false_alarms=4, at_least=5).alarm


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**6), bad=st.integers(0, 60), more=st.integers(0, 40), good=st.integers(0, 60))
def test_more_bad_mentions_never_calm(seed: int, bad: int, more: int, good: int):
    series = drawn(random.Random(seed), 29, 3, 2, 0.3)
    hour = START + timedelta(days=28, hours=12)
    chances = []
    for count in (bad, bad + more):
        series[hour] = Counted(good + count, count)
        chances.append(judge(series, hour, false_alarms=4, at_least=2).chance)
    assert chances[1] <= chances[0] + 1e-9


def test_it_is_over_after_three_ordinary_hours_and_former_storms_are_no_measure():
    series = drawn(random.Random(3), 32, 5, 0, 0.2)
    began = START + timedelta(days=28, hours=10, minutes=20)
    for step in range(4):
        series[hour_of(began) + timedelta(hours=step)] = Counted(90, 80)
    alarms = begun(Alarms("tw1"), judge(series, hour_of(began), false_alarms=4, at_least=5), began)
    last = hour_of(began) + timedelta(hours=4)
    assert not is_over(alarms, series, last + timedelta(hours=2, minutes=59))
    over = next(
        last + timedelta(hours=step)
        for step in range(1, 60)
        if is_over(alarms, series, last + timedelta(hours=step))
    )
    # Three whole hours; one in twenty ordinary ones starts the count anew.
    assert timedelta(hours=3) <= over - last <= timedelta(hours=12)
    done = ended(alarms, over)
    day_after = hour_of(began) + timedelta(days=1)
    series[day_after] = Counted(40, 38)
    assert judge(series, day_after, false_alarms=4, at_least=5, leave_out=done.hours).alarm
    with_it = usual(series, day_after).mean
    assert usual(series, day_after, done.hours).mean < with_it


def test_calm_needs_hours_after_the_beginning():
    assert not calm({START: Counted()}, START + timedelta(hours=2), START + timedelta(minutes=5))
    assert calm({START: Counted()}, START + timedelta(hours=5), START + timedelta(minutes=5))


def test_tails_are_those_of_the_tables():
    # Poisson 3: P(X >= 6) = 0.083918; negative binomial r = 2, p = 1/4 (mean 6, variance 24): P(X >= 10) = 0.197098.
    assert tail(6, 3, 3) == pytest.approx(0.083918, abs=1e-6)
    assert tail(10, 6, 24) == pytest.approx(0.1971, abs=1e-4)
    assert binomial_tail(8, 10, 0.5) == pytest.approx(0.0546875)
    assert tail(0, 3, 3) == binomial_tail(0, 10, 0.5) == 1.0
