"""Items of catalogs, pages that show them and interests in them, in table `config`.

In `config` and not in `profiles`, which is scanned for audiences: rows beside contacts would be read by every scan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from stepwell.adapters.items.config import read_body, write_body
from stepwell.adapters.items.wire import Key, Plain, from_millis, millis, pack, unpack
from stepwell.catalog.interests import ABOUT, RANKS, Interest
from stepwell.catalog.items import Change, ItemRecord
from stepwell.catalog.ports import PageItem

KEPT_GONE = timedelta(days=30)
"""How long a deleted item is remembered."""
_LETTERS = {why: letter for letter, why in zip("abcde", (*RANKS, ABOUT), strict=True)}
_WHYS = {letter: why for why, letter in _LETTERS.items()}


def items_partition(tenant: str, catalog: str) -> str:
    """Return the partition of a catalog's items."""
    return f"{tenant}#CATITEM#{catalog}"


def item_key(tenant: str, catalog: str, item: str) -> Key:
    """Return an item's key."""
    return items_partition(tenant, catalog), item


def write_item(tenant: str, record: ItemRecord) -> Plain:
    """Write an item as it is stored next: its `v` is one more than the record's."""
    pk, sk = item_key(tenant, record.catalog, record.id)
    item: Plain = {
        "pk": pk,
        "sk": sk,
        "v": record.writes + 1,
        "r": record.rev,
        "t": millis(record.updated_at),
        "b": write_body(record.fields),
    }
    if record.public:
        item["p"] = 1
    if record.open:
        item["o"] = pack([{**asdict(one), "at": millis(one.at)} for one in record.open])
    if record.told:
        item["d"] = pack([dict(one) for one in record.told])
    if record.gone:
        item["g"] = 1
        item["ttl"] = int((record.updated_at + KEPT_GONE).timestamp())
    return item


def read_item(catalog: str, item: Mapping[str, Any]) -> ItemRecord:
    """Read an item."""
    return ItemRecord(
        catalog=catalog,
        id=str(item["sk"]),
        fields=read_body(item["b"]),
        rev=int(item["r"]),
        writes=int(item["v"]),
        updated_at=from_millis(int(item["t"])),
        public="p" in item,
        open=tuple(Change(**{**one, "at": from_millis(one["at"])}) for one in unpack(item.get("o", "[]"))),
        told=tuple(unpack(item.get("d", "[]"))),
        gone="g" in item,
    )


def page_item_key(tenant: str, key: str) -> Key:
    """Return the key under which a page's item lies."""
    return f"{tenant}#SHOWS#{key}", "-"


def write_page(tenant: str, key: str, shown: PageItem) -> Plain:
    """Write which item a page shows."""
    pk, sk = page_item_key(tenant, key)
    return {"pk": pk, "sk": sk, "x": pack(list(shown))}


def read_page(item: Mapping[str, Any]) -> tuple[str, PageItem]:
    """Read a page's key and its item."""
    catalog, id_, tags, category = unpack(item["x"])
    return str(item["pk"]).rpartition("#")[2], PageItem(catalog, id_, tuple(tags), category)


def interests_partition(tenant: str, key: str) -> str:
    """Return the partition of those interested in an item or a word."""
    return f"{tenant}#LIKES#{key}"


def interest_key(tenant: str, row: Interest) -> Key:
    """Return a row's key: a contact's rows stand together, the strongest first."""
    return interests_partition(tenant, row.key), f"{row.profile}#{_LETTERS[row.why]}"


def read_interest(item: Mapping[str, Any]) -> tuple[str, str]:
    """Read a row: whose, and why."""
    profile, _, letter = str(item["sk"]).partition("#")
    return profile, _WHYS[letter]
