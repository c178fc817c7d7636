"""Members of segments and how many they are, on DynamoDB."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from stepwell.adapters.aws import translated
from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.dynamo import DynamoTable, spread
from stepwell.adapters.dynamo_statements import execute, insert
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
from stepwell.adapters.items.wire import to_wire
from stepwell.contracts.clock import Clock
from stepwell.contracts.segments import Member, SegmentMove, SizeOfDay

_MAX_DAYS = 730


class DynamoSegmentMembers:
    """See `stepwell.triggers.ports.SegmentMembers` and `stepwell.contracts.segments.SegmentSizes`.

    Numbers are added after the rows, for rows that changed only. A process that dies in between leaves them wrong
    by what it moved; `recount` mends that.

    Args:
        members: Table `profiles`.
        config: Table `config`.
        clock: Says to which day a move counts.
    """

    def __init__(self, members: DynamoTable, config: DynamoTable, clock: Clock) -> None:
        self._members = members
        self._config = config
        self._clock = clock

    def move(self, tenant: str, moves: Sequence[SegmentMove | tuple[str, str, bool, int]]) -> None:
        """Write moves; one that was written before changes nothing."""
        counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        for part in _rounds([SegmentMove(*move) for move in moves]):
            for move in self._written(tenant, part):
                counts[move.segment][0 if move.entered else 1] += 1
        for segment, (entered, left) in sorted(counts.items()):
            self._add(tenant, segment, entered, left)

    def _written(self, tenant: str, moves: Sequence[SegmentMove]) -> list[SegmentMove]:
        entering = [move for move in moves if move.entered]
        items = [member_item(tenant, move.segment, move.profile, move.since) for move in entering]
        results = execute(self._members, [insert(self._members, item) for item in items])
        leaving = [move for move in moves if not move.entered]
        # A statement that deletes answers the same whether there was a row or not: one call each tells.
        gone = spread(lambda part: self._gone(tenant, part[0]), leaving, 1)
        return [
            *(move for move, result in zip(entering, results, strict=True) if result.applied),
            *(move for move, was in zip(leaving, gone, strict=True) if was),
        ]

    def _gone(self, tenant: str, move: SegmentMove) -> bool:
        key = member_key(tenant, move.segment, move.profile)
        return self._members.delete(key, condition="attribute_exists(pk)")

    def _add(self, tenant: str, segment: str, entered: int, left: int, corrected: int = 0) -> None:
        today = self._clock.now().date()
        self._config.update(
            day_key(tenant, segment, today),
            "ADD #e :e, #l :l, #c :c",
            names={"#e": "entered", "#l": "left", "#c": "corrected"},
            values={":e": entered, ":l": left, ":c": corrected},
        )
        self._config.update(
            size_key(tenant, segment),
            "ADD #n :n",
            names={"#n": "n"},
            values={":n": entered - left + corrected},
        )

    def page(
        self, tenant: str, segment: str, cursor: str | None, limit: int
    ) -> tuple[list[Member], str | None]:
        """Return up to ``limit`` members, shard by shard, and where the next page starts (None: that was all)."""
        whole = members_partition(tenant, segment, SHARDS)
        at = read_cursor(cursor, whole) or {"shard": 0, "after": None}
        shard, after = int(at["shard"]), at["after"]
        found: list[Member] = []
        while shard < SHARDS and len(found) < limit:
            pk = members_partition(tenant, segment, shard)
            start = None if after is None else {"pk": pk, "sk": after}
            page = self._members.query(pk, limit=limit - len(found), after=start)
            found += [Member(str(item["sk"]), int(item["since"])) for item in page.items]
            after = None if page.next is None else page.next["sk"]
            if after is None:
                shard += 1
        if shard >= SHARDS:
            return found, None
        return found, write_cursor({"list": whole, "shard": shard, "after": after})

    def count(self, tenant: str, segment: str) -> int:
        """Count the rows: a read of the whole segment."""
        total = 0
        for shard in range(SHARDS):
            after = None
            while True:
                request = {
                    "TableName": self._members.name,
                    "KeyConditionExpression": "pk = :p",
                    "ExpressionAttributeValues": to_wire({":p": members_partition(tenant, segment, shard)}),
                    "Select": "COUNT",
                    "ConsistentRead": True,
                    **({"ExclusiveStartKey": after} if after else {}),
                }
                with translated("DynamoDB"):
                    answer = self._members.client.query(**request)  # type: ignore[arg-type]
                total += answer["Count"]
                after = answer.get("LastEvaluatedKey")
                if not after:
                    break
        return total

    def contains(self, tenant: str, segment: str, profiles: Sequence[str]) -> set[str]:
        """Return which of these are members."""
        keys = [member_key(tenant, segment, profile) for profile in profiles]
        return {sk for _, sk in self._members.get_many(keys)}

    def clear(self, tenant: str, segment: str) -> int:
        """Delete all rows and numbers of a segment that is gone; return how many rows there were."""
        gone = 0
        for shard in range(SHARDS):
            pk = members_partition(tenant, segment, shard)
            after = None
            while True:
                page = self._members.query(pk, limit=1_000, after=after)
                self._members.write_many(deletes=[(pk, str(item["sk"])) for item in page.items])
                gone += len(page.items)
                after = page.next
                if after is None:
                    break
        pk = sizes_partition(tenant, segment)
        numbers = self._config.query(pk)
        self._config.write_many(deletes=[(pk, str(item["sk"])) for item in numbers.items])
        return gone

    def sizes(self, tenant: str, segments: list[str]) -> dict[str, int]:
        """Return the present sizes; 0 for a segment that never had a member."""
        keys = {segment: size_key(tenant, segment) for segment in segments}
        found = self._config.get_many(keys.values())
        return {segment: max(number(found.get(key), "n"), 0) for segment, key in keys.items()}

    def history(self, tenant: str, segment: str, days: int) -> list[SizeOfDay]:
        """Return the last days on which something moved, oldest first."""
        since = (self._clock.now() - timedelta(days=min(days, _MAX_DAYS))).date()
        page = self._config.query(
            sizes_partition(tenant, segment), prefix="day#", limit=_MAX_DAYS, newest_first=True
        )
        size = self.sizes(tenant, [segment])[segment]
        found: list[SizeOfDay] = []
        for item in page.items:
            day = day_of(item)
            if day < since:
                break
            entered, left, corrected = (number(item, name) for name in ("entered", "left", "corrected"))
            found.append(SizeOfDay(day, entered, left, corrected, max(size, 0)))
            size -= entered - left + corrected
        return found[::-1]

    def recount(self, tenant: str, segment: str) -> tuple[int, int]:
        """Count the rows and mend the size; return (size, by how much it was wrong).

        What moves while it counts may be counted twice or not at all: the next recount mends that too.
        """
        before = number(self._config.get(size_key(tenant, segment)), "n")
        size = self.count(tenant, segment)
        moved = number(self._config.get(size_key(tenant, segment)), "n") - before
        wrong = size - (before + moved)
        if wrong and not moved:
            self._add(tenant, segment, 0, 0, wrong)
        return size, wrong if not moved else 0


def _rounds(moves: Sequence[SegmentMove]) -> list[list[SegmentMove]]:
    """Cut moves into rounds in which no row is named twice, in their order."""
    rounds: list[list[SegmentMove]] = []
    times: dict[tuple[str, str], int] = defaultdict(int)
    for move in moves:
        nth = times[move.segment, move.profile]
        times[move.segment, move.profile] += 1
        if nth == len(rounds):
            rounds.append([])
        rounds[nth].append(move)
    return rounds
