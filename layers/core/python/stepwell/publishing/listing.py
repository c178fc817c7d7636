"""Pages, sorts and filters lists that fit into memory; a cursor names the last entry seen, so inserts shift nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from stepwell.errors import InvalidInput

T = TypeVar("T")
MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list.

    Attributes:
        items: Entries.
        cursor: Where the next page starts; None: that was the last.
        total: Entries over all pages.
    """

    items: Sequence[T]
    cursor: str | None
    total: int


def page(
    entries: Iterable[T],
    *,
    by: Callable[[T], Any],
    id_of: Callable[[T], str],
    descending: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[T]:
    """Return one page of entries sorted by a key and, among equals, by id.

    Raises:
        InvalidInput: The limit is out of range, or the cursor is none of ours.
    """
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidInput(f"`limit` takes 1 to {MAX_PAGE}.", code="bad_limit")

    def place(entry: T) -> tuple[Any, str]:
        return by(entry), id_of(entry)

    ordered = sorted(entries, key=place, reverse=descending)
    total = len(ordered)
    if cursor:
        last = _read(cursor)
        try:
            rest = [e for e in ordered if (place(e) < last if descending else place(e) > last)]
        except TypeError:
            raise InvalidInput("The cursor belongs to another order.", code="bad_cursor") from None
    else:
        rest = ordered
    shown = rest[:limit]
    more = len(rest) > limit
    return Page(shown, _write(place(shown[-1])) if more else None, total)


def _write(last: tuple[Any, str]) -> str:
    return base64.urlsafe_b64encode(json.dumps(last).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[Any, str]:
    try:
        value, entry = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, TypeError):
        raise InvalidInput("The cursor is not one that a page returned.", code="bad_cursor") from None
    return value, str(entry)
