"""Plain Python items to DynamoDB's typed JSON and back, and their size as DynamoDB bills it.

boto3's own serialiser insists on Decimal and costs several times more per item; a cohort writes hundreds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any, TypeAlias

from stepwell.contracts.clock import millis as millis

Plain: TypeAlias = dict[str, Any]
Wire: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, str]

WRITE_UNIT = 1024
READ_UNIT = 4096


def to_value(value: Any) -> Wire:
    """Write one value as DynamoDB's typed JSON.

    Raises:
        TypeError: DynamoDB has no such type.
    """
    match value:
        case str():
            return {"S": value}
        case bool():
            return {"BOOL": value}
        case int() | float():
            return {"N": repr(value)}
        case None:
            return {"NULL": True}
        case bytes():
            return {"B": value}
        case set() | frozenset():
            if all(isinstance(member, int) for member in value):
                return {"NS": [repr(member) for member in sorted(value)]}
            return {"SS": sorted(value)}
        case list() | tuple():
            return {"L": [to_value(member) for member in value]}
        case dict():
            return {"M": {name: to_value(member) for name, member in value.items()}}
    raise TypeError(f"DynamoDB has no type for {type(value).__name__}")


def from_value(value: Mapping[str, Any]) -> Any:
    """Read one value of DynamoDB's typed JSON."""
    ((kind, body),) = value.items()
    match kind:
        case "S" | "BOOL" | "B":
            return body
        case "N":
            return _number(body)
        case "NULL":
            return None
        case "SS":
            return set(body)
        case "NS":
            return {_number(member) for member in body}
        case "L":
            return [from_value(member) for member in body]
        case "M":
            return {name: from_value(member) for name, member in body.items()}
    raise TypeError(f"unexpected DynamoDB type {kind}")


def _number(text: str) -> int | float:
    try:
        return int(text)
    except ValueError:
        return float(text)


def to_wire(item: Mapping[str, Any]) -> Wire:
    """Write an item as DynamoDB's typed JSON."""
    return {name: to_value(value) for name, value in item.items()}


def from_wire(item: Mapping[str, Any]) -> Plain:
    """Read an item of DynamoDB's typed JSON."""
    return {name: from_value(value) for name, value in item.items()}


def key_of(item: Mapping[str, Any]) -> Key:
    """Return an item's key."""
    return item["pk"], item["sk"]


def key_item(key: Key) -> Plain:
    """Return a key as an item."""
    return {"pk": key[0], "sk": key[1]}


def size_of(value: Any) -> int:
    """Return how many bytes DynamoDB counts for a value, or for a whole item given as a mapping."""
    return _size(value) - 3 if isinstance(value, dict) else _size(value)


def _size(value: Any) -> int:
    match value:
        case str():
            return len(value.encode())
        case bool() | None:
            return 1
        case int() | float():
            digits = repr(value).lstrip("-").replace(".", "").strip("0")
            return ceil(len(digits) / 2) + 1 + (value < 0)
        case bytes():
            return len(value)
        case set() | frozenset():
            return sum(_size(member) for member in value)
        case list() | tuple():
            return 3 + sum(1 + _size(member) for member in value)
        case dict():
            # Nested members cost one byte each; the top level does not, which `size_of` cannot tell
            # apart cheaply: the few bytes err on the dear side.
            return 3 + sum(len(name.encode()) + _size(member) for name, member in value.items())
    raise TypeError(f"DynamoDB has no type for {type(value).__name__}")


def write_units(size: int) -> int:
    """Return the write request units of an item of this size."""
    return max(1, ceil(size / WRITE_UNIT))


def read_units(size: int, *, strong: bool = True) -> float:
    """Return the read request units of reading this many bytes."""
    units = max(1, ceil(size / READ_UNIT))
    return units if strong else units / 2


def pack(value: Any) -> str:
    """Write a JSON value without any space."""
    return _encode(value)


def unpack(text: str | bytes) -> Any:
    """Read a JSON value."""
    return json.loads(text)


def from_millis(value: int) -> datetime:
    """Read a time from milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=value)


# `json.dumps` would make an encoder a call.
_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
