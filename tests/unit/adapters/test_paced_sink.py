"""Imports leave room on the stream."""

from __future__ import annotations

import pytest
from stepwell.adapters.paced_sink import GROUP, PacedSink
from stepwell.errors import Throttled
from stepwell.triggers.ports import StreamRecord

from tests.fakes.transfers import RecordedStream

RECORDS = [StreamRecord(f"t#{n}", b"{}") for n in range(950)]


class Time:
    def __init__(self) -> None:
        self.now = 100.0

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def __call__(self) -> float:
        return self.now


def test_no_more_than_the_rate_goes_in() -> None:
    stream, time = RecordedStream(), Time()
    sink = PacedSink(stream, 200.0, sleep=time.sleep, monotonic=time)
    sink.put(RECORDS[:500])
    sink.put(RECORDS[500:])
    assert stream.records == RECORDS
    assert time.now - 100.0 == pytest.approx(900 / 200.0)


def test_without_a_rate_nothing_waits() -> None:
    stream, time = RecordedStream(), Time()
    PacedSink(stream, 0, sleep=time.sleep, monotonic=time).put(RECORDS)
    assert (stream.calls, time.now) == (1, 100.0)


def test_a_refusal_costs_patience_and_one_group() -> None:
    stream, time = RecordedStream(), Time()
    stream.refuse = {2, 3}
    PacedSink(stream, 1e6, sleep=time.sleep, monotonic=time).put(RECORDS)
    assert set(stream.records) == set(RECORDS)
    assert len(stream.records) == len(RECORDS) + 2 * (GROUP // 2)
    assert time.now - 100.0 >= 1.5


def test_patience_ends() -> None:
    stream, time = RecordedStream(), Time()
    stream.refuse = set(range(1, 100))
    with pytest.raises(Throttled):
        PacedSink(stream, 10.0, sleep=time.sleep, monotonic=time).put(RECORDS)
