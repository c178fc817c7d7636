"""Members of segments in table `profiles`, their numbers in table `config`.

A segment's members lie in 16 partitions, by the first letter of the profile id: that is part of a hash, so the
shards grow alike, and each is a random sample of the segment.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from stepwell.adapters.items.wire import Key, Plain

SHARDS = 16
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def shard_of(profile: str) -> int:
    """Return the shard in which a profile's member rows lie."""
    return _LETTERS.find(profile[:1]) % SHARDS


def members_partition(tenant: str, segment: str, shard: int) -> str:
    """Return a partition of a segment's members."""
    return f"{tenant}#SEG#{segment}#{shard}"


def member_key(tenant: str, segment: str, profile: str) -> Key:
    """Return the key of a member row."""
    return members_partition(tenant, segment, shard_of(profile)), profile


def member_item(tenant: str, segment: str, profile: str, since: int) -> Plain:
    """Write a member row."""
    pk, sk = member_key(tenant, segment, profile)
    return {"pk": pk, "sk": sk, "since": since}


def sizes_partition(tenant: str, segment: str) -> str:
    """Return the partition of a segment's numbers."""
    return f"{tenant}#SEGN#{segment}"


SIZE = "size"
"""Sort key of the size as it is now."""


def day_key(tenant: str, segment: str, day: date) -> Key:
    """Return the key of the numbers of a day (UTC)."""
    return sizes_partition(tenant, segment), f"day#{day.isoformat()}"


def size_key(tenant: str, segment: str) -> Key:
    """Return the key of the present size."""
    return sizes_partition(tenant, segment), SIZE


def day_of(item: Plain) -> date:
    """Return the day of an item under `day_key`."""
    return date.fromisoformat(str(item["sk"]).partition("#")[2])


def number(item: Plain | None, name: str) -> int:
    """Read a number that may be absent."""
    value: Any = (item or {}).get(name, 0)
    return int(value)
