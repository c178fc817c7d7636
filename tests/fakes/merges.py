"""Merges and reviews in memory, over the same items as DynamoDB."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from stepwell.adapters.dynamo_merges import commit_items, is_real, revert_items
from stepwell.adapters.items.merges import (
    SHARDS,
    decode_loser,
    decode_row,
    decode_winner,
    encode_row,
    merges_partition,
    row_key,
)
from stepwell.adapters.items.messaging import messaging_key
from stepwell.adapters.items.profiles import profile_key
from stepwell.adapters.items.reviews import (
    answered_key,
    decode_answer,
    decode_decision,
    encode_answer,
    encode_decision,
    open_key,
    open_partition,
)
from stepwell.adapters.items.wire import millis
from stepwell.contracts.clock import Clock
from stepwell.contracts.merges import Merge, Side
from stepwell.profiles.matching.model import MatchDecision
from stepwell.profiles.matching.reviews import Pair, Review, Verdict
from stepwell.profiles.merge_ports import KeptMerge

from tests.fakes.table import MemoryTable


class MemoryMerges:
    """See `MergeStore`."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def commit(self, tenant: str, merge: Merge, before: tuple[Side, Side], after: Side) -> bool:
        self._table.put(encode_row(tenant, merge, before[0]), f"merges.row:{merge.loser}")
        items = commit_items(tenant, merge, before, after)
        return self._table.transact(items, f"merges.commit:{merge.loser}")

    def repoint(self, tenant: str, ids: Iterable[str], old: str, new: str) -> None:
        for one in ids:
            stone = self._table.get(profile_key(tenant, one), "merges.repoint")
            if stone is None or stone.get("to") != old:
                continue
            for key in (
                profile_key(tenant, one),
                *([messaging_key(tenant, one)] if "merge" in stone else []),
            ):
                self._table.update(
                    key,
                    lambda item: {**(item or {}), "to": new},
                    f"merges.repoint:{one}",
                    lambda item: item is not None and item.get("to") == old,
                )

    def read(self, tenant: str, merge: str) -> KeptMerge | None:
        key = row_key(tenant, merge)
        row = None if key is None else self._table.get(key, "merges.read")
        if row is None:
            return None
        made = decode_row(row)
        stone = self._table.get(profile_key(tenant, made.loser), "merges.read")
        if not is_real(made, stone):
            return None
        loser = decode_loser(tenant, stone) if stone is not None and made.undone_at is None else None
        return KeptMerge(made, decode_winner(tenant, row), loser)

    def revert(self, tenant: str, merge: Merge, winner: Side, loser: Side) -> bool:
        items = revert_items(tenant, winner, loser)
        if not self._table.transact(items, f"merges.revert:{merge.loser}"):
            return False
        key = row_key(tenant, merge.id)
        assert key is not None and merge.undone_at is not None
        noted = {"u": millis(merge.undone_at), "ub": merge.undone_by}
        self._table.update(key, lambda item: {**(item or {}), **noted}, f"merges.undone:{merge.loser}")
        return True

    def page(self, tenant: str, limit: int, cursor: str | None) -> tuple[list[Merge], str | None]:
        rows = [
            row
            for shard in range(SHARDS)
            for row in self._table.query(merges_partition(tenant, shard), "merges.page")
        ]
        rows = sorted((r for r in rows if cursor is None or r["sk"] < cursor), key=lambda r: r["sk"])[::-1]
        merges = [self._real(tenant, decode_row(row)) for row in rows[:limit]]
        return [m for m in merges if m is not None], rows[limit - 1]["sk"] if len(rows) > limit else None

    def of_losers(self, tenant: str, losers: Sequence[str]) -> list[Merge]:
        found = []
        for loser in losers:
            stone = self._table.get(profile_key(tenant, loser), "merges.of") or {}
            key = row_key(tenant, stone.get("merge", "-"))
            row = None if key is None else self._table.get(key, "merges.of")
            if row is not None:
                found.append(decode_row(row))
        return sorted(found, key=lambda merge: merge.at, reverse=True)

    def _real(self, tenant: str, merge: Merge) -> Merge | None:
        stone = self._table.get(profile_key(tenant, merge.loser), "merges.page")
        return merge if is_real(merge, stone) else None


class MemoryReviews:
    """See `ReviewStore`."""

    def __init__(self, table: MemoryTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def put(self, tenant: str, decisions: Iterable[MatchDecision]) -> int:
        taken = 0
        for decision in decisions:
            both = (decision.candidate.left, decision.candidate.right)
            if any(self._table.get(key(tenant, both), "reviews.put") for key in (open_key, answered_key)):
                continue
            item = encode_decision(tenant, decision, millis(self._clock.now()))
            taken += self._table.put(item, f"reviews.put:{'.'.join(both)}")
        return taken

    def page(self, tenant: str, limit: int, cursor: str | None) -> tuple[list[MatchDecision], str | None]:
        items = self._table.query(open_partition(tenant), "reviews.page")
        items = [item for item in items if cursor is None or item["sk"] > cursor]
        more = items[limit - 1]["sk"] if len(items) > limit else None
        return [decode_decision(item) for item in items[:limit]], more

    def find(self, tenant: str, pair: Pair) -> MatchDecision | None:
        for key in (open_key, answered_key):
            item = self._table.get(key(tenant, pair), "reviews.find")
            if item is not None and "d" in item:
                return decode_decision(item)
        return None

    def answered(self, tenant: str, pairs: Iterable[Pair]) -> dict[Pair, Review]:
        found = {pair: self._table.get(answered_key(tenant, pair), "reviews.answered") for pair in pairs}
        return {pair: decode_answer(item) for pair, item in found.items() if item is not None}

    def answer(self, tenant: str, review: Review) -> None:
        if review.verdict is Verdict.UNSURE:
            return
        pair = (review.left, review.right)
        waiting = self._table.get(open_key(tenant, pair), "reviews.answer") or {}
        self._table.put(encode_answer(tenant, review, waiting.get("d")), "reviews.answer")
        self._table.delete(open_key(tenant, pair), "reviews.answer")
