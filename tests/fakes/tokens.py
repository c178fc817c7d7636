"""Tokens and parking in memory, over the same items as DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from stepwell.adapters.items.parking import (
    decode_due,
    decode_wait,
    due_bucket,
    due_partition,
    due_shard,
    encode_due,
    encode_wait,
    hold_partition,
    last_bucket,
    marker_key,
    wait_partition,
)
from stepwell.adapters.items.tokens import (
    changes,
    decode_token,
    encode_token,
    state_letter,
    token_key,
    token_partition,
)
from stepwell.adapters.items.wire import Plain, key_item, key_of
from stepwell.contracts.tokens import Move, Token
from stepwell.runtime.ports import DueRow, WaitRow

from tests.fakes.table import MemoryTable, absent, unique


class MemoryTokens:
    """See `stepwell.runtime.ports.TokenStore`."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def get(self, tenant: str, workflow: str, ids: Sequence[str], *, strong: bool = True) -> dict[str, Token]:
        found = {
            token: self._table.get(token_key(tenant, workflow, token), "tokens.get", strong=strong)
            for token in unique(ids)
        }
        return {token: decode_token(item) for token, item in found.items() if item is not None}

    def of_profile(self, tenant: str, workflow: str, profile: str) -> list[Token]:
        items = self._table.query(token_partition(tenant, workflow, profile), "tokens.of_profile")
        return [decode_token(item) for item in items]

    def create(self, tenant: str, workflow: str, tokens: Sequence[Token]) -> set[str]:
        return {
            token.id
            for token in tokens
            if self._table.put(encode_token(tenant, workflow, token), f"tokens.create:{token.id}", absent)
        }

    def move(self, tenant: str, workflow: str, moves: Sequence[Move]) -> set[str]:
        moved = set()
        for move in moves:
            before = encode_token(tenant, workflow, move.before)
            put, drop = changes(before, encode_token(tenant, workflow, move.after))

            def change(item: Plain | None, put: Plain = put, drop: Sequence[str] = tuple(drop)) -> Plain:
                kept = {name: value for name, value in (item or {}).items() if name not in drop}
                return {**kept, **put}

            def unchanged(item: Plain | None, move: Move = move) -> bool:
                return (
                    item is not None
                    and item["s"] == state_letter(move.before.state)
                    and item["e"] == move.before.epoch
                )

            if self._table.update(key_of(before), change, f"tokens.move:{move.before.id}", unchanged):
                moved.add(move.before.id)
        return moved

    def arrive(self, tenant: str, workflow: str, arrivals: Mapping[str, Sequence[str]]) -> dict[str, Token]:
        parents = {}
        for token, branches in arrivals.items():
            key = token_key(tenant, workflow, token)

            def change(item: Plain | None, branches: Sequence[str] = branches) -> Plain:
                assert item is not None
                return {**item, "m": {*item.get("m", ()), *branches}}

            if self._table.update(key, change, f"tokens.arrive:{token}", lambda item: item is not None):
                parents[token] = decode_token(self._table.items[key])
        return parents


class MemoryParking:
    """See `stepwell.runtime.ports.ParkingStore`."""

    def __init__(self, table: MemoryTable) -> None:
        self._table = table

    def put_due(self, tenant: str, rows: Sequence[DueRow]) -> None:
        self._mark(tenant, rows)
        for row in rows:
            self._table.put(encode_due(tenant, row), f"parking.put_due:{row.token}")
        self._mark(tenant, rows)

    def _mark(self, tenant: str, rows: Sequence[DueRow]) -> None:
        buckets: dict[str, set[int]] = {}
        for row in rows:
            buckets.setdefault(due_bucket(row.due), set()).add(due_shard(row.token))
        for bucket, shards in buckets.items():
            key = marker_key(tenant, bucket)

            def change(item: Plain | None, key: tuple[str, str] = key, shards: set[int] = shards) -> Plain:
                old = item or key_item(key)
                return {**old, "shards": {*old.get("shards", ()), *shards}, "v": old.get("v", 0) + 1}

            self._table.update(key, change, f"parking.mark:{bucket}")

    def delete_due(self, tenant: str, rows: Sequence[DueRow]) -> None:
        for row in rows:
            self._table.delete(key_of(encode_due(tenant, row)), f"parking.delete_due:{row.token}")

    def due_buckets(self, tenant: str, until: datetime) -> list[tuple[str, tuple[int, ...]]]:
        pk, last = marker_key(tenant, last_bucket(until))
        items = self._table.query(pk, "parking.due_buckets", until=last)
        return [(item["sk"], tuple(sorted(item["shards"]))) for item in items]

    def due_rows(self, tenant: str, bucket: str, shard: int, limit: int) -> list[DueRow]:
        items = self._table.query(due_partition(tenant, bucket, shard), "parking.due_rows", limit=limit)
        return [decode_due(item) for item in items]

    def drop_bucket(self, tenant: str, bucket: str) -> None:
        marker = self._table.get(marker_key(tenant, bucket), "parking.drop_bucket")
        if marker is None or any(self.due_rows(tenant, bucket, shard, 1) for shard in marker["shards"]):
            return
        self._table.delete(
            key_of(marker),
            f"parking.drop_bucket:{bucket}",
            lambda item: item is not None and item["v"] == marker["v"],
        )

    def put_waiters(self, tenant: str, rows: Sequence[WaitRow]) -> None:
        for row in rows:
            self._table.put(encode_wait(tenant, row), f"parking.put_waiters:{row.token}")

    def delete_waiters(self, tenant: str, rows: Sequence[WaitRow]) -> None:
        for row in rows:
            self._table.delete(key_of(encode_wait(tenant, row)), f"parking.delete_waiters:{row.token}")

    def waiters(self, tenant: str, profile: str) -> list[WaitRow]:
        return [decode_wait(i) for i in self._table.query(wait_partition(tenant, profile), "parking.waiters")]

    def hold(self, tenant: str, workflow: str, tokens: Sequence[str]) -> None:
        for token in tokens:
            self._table.put(key_item((hold_partition(tenant, workflow), token)), f"parking.hold:{token}")

    def held(self, tenant: str, workflow: str, limit: int) -> list[str]:
        items = self._table.query(hold_partition(tenant, workflow), "parking.held", limit=limit)
        return [item["sk"] for item in items]

    def release(self, tenant: str, workflow: str, tokens: Sequence[str]) -> None:
        for token in tokens:
            self._table.delete((hold_partition(tenant, workflow), token), f"parking.release:{token}")
