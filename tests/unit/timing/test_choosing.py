"""The best time within a window."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.timing.choosing import best_time, choose, in_control, quarter_shares
from stepwell.timing.prior import Prior

NOW = datetime(2026, 3, 2, 9, 20, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
BERLIN = ZoneInfo("Europe/Berlin")


def hours(best: int, share: float = 0.5) -> list[float]:
    return [share if hour == best else (1 - share) / 23 for hour in range(24)]


def test_the_best_hour_of_the_contacts_clock() -> None:
    assert best_time(NOW, DAY, UTC, hours(18), Prior()) == NOW.replace(hour=18, minute=15)
    assert best_time(NOW, DAY, BERLIN, hours(18), Prior()) == NOW.replace(hour=17, minute=15)


def test_an_hour_that_is_over_comes_tomorrow_unless_the_window_is_too_short() -> None:
    assert best_time(NOW, DAY, UTC, hours(7), Prior()) == datetime(2026, 3, 3, 7, 15, tzinfo=UTC)
    soon = best_time(NOW, timedelta(hours=3), UTC, hours(7), Prior())
    assert NOW <= soon <= NOW + timedelta(hours=3)


def test_where_all_times_are_alike_nobody_waits() -> None:
    assert best_time(NOW, DAY, UTC, [1 / 24] * 24, Prior()) == NOW


def test_in_its_best_hour_nobody_waits() -> None:
    at = NOW.replace(hour=18, minute=17)
    assert best_time(at, DAY, UTC, hours(18), Prior()) == at


def test_quarters_within_the_hour_are_the_workspaces() -> None:
    quarters = [0.25] * 96
    quarters[18 * 4 : 19 * 4] = [0.1, 0.1, 0.1, 0.7]
    assert best_time(NOW, DAY, UTC, hours(18), Prior(quarters=quarters)) == NOW.replace(hour=18, minute=45)


def test_weekdays_count_where_the_window_spans_several() -> None:
    weekdays = [0.02, 0.02, 0.02, 0.88, 0.02, 0.02, 0.02]
    found = best_time(NOW, timedelta(days=6), UTC, hours(18), Prior(weekdays=weekdays))
    assert found == datetime(2026, 3, 5, 18, 15, tzinfo=UTC)


def test_only_allowed_times_are_chosen() -> None:
    found = best_time(NOW, DAY, UTC, hours(23), Prior(), allowed=lambda at: 8 <= at.hour < 20)
    assert 8 <= found.hour < 20


@given(
    st.lists(st.floats(0.01, 1), min_size=24, max_size=24), st.integers(0, 3 * 24 * 60), st.integers(1, 72)
)
def test_a_time_lies_in_the_window_and_is_a_quarter_or_now(
    shares: list[float], minutes: int, window: int
) -> None:
    now = NOW + timedelta(minutes=minutes, seconds=7)
    total = sum(shares)
    found = best_time(now, timedelta(hours=window), BERLIN, [s / total for s in shares], Prior())
    assert now <= found <= now + timedelta(hours=window)
    assert found == now or (found.minute % 15, found.second) == (0, 0)
    assert sum(quarter_shares([s / total for s in shares], Prior())) == pytest.approx(1)


def test_a_control_group_is_sent_at_once_or_at_any_time() -> None:
    people = [(f"contact-{number}", "node") for number in range(4_000)]
    inside = [seed for seed in people if in_control(10, seed)]
    assert 320 <= len(inside) <= 480
    assert not any(in_control(0, seed) for seed in people)
    assert all(in_control(100, seed) for seed in people)
    shares, prior = hours(18), Prior()
    told = [choose(NOW, DAY, UTC, shares, prior, control=10, seed=seed) for seed in people]
    assert sum(one.arm == "control" for one in told) == len(inside)
    assert {one.at for one in told if one.arm == "control"} == {NOW}
    drawn = [
        choose(NOW, DAY, UTC, shares, prior, control=10, control_at="random", seed=seed).at for seed in inside
    ]
    assert all(NOW <= at <= NOW + DAY for at in drawn)
    assert len(set(drawn)) > 90
    assert choose(NOW, DAY, UTC, shares, prior, control=10, seed=people[0]) == told[0]
