"""Items as people and shops write them: one or hundreds a call, each judged by itself, news queued to be told.

The order of writes makes it safe to die anywhere: pages and due rows first, then the item with its news by
compare-and-set, then the command that tells them. Who repeats a call has the command queued again; if nobody does,
the item's due row finds what was not told within the hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from stepwell.catalog.addresses import page_key
from stepwell.catalog.changing import Decision, remove, write
from stepwell.catalog.items import ItemRecord, public_at, read_fields, role
from stepwell.catalog.model import Catalog
from stepwell.catalog.ports import PageItem
from stepwell.contracts.clock import from_iso
from stepwell.contracts.names import CATALOG_WORKFLOW
from stepwell.errors import Conflict, StepwellError, Throttled, ValidationFailed
from stepwell.publishing.catalog_looking import absent
from stepwell.publishing.catalog_ports import CatalogPorts
from stepwell.publishing.records import Move
from stepwell.runtime.ports import DueRow

MAX_ITEMS = 500
"""Items a call."""
LOOK_AGAIN = timedelta(hours=1)
REVISION, UPDATED_AT = "_revision", "_updated_at"
"""Beside an item's fields: its revision at the source, as a number that grows or as a time."""
_TRIES = 6
_MOST_REVISION = 10**16


@dataclass(slots=True)
class Written:
    """What became of the items of a call.

    Attributes:
        outcomes: `created`, `updated`, `unchanged` or `stale` by id.
        rejected: `{index, id, code, message, violations}` of items that were not taken.
        news: News that will be told, `{id, name}`.
    """

    outcomes: dict[str, str] = field(default_factory=dict)
    rejected: list[dict[str, Any]] = field(default_factory=list)
    news: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Wanted:
    index: int
    id: str
    fields: Mapping[str, Any]
    rev: int | None


def put_items(
    ports: CatalogPorts,
    tenant: str,
    catalog: Catalog,
    documents: Sequence[Mapping[str, Any]],
    *,
    quiet: bool = False,
) -> Written:
    """Write items; one bad item costs no other.

    Args:
        ports: Stores.
        tenant: Tenant id.
        catalog: Their catalog.
        documents: Flat objects with `id`; an id that comes twice is written twice, in order.
        quiet: Whether nobody shall be told.
    """
    done = Written()
    left = [one for index, raw in enumerate(documents) if (one := _read(catalog, index, raw, done))]
    while left:
        now: dict[str, _Wanted] = {}
        rest: list[_Wanted] = []
        for one in left:
            if one.id in now:
                rest.append(one)
            else:
                now[one.id] = one
        _put_round(ports, tenant, catalog, now, quiet, done)
        left = rest
    return done


def delete_item(ports: CatalogPorts, tenant: str, catalog: Catalog, item: str, rev: int | None) -> str:
    """Delete an item; return `deleted`, or `stale` when a newer revision is stored.

    Raises:
        NotFound: There is none.
        Conflict: Others write it at this moment.
    """
    for _ in range(_TRIES):
        stored = ports.items.get(tenant, catalog.id, [item]).get(item)
        if stored is None or stored.gone:
            raise absent(catalog, item)
        decision = remove(stored, rev, ports.publishing.now())
        if decision.record is None:
            return "stale"
        if ports.items.save(tenant, [decision.record]):
            _hide(ports, tenant, catalog, stored, "")
            return "deleted"
    raise Conflict("The item is being written by others at this moment.", code="busy")


def tell(ports: CatalogPorts, tenant: str, catalog: str, pairs: Iterable[tuple[str, int]]) -> None:
    """Queue the command that tells news of items, in pieces that fit a message."""
    every = list(pairs)
    for start in range(0, len(every), MAX_ITEMS):
        part = tuple(every[start : start + MAX_ITEMS])
        job = f"tell-{catalog}-{part[0][0]}"[:90]
        ports.publishing.moves.send(Move("catalog", tenant, f"catalog/{catalog}", items=part, job=job))


def _read(catalog: Catalog, index: int, raw: Mapping[str, Any], done: Written) -> _Wanted | None:
    own = {name: value for name, value in raw.items() if name not in (REVISION, UPDATED_AT)}
    try:
        rev = _revision(raw, index)
        id_, fields = read_fields(catalog, own, f"items[{index}]")
    except ValidationFailed as error:
        _reject(done, index, raw.get("id"), error, error.details.get("violations"))
        return None
    return _Wanted(index, id_, fields, rev)


def _reject(done: Written, index: int, id_: Any, error: StepwellError, violations: Any = None) -> None:
    done.rejected.append(
        {
            "index": index,
            "id": str(id_ or "")[:128],
            "code": error.code,
            "message": error.message,
            "violations": violations or [],
        }
    )


def _revision(raw: Mapping[str, Any], index: int) -> int | None:
    number, at = raw.get(REVISION), raw.get(UPDATED_AT)
    if number is not None:
        if isinstance(number, int) and not isinstance(number, bool) and 0 < number < _MOST_REVISION:
            return number
        place, message = REVISION, "A revision is a whole number from 1."
    elif at is not None:
        try:
            return int(from_iso(at).timestamp() * 1000)
        except (TypeError, ValueError, OverflowError):
            place, message = UPDATED_AT, "It takes an ISO 8601 time."
    else:
        return None
    fault = {"code": "invalid_revision", "place": f"items[{index}].{place}", "message": message}
    raise ValidationFailed("The item's revision has faults.", [fault])


def _put_round(
    ports: CatalogPorts,
    tenant: str,
    catalog: Catalog,
    wanted: Mapping[str, _Wanted],
    quiet: bool,
    done: Written,
) -> None:
    todo = dict(wanted)
    pairs: list[tuple[str, int]] = []
    for _ in range(_TRIES):
        stored = ports.items.get(tenant, catalog.id, list(todo))
        now = ports.publishing.now()
        decided: dict[str, Decision] = {}
        for id_, one in list(todo.items()):
            try:
                decided[id_] = write(
                    catalog, stored.get(id_), id_, one.fields, rev=one.rev, now=now, quiet=quiet
                )
            except Throttled as error:
                _reject(done, one.index, id_, error)
                del todo[id_]
        records = [one.record for one in decided.values() if one.record is not None]
        _show(ports, tenant, catalog, records)
        _remember(ports, tenant, catalog, records, now)
        written = ports.items.save(tenant, records)
        for id_, decision in decided.items():
            record = decision.record
            if record is not None and id_ not in written:
                continue
            del todo[id_]
            done.outcomes[id_] = decision.outcome
            before = stored.get(id_)
            waiting = record if record is not None else before
            pairs += [(id_, rev) for rev in dict.fromkeys(c.rev for c in waiting.open)] if waiting else []
            if record is not None:
                old = {(c.name, c.rev) for c in before.open} if before else set()
                done.news += [{"id": id_, "name": c.name} for c in record.open if (c.name, c.rev) not in old]
                if before is not None:
                    _hide(ports, tenant, catalog, before, _page_of(catalog, record))
        if not todo:
            break
    for one in todo.values():
        _reject(done, one.index, one.id, Conflict("Others write it at this moment.", code="busy"))
    tell(ports, tenant, catalog.id, pairs)


def _page_of(catalog: Catalog, record: ItemRecord) -> str:
    return page_key(role(catalog, record.fields, "url"))


def _show(ports: CatalogPorts, tenant: str, catalog: Catalog, records: Iterable[ItemRecord]) -> None:
    pages: dict[str, PageItem | None] = {}
    for one in records:
        if key := _page_of(catalog, one):
            tags = tuple(role(catalog, one.fields, "tags") or ())[:20]
            pages[key] = PageItem(catalog.id, one.id, tags, str(role(catalog, one.fields, "category") or ""))
    if pages:
        ports.items.show(tenant, pages)


def _hide(ports: CatalogPorts, tenant: str, catalog: Catalog, before: ItemRecord, now: str) -> None:
    """Take the old page of an item away, unless it shows another one by now."""
    old = _page_of(catalog, before)
    if (
        old
        and old != now
        and ports.items.pages(tenant, [old]).get(old, ("", ""))[:2]
        == (
            catalog.id,
            before.id,
        )
    ):
        ports.items.show(tenant, {old: None})


def _remember(
    ports: CatalogPorts, tenant: str, catalog: Catalog, records: Iterable[ItemRecord], now: datetime
) -> None:
    """Put due rows: for what is published later, and to see that news were told."""
    rows = []
    for one in records:
        at = public_at(catalog, one.fields)
        if not one.public and at is not None:
            rows.append(DueRow(CATALOG_WORKFLOW, f"{catalog.id}/{one.id}", 0, at))
        if one.open:
            rows.append(DueRow(CATALOG_WORKFLOW, f"{catalog.id}/{one.id}", 1, now + LOOK_AGAIN))
    if rows:
        ports.parking.put_due(tenant, rows)
