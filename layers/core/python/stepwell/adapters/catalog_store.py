"""Catalogs on DynamoDB: items written by compare-and-set, interests in batches, pages kept for a minute."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.dynamo import DynamoTable, spread
from stepwell.adapters.items.catalog import (
    interest_key,
    interests_partition,
    item_key,
    items_partition,
    page_item_key,
    read_interest,
    read_item,
    read_page,
    write_item,
    write_page,
)
from stepwell.adapters.items.config import config_partition
from stepwell.adapters.items.wire import Key
from stepwell.catalog.interests import Interest
from stepwell.catalog.items import ItemRecord
from stepwell.catalog.model import KIND
from stepwell.catalog.ports import PageItem
from stepwell.contracts.clock import Clock

KEPT_S = 60.0
_KEPT_PAGES = 20_000
_KNOWN_ROWS = 100_000
_WRITTEN_AGAIN_S = 43_200
"""A row that this process wrote is written again only when that moves its end by half a day."""


class DynamoItems:
    """See `stepwell.catalog.ports.ItemStore` and `CatalogLookups`.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table

    def get(self, tenant: str, catalog: str, items: Sequence[str]) -> dict[str, ItemRecord]:
        """Read items, deleted ones that are still remembered included."""
        found = self._table.get_many([item_key(tenant, catalog, item) for item in items])
        return {str(item["sk"]): read_item(catalog, item) for item in found.values()}

    def save(self, tenant: str, records: Sequence[ItemRecord]) -> set[str]:
        """Write items side by side, each if its stored number of writes is that of the record."""
        written = spread(lambda part: [self._put(tenant, one) for one in part], records, 10)
        return {name for part in written for name in part if name}

    def _put(self, tenant: str, record: ItemRecord) -> str:
        item = write_item(tenant, record)
        if record.writes:
            done = self._table.put(item, condition="v = :v", values={":v": record.writes})
        else:
            done = self._table.put_new(item)
        return record.id if done else ""

    def page(
        self, tenant: str, catalog: str, *, prefix: str, limit: int, cursor: str | None
    ) -> tuple[list[ItemRecord], str | None]:
        """Read items by id and where the next page starts; deleted ones are left out, so a page may be short."""
        pk = items_partition(tenant, catalog)
        page = self._table.query(pk, prefix=prefix, limit=limit, after=read_cursor(cursor, pk))
        records = [read_item(catalog, item) for item in page.items]
        return [one for one in records if not one.gone], write_cursor(page.next)

    def drop(self, tenant: str, catalog: str, limit: int) -> int:
        """Delete up to ``limit`` items for good; return how many there were."""
        page = self._table.query(items_partition(tenant, catalog), limit=limit)
        self._table.write_many(deletes=[(str(item["pk"]), str(item["sk"])) for item in page.items])
        return len(page.items)

    def show(self, tenant: str, pages: Mapping[str, PageItem | None]) -> None:
        """Say which item a page shows; None: none any more."""
        self._table.write_many(
            [write_page(tenant, key, one) for key, one in pages.items() if one is not None],
            [page_item_key(tenant, key) for key, one in pages.items() if one is None],
        )

    def pages(self, tenant: str, keys: Sequence[str]) -> dict[str, PageItem]:
        """Return the items that pages show."""
        found = self._table.get_many([page_item_key(tenant, key) for key in keys], strong=False)
        return dict(map(read_page, found.values()))

    def fields(self, tenant: str, catalog: str, items: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Return the fields of items, with `id`; absent ones are left out."""
        found = self._table.get_many([item_key(tenant, catalog, item) for item in items], strong=False)
        records = [read_item(catalog, item) for item in found.values()]
        return {one.id: {**one.fields, "id": one.id} for one in records if not one.gone}


class DynamoInterests:
    """See `stepwell.catalog.ports.InterestStore`.

    Args:
        table: Table `config`.
        clock: Says which rows have ended: DynamoDB takes them away up to days later.
    """

    def __init__(self, table: DynamoTable, clock: Clock) -> None:
        self._table = table
        self._clock = clock
        self._known: OrderedDict[Key, int] = OrderedDict()

    def put(self, tenant: str, rows: Sequence[Interest]) -> None:
        """Write and take away rows in one batched write; what this process wrote lately is left out.

        Another process may have taken such a row away since: then the interest returns with the next half day.
        """
        keyed = {interest_key(tenant, row): row.until for row in rows}
        news = {
            key: until
            for key, until in keyed.items()
            if not until or until > self._known.get(key, 0) + _WRITTEN_AGAIN_S
        }
        if not news:
            return
        self._table.write_many(
            [{"pk": pk, "sk": sk, "ttl": until} for (pk, sk), until in news.items() if until],
            [key for key, until in news.items() if not until],
        )
        for key, until in news.items():
            if until:
                self._known[key] = until
                self._known.move_to_end(key)
            else:
                self._known.pop(key, None)
        while len(self._known) > _KNOWN_ROWS:
            self._known.popitem(last=False)

    def interested(
        self, tenant: str, key: str, limit: int, cursor: str | None
    ) -> tuple[list[tuple[str, str]], str | None]:
        """Return (profile, why) by profile, strongest first, and where the next page starts."""
        pk = interests_partition(tenant, key)
        page = self._table.query(pk, limit=limit, after=read_cursor(cursor, pk))
        now = self._clock.now().timestamp()
        rows = [read_interest(item) for item in page.items if int(item["ttl"]) > now]
        return rows, write_cursor(page.next)


class KeptPages:
    """Items by page as ingestion asks for them; see `stepwell.triggers.page_items.PageItems`.

    Args:
        table: Table `config`.
        monotonic: Seconds for the cache's age; real ones, even where the clock is virtual.
    """

    def __init__(self, table: DynamoTable, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._items = DynamoItems(table)
        self._monotonic = monotonic
        self._tenants: dict[str, tuple[float, bool]] = {}
        self._pages: OrderedDict[tuple[str, str], tuple[float, PageItem | None]] = OrderedDict()

    def has_catalogs(self, tenant: str) -> bool:
        """Tell whether a workspace has any catalog, up to a minute old."""
        now = self._monotonic()
        known = self._tenants.get(tenant)
        if known is None or now - known[0] >= KEPT_S:
            page = self._table.query(config_partition(tenant), prefix=f"{KIND}#", limit=1)
            known = self._tenants[tenant] = (now, bool(page.items))
        return known[1]

    def pages(self, tenant: str, keys: Sequence[str]) -> dict[str, PageItem]:
        """Return the items that pages show, up to a minute old."""
        now = self._monotonic()
        unknown = [
            key
            for key in keys
            if (known := self._pages.get((tenant, key))) is None or now - known[0] >= KEPT_S
        ]
        if unknown:
            found = self._items.pages(tenant, unknown)
            for key in unknown:
                self._pages[tenant, key] = (now, found.get(key))
                self._pages.move_to_end((tenant, key))
        shown = {key: kept[1] for key in keys if (kept := self._pages.get((tenant, key))) is not None}
        while len(self._pages) > _KEPT_PAGES:
            self._pages.popitem(last=False)
        return {key: one for key, one in shown.items() if one is not None}
