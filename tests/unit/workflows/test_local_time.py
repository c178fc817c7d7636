"""Local times across daylight saving."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from stepwell.workflows.local_time import clock_time, local_instant, next_local_time

BERLIN = ZoneInfo("Europe/Berlin")


def test_a_skipped_time_falls_after_the_gap_and_a_doubled_one_is_the_first():
    assert local_instant(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert local_instant(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_nine_o_clock_stays_nine_o_clock():
    winter = next_local_time(datetime(2026, 3, 28, 6, 0, tzinfo=UTC), time(9), BERLIN)
    summer = next_local_time(datetime(2026, 3, 29, 6, 0, tzinfo=UTC), time(9), BERLIN)
    assert (winter.hour, summer.hour) == (8, 7)


def test_whoever_stands_at_a_time_has_had_it():
    now = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert next_local_time(now - timedelta(seconds=1), time(9), BERLIN) == now
    assert next_local_time(now, time(9), BERLIN) == now + timedelta(days=1)
    assert next_local_time(now.replace(second=1), time(9), BERLIN).day == 3
    assert next_local_time(now.replace(second=1), time(9), BERLIN, {"mon"}).day == 9
    with pytest.raises(ValueError, match="weekday"):
        next_local_time(now, time(9), BERLIN, {"xyz"})


@pytest.mark.parametrize("late", [0, 7, 15, 17])
def test_a_rest_that_began_within_the_quarter_hour_ends_at_the_time_itself(late):
    nine = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    now = nine + timedelta(minutes=late)
    assert next_local_time(now, time(9), BERLIN, rest=timedelta(days=1)) == nine + timedelta(days=1)
    assert next_local_time(now, time(9), BERLIN, rest=timedelta(minutes=5)) == nine + timedelta(days=1)
    later = next_local_time(nine + timedelta(minutes=20), time(9), BERLIN, rest=timedelta(days=1))
    assert later == nine + timedelta(days=2)


def test_reading():
    assert clock_time("09:05") == time(9, 5)
    with pytest.raises(ValueError, match="hour"):
        clock_time("25:00")
