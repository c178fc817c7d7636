"""QueryRunner on DynamoDB: the first item under a key, in tables that the deployment lists for a tenant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from stepwell.adapters.aws import LateClient, translated
from stepwell.errors import Forbidden, InvalidInput

_MOST_KEYS = 2


class DynamoQueries:
    """See `stepwell.runtime.effects.QueryRunner`; the statement is the table's name, the parameters its key.

    A key of partition and sort key, or of the partition key alone (then the first item under it): both are one
    Query, so that no table needs to be described first.

    Args:
        tables: Tables that may be read, a tenant; those under ``*`` are for all.
        dynamodb: Client; default: created at the first query.
    """

    def __init__(self, tables: Mapping[str, Sequence[str]], *, dynamodb: Any = None) -> None:
        self._tables = {tenant: frozenset(names) for tenant, names in tables.items()}
        self._dynamodb = LateClient("dynamodb", dynamodb)

    def first_row(
        self,
        tenant: str,
        statement: str,
        parameters: Sequence[Any] | Mapping[str, Any],
        database: str,  # noqa: ARG002 - the port's form: Athena's
    ) -> Mapping[str, Any] | None:
        """Return the first item, or None when there is none.

        Raises:
            InvalidInput: The key is not one or two texts or numbers.
            Forbidden: The table is not listed.
            Unavailable: DynamoDB did not answer.
        """
        if statement not in self._tables.get(tenant, frozenset()) | self._tables.get("*", frozenset()):
            raise Forbidden("This table is not on the deployment's list.", code="table_not_listed")
        if not isinstance(parameters, Mapping) or not 0 < len(parameters) <= _MOST_KEYS:
            raise InvalidInput("DynamoDB takes the item's key: one or two fields.", code="query_parameters")
        names = {f"#{index}": name for index, name in enumerate(parameters)}
        values = {f":{index}": _key(value) for index, value in enumerate(parameters.values())}
        with translated("DynamoDB"):
            items = self._dynamodb().query(
                TableName=statement,
                KeyConditionExpression=" AND ".join(f"#{index} = :{index}" for index in range(len(names))),
                ExpressionAttributeNames=names,
                ExpressionAttributeValues=values,
                Limit=1,
            )["Items"]
        return {name: _plain(value) for name, value in items[0].items()} if items else None


def _key(value: Any) -> dict[str, str]:
    if isinstance(value, str) and value:
        return {"S": value}
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return {"N": str(value)}
    raise InvalidInput("A key field is neither a text nor a number.", code="query_parameters")


def _plain(value: Mapping[str, Any]) -> Any:
    """Return an attribute as plain data; sets become sorted lists, binary is left out as none."""
    ((kind, held),) = value.items()
    if kind == "N":
        return _number(held)
    if kind == "NULL" or kind in {"B", "BS"}:
        return None
    if kind == "M":
        return {name: _plain(inner) for name, inner in held.items()}
    if kind == "L":
        return [_plain(inner) for inner in held]
    if kind == "SS":
        return sorted(held)
    if kind == "NS":
        return sorted(map(_number, held))
    return held


def _number(text: str) -> int | float:
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else float(number)
