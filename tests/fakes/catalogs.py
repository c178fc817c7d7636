"""Items, pages and interests in memory; the same items as the adapters', so that both can be compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stepwell.adapters.items.catalog import read_item, write_item
from stepwell.catalog.interests import ABOUT, RANKS, Interest
from stepwell.catalog.items import ItemRecord
from stepwell.catalog.ports import PageItem
from stepwell.contracts.clock import Clock
from stepwell.errors import InvalidInput

_ORDER = (*RANKS, ABOUT)


class MemoryItems:
    """Honours `stepwell.catalog.ports.ItemStore` and `CatalogLookups`."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str], dict[str, Any]] = {}
        self.shows: dict[tuple[str, str], PageItem] = {}
        self.asked = 0

    def get(self, tenant: str, catalog: str, items: Sequence[str]) -> dict[str, ItemRecord]:
        kept = {name: self.items.get((f"{tenant}#{catalog}", name)) for name in items}
        return {name: read_item(catalog, item) for name, item in kept.items() if item is not None}

    def save(self, tenant: str, records: Sequence[ItemRecord]) -> set[str]:
        written = set()
        for one in records:
            key = (f"{tenant}#{one.catalog}", one.id)
            stored = self.items.get(key)
            if (0 if stored is None else stored["v"]) == one.writes:
                self.items[key] = write_item(tenant, one)
                written.add(one.id)
        return written

    def page(
        self, tenant: str, catalog: str, *, prefix: str, limit: int, cursor: str | None
    ) -> tuple[list[ItemRecord], str | None]:
        if cursor is not None and not cursor.startswith(f"{catalog}/"):
            raise InvalidInput("The cursor belongs to another list.", code="bad_cursor")
        after = "" if cursor is None else cursor.partition("/")[2]
        names = sorted(
            name
            for pk, name in self.items
            if pk == f"{tenant}#{catalog}" and name.startswith(prefix) and name > after
        )
        shown = names[:limit]
        found = self.get(tenant, catalog, shown)
        more = len(names) > limit
        return [found[n] for n in shown if not found[n].gone], f"{catalog}/{shown[-1]}" if more else None

    def drop(self, tenant: str, catalog: str, limit: int) -> int:
        keys = sorted(key for key in self.items if key[0] == f"{tenant}#{catalog}")[:limit]
        for key in keys:
            del self.items[key]
        return len(keys)

    def show(self, tenant: str, pages: Mapping[str, PageItem | None]) -> None:
        for key, one in pages.items():
            if one is None:
                self.shows.pop((tenant, key), None)
            else:
                self.shows[tenant, key] = one

    def pages(self, tenant: str, keys: Sequence[str]) -> dict[str, PageItem]:
        return {key: self.shows[tenant, key] for key in keys if (tenant, key) in self.shows}

    def fields(self, tenant: str, catalog: str, items: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        self.asked += 1
        found = self.get(tenant, catalog, items)
        return {one.id: {**one.fields, "id": one.id} for one in found.values() if not one.gone}


class MemoryInterests:
    """Honours `stepwell.catalog.ports.InterestStore`.

    Attributes:
        writes: Calls that wrote something.
        failing: Raised by the next write.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.rows: dict[tuple[str, str, str, str], int] = {}
        self.writes = 0
        self.failing: Exception | None = None

    def put(self, tenant: str, rows: Sequence[Interest]) -> None:
        if self.failing is not None:
            raise self.failing
        self.writes += bool(rows)
        for row in rows:
            key = (tenant, row.key, row.profile, row.why)
            if row.until:
                self.rows[key] = row.until
            else:
                self.rows.pop(key, None)

    def interested(
        self, tenant: str, key: str, limit: int, cursor: str | None
    ) -> tuple[list[tuple[str, str]], str | None]:
        now = self._clock.now().timestamp()
        every = sorted(
            (profile, _ORDER.index(why)) for (t, k, profile, why) in self.rows if (t, k) == (tenant, key)
        )
        start = int(cursor or 0)
        page = every[start : start + limit]
        live = [
            (profile, _ORDER[rank])
            for profile, rank in page
            if self.rows[tenant, key, profile, _ORDER[rank]] > now
        ]
        return live, str(start + limit) if start + limit < len(every) else None
