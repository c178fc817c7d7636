"""What a write of an item changes and which of it is news: pure, so that a repeated or late write tells nothing.

A write is one of: the first, a newer revision, the same again, an older one that comes late. Only the first two
change anything, and what they change is noted with the item in the same conditional write. So news are noticed once
and told until they are told, whoever dies in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple

from stepwell.catalog.items import Change, ItemRecord, public_at, role, shown, stock_of
from stepwell.catalog.model import Catalog
from stepwell.errors import Throttled

Outcome = Literal["created", "updated", "unchanged", "stale"]
MAX_OPEN = 10
"""Changes that may wait to be told; who changes an item faster is asked to slow down."""
KEPT_TOLD = 5


class Decision(NamedTuple):
    """What becomes of a write.

    Attributes:
        outcome: What it was.
        record: What is to be stored; None: nothing.
    """

    outcome: Outcome
    record: ItemRecord | None


def news(
    catalog: Catalog, before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[str, dict[str, Any]]]:
    """Return what is news between two states of an item, whether it is told or not.

    A price in another currency is no price change. What was not known before has not changed.
    """
    found: list[tuple[str, dict[str, Any]]] = []
    old, new = role(catalog, before, "price"), role(catalog, after, "price")
    same = role(catalog, before, "currency") == role(catalog, after, "currency")
    if old is not None and new is not None and same and old != new:
        more = {"old_price": old, "change": round(new - old, 4)}
        if old:
            more["change_percent"] = round((new - old) / old * 100, 2)
        found.append(("price_dropped" if new < old else "price_raised", more))
    had, has = stock_of(catalog, before), stock_of(catalog, after)
    if had is None or has is None:
        return found
    told = {"old_stock": role(catalog, before, "stock")}
    counted = not isinstance(role(catalog, after, "stock"), bool)
    if had <= 0 < has:
        found.append(("back_in_stock", told))
    elif has <= 0 < had:
        found.append(("out_of_stock", told))
    elif counted and 0 < has <= catalog.low_stock < had:
        found.append(("low_stock", told))
    return found


def write(
    catalog: Catalog,
    stored: ItemRecord | None,
    id_: str,
    fields: Mapping[str, Any],
    *,
    rev: int | None,
    now: datetime,
    quiet: bool = False,
) -> Decision:
    """Decide what a write of an item does.

    Args:
        catalog: The catalog.
        stored: The item as it is stored, deleted ones included.
        id_: Its id.
        fields: As `read_fields` returned them.
        rev: Its revision at the source; None: whatever comes is newer than what is stored.
        now: The moment.
        quiet: Whether nobody shall be told: for the first sync of a catalog.

    Raises:
        Throttled: Too many changes of this item wait to be told.
    """
    same = stored is not None and not stored.gone and dict(stored.fields) == dict(fields)
    if stored is not None and rev is not None and rev < stored.rev:
        return Decision("stale", None)
    if stored is not None and rev is not None and rev == stored.rev and not same:
        return Decision("stale", None)
    if stored is not None and same and (rev is None or rev == stored.rev):
        return Decision("unchanged", None)
    number = rev if rev is not None else _next(stored, now)
    item = shown(catalog, id_, fields)
    at = public_at(catalog, fields)
    public = at is None or at <= now
    first = public and not (stored is not None and stored.public)
    found: list[tuple[str, dict[str, Any]]] = [("new_content", {})] if first else []
    if stored is not None and not stored.gone:
        found += news(catalog, stored.fields, fields)
    fresh = () if quiet else _told(catalog, found, number, now, item)
    waiting = stored.open if stored is not None else ()
    record = ItemRecord(
        catalog=catalog.id,
        id=id_,
        fields=dict(fields),
        rev=number,
        writes=stored.writes if stored is not None else 0,
        updated_at=now,
        public=public or (stored is not None and stored.public),
        open=_waiting(waiting, fresh),
        told=stored.told if stored is not None else (),
    )
    if same:
        return Decision("unchanged", record)
    return Decision("created" if stored is None or stored.gone else "updated", record)


def publish(catalog: Catalog, stored: ItemRecord, now: datetime) -> ItemRecord | None:
    """Return an item whose time of publication has come, with its news; None: it has not, or it was noticed."""
    at = public_at(catalog, stored.fields)
    if stored.gone or stored.public or at is None or at > now:
        return None
    item = shown(catalog, stored.id, stored.fields)
    fresh = _told(catalog, [("new_content", {})], stored.rev, now, item)
    return stored.evolve(public=True, open=_waiting(stored.open, fresh))


def remove(stored: ItemRecord, rev: int | None, now: datetime) -> Decision:
    """Decide what a deletion does: an older one than what is stored does nothing."""
    if stored.gone:
        return Decision("unchanged", None)
    if rev is not None and rev < stored.rev:
        return Decision("stale", None)
    number = rev if rev is not None else _next(stored, now)
    return Decision(
        "updated", stored.evolve(fields={}, rev=number, updated_at=now, gone=True, open=(), told=())
    )


def told(stored: ItemRecord, revs: Mapping[int, Mapping[str, int]], at: str) -> ItemRecord:
    """Return an item whose changes of some revisions were told.

    Args:
        stored: The item.
        revs: Contacts a name of change, by revision.
        at: When, ISO 8601.
    """
    done = [
        {"name": one.name, "rev": one.rev, "at": at, "contacts": revs[one.rev].get(one.name, 0)}
        for one in stored.open
        if one.rev in revs
    ]
    left = tuple(one for one in stored.open if one.rev not in revs)
    return stored.evolve(open=left, told=(*reversed(done), *stored.told)[:KEPT_TOLD])


def _next(stored: ItemRecord | None, now: datetime) -> int:
    moment = int(now.timestamp() * 1000)
    return moment if stored is None else max(stored.rev + 1, moment)


def _told(
    catalog: Catalog,
    found: list[tuple[str, dict[str, Any]]],
    rev: int,
    now: datetime,
    item: Mapping[str, Any],
) -> tuple[Change, ...]:
    return tuple(Change(name, rev, now, more, item) for name, more in found if name in catalog.told)


def _waiting(before: tuple[Change, ...], fresh: tuple[Change, ...]) -> tuple[Change, ...]:
    if fresh and len(before) + len(fresh) > MAX_OPEN:
        raise Throttled("Earlier changes of this item are still being told.", retry_after_s=30)
    return (*before, *fresh)
