"""Poison records are kept whole and can be put back."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from stepwell.errors import InvalidInput, Throttled
from stepwell.triggers.poison import PIECE, Poison, replay

from tests.fakes.triggers import MemoryPoison, MemoryStream

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def keep(queue: MemoryPoison, sequence: str, data: bytes, code: str = "KeyError") -> None:
    queue.put(Poison(sequence, f"acme#{sequence}", data, code, code).documents(NOW))


def test_replay_puts_records_back():
    queue, stream = MemoryPoison(), MemoryStream()
    big = b"x" * PIECE
    keep(queue, "1", b"one")
    keep(queue, "2", big, "undecodable")
    assert len(queue.documents) == 3
    done = replay(queue, stream, 10)
    assert (done.records, done.waiting, done.reasons) == (2, 0, {"KeyError": 1, "undecodable": 1})
    assert [(r.key, r.data) for r in stream.records] == [("acme#1", b"one"), ("acme#2", big)]
    assert queue.documents == {}


def test_pieces_wait_for_each_other():
    queue, stream = MemoryPoison(), MemoryStream()
    keep(queue, "2", b"x" * PIECE)
    assert replay(queue, stream, 1).waiting == 1
    assert len(queue.documents) == 2
    assert replay(queue, stream, 2).records == 1


def test_what_the_stream_refuses_stays():
    queue, stream = MemoryPoison(), MemoryStream()
    keep(queue, "1", b"one")
    stream.throttled = 1
    with pytest.raises(Throttled):
        replay(queue, stream, 10)
    assert len(queue.documents) == 1
    with pytest.raises(InvalidInput):
        replay(queue, stream, 0)
