"""One contract for all queues of matching decisions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from stepwell.profiles.matching.model import (
    Decision,
    Explanation,
    FieldEvidence,
    MatchCandidate,
    MatchDecision,
    Reason,
)
from stepwell.profiles.matching.ports import MergeQueue

from jobs.match_profiles.files import PairsFile, Place, row_of
from tests.fakes.matching import ListQueue

Filled = Callable[[Callable[[MergeQueue], None]], list[dict[str, Any]]]


def decision(number: int, made: Decision, reason: Reason, group: str = "") -> MatchDecision:
    evidence = (FieldEvidence("email", "same", 9.5, 0.25), FieldEvidence("phone", "missing", 0.0))
    pair = MatchCandidate(f"a{number:05}", f"b{number:05}", 0.9, Explanation(-10.0, evidence))
    return MatchDecision(pair, made, (reason,), group)


@pytest.fixture(params=["fake", "file"])
def filled(request: pytest.FixtureRequest, tmp_path: Path) -> Filled:
    """Fills a queue and reads it back as rows."""

    def fake(fill: Callable[[MergeQueue], None]) -> list[dict[str, Any]]:
        queue = ListQueue()
        fill(queue)
        return [row_of(d) for d in queue.taken.values()]

    def file(fill: Callable[[MergeQueue], None]) -> list[dict[str, Any]]:
        with PairsFile(Place(str(tmp_path))) as queue:
            fill(queue)
        return pq.read_table(tmp_path / "pairs.parquet").to_pylist()

    return fake if request.param == "fake" else file


def test_decisions_come_out_as_they_went_in(filled: Filled) -> None:
    merge = decision(1, Decision.MERGE, Reason.AT_THRESHOLD, "a00001")
    review = decision(2, Decision.REVIEW, Reason.CUSTOMER_IDS)

    def twice(queue: MergeQueue) -> None:
        assert queue.put(iter([merge])) == 1
        assert queue.put([review]) == 1

    rows = filled(twice)

    assert rows == [row_of(merge), row_of(review)]
    assert rows[0]["group"] == "a00001"
    assert rows[1]["why"] == ["They carry different customer ids."]


def test_nothing_is_a_queue_too(filled: Filled) -> None:
    assert filled(lambda queue: None) == []


def test_many_are_counted_and_kept(filled: Filled) -> None:
    many = [decision(n, Decision.REVIEW, Reason.BELOW_THRESHOLD) for n in range(12_001)]
    counts: list[int] = []
    rows = filled(lambda queue: counts.append(queue.put(many)))

    assert counts == [12_001]
    assert [r["left"] for r in rows] == [d.candidate.left for d in many]
