"""Looks into a catalog: one item, or those of a filter, page by page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.catalog.items import ITEM_ID, ItemRecord, role
from stepwell.catalog.model import Catalog
from stepwell.errors import NotFound
from stepwell.publishing.catalog_ports import CatalogPorts


def read_item(ports: CatalogPorts, tenant: str, catalog: Catalog, item: str) -> ItemRecord:
    """Return an item.

    Raises:
        NotFound: There is none.
    """
    stored = ports.items.get(tenant, catalog.id, [item]).get(item) if ITEM_ID.match(item) else None
    if stored is None or stored.gone:
        raise absent(catalog, item)
    return stored


def find_items(
    ports: CatalogPorts,
    tenant: str,
    catalog: Catalog,
    *,
    prefix: str = "",
    text: str = "",
    tag: str = "",
    category: str = "",
    limit: int = 50,
    cursor: str | None = None,
) -> tuple[list[ItemRecord], str | None]:
    """Return items by id: those whose id begins with a prefix, and of these what fits text, tag and category.

    At most 4,000 items are read a call: with a filter a page may be short, even empty, and have a next one.
    """
    found: list[ItemRecord] = []
    filtered = bool(text or tag or category)
    for _ in range(20 if filtered else 1):
        size = min(200, limit - len(found)) if not filtered else 200
        page, after = ports.items.page(tenant, catalog.id, prefix=prefix, limit=size, cursor=cursor)
        fitting = [one for one in page if _fits(catalog, one.fields, text, tag, category)]
        if len(found) + len(fitting) > limit:
            # A cursor stands between pages of the store: read so little that what fits is shown whole.
            page, after = ports.items.page(
                tenant, catalog.id, prefix=prefix, limit=max(1, limit - len(found)), cursor=cursor
            )
            fitting = [one for one in page if _fits(catalog, one.fields, text, tag, category)]
        found += fitting
        cursor = after
        if cursor is None or len(found) >= limit:
            break
    return found, cursor


def _fits(catalog: Catalog, fields: Mapping[str, Any], text: str, tag: str, category: str) -> bool:
    wanted = text.casefold()
    return (
        (not wanted or wanted in str(role(catalog, fields, "title") or "").casefold())
        and (not tag or tag.casefold() in (t.casefold() for t in role(catalog, fields, "tags") or ()))
        and (not category or category.casefold() == str(role(catalog, fields, "category") or "").casefold())
    )


def absent(catalog: Catalog, item: str) -> NotFound:
    """Return the error of an item that is not there."""
    return NotFound(f"`{catalog.id}` has no item `{item[:60]}`.", code="no_item")
