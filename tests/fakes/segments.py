"""Members of segments in memory, over the same items as DynamoDB."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from stepwell.adapters.items.segments import (
    SHARDS,
    day_key,
    day_of,
    member_item,
    member_key,
    members_partition,
    number,
    size_key,
    sizes_partition,
)
from stepwell.adapters.items.wire import Key, Plain
from stepwell.contracts.clock import Clock
from stepwell.contracts.profiles import Profile
from stepwell.contracts.segments import Member, SegmentMove, SizeOfDay
from stepwell.errors import InvalidInput
from stepwell.publishing.ports import ProfilePages, PublishingPorts
from stepwell.publishing.segment_ports import Sample, SegmentPorts, SegmentRecord

from tests.fakes.table import MemoryTable, absent


class MemorySegmentMembers:
    """See `stepwell.adapters.segment_members.DynamoSegmentMembers`."""

    def __init__(self, members: MemoryTable, config: MemoryTable, clock: Clock) -> None:
        self._members = members
        self._config = config
        self._clock = clock

    def move(self, tenant: str, moves: Sequence[tuple[str, str, bool, int]]) -> None:
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for move in (SegmentMove(*move) for move in moves):
            label = f"members.move:{move.segment}:{move.profile}"
            if move.entered:
                done = self._members.put(
                    member_item(tenant, move.segment, move.profile, move.since), label, absent
                )
            else:
                key = member_key(tenant, move.segment, move.profile)
                done = self._members.delete(key, label, lambda item: item is not None)
            if done:
                counts[move.segment][0 if move.entered else 1] += 1
        for segment, (entered, left) in sorted(counts.items()):
            self._add(tenant, segment, entered, left)

    def _add(self, tenant: str, segment: str, entered: int, left: int, corrected: int = 0) -> None:
        day = day_key(tenant, segment, self._clock.now().date())
        self._raise(day, {"entered": entered, "left": left, "corrected": corrected})
        self._raise(size_key(tenant, segment), {"n": entered - left + corrected})

    def _raise(self, key: Key, numbers: dict[str, int]) -> None:
        def change(item: Plain | None) -> Plain:
            before = item or {"pk": key[0], "sk": key[1]}
            return {**before, **{name: number(before, name) + more for name, more in numbers.items()}}

        self._config.update(key, change, f"sizes.add:{key[1]}")

    def page(
        self, tenant: str, segment: str, cursor: str | None, limit: int
    ) -> tuple[list[Member], str | None]:
        found = self._all(tenant, segment)
        start = 0
        if cursor is not None:
            whose, _, position = cursor.partition("|")
            if whose != f"{tenant}/{segment}":
                raise InvalidInput("The cursor belongs to another list.", code="bad_cursor")
            start = int(position)
        after = start + limit
        return found[start:after], f"{tenant}/{segment}|{after}" if after < len(found) else None

    def _all(self, tenant: str, segment: str) -> list[Member]:
        return [
            Member(item["sk"], item["since"])
            for shard in range(SHARDS)
            for item in self._members.query(members_partition(tenant, segment, shard), "members.page")
        ]

    def count(self, tenant: str, segment: str) -> int:
        return len(self._all(tenant, segment))

    def contains(self, tenant: str, segment: str, profiles: Sequence[str]) -> set[str]:
        keys = {profile: member_key(tenant, segment, profile) for profile in profiles}
        return {p for p, key in keys.items() if self._members.get(key, "members.contains") is not None}

    def clear(self, tenant: str, segment: str) -> int:
        found = self._all(tenant, segment)
        for member in found:
            self._members.delete(member_key(tenant, segment, member.profile), "members.clear")
        pk = sizes_partition(tenant, segment)
        for item in self._config.query(pk, "sizes.clear"):
            self._config.delete((pk, item["sk"]), "sizes.clear")
        return len(found)

    def sizes(self, tenant: str, segments: list[str]) -> dict[str, int]:
        return {s: max(number(self._config.get(size_key(tenant, s), "sizes"), "n"), 0) for s in segments}

    def history(self, tenant: str, segment: str, days: int) -> list[SizeOfDay]:
        since = (self._clock.now() - timedelta(days=days)).date()
        size = self.sizes(tenant, [segment])[segment]
        found: list[SizeOfDay] = []
        items = self._config.query(sizes_partition(tenant, segment), "sizes.history", prefix="day#")
        for item in reversed(items):
            if day_of(item) < since:
                break
            entered, left, corrected = (number(item, name) for name in ("entered", "left", "corrected"))
            found.append(SizeOfDay(day_of(item), entered, left, corrected, max(size, 0)))
            size -= entered - left + corrected
        return found[::-1]

    def recount(self, tenant: str, segment: str) -> tuple[int, int]:
        before = number(self._config.get(size_key(tenant, segment), "sizes"), "n")
        size = self.count(tenant, segment)
        if size != before:
            self._add(tenant, segment, 0, 0, size - before)
        return size, size - before


class MemorySegments:
    """See `stepwell.publishing.segment_ports.SegmentStore`."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], SegmentRecord] = {}

    def get(self, tenant: str, segment: str) -> SegmentRecord | None:
        return self.records.get((tenant, segment))

    def save(self, tenant: str, record: SegmentRecord) -> bool:
        stored = self.records.get((tenant, record.segment.id))
        if (stored.rev if stored else 0) != record.rev:
            return False
        self.records[tenant, record.segment.id] = replace(record, rev=record.rev + 1)
        return True

    def delete(self, tenant: str, segment: str, rev: int) -> bool:
        stored = self.records.get((tenant, segment))
        if stored is None or stored.rev != rev:
            return False
        del self.records[tenant, segment]
        return True

    def all(self, tenant: str) -> list[SegmentRecord]:
        return [record for (owner, _), record in sorted(self.records.items()) if owner == tenant]


class MemoryRules:
    """See `stepwell.publishing.rules.RulesStore`."""

    def __init__(self) -> None:
        self.documents: dict[str, tuple[Mapping[str, Any], int]] = {}

    def read(self, tenant: str) -> tuple[Mapping[str, Any], int]:
        return self.documents.get(tenant, ({}, 0))

    def write(self, tenant: str, document: Mapping[str, Any], rev: int) -> bool:
        if self.read(tenant)[1] != rev:
            return False
        self.documents[tenant] = (json.loads(json.dumps(document)), rev + 1)
        return True


class MemorySample:
    """See `stepwell.publishing.segment_ports.ProfileSample`: the first by id of all pages."""

    def __init__(self, pages: ProfilePages) -> None:
        self._pages = pages

    def sample(self, tenant: str, limit: int) -> Sample:
        found: list[Profile] = []
        cursor: str | None = None
        while True:
            page, cursor = self._pages.page(tenant, 500, cursor)
            found += page
            if cursor is None:
                break
        return Sample(tuple(found[:limit]), min(limit / len(found), 1.0) if found else 1.0)


def segment_ports(ports: PublishingPorts, members: MemorySegmentMembers) -> SegmentPorts:
    """Segments over publishing's fakes."""
    return SegmentPorts(
        store=MemorySegments(),
        rules=MemoryRules(),
        members=members,
        sample=MemorySample(ports.profiles),
        publishing=ports,
    )
