"""Merges and the pairs that people look at, on DynamoDB (`profiles`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.dynamo import DynamoTable, spread
from stepwell.adapters.dynamo_statements import change, execute, insert
from stepwell.adapters.items.merges import (
    SHARDS,
    decode_loser,
    decode_row,
    decode_winner,
    encode_record_pointer,
    encode_row,
    encode_tombstone,
    merges_partition,
    row_key,
)
from stepwell.adapters.items.messaging import encode_record, messaging_key
from stepwell.adapters.items.profiles import encode_profile, profile_key
from stepwell.adapters.items.reviews import (
    answered_key,
    decode_answer,
    decode_decision,
    encode_answer,
    encode_decision,
    open_key,
    open_partition,
)
from stepwell.adapters.items.wire import Key, Plain, millis
from stepwell.contracts.clock import Clock
from stepwell.contracts.merges import Merge, Side
from stepwell.profiles.matching.model import MatchDecision
from stepwell.profiles.matching.reviews import Pair, Review, Verdict
from stepwell.profiles.merge_ports import KeptMerge


def commit_items(
    tenant: str, merge: Merge, before: tuple[Side, Side], after: Side
) -> list[tuple[Plain, int]]:
    """Return the items of a merge's transaction, each with the revision that must be stored (0: no item)."""
    winner, loser = before
    return [
        (encode_profile(tenant, after.profile, rev=winner.profile.rev + 1), winner.profile.rev),
        (encode_tombstone(tenant, merge, loser), loser.profile.rev),
        (encode_record(tenant, after.record, rev=winner.record.rev + 1), winner.record.rev),
        (encode_record_pointer(tenant, merge, loser), loser.record.rev),
    ]


def revert_items(tenant: str, winner: Side, loser: Side) -> list[tuple[Plain, int]]:
    """Return the items of an undo's transaction, each with the revision that must be stored."""
    return [
        item
        for side in (winner, loser)
        for item in (
            (encode_profile(tenant, side.profile, rev=side.profile.rev + 1), side.profile.rev),
            (encode_record(tenant, side.record, rev=side.record.rev + 1), side.record.rev),
        )
    ]


class DynamoMerges:
    """See `stepwell.profiles.merge_ports.MergeStore`.

    Args:
        table: Table `profiles`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def commit(self, tenant: str, merge: Merge, before: tuple[Side, Side], after: Side) -> bool:
        """Make one contact of two; the row in the list is put first and means nothing without its tombstone."""
        self._table.put(encode_row(tenant, merge, before[0]))
        return self._table.put_all(commit_items(tenant, merge, before, after))

    def repoint(self, tenant: str, ids: Iterable[str], old: str, new: str) -> None:
        """Lead pointers elsewhere; where a merged contact was, its messaging record's too."""
        stones = self._tombstones(tenant, list(ids))
        ours = {one: stone for one, stone in stones.items() if stone.get("to") == old}
        keys = [profile_key(tenant, one) for one in ours]
        keys += [messaging_key(tenant, one) for one, stone in ours.items() if "merge" in stone]
        execute(self._table, [change(self._table, key, {"to": new}, (), {"to": old}) for key in keys])

    def read(self, tenant: str, merge: str) -> KeptMerge | None:
        """Read a merge by its id."""
        key = row_key(tenant, merge)
        row = None if key is None else self._table.get(key)
        if row is None:
            return None
        made = decode_row(row)
        stands = self._tombstones(tenant, [made.loser]).get(made.loser)
        if not is_real(made, stands):
            return None
        loser = decode_loser(tenant, stands) if stands is not None and made.undone_at is None else None
        return KeptMerge(made, decode_winner(tenant, row), loser)

    def revert(self, tenant: str, merge: Merge, winner: Side, loser: Side) -> bool:
        """Put both contacts back, then note it."""
        if not self._table.put_all(revert_items(tenant, winner, loser)):
            return False
        key = row_key(tenant, merge.id)
        if key is not None and merge.undone_at is not None:
            self._table.update(
                key,
                "SET #u = :u, #b = :b",
                names={"#u": "u", "#b": "ub"},
                values={":u": millis(merge.undone_at), ":b": merge.undone_by},
            )
        return True

    def page(self, tenant: str, limit: int, cursor: str | None) -> tuple[list[Merge], str | None]:
        """Page through merges, newest first, over all shards."""
        after = read_cursor(cursor, f"{tenant}#MERGES")
        until = after["sk"] if after else None

        def newest(shards: Sequence[int]) -> list[Plain]:
            pk = merges_partition(tenant, shards[0])
            return self._table.query(pk, until=until, limit=limit + 2, newest_first=True).items

        found = [item for part in spread(newest, range(SHARDS), 1) for item in part if item["sk"] != until]
        rows = sorted(found, key=lambda item: str(item["sk"]), reverse=True)
        shown = rows[:limit]
        more = len(rows) > limit
        merges = self._real(tenant, [decode_row(row) for row in shown])
        last = {"pk": f"{tenant}#MERGES", "sk": shown[-1]["sk"]} if more else None
        return merges, write_cursor(last)

    def of_losers(self, tenant: str, losers: Sequence[str]) -> list[Merge]:
        """Return the merges that made these profiles pointers."""
        stones = self._tombstones(tenant, losers).values()
        keys = [row_key(tenant, str(stone["merge"])) for stone in stones if "merge" in stone]
        rows = self._table.get_many(key for key in keys if key is not None)
        merges = self._real(tenant, [decode_row(row) for row in rows.values()])
        return sorted(merges, key=lambda merge: merge.at, reverse=True)

    def _real(self, tenant: str, merges: Sequence[Merge]) -> list[Merge]:
        stones = self._tombstones(tenant, [merge.loser for merge in merges])
        return [merge for merge in merges if is_real(merge, stones.get(merge.loser))]

    def _tombstones(self, tenant: str, losers: Sequence[str]) -> dict[str, Plain]:
        keys = {loser: profile_key(tenant, loser) for loser in losers}
        items = self._table.get_many(keys.values())
        return {loser: items[key] for loser, key in keys.items() if key in items}


def is_real(merge: Merge, stone: Mapping[str, object] | None) -> bool:
    """Tell whether a row in the list stands for a merge that took place."""
    return merge.undone_at is not None or (stone is not None and stone.get("merge") == merge.id)


class DynamoReviews:
    """See `stepwell.profiles.merge_ports.ReviewStore`.

    Args:
        table: Table `profiles`.
        clock: Says since when a pair waits.
    """

    def __init__(self, table: DynamoTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock

    def put(self, tenant: str, decisions: Iterable[MatchDecision]) -> int:
        """Put pairs into the queue that are not in it, nor answered."""
        by_pair = {(d.candidate.left, d.candidate.right): d for d in decisions}
        known = self._table.get_many(
            key(tenant, pair) for pair in by_pair for key in (open_key, answered_key)
        )
        at = millis(self._clock.now())
        new = [
            encode_decision(tenant, decision, at)
            for pair, decision in sorted(by_pair.items())
            if not {open_key(tenant, pair), answered_key(tenant, pair)} & known.keys()
        ]
        results = execute(self._table, [insert(self._table, item) for item in new])
        return sum(result.applied for result in results)

    def page(self, tenant: str, limit: int, cursor: str | None) -> tuple[list[MatchDecision], str | None]:
        """Page through the queue, by pair."""
        pk = open_partition(tenant)
        found = self._table.query(pk, limit=limit, after=read_cursor(cursor, pk))
        return [decode_decision(item) for item in found.items], write_cursor(found.next)

    def find(self, tenant: str, pair: Pair) -> MatchDecision | None:
        """Return what the queue says of a pair."""
        items = self._table.get_many([open_key(tenant, pair), answered_key(tenant, pair)])
        return next((decode_decision(item) for item in items.values() if "d" in item), None)

    def answered(self, tenant: str, pairs: Iterable[Pair]) -> dict[Pair, Review]:
        """Return what people said of pairs."""
        keys: dict[Key, Pair] = {answered_key(tenant, pair): pair for pair in pairs}
        return {keys[key]: decode_answer(item) for key, item in self._table.get_many(keys).items()}

    def answer(self, tenant: str, review: Review) -> None:
        """Note what somebody said; repeating it changes nothing."""
        pair = (review.left, review.right)
        if review.verdict is Verdict.UNSURE:
            return
        waiting = self._table.get(open_key(tenant, pair)) or {}
        self._table.put(encode_answer(tenant, review, waiting.get("d")))
        self._table.delete(open_key(tenant, pair))
