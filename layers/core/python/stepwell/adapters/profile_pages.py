"""All profiles of a tenant by a table scan: how audiences are found until segments keep lists of their own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.profiles import decode_profile
from stepwell.adapters.items.wire import from_wire, to_wire
from stepwell.contracts.profiles import Profile

# A scan reads items of other tenants and messaging records too: it reads more than it returns.
READ_FACTOR = 4


class DynamoProfilePages:
    """See `stepwell.publishing.ports.ProfilePages`.

    Args:
        table: Table `profiles`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def page(self, tenant: str, limit: int, cursor: str | None) -> tuple[Sequence[Profile], str | None]:
        """Read a page of about ``limit`` profiles, at most as many; it may be empty without being the last."""
        wrapped = read_cursor(cursor, tenant)
        after: dict[str, Any] | None = wrapped["after"] if wrapped else None
        found: list[Profile] = []
        while len(found) < limit:
            request: dict[str, Any] = {
                "TableName": self._table.name,
                "FilterExpression": "begins_with(pk, :p) AND sk = :s AND attribute_exists(b)",
                "ExpressionAttributeValues": to_wire({":p": f"{tenant}#P#", ":s": "p"}),
                "Limit": max(100, (limit - len(found)) * READ_FACTOR) if found else limit,
            }
            if after is not None:
                request["ExclusiveStartKey"] = to_wire(after)
            with translated("DynamoDB"):
                answer = self._table.client.scan(**request)
            items = [from_wire(item) for item in answer["Items"]]
            room = limit - len(found)
            if len(items) > room:
                items = items[:room]
                after = {"pk": items[-1]["pk"], "sk": items[-1]["sk"]}
            else:
                last = answer.get("LastEvaluatedKey")
                after = from_wire(last) if last else None
            found += [decode_profile(item) for item in items]
            if after is None:
                return found, None
        return found, write_cursor({"tenant": tenant, "after": after})
