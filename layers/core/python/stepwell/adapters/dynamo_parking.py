"""ParkingStore on DynamoDB: index rows, written before and deleted after the token that they point at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from stepwell.adapters.dynamo import DynamoTable, spread
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
from stepwell.adapters.items.wire import key_item, key_of
from stepwell.runtime.ports import DueRow, WaitRow


class DynamoParking:
    """See `stepwell.runtime.ports.ParkingStore`.

    Args:
        table: Table `engine`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def put_due(self, tenant: str, rows: Sequence[DueRow]) -> None:
        """Write bucket markers, then rows, then the markers' versions again.

        The second mark is for a bucket that a sweeper finds empty between the first mark and the rows:
        it then either sees the version change and keeps the marker, or the mark puts it back.
        """
        if not rows:
            return
        self._mark(tenant, rows)
        self._table.write_many(puts=[encode_due(tenant, row) for row in rows])
        self._mark(tenant, rows)

    def _mark(self, tenant: str, rows: Sequence[DueRow]) -> None:
        buckets: dict[str, set[int]] = {}
        for row in rows:
            buckets.setdefault(due_bucket(row.due), set()).add(due_shard(row.token))
        for bucket, shards in buckets.items():
            self._table.update(
                marker_key(tenant, bucket),
                "ADD #shards :shards, #v :one",
                names={"#shards": "shards", "#v": "v"},
                values={":shards": shards, ":one": 1},
            )

    def delete_due(self, tenant: str, rows: Sequence[DueRow]) -> None:
        """Delete rows; missing ones are no error."""
        self._table.write_many(deletes=[key_of(encode_due(tenant, row)) for row in rows])

    def due_buckets(self, tenant: str, until: datetime) -> list[tuple[str, tuple[int, ...]]]:
        """Return (bucket, shards in use) of all buckets up to ``until``, oldest first."""
        pk, last = marker_key(tenant, last_bucket(until))
        return [
            (item["sk"], tuple(sorted(item["shards"]))) for item in self._table.query(pk, until=last).items
        ]

    def due_rows(self, tenant: str, bucket: str, shard: int, limit: int) -> list[DueRow]:
        """Return up to ``limit`` rows of a bucket's shard."""
        page = self._table.query(due_partition(tenant, bucket, shard), limit=limit)
        return [decode_due(item) for item in page.items]

    def drop_bucket(self, tenant: str, bucket: str) -> None:
        """Delete a bucket's marker, unless rows are left or somebody is adding some."""
        key = marker_key(tenant, bucket)
        marker = self._table.get(key)
        if marker is None:
            return
        left = spread(
            lambda shards: any(self.due_rows(tenant, bucket, shard, 1) for shard in shards),
            sorted(marker["shards"]),
            8,
        )
        if any(left):
            return
        self._table.delete(key, condition="v = :v", values={":v": marker["v"]})

    def put_waiters(self, tenant: str, rows: Sequence[WaitRow]) -> None:
        """Write waiter rows."""
        self._table.write_many(puts=[encode_wait(tenant, row) for row in rows])

    def delete_waiters(self, tenant: str, rows: Sequence[WaitRow]) -> None:
        """Delete waiter rows; missing ones are no error."""
        self._table.write_many(deletes=[key_of(encode_wait(tenant, row)) for row in rows])

    def waiters(self, tenant: str, profile: str) -> list[WaitRow]:
        """Return all waiter rows of a profile."""
        return [decode_wait(item) for item in self._table.query(wait_partition(tenant, profile)).items]

    def hold(self, tenant: str, workflow: str, tokens: Sequence[str]) -> None:
        """Write hold rows (paused tokens)."""
        pk = hold_partition(tenant, workflow)
        self._table.write_many(puts=[key_item((pk, token)) for token in tokens])

    def held(self, tenant: str, workflow: str, limit: int) -> list[str]:
        """Return up to ``limit`` held token ids."""
        page = self._table.query(hold_partition(tenant, workflow), limit=limit)
        return [item["sk"] for item in page.items]

    def release(self, tenant: str, workflow: str, tokens: Sequence[str]) -> None:
        """Delete hold rows."""
        pk = hold_partition(tenant, workflow)
        self._table.write_many(deletes=[(pk, token) for token in tokens])
