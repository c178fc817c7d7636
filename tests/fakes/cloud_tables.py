"""Tables as the data stack makes them, on an emulated DynamoDB."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.contracts.names import (
    GSI_OPEN_RUNS,
    GSI_RUNS_BY_WORKFLOW,
    OPEN_RUNS_KEYS,
    RUNS_BY_WORKFLOW_KEYS,
)

RUNS_INDEXES = {GSI_OPEN_RUNS: OPEN_RUNS_KEYS, GSI_RUNS_BY_WORKFLOW: RUNS_BY_WORKFLOW_KEYS}


def create_table(client: Any, name: str, indexes: Mapping[str, tuple[str, str]] | None = None) -> None:
    """Make a table with `pk`, `sk` and keys-only indexes.

    Args:
        client: Client of DynamoDB.
        name: The table's name.
        indexes: Key names of each index; `RUNS_INDEXES` for the table of runs.
    """
    found = indexes or {}
    attributes = {"pk", "sk", *(key for keys in found.values() for key in keys)}
    made = [
        {"IndexName": index, "KeySchema": _keys(keys), "Projection": {"ProjectionType": "KEYS_ONLY"}}
        for index, keys in found.items()
    ]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": a, "AttributeType": "S"} for a in sorted(attributes)],
        KeySchema=_keys(("pk", "sk")),
        **({"GlobalSecondaryIndexes": made} if made else {}),
    )


def _keys(names: tuple[str, str]) -> list[dict[str, str]]:
    return [
        {"AttributeName": names[0], "KeyType": "HASH"},
        {"AttributeName": names[1], "KeyType": "RANGE"},
    ]
