"""One item of a catalog: read from what a shop sent, checked field by field, and what of it is told in events."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from stepwell.catalog.model import ROLES, Catalog, CatalogField, Role
from stepwell.contracts.clock import from_iso, iso
from stepwell.errors import ValidationFailed

ITEM_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,127}$")
MAX_ITEM_BYTES = 16_384
MAX_TEXT, MAX_LIST, MAX_WORD = 4_000, 50, 200
_CURRENCY = re.compile(r"^[A-Z]{3}$")
_URL = re.compile(r"^https?://[^\s<>\"]{1,2000}$")
_MOST = 1e15


@dataclass(frozen=True, slots=True)
class Change:
    """News of an item.

    Attributes:
        name: Name of the event.
        rev: Revision of the item that brought it.
        at: When it was noticed.
        more: What the event says beside the item: `old_price`, `change`, `change_percent`, `old_stock`.
        item: The item's properties as they were then.
    """

    name: str
    rev: int
    at: datetime
    more: Mapping[str, Any] = field(default_factory=dict)
    item: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ItemRecord:
    """An item as it is kept.

    Attributes:
        catalog: Its catalog.
        id: Its id.
        fields: Its fields.
        rev: Revision at the source (a number that grows; milliseconds where the source gives times or nothing).
        writes: Grows at each write; every write is conditional on it. 0: not stored yet.
        updated_at: When it was last written by somebody.
        public: Whether its publication was noticed.
        open: Changes that were noticed and not told to everybody yet.
        told: The last changes that were: `{name, rev, at, contacts}`, newest first.
        gone: Whether it was deleted; kept for a while, so that late news from the source cannot bring it back.
    """

    catalog: str
    id: str
    fields: Mapping[str, Any]
    rev: int
    writes: int
    updated_at: datetime
    public: bool = False
    open: tuple[Change, ...] = ()
    told: tuple[Mapping[str, Any], ...] = ()
    gone: bool = False

    def evolve(self, **changes: Any) -> ItemRecord:
        """Return a copy with the given attributes changed."""
        return replace(self, **changes)


def read_fields(catalog: Catalog, document: Mapping[str, Any], place: str = "") -> tuple[str, dict[str, Any]]:
    """Read an item: its id and its fields, each as its type says; null and absent are the same.

    Args:
        catalog: Its catalog.
        document: A flat object with `id`.
        place: Where it stands in what was sent, for the violations.

    Raises:
        ValidationFailed: All that is wrong, each with code and place.
    """
    faults: list[dict[str, str]] = []
    head = f"{place}." if place else ""

    def fault(code: str, name: str, message: str) -> None:
        faults.append({"code": code, "place": f"{head}{name[:60]}", "message": message})

    id_ = document.get("id")
    if isinstance(id_, int) and not isinstance(id_, bool):
        id_ = str(id_)
    if not isinstance(id_, str) or not ITEM_ID.match(id_):
        fault("invalid_id", "id", "`id` takes 1 to 128 letters, digits, `_`, `.` and `-`.")
        id_ = ""
    typed, values = catalog.typed(), dict[str, Any]()
    for name, value in document.items():
        if name == "id" or value is None:
            continue
        known = typed.get(name)
        if known is None:
            if catalog.unknown == "reject":
                fault("unknown_field", name, "The catalog has no such field.")
            else:
                values[name] = value
            continue
        found = _value(known, value)
        if isinstance(found, _Wrong):
            fault("invalid_value", name, str(found))
        else:
            values[name] = found
    for one in catalog.fields:
        if one.required and values.get(one.name) is None:
            fault("missing_field", one.name, "It is required.")
    _check_keys(catalog, values, fault)
    if not faults:
        _check_size(values, fault)
    if faults:
        raise ValidationFailed(f"Item `{id_ or '?'}` has faults.", faults)
    return id_, values


class _Wrong(str):
    __slots__ = ()


def _check_size(values: Mapping[str, Any], fault: Any) -> None:
    try:
        size = len(json.dumps(values, ensure_ascii=False, allow_nan=False).encode())
    except (ValueError, RecursionError):
        # NaN, halves of characters: what no JSON can hold.
        fault("invalid_value", "", "It holds what JSON cannot.")
        return
    if size > MAX_ITEM_BYTES:
        fault("item_too_big", "", f"An item has at most {MAX_ITEM_BYTES // 1024} KB.")


def _check_keys(catalog: Catalog, values: Mapping[str, Any], fault: Any) -> None:
    keys = catalog.keys
    price, currency = values.get(keys.price), values.get(keys.currency)
    if price is not None and price < 0:
        fault("invalid_value", keys.price, "A price is not negative.")
    if currency is not None and not _CURRENCY.match(currency):
        fault("invalid_value", keys.currency, "A currency is three capital letters (ISO 4217).")


def _value(known: CatalogField, value: Any) -> Any:
    match known.type:
        case "text":
            if isinstance(value, str) and len(value) <= MAX_TEXT:
                return value
            return _Wrong(f"It takes a text of at most {MAX_TEXT} characters.")
        case "number":
            if isinstance(value, bool) or not isinstance(value, int | float):
                return _Wrong("It takes a number.")
            if not math.isfinite(value) or abs(value) > _MOST:
                return _Wrong("The number is out of range.")
            return value
        case "boolean":
            return value if isinstance(value, bool) else _Wrong("It takes true or false.")
        case "date":
            try:
                return (
                    iso(from_iso(value)) if isinstance(value, str) else _Wrong("It takes an ISO 8601 time.")
                )
            except (ValueError, OverflowError):
                return _Wrong("It takes an ISO 8601 time.")
        case "list":
            if (
                isinstance(value, list)
                and len(value) <= MAX_LIST
                and all(isinstance(one, str) and 0 < len(one) <= MAX_WORD for one in value)
            ):
                return list(dict.fromkeys(value))
            return _Wrong(f"It takes a list of at most {MAX_LIST} texts of at most {MAX_WORD} characters.")
        case "url":
            if isinstance(value, str) and _URL.match(value):
                return value
            return _Wrong("It takes an address that begins with http:// or https://.")


def role(catalog: Catalog, fields: Mapping[str, Any], name: Role) -> Any:
    """Return what an item says of one meaning; None: nothing."""
    value = fields.get(getattr(catalog.keys, name))
    if name == "currency" and value is None:
        return catalog.currency or None
    return value


def stock_of(catalog: Catalog, fields: Mapping[str, Any]) -> float | None:
    """Return how many there are (1 and 0 where the field says yes or no); None: not known."""
    value = role(catalog, fields, "stock")
    return None if value is None else float(value)


def shown(catalog: Catalog, id_: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return an item as events carry it: `catalog`, `item_id`, and what the keys name."""
    found: dict[str, Any] = {name: role(catalog, fields, name) for name in ROLES}
    found["image"] = found.pop("image_url")
    return {"catalog": catalog.id, "item_id": id_, **{k: v for k, v in found.items() if v is not None}}


def public_at(catalog: Catalog, fields: Mapping[str, Any]) -> datetime | None:
    """Return when an item is published; None: at once."""
    told = role(catalog, fields, "published_at")
    return None if told is None else from_iso(told)


def words(item: Mapping[str, Any]) -> Sequence[str]:
    """Return what an item is about, as interests know it: its tags and its category."""
    told = [*item.get("tags", ()), *([item["category"]] if item.get("category") else [])]
    return list(dict.fromkeys(word.strip().casefold() for word in told if word.strip()))[:MAX_LIST]
