"""Conditional writes for many items a call: BatchExecuteStatement gives each statement a result of its own.

BatchWriteItem knows no conditions and a transaction fails as a whole; this is the one batch call in which
250 tokens can be taken by compare-and-set in ten requests while each wins or loses alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

from stepwell.adapters.aws import translated
from stepwell.adapters.dynamo import DynamoTable, spread
from stepwell.adapters.items.wire import Key, Plain, key_of, to_value
from stepwell.errors import InvalidInput

BATCH = 25
_LATER = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)
_LOST = frozenset({"ConditionalCheckFailed", "DuplicateItem"})


@dataclass(frozen=True, slots=True)
class Statement:
    """One conditional write as PartiQL.

    Attributes:
        key: The item it writes.
        text: The statement, with ``?`` for parameters.
        parameters: Plain values.
    """

    key: Key
    text: str
    parameters: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a statement.

    Attributes:
        applied: Whether its condition held.
        repeated: Whether it was asked more than once: a loss may then be our own earlier win.
    """

    applied: bool
    repeated: bool


def insert(table: DynamoTable, item: Plain) -> Statement:
    """Return the statement that puts an item which does not exist yet."""
    fields = ", ".join(f"'{name}': ?" for name in item)
    return Statement(key_of(item), f'INSERT INTO "{table.name}" VALUE {{{fields}}}', tuple(item.values()))


def change(
    table: DynamoTable, key: Key, put: Mapping[str, Any], drop: Sequence[str], expected: Mapping[str, Any]
) -> Statement:
    """Return the statement that changes attributes of an item which has the expected values."""
    parts = [*(f'SET "{name}"=?' for name in put), *(f'REMOVE "{name}"' for name in drop)]
    where = " AND ".join(f'"{name}"=?' for name in ("pk", "sk", *expected))
    text = f'UPDATE "{table.name}" {" ".join(parts)} WHERE {where}'
    return Statement(key, text, (*put.values(), *key, *expected.values()))


def execute(table: DynamoTable, statements: Sequence[Statement]) -> list[Result]:
    """Run conditional writes, 25 a call and calls side by side; each statement stands on its own."""
    results: list[Result] = []
    for part in spread(lambda piece: _execute(table, piece), statements, BATCH):
        results.extend(part)
    return results


def _execute(table: DynamoTable, statements: Sequence[Statement]) -> list[Result]:
    results: dict[int, Result] = {}
    asked: set[int] = set()
    left = list(range(len(statements)))
    waits = count()
    while left:
        # A call may name an item once; a second change of the same item goes into the next call.
        first: dict[Key, int] = {}
        for index in left:
            first.setdefault(statements[index].key, index)
        batch = list(first.values())
        codes, again = _ask(table, [statements[index] for index in batch])
        for index, code in zip(batch, codes, strict=True):
            if code not in _LATER:
                results[index] = Result(not code, again or index in asked)
            asked.add(index)
        left = [index for index in left if index not in results]
        if any(code in _LATER for code in codes):
            table.back_off(next(waits))
    return [results[index] for index in range(len(statements))]


def _ask(table: DynamoTable, statements: Sequence[Statement]) -> tuple[list[str], bool]:
    with translated("DynamoDB"):
        answer = table.client.batch_execute_statement(
            Statements=[
                {"Statement": s.text, "Parameters": [to_value(value) for value in s.parameters]}
                for s in statements
            ]
        )
    codes = [str(response.get("Error", {}).get("Code", "")) for response in answer["Responses"]]
    for code in codes:
        if code and code not in _LOST and code not in _LATER:
            raise InvalidInput(f"DynamoDB refused a statement ({code}).", code="refused")
    return codes, answer["ResponseMetadata"].get("RetryAttempts", 0) > 0
