"""What contacts' fields are, what is computed of events, lifecycle stages."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from stepwell.profiles.schema import AttributeType, Family, RuleName
from stepwell.profiles.schema import Computed as ComputedDocument
from stepwell.profiles.schema import Lifecycle as LifecycleDocument
from stepwell.profiles.schema import Schema as SchemaDocument

from replies.forms import DocumentOf, Json, Reply

Unknown: TypeAlias = Literal["accept", "reject"]


class Attribute(Reply):
    """A field of contacts.

    Attributes:
        type: What values are brought to; `any` keeps them as they come.
        rule: Whose value stands when several are told.
        sources: Ranking of sources, best first.
        choices: The values that a text may have; none: any.
        pii: Whether it tells who somebody is.
        retention_days: Purged when it has not been told for so long; null: kept.
        consent: The purpose that must be consented to before it is kept; null: none.
        built_in: Whether it is the platform's and not the workspace's.
        replaces_built_in: Whether it is the workspace's own form of a built-in one.
    """

    name: str
    family: Family
    type: AttributeType
    rule: RuleName
    sources: list[str]
    choices: list[str]
    pii: bool
    retention_days: int | None
    consent: str | None
    built_in: bool
    replaces_built_in: bool


class Saved(Reply):
    """When rules of profiles were saved.

    Attributes:
        rev: Send it back with the next change; 0: they were never saved.
        updated_at: ISO 8601; empty: never.
    """

    rev: int
    updated_at: str
    updated_by: str
    note: str


class AttributeRegistry(Reply):
    """A page of attributes, and the rest of the registry.

    Attributes:
        cursor: Send it as `cursor` for the next page; null: the list is through.
        total: Attributes of all pages.
        unknown: Whether traits that no attribute describes are kept.
        region: Country of phone numbers that do not name theirs; null: none.
        rev: Send it back with the next change; 0: it was never saved.
        updated_at: ISO 8601; empty: never.
    """

    items: list[Attribute]
    cursor: str | None
    total: int | None
    unknown: Unknown
    region: str | None
    rev: int
    updated_at: str
    updated_by: str
    note: str


class SavedRegistry(Saved):
    """The registry's own attributes, as they were saved."""

    schema: Annotated[Json, DocumentOf(SchemaDocument)]


class ComputedAttributes(Saved):
    """Attributes that are computed from events."""

    computed: list[Annotated[Json, DocumentOf(ComputedDocument)]]


class Lifecycle(Saved):
    """Lifecycle stages."""

    lifecycle: Annotated[Json, DocumentOf(LifecycleDocument)]
