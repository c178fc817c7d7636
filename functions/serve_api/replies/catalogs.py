"""Catalogs, their items, and what became of a write of items."""

from __future__ import annotations

from typing import Literal, TypeAlias

from replies.forms import Json, Reply, Time

FieldType: TypeAlias = Literal["text", "number", "boolean", "date", "list", "url"]
News: TypeAlias = Literal[
    "new_content", "price_dropped", "price_raised", "back_in_stock", "low_stock", "out_of_stock"
]


class CatalogField(Reply):
    """A field of a catalog's items.

    Attributes:
        name: Its name.
        type: `list` is a list of texts, `url` an address that begins with http or https.
        required: Whether each item must have it.
        description: What it says.
    """

    name: str
    type: FieldType
    required: bool
    description: str


class CatalogKeys(Reply):
    """Which field means what."""

    title: str
    url: str
    image_url: str
    price: str
    currency: str
    stock: str
    tags: str
    category: str
    published_at: str


class Catalog(Reply):
    """A catalog.

    Attributes:
        id: Stable id that events and templates name.
        fields: Its own fields, beside those that the keys name.
        keys: Which field means what.
        unknown: What happens to items with other fields.
        currency: Of items that name none (ISO 4217); empty: none.
        low_stock: At or below this many a product is low in stock; 0: nobody asks.
        tells: Changes that are told as it says; empty: those of its kind.
        told: Changes that are told in fact.
        audience: Segment outside which nobody is told; empty: everybody of interest.
        announce_to: Segment whose members hear of new content; empty: those interested in its words.
        most: At most so many contacts are told of one change.
        interest_days: How long an interest lasts after what showed it.
        rev: Send it with a change.
    """

    id: str
    kind: Literal["product", "content"]
    name: str
    description: str
    fields: list[CatalogField]
    keys: CatalogKeys
    unknown: Literal["reject", "accept"]
    currency: str
    low_stock: int
    tells: list[News]
    told: list[News]
    audience: str
    announce_to: str
    most: int
    interest_days: int
    rev: int
    updated_at: Time
    updated_by: str


class ToldNews(Reply):
    """News of an item that were told.

    Attributes:
        name: Name of the event.
        rev: Revision of the item that brought it.
        at: When everybody had been told.
        contacts: How many were told.
    """

    name: News
    rev: int
    at: Time
    contacts: int


class OpenNews(Reply):
    """News of an item that are being told."""

    name: News
    rev: int
    at: Time


class Item(Reply):
    """An item.

    Attributes:
        id: Its id.
        catalog: Its catalog.
        fields: Its fields, by their names in the catalog.
        rev: Its revision at the source.
        updated_at: When it was last written.
        published: Whether its publication was noticed.
        open: News that are being told.
        told: The last news that were told, newest first.
    """

    id: str
    catalog: str
    fields: Json
    rev: int
    updated_at: Time
    published: bool
    open: list[OpenNews]
    told: list[ToldNews]


class CatalogViolation(Reply):
    """What is wrong with an item."""

    code: str
    place: str
    message: str


class RejectedItem(Reply):
    """An item that was not taken.

    Attributes:
        index: Its place in what was sent, from 0.
        id: Its id, if it has one.
    """

    index: int
    id: str
    code: str
    message: str
    violations: list[CatalogViolation]


class ItemNews(Reply):
    """News that will be told to those concerned."""

    id: str
    name: News


class WrittenItems(Reply):
    """What became of the items of a request.

    Attributes:
        created: How many are new.
        updated: How many have changed.
        unchanged: How many were like this already.
        stale: Ids of those whose stored revision is newer; they were left as they are.
        rejected: Those that were not taken.
        news: News that will be told.
    """

    created: int
    updated: int
    unchanged: int
    stale: list[str]
    rejected: list[RejectedItem]
    news: list[ItemNews]


class DeletedItem(Reply):
    """What became of a deletion: `stale` when the stored revision is newer."""

    id: str
    outcome: Literal["deleted", "stale"]
