"""Counts over time, in the item that counts anyway."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws
from stepwell.adapters.config_counters import ConfigCounters
from stepwell.adapters.items import series
from stepwell.adapters.items.config import write_body

from tests.fakes.cloud_tables import create_table

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = NOW

    def now(self) -> datetime:
        return self.at


@pytest.fixture
def config(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("dynamodb", region_name="us-east-1")
        create_table(client, "config")
        yield client


def test_hours_become_days_and_totals_stay(config: Any) -> None:
    clock = Clock()
    counters = ConfigCounters("config", "us-east-1", clock)
    for hours in (0, 1, 20, 50):
        clock.at = NOW + timedelta(hours=hours)
        counters.add("acme", "welcome", 1, {("mail", "sent"): 2, ("mail", "reason:x"): 1, ("w", "parked"): 5})
    hours, days = counters.series("acme", "welcome", 1)
    assert hours == {"2026-03-04T11": {"sent": 2}, "2026-03-03T05": {"sent": 2}}
    assert days == {"2026-03-02": {"sent": 4}, "2026-03-03": {"sent": 2}, "2026-03-04": {"sent": 2}}
    assert counters.read("acme", "welcome", 1) == {"mail": {"sent": 8, "reason:x": 4}, "w": {"parked": 20}}


def test_it_takes_no_write_of_its_own_but_one_a_day(config: Any) -> None:
    clock, puts = Clock(), []
    counters = ConfigCounters("config", "us-east-1", clock)
    save = counters._model.save

    def counted(item: Any, **more: Any) -> Any:
        puts.append(item.sk)
        return save(item, **more)

    counters._model.save = counted
    for hour in range(72):
        clock.at = NOW + timedelta(hours=hour)
        counters.add("acme", "welcome", 1, {}, {f"id{hour}": {("mail", "sent"): 1}})
    # The first day is over, for the hot item, on the third; the second on the fourth.
    assert (puts.count("-"), puts.count("days")) == (72, 2)


def test_a_repeated_delivery_counts_once_in_the_series_too(config: Any) -> None:
    counters = ConfigCounters("config", "us-east-1", Clock())
    for _ in range(2):
        counters.add("acme", "welcome", 1, {}, {"once": {("mail", "sent"): 1}})
    assert counters.series("acme", "welcome", 1)[0] == {"2026-03-02T09": {"sent": 1}}


def test_the_hot_part_is_small() -> None:
    body: dict[str, Any] = {}
    for hour in range(48):
        at = datetime(2026, 3, 2, tzinfo=UTC) + timedelta(hours=hour)
        series.note(body, {("n", kind): 1_000 + 37 * hour for kind in list(series.KINDS)[:9]}, at)
    assert len(write_body(body)) < 2_048


@given(st.lists(st.tuples(st.integers(0, 24 * 9), st.sampled_from(sorted(series.KINDS)), st.integers(1, 9))))
def test_nothing_is_lost_and_nothing_counted_twice(told: list[tuple[int, str, int]]) -> None:
    body: dict[str, Any] = {}
    days: series.Points = {}
    for hour, kind, number in sorted(told):
        over = series.note(body, {("n", kind): number}, NOW + timedelta(hours=hour))
        days = series.kept(series.kept(days, over), over)
    _, every = series.read(body, days)
    for kind in series.KINDS:
        assert sum(d.get(kind, 0) for d in every.values()) == sum(n for _, k, n in told if k == kind)
