"""Segments as documents: the adapter behaves like the fake."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.publishing_store import ConfigInventory
from stepwell.adapters.segment_store import ConfigSegments
from stepwell.publishing.segment_ports import SegmentRecord
from stepwell.segments.model import parse_segment

from tests.fakes.segments import MemoryRules, MemorySegments
from tests.unit.adapters.conftest import NOW, REGION

PROS = parse_segment(
    {
        "id": "pros",
        "name": "Pros",
        "condition": "plan = 'pro' and did(buy where total > 3, 7 days)",
        "tags": ["a", "b"],
        "use_case": "personalization",
    }
)
VIPS = parse_segment(
    {"id": "vips", "kind": "static", "review": {"every_days": 7, "last_reviewed_at": NOW.isoformat()}}
)


@pytest.fixture(params=["memory", "config"])
def store(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return MemorySegments()
    clock, table = request.getfixturevalue("clock"), request.getfixturevalue("config_table")
    return ConfigSegments(ConfigStore(table, REGION, clock))


def test_segments_are_saved_by_rev_and_read_back_whole(store: Any) -> None:
    record = SegmentRecord(
        PROS, NOW, NOW, updated_by="ann", quiet_until=NOW + timedelta(days=1), settled=False, ruled=1
    )
    assert store.get("acme", "pros") is None
    assert store.save("acme", record)
    assert not store.save("acme", record)
    stored = store.get("acme", "pros")
    assert stored == replace(record, rev=1)
    later = replace(stored, edited=2, quiet_until=None, settled=True)
    assert store.save("acme", later)
    assert store.get("acme", "pros") == replace(later, rev=2)
    assert store.save("acme", SegmentRecord(VIPS, NOW, NOW))
    assert [r.segment for r in store.all("acme")] == [PROS, VIPS]
    assert store.all("other") == []
    assert not store.delete("acme", "pros", 1)
    assert store.delete("acme", "pros", 2)
    assert store.get("acme", "pros") is None


def test_checks_know_the_segments(config_table: str, clock: Any) -> None:
    config = ConfigStore(config_table, REGION, clock)
    assert ConfigInventory(config, MemoryRules()).known("acme").segments == frozenset()
    ConfigSegments(config).save("acme", SegmentRecord(VIPS, NOW, NOW))
    assert ConfigInventory(config, MemoryRules()).known("acme").segments == {"vips"}
