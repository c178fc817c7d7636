"""Contacts in large numbers: the members of a segment shard by shard, or all of a tenant by a parallel scan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from stepwell.adapters.aws import translated
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.profiles import decode_profile
from stepwell.adapters.items.segments import SHARDS, members_partition
from stepwell.adapters.items.wire import from_wire, to_wire
from stepwell.contracts.profiles import Profile

_PAGE = 500


class _Profiles(Protocol):
    def get(self, tenant: str, ids: Sequence[str]) -> dict[str, Profile]: ...


class DynamoPeople:
    """See `stepwell.transfers.ports.People`.

    Args:
        table: Table `profiles`.
        profiles: Reads profiles by id.
    """

    def __init__(self, table: DynamoTable, profiles: _Profiles) -> None:
        self._table = table
        self._profiles = profiles

    def shard(self, tenant: str, segment: str | None, shard: int) -> Iterator[Sequence[Profile]]:
        """Return the contacts of one of 16 parts of a segment, or of all (None), page by page."""
        return self._members(tenant, segment, shard) if segment else self._all(tenant, shard)

    def _members(self, tenant: str, segment: str, shard: int) -> Iterator[Sequence[Profile]]:
        after = None
        while True:
            page = self._table.query(members_partition(tenant, segment, shard), limit=_PAGE, after=after)
            ids = [str(item["sk"]) for item in page.items]
            found = self._profiles.get(tenant, ids) if ids else {}
            # A row of a profile that was merged leads to the one that stayed, which may be a member itself.
            yield list(
                {profile.id: profile for one in ids if (profile := found.get(one)) is not None}.values()
            )
            after = page.next
            if after is None:
                return

    def _all(self, tenant: str, shard: int) -> Iterator[Sequence[Profile]]:
        request: dict[str, Any] = {
            "TableName": self._table.name,
            "FilterExpression": "begins_with(pk, :p) AND sk = :s AND attribute_exists(b)",
            "ExpressionAttributeValues": to_wire({":p": f"{tenant}#P#", ":s": "p"}),
            "Segment": shard,
            "TotalSegments": SHARDS,
        }
        while True:
            with translated("DynamoDB"):
                answer = self._table.client.scan(**request)
            yield [decode_profile(from_wire(item)) for item in answer["Items"]]
            last = answer.get("LastEvaluatedKey")
            if not last:
                return
            request["ExclusiveStartKey"] = last
