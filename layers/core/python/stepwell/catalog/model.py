"""What a workspace says about a catalog: its fields, which of them mean what, and what is told of its items.

Synced from a shop or a content system, item by item. The fields are the workspace's own; `keys` says which of them
are the title, the price and so on, for only these are compared and told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from stepwell.contracts.faults import violations_of
from stepwell.errors import ValidationFailed

KIND = "CAT"
"""Under which catalogs lie among a workspace's documents."""
MAX_CATALOGS = 20
FieldType = Literal["text", "number", "boolean", "date", "list", "url"]
News = Literal["new_content", "price_dropped", "price_raised", "back_in_stock", "low_stock", "out_of_stock"]
OF_PRODUCTS: tuple[News, ...] = (
    "price_dropped",
    "price_raised",
    "back_in_stock",
    "low_stock",
    "out_of_stock",
)
CatalogId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_SegmentId = Annotated[str, Field(pattern=r"^([a-z][a-z0-9_]{0,63})?$")]
Role = Literal["title", "url", "image_url", "price", "currency", "stock", "tags", "category", "published_at"]
ROLES: Mapping[Role, tuple[FieldType, ...]] = {
    "title": ("text",),
    "url": ("url",),
    "image_url": ("url",),
    "price": ("number",),
    "currency": ("text",),
    "stock": ("number", "boolean"),
    "tags": ("list",),
    "category": ("text",),
    "published_at": ("date",),
}
"""Types that a field may have to mean this; the first is that of the field which exists anyway."""


class CatalogField(BaseModel):
    """A field of a catalog's items.

    Attributes:
        name: Its name.
        type: `list` is a list of texts, `url` an address that begins with http or https.
        required: Whether each item must have it.
        description: What it says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    name: _Name
    type: FieldType = "text"
    required: bool = False
    description: Annotated[str, Field(max_length=500)] = ""


class Keys(BaseModel):
    """Which field means what; a meaning without a field of this name has one of its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    title: _Name = "title"
    url: _Name = "url"
    image_url: _Name = "image_url"
    price: _Name = "price"
    currency: _Name = "currency"
    stock: _Name = "stock"
    tags: _Name = "tags"
    category: _Name = "category"
    published_at: _Name = "published_at"


class Catalog(BaseModel):
    """A catalog.

    Attributes:
        id: Stable id that events and templates name.
        kind: `product`, or `content`: articles, films, courses.
        name: Shown in lists.
        description: What is in it.
        fields: Its fields, beside those that the keys name.
        keys: Which field means what.
        unknown: What happens to other fields: `reject` the item, or `accept` them as they are.
        currency: Of items that name none (ISO 4217).
        low_stock: At or below this many a product is low in stock; 0: nobody asks.
        tells: Changes that are told; empty: of content `new_content`, of products all about price and stock.
        audience: Segment outside which nobody is told; empty: everybody of interest.
        announce_to: Segment whose members hear of new content; empty: those interested in its tags or category.
        most: At most so many contacts are told of one change.
        interest_days: How long an interest lasts after what showed it; a subscription lasts a year.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    id: CatalogId
    kind: Literal["product", "content"]
    name: Annotated[str, Field(max_length=120)] = ""
    description: Annotated[str, Field(max_length=1_000)] = ""
    fields: Annotated[tuple[CatalogField, ...], Field(max_length=100)] = ()
    keys: Keys = Field(default_factory=lambda: Keys.model_validate({}))
    unknown: Literal["reject", "accept"] = "reject"
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    low_stock: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    tells: Annotated[tuple[News, ...], Field(max_length=6)] = ()
    audience: _SegmentId = ""
    announce_to: _SegmentId = ""
    most: Annotated[int, Field(ge=1, le=10_000_000)] = 1_000_000
    interest_days: Annotated[int, Field(ge=1, le=365)] = 90

    @model_validator(mode="after")
    def _fits(self) -> Self:
        names = [one.name for one in self.fields]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"there are two fields named `{twice[0]}`")
        if "id" in names:
            raise ValueError("`id` is the item's own: no field can be named so")
        named = list(self.keys.model_dump().values())
        if len(set(named)) < len(named):
            raise ValueError("a field can mean one thing only")
        own = {one.name: one.type for one in self.fields}
        for role, types in ROLES.items():
            field = getattr(self.keys, role)
            if own.get(field, types[0]) not in types:
                raise ValueError(f"`{field}` is the {role}: its type must be {' or '.join(types)}")
        return self

    @property
    def told(self) -> frozenset[str]:
        """Names of the changes that are told."""
        return frozenset(self.tells or (("new_content",) if self.kind == "content" else OF_PRODUCTS))

    def typed(self) -> dict[str, CatalogField]:
        """Return all fields by name, those of the keys included."""
        keyed = {
            name: CatalogField.model_validate({"name": name, "type": ROLES[role][0]})
            for role, name in self._roles()
        }
        return keyed | {one.name: one for one in self.fields}

    def _roles(self) -> Sequence[tuple[Role, str]]:
        return [(role, getattr(self.keys, role)) for role in ROLES]

    def document(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return self.model_dump(mode="json")

    def rule(self) -> dict[str, Any]:
        """Return what the pass needs to know of it."""
        return {"id": self.id, "kind": self.kind, "days": self.interest_days}


def read_catalog(document: Mapping[str, Any]) -> Catalog:
    """Read a catalog that somebody wrote.

    Raises:
        ValidationFailed: It breaks rules: all of them, each with code, place and message.
    """
    try:
        return Catalog.model_validate(dict(document))
    except ValidationError as error:
        raise ValidationFailed(
            "The catalog has faults.", violations_of(error, code="invalid_catalog")
        ) from error
