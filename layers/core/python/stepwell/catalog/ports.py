"""What catalogs need from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from stepwell.catalog.interests import Interest
from stepwell.catalog.items import ItemRecord


class PageItem(NamedTuple):
    """The item that a page shows.

    Attributes:
        catalog: Its catalog.
        item: Its id.
        tags: What it is about.
        category: Its category, may be empty.
    """

    catalog: str
    item: str
    tags: tuple[str, ...] = ()
    category: str = ""


class ItemStore(Protocol):
    """Items of catalogs, and the pages that show them; reads are strongly consistent."""

    def get(self, tenant: str, catalog: str, items: Sequence[str]) -> dict[str, ItemRecord]:
        """Read items, deleted ones that are still remembered included."""
        ...

    def save(self, tenant: str, records: Sequence[ItemRecord]) -> set[str]:
        """Write items, each if its stored `writes` is that of the record (0: none); return the ids written.

        The stored number is one more than the given.
        """
        ...

    def page(
        self, tenant: str, catalog: str, *, prefix: str, limit: int, cursor: str | None
    ) -> tuple[list[ItemRecord], str | None]:
        """Read items by id, those that are there only, and where the next page starts (None: that was all)."""
        ...

    def drop(self, tenant: str, catalog: str, limit: int) -> int:
        """Delete up to ``limit`` items for good; return how many there were."""
        ...

    def show(self, tenant: str, pages: Mapping[str, PageItem | None]) -> None:
        """Say which item a page shows, by `page_key`; None: none any more."""
        ...

    def pages(self, tenant: str, keys: Sequence[str]) -> dict[str, PageItem]:
        """Return the items that pages show; not strongly consistent."""
        ...


class InterestStore(Protocol):
    """Who is interested in what."""

    def put(self, tenant: str, rows: Sequence[Interest]) -> None:
        """Write and take away rows; may be repeated."""
        ...

    def interested(
        self, tenant: str, key: str, limit: int, cursor: str | None
    ) -> tuple[list[tuple[str, str]], str | None]:
        """Return (profile, why) of an interest by profile, strongest first, and where the next page starts."""
        ...


class CatalogLookups(Protocol):
    """Items as messages show them."""

    def fields(self, tenant: str, catalog: str, items: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Return the fields of items, with `id`; absent ones are left out. Not strongly consistent."""
        ...
