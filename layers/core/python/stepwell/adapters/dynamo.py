"""One DynamoDB table with the batch calls that cohorts need; answers are plain items, never boto3's types."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from stepwell.adapters.aws import translated
from stepwell.adapters.items.wire import Key, Plain, from_wire, key_item, key_of, to_wire
from stepwell.errors import InvalidInput, Throttled

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

T = TypeVar("T")
R = TypeVar("R")
READ_BATCH = 100
WRITE_BATCH = 25
_TRIES = 7


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query.

    Attributes:
        items: Items.
        next: Key to start the next page after, None at the end.
    """

    items: list[Plain]
    next: Plain | None


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=8, thread_name_prefix="dynamo")


def chunks(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Cut a sequence into pieces of at most ``size``."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def spread(work: Callable[[Sequence[T]], R], values: Sequence[T], size: int) -> list[R]:
    """Work on pieces of ``values`` side by side; answers come in order."""
    pieces = list(chunks(values, size))
    if len(pieces) < 2:
        return [work(piece) for piece in pieces]
    return list(_pool().map(work, pieces))


class DynamoTable:
    """A table whose keys are the strings ``pk`` and ``sk``.

    Args:
        client: DynamoDB client, shared by threads.
        name: Table name.
        sleep: Waits between tries.
    """

    def __init__(
        self, client: DynamoDBClient, name: str, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.client = client
        self.name = name
        self._sleep = sleep

    def get(self, key: Key, *, only: Sequence[str] = ()) -> Plain | None:
        """Read one item strongly, or only some of its attributes."""
        wanted: dict[str, Any] = {}
        if only:
            aliases = {f"#{index}": name for index, name in enumerate(only)}
            wanted = {
                "ProjectionExpression": ",".join(aliases),
                "ExpressionAttributeNames": aliases,
            }
        with translated("DynamoDB"):
            answer = self.client.get_item(
                TableName=self.name, Key=to_wire(key_item(key)), ConsistentRead=True, **wanted
            )
        return from_wire(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Iterable[Key], *, strong: bool = True) -> dict[Key, Plain]:
        """Read items by key, 100 a call; absent ones are left out."""
        found: dict[Key, Plain] = {}
        for items in spread(
            lambda piece: self._get_batch(piece, strong), list(dict.fromkeys(keys)), READ_BATCH
        ):
            found.update((key_of(item), item) for item in items)
        return found

    def _get_batch(self, keys: Sequence[Key], strong: bool) -> list[Plain]:
        left: list[Any] = [to_wire(key_item(key)) for key in keys]
        items: list[Plain] = []
        for attempt in count():
            with translated("DynamoDB"):
                answer = self.client.batch_get_item(
                    RequestItems={self.name: {"Keys": left, "ConsistentRead": strong}}
                )
            items.extend(from_wire(item) for item in answer["Responses"].get(self.name, []))
            left = [*answer["UnprocessedKeys"][self.name]["Keys"]] if answer.get("UnprocessedKeys") else []
            if not left:
                break
            self.back_off(attempt)
        return items

    def query(
        self,
        pk: str,
        *,
        prefix: str = "",
        since: str = "",
        until: str | None = None,
        limit: int | None = None,
        newest_first: bool = False,
        after: Plain | None = None,
        index: tuple[str, tuple[str, str]] | None = None,
    ) -> Page:
        """Read a partition in order of its sort key.

        Args:
            pk: Partition.
            prefix: Beginning of the sort key.
            since: First sort key, inclusive; goes with `until`.
            until: Last sort key, inclusive.
            limit: At most so many items; None: all.
            newest_first: Descending order.
            after: Where the last page ended.
            index: Name and (partition, sort) attributes of an index; then not strongly consistent.
        """
        attributes = index[1] if index else ("pk", "sk")
        condition, values = "#p = :p", {":p": pk}
        names = {"#p": attributes[0]}
        if prefix or until is not None:
            names["#s"] = attributes[1]
            range_ = "#s BETWEEN :f AND :s" if since else "#s <= :s"
            condition += f" AND {'begins_with(#s, :s)' if until is None else range_}"
            values |= {":s": prefix if until is None else until} | ({":f": since} if since else {})
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_wire(values),
            "ScanIndexForward": not newest_first,
        }
        request.update({"IndexName": index[0]} if index else {"ConsistentRead": True})
        items: list[Plain] = []
        while True:
            if limit is not None:
                request["Limit"] = limit - len(items)
            if after is not None:
                request["ExclusiveStartKey"] = to_wire(after)
            with translated("DynamoDB"):
                answer = self.client.query(**request)
            items.extend(from_wire(item) for item in answer["Items"])
            last = answer.get("LastEvaluatedKey")
            after = from_wire(last) if last else None
            if after is None or (limit is not None and len(items) >= limit):
                return Page(items, after)

    def put(self, item: Plain, *, condition: str = "", values: Mapping[str, Any] | None = None) -> bool:
        """Put an item; False if the condition does not hold."""
        request: dict[str, Any] = {"TableName": self.name, "Item": to_wire(item)}
        return self._conditional("put_item", request, condition, {}, values)

    def put_new(self, item: Plain) -> bool:
        """Put an item that does not exist yet."""
        return self.put(item, condition="attribute_not_exists(pk)")

    def put_all(self, items: Sequence[tuple[Plain, int | None]], *, gone: Sequence[Key] = ()) -> bool:
        """Put items in one transaction, each if its `v` is as given (0: none, None: any); False: nothing was put.

        Keys of `gone` are deleted with it.
        """
        name = self.name
        puts: list[Any] = [{"Delete": {"TableName": name, "Key": to_wire(key_item(key))}} for key in gone]
        for item, rev in items:
            put: dict[str, Any] = {"TableName": name, "Item": to_wire(item)}
            if rev:
                put |= {"ConditionExpression": "v = :v", "ExpressionAttributeValues": to_wire({":v": rev})}
            elif rev == 0:
                put["ConditionExpression"] = "attribute_not_exists(pk)"
            puts.append({"Put": put})
        try:
            with translated("DynamoDB"):
                self.client.transact_write_items(TransactItems=puts)
        except InvalidInput as error:
            # Cancelled by a condition or by somebody else's write at this moment: either way read again.
            if error.details.get("aws_code") == "TransactionCanceledException":
                return False
            raise
        return True

    def update(
        self,
        key: Key,
        expression: str,
        *,
        names: Mapping[str, str] | None = None,
        values: Mapping[str, Any] | None = None,
        condition: str = "",
    ) -> bool:
        """Update one item; False if the condition does not hold."""
        request = {
            "TableName": self.name,
            "Key": to_wire(key_item(key)),
            "UpdateExpression": expression,
        }
        return self._conditional("update_item", request, condition, names or {}, values)

    def update_returning(
        self,
        key: Key,
        expression: str,
        *,
        names: Mapping[str, str],
        values: Mapping[str, Any],
        condition: str,
    ) -> Plain | None:
        """Update one item and return it as it is afterwards; None if the condition does not hold."""
        try:
            with translated("DynamoDB"):
                return from_wire(
                    self.client.update_item(
                        TableName=self.name,
                        Key=to_wire(key_item(key)),
                        UpdateExpression=expression,
                        ConditionExpression=condition,
                        ExpressionAttributeNames=dict(names),
                        ExpressionAttributeValues=to_wire(values),
                        ReturnValues="ALL_NEW",
                    )["Attributes"]
                )
        except InvalidInput as error:
            if error.details.get("aws_code") == "ConditionalCheckFailedException":
                return None
            raise

    def delete(self, key: Key, *, condition: str = "", values: Mapping[str, Any] | None = None) -> bool:
        """Delete one item; a missing one is no error without a condition."""
        request = {"TableName": self.name, "Key": to_wire(key_item(key))}
        return self._conditional("delete_item", request, condition, {}, values)

    def _conditional(
        self,
        method: str,
        request: dict[str, Any],
        condition: str,
        names: Mapping[str, str],
        values: Mapping[str, Any] | None,
    ) -> bool:
        if condition:
            request["ConditionExpression"] = condition
        if names:
            request["ExpressionAttributeNames"] = dict(names)
        if values:
            request["ExpressionAttributeValues"] = to_wire(values)
        try:
            with translated("DynamoDB"):
                getattr(self.client, method)(**request)
        except InvalidInput as error:
            if error.details.get("aws_code") == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def write_many(self, puts: Iterable[Plain] = (), deletes: Iterable[Key] = ()) -> None:
        """Put and delete without conditions, 25 a call."""
        requests: dict[Key, Any] = {
            key: {"DeleteRequest": {"Key": to_wire(key_item(key))}} for key in deletes
        }
        requests.update((key_of(item), {"PutRequest": {"Item": to_wire(item)}}) for item in puts)
        spread(self._write_batch, list(requests.values()), WRITE_BATCH)

    def _write_batch(self, requests: Sequence[Any]) -> None:
        left = list(requests)
        for attempt in count():
            with translated("DynamoDB"):
                answer = self.client.batch_write_item(RequestItems={self.name: left})
            left = list(answer.get("UnprocessedItems", {}).get(self.name, []))
            if not left:
                return
            self.back_off(attempt)

    def back_off(self, attempt: int) -> None:
        """Wait before the next try of what DynamoDB left over.

        Raises:
            Throttled: That was the last try.
        """
        if attempt >= _TRIES:
            raise Throttled("DynamoDB did not do all of a batch in time.", retry_after_s=1.0)
        self._sleep(min(0.05 * 2**attempt, 1.0))
