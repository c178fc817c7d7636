"""A random sample of a tenant's contacts within a second: some parts of the table's hash space, read whole."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.profiles import decode_profile
from stepwell.adapters.items.wire import from_wire, to_wire
from stepwell.contracts.profiles import Profile
from stepwell.publishing.segment_ports import Sample

# One part is the whole table; 4,096 parts are a few contacts each in a table of millions.
PARTS = (1, 256, 4_096, 65_536)
AT_ONCE = 8
BUDGET_S = 0.8
_STRIDE = 40_503  # odd, so that it visits every part of a power of two


class DynamoProfileSample:
    """See `stepwell.publishing.segment_ports.ProfileSample`.

    Args:
        table: Table `profiles`.
        monotonic: Seconds, for the time that a sample may take.
    """

    def __init__(self, table: DynamoTable, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._monotonic = monotonic

    def sample(self, tenant: str, limit: int) -> Sample:
        """Return about ``limit`` contacts, or all if there are no more, and which part of all they are."""
        until = self._monotonic() + BUDGET_S
        for parts in PARTS:
            found, whole = self._part(tenant, 0, parts)
            if whole:
                break
        if parts == 1 and whole:
            return _cut(found, 1.0, limit)
        read = 1
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            while len(found) < limit and read < parts and self._monotonic() < until:
                wanted = [number * _STRIDE % parts for number in range(read, min(read + AT_ONCE, parts))]
                # A part that does not fit into one page would bias the sample towards its beginning.
                done = [
                    part for part, ended in pool.map(lambda n: self._part(tenant, n, parts), wanted) if ended
                ]
                found += [profile for part in done for profile in part]
                read += len(done) or len(wanted)
        return _cut(found, read / parts, limit)

    def _part(self, tenant: str, number: int, parts: int) -> tuple[list[Profile], bool]:
        request: dict[str, Any] = {
            "TableName": self._table.name,
            "FilterExpression": "begins_with(pk, :p) AND sk = :s AND attribute_exists(b)",
            "ExpressionAttributeValues": to_wire({":p": f"{tenant}#P#", ":s": "p"}),
        }
        if parts > 1:
            request |= {"Segment": number, "TotalSegments": parts}
        with translated("DynamoDB"):
            answer = self._table.client.scan(**request)
        profiles = [decode_profile(from_wire(item)) for item in answer["Items"]]
        return profiles, not answer.get("LastEvaluatedKey")


def _cut(found: list[Profile], share: float, limit: int) -> Sample:
    """Cut a sample to its size; ids are hashes, so the first ones by id are as random as all."""
    if len(found) <= limit:
        return Sample(tuple(found), min(share, 1.0))
    kept = sorted(found, key=lambda profile: profile.id)[:limit]
    return Sample(tuple(kept), min(share, 1.0) * limit / len(found))
