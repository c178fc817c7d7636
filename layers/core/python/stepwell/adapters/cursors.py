"""Cursors of pages: where DynamoDB stopped, as one opaque word that fits only the list it came from."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from stepwell.adapters.items.wire import pack, unpack
from stepwell.errors import InvalidInput


def write_cursor(after: Mapping[str, Any] | None) -> str | None:
    """Write where a page ended; None at the end."""
    return None if not after else base64.urlsafe_b64encode(pack(dict(after)).encode()).decode()


def read_cursor(cursor: str | None, partition: str) -> dict[str, Any] | None:
    """Read a cursor.

    Raises:
        InvalidInput: It is none of ours, or of another list.
    """
    if cursor is None:
        return None
    try:
        after = unpack(base64.urlsafe_b64decode(cursor.encode()).decode())
    except ValueError as error:
        raise InvalidInput("The cursor is not one that a page returned.", code="bad_cursor") from error
    if not isinstance(after, dict) or not {partition, *_plain(partition)} & {str(v) for v in after.values()}:
        raise InvalidInput("The cursor belongs to another list.", code="bad_cursor")
    return after


def _plain(partition: str) -> tuple[str, ...]:
    # PynamoDB hands out DynamoDB's typed JSON, the raw adapters plain values.
    return (str({"S": partition}),)
