"""Index rows in table `engine`: what is due when, who waits for which event, what a pause holds.

The epoch is part of a row's key: who deletes the rows of a token that he took never deletes those of its next park.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta

from stepwell.adapters.items.wire import Key, Plain, from_millis, millis
from stepwell.contracts.ids import TokenId, member, split_member
from stepwell.contracts.names import DUE_SHARDS
from stepwell.runtime.ports import DueRow, WaitRow


def due_bucket(due: datetime) -> str:
    """Return the first whole minute at which everything in the bucket is due."""
    minute = due.astimezone(UTC).replace(second=0, microsecond=0)
    if minute < due:
        minute += timedelta(minutes=1)
    return minute.strftime("%Y%m%d%H%M")


def last_bucket(until: datetime) -> str:
    """Return the newest bucket whose rows are all due at ``until``."""
    return until.astimezone(UTC).strftime("%Y%m%d%H%M")


def due_shard(token: str) -> int:
    """Return the shard of a token; parking and waking must agree on it."""
    return zlib.crc32(token.encode()) % DUE_SHARDS


def marker_key(tenant: str, bucket: str) -> Key:
    """Return the key of a bucket's marker."""
    return f"{tenant}#DUE", bucket


def due_partition(tenant: str, bucket: str, shard: int) -> str:
    """Return the partition of a bucket's shard."""
    return f"{tenant}#DUE#{bucket}#{shard}"


def encode_due(tenant: str, row: DueRow) -> Plain:
    """Write a due row."""
    pk = due_partition(tenant, due_bucket(row.due), due_shard(row.token))
    return {"pk": pk, "sk": f"{row.workflow}#{member(row.token, row.epoch)}", "d": millis(row.due)}


def decode_due(item: Plain) -> DueRow:
    """Read a due row."""
    workflow, _, element = item["sk"].partition("#")
    return DueRow(workflow, *split_member(element), from_millis(item["d"]))


def wait_partition(tenant: str, profile: str) -> str:
    """Return the partition of a profile's waiters."""
    return f"{tenant}#WAIT#{profile}"


def encode_wait(tenant: str, row: WaitRow) -> Plain:
    """Write a waiter row."""
    return {
        "pk": wait_partition(tenant, TokenId.parse(row.token).profile),
        "sk": f"{row.event}#{row.workflow}#{member(row.token, row.epoch)}",
        "v": row.version,
        "n": row.node,
    }


def decode_wait(item: Plain) -> WaitRow:
    """Read a waiter row; event names may contain ``#``, workflow and token ids never do."""
    event, workflow, element = item["sk"].rsplit("#", 2)
    return WaitRow(event, workflow, *split_member(element), item["v"], item["n"])


def hold_partition(tenant: str, workflow: str) -> str:
    """Return the partition of a workflow's held tokens."""
    return f"{tenant}#HOLD#{workflow}"
