"""Catalogs of products and content: definitions, items one by one and in bulk, what was told of them."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal, cast

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.catalogs import Catalog as CatalogReply
from replies.catalogs import DeletedItem, Item, WrittenItems
from replies.forms import Deleted, Listed
from stepwell.catalog.items import ItemRecord
from stepwell.catalog.model import Catalog
from stepwell.contracts.clock import iso
from stepwell.errors import InvalidInput, ValidationFailed
from stepwell.publishing import catalog_looking, catalogs
from stepwell.publishing.catalog_items import MAX_ITEMS, delete_item, put_items
from stepwell.publishing.catalog_ports import CatalogRecord

from routes.item_files import in_csv, in_ndjson
from routes.routing import Call, decoded, routed, this, topic

router = topic("Catalogs")
EXAMPLE = {
    "id": "products",
    "kind": "product",
    "name": "Shop",
    "currency": "EUR",
    "low_stock": 5,
    "fields": [{"name": "name", "required": True}, {"name": "colour"}],
    "keys": {"title": "name"},
}
ITEM = {"id": "shoe-42", "name": "Shoe", "url": "https://shop.example/shoe", "price": 79.9, "stock": 12}
MAX_BULK_CHARS = 5_000_000


class CatalogIn(BaseModel):
    """A catalog."""

    model_config = ConfigDict(extra="forbid")

    catalog: dict[str, Any] = Field(examples=[EXAMPLE])


class CatalogUpdate(CatalogIn):
    """A catalog, and the revision that it was made from."""

    rev: int = Field(ge=1, description="The catalog's `rev` as you read it.")


class ItemIn(BaseModel):
    """An item as the source has it."""

    model_config = ConfigDict(extra="forbid")

    item: dict[str, Any] = Field(
        examples=[{name: value for name, value in ITEM.items() if name != "id"}],
        description="Its fields, as a whole: what is absent is gone. `_revision` (a number that grows) or "
        "`_updated_at` (a time) beside them tells late writes from new ones.",
    )
    quiet: bool = Field(default=False, description="Tell nobody.")


class ItemsIn(BaseModel):
    """Items in one of three forms."""

    model_config = ConfigDict(extra="forbid")

    items: list[dict[str, Any]] | None = Field(default=None, max_length=MAX_ITEMS, examples=[[ITEM]])
    ndjson: str | None = Field(
        default=None, max_length=MAX_BULK_CHARS, description="An item a line, as JSON."
    )
    csv: str | None = Field(
        default=None,
        max_length=MAX_BULK_CHARS,
        description="A heading of field names, then an item a line; lists are split at `|`.",
    )
    quiet: bool = Field(default=False, description="Tell nobody: for the first sync of a catalog.")


def _shown(record: CatalogRecord) -> CatalogReply:
    catalog = record.catalog
    return cast(
        CatalogReply,
        {
            **catalog.document(),
            "told": sorted(catalog.told),
            "rev": record.rev,
            "updated_at": iso(record.updated_at),
            "updated_by": record.updated_by,
        },
    )


def _item(record: ItemRecord) -> Item:
    return cast(
        Item,
        {
            "id": record.id,
            "catalog": record.catalog,
            "fields": dict(record.fields),
            "rev": record.rev,
            "updated_at": iso(record.updated_at),
            "published": record.public,
            "open": [{"name": one.name, "rev": one.rev, "at": iso(one.at)} for one in record.open],
            "told": [dict(one) for one in record.told],
        },
    )


def _catalog(call: Call, catalog: str) -> Catalog:
    return catalogs.read(call.wired.catalogs, call.tenant, catalog).catalog


@routed(router, "GET", "/catalogs", "viewer", "List catalogs of products and content")
def list_catalogs(kind: Annotated[Literal["", "product", "content"], Query()] = "") -> Listed[CatalogReply]:
    """List all catalogs, by id."""
    call = this()
    found = [
        one for one in catalogs.all_of(call.wired.catalogs, call.tenant) if kind in ("", one.catalog.kind)
    ]
    return {"items": [_shown(one) for one in found], "cursor": None, "total": len(found)}


@routed(router, "POST", "/catalogs", "publisher", "Create a catalog", status=201)
def create_catalog(body: Annotated[CatalogIn, Body()]) -> CatalogReply:
    """Create a catalog; what its contacts look at is noted from now on."""
    call = this()
    return _shown(catalogs.create(call.wired.catalogs, call.tenant, body.catalog, call.actor))


@routed(router, "GET", "/catalogs/<catalog>", "viewer", "Read a catalog")
def read_catalog(catalog: str) -> CatalogReply:
    """Read a catalog."""
    call = this()
    return _shown(catalogs.read(call.wired.catalogs, call.tenant, catalog))


@routed(router, "PUT", "/catalogs/<catalog>", "publisher", "Change a catalog (409 if somebody else did)")
def update_catalog(catalog: str, body: Annotated[CatalogUpdate, Body()]) -> CatalogReply:
    """Change a catalog; items stay as they are until they are written again."""
    call = this()
    return _shown(
        catalogs.update(call.wired.catalogs, call.tenant, catalog, body.catalog, body.rev, call.actor)
    )


@routed(router, "DELETE", "/catalogs/<catalog>", "publisher", "Delete a catalog and all its items")
def delete_catalog(
    catalog: str, rev: Annotated[int, Query(ge=1, description="Its `rev` as you read it.")]
) -> Deleted:
    """Delete a catalog; its items go in the background."""
    call = this()
    catalogs.delete(call.wired.catalogs, call.tenant, catalog, rev, call.actor)
    return {"deleted": catalog}


@routed(router, "GET", "/catalogs/<catalog>/items", "viewer", "List or search a catalog's items")
def list_items(
    catalog: str,
    prefix: Annotated[str, Query(max_length=128, description="Beginning of the id.")] = "",
    q: Annotated[str, Query(max_length=200, description="Part of the title.")] = "",
    tag: Annotated[str, Query(max_length=200)] = "",
    category: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[Item]:
    """List items by id. With a filter a page may be short and have a next one: 4,000 items are read a request."""
    call = this()
    found, after = catalog_looking.find_items(
        call.wired.catalogs,
        call.tenant,
        _catalog(call, catalog),
        prefix=prefix,
        text=q,
        tag=tag,
        category=category,
        limit=limit,
        cursor=cursor or None,
    )
    return {"items": [_item(one) for one in found], "cursor": after, "total": None}


@routed(router, "POST", "/catalogs/<catalog>/items", "editor", "Write up to 500 items (JSON, NDJSON or CSV)")
def write_items(catalog: str, body: Annotated[ItemsIn, Body()]) -> WrittenItems:
    """Write items, each judged by itself; the same request twice changes and tells nothing the second time."""
    call = this()
    of = _catalog(call, catalog)
    documents = _documents(of, body)
    if len(documents) > MAX_ITEMS:
        raise InvalidInput(f"A request takes at most {MAX_ITEMS} items.", code="too_many_items")
    return _write(call, of, documents, body.quiet)


@routed(router, "GET", "/catalogs/<catalog>/items/<item>", "viewer", "Read an item")
def read_item(catalog: str, item: str) -> Item:
    """Read an item with its last news."""
    call = this()
    of = _catalog(call, catalog)
    return _item(catalog_looking.read_item(call.wired.catalogs, call.tenant, of, decoded(item)))


@routed(router, "PUT", "/catalogs/<catalog>/items/<item>", "editor", "Write an item")
def write_item(catalog: str, item: str, body: Annotated[ItemIn, Body()]) -> WrittenItems:
    """Write one item, as a whole."""
    call = this()
    id_ = decoded(item)
    if body.item.get("id", id_) != id_:
        raise InvalidInput("The item has another `id` than the address.", code="other_id")
    done = _write(call, _catalog(call, catalog), [{**body.item, "id": id_}], body.quiet)
    for refused in done["rejected"]:
        if refused["violations"]:
            raise ValidationFailed(refused["message"], [dict(one) for one in refused["violations"]])
    return done


@routed(router, "DELETE", "/catalogs/<catalog>/items/<item>", "editor", "Delete an item")
def remove_item(
    catalog: str,
    item: str,
    revision: Annotated[int, Query(ge=0, description="Its revision at the source; 0: delete it anyway.")] = 0,
) -> DeletedItem:
    """Delete an item; it is remembered for 30 days, so that a late write does not bring it back."""
    call = this()
    of, id_ = _catalog(call, catalog), decoded(item)
    outcome = delete_item(call.wired.catalogs, call.tenant, of, id_, revision or None)
    call.ports.note(
        call.tenant, call.actor, "item.deleted", f"catalog/{catalog}/{id_[:128]}", outcome=outcome
    )
    return cast(DeletedItem, {"id": id_, "outcome": outcome})


def _write(call: Call, catalog: Catalog, documents: list[dict[str, Any]], quiet: bool) -> WrittenItems:
    done = put_items(call.wired.catalogs, call.tenant, catalog, documents, quiet=quiet)
    counts = Counter(done.outcomes.values())
    numbers = {name: counts[name] for name in ("created", "updated", "unchanged")}
    if counts["created"] or counts["updated"]:
        # One entry a request: a sync writes thousands of items.
        call.ports.note(
            call.tenant,
            call.actor,
            "items.written",
            f"catalog/{catalog.id}",
            **numbers,
            news=len(done.news),
            quiet=quiet,
        )
    return cast(
        WrittenItems,
        {
            **numbers,
            "stale": sorted(id_ for id_, outcome in done.outcomes.items() if outcome == "stale"),
            "rejected": done.rejected,
            "news": done.news,
        },
    )


def _documents(catalog: Catalog, body: ItemsIn) -> list[dict[str, Any]]:
    given = [one for one in (body.items, body.ndjson, body.csv) if one is not None]
    if len(given) != 1:
        raise InvalidInput("Give one of `items`, `ndjson` and `csv`.", code="one_form")
    if body.items is not None:
        return body.items
    return in_ndjson(body.ndjson) if body.ndjson is not None else in_csv(catalog, body.csv or "")
