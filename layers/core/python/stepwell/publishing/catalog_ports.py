"""What managing catalogs keeps and needs from outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from stepwell.catalog.model import Catalog
from stepwell.catalog.ports import InterestStore, ItemStore
from stepwell.contracts.workspace import Document
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.rules import RulesStore
from stepwell.runtime.ports import ParkingStore


class Documents(Protocol):
    """Documents of a workspace; see `stepwell.adapters.config_store.ConfigStore`."""

    def document(self, tenant: str, kind: str, id_: str) -> Document:
        """Return one.

        Raises:
            NotFound: There is none.
        """
        ...

    def documents(
        self, tenant: str, kind: str, limit: int = 100, cursor: str | None = None
    ) -> tuple[Sequence[Document], str | None]:
        """Page through a kind."""
        ...

    def save_document(
        self, tenant: str, kind: str, id_: str, rev: int, body: Mapping[str, Any], by: str = ""
    ) -> Document:
        """Save one over the revision that was read; Conflict: somebody else was first."""
        ...

    def delete_document(self, tenant: str, kind: str, id_: str, rev: int) -> None:
        """Delete one over the revision that was read; Conflict: somebody else was first."""
        ...


@dataclass(frozen=True, slots=True)
class CatalogRecord:
    """A catalog as it is kept.

    Attributes:
        catalog: The catalog.
        rev: Grows at each save.
        updated_at: When it was saved.
        updated_by: By whom.
    """

    catalog: Catalog
    rev: int
    updated_at: datetime
    updated_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogPorts:
    """Everything that managing catalogs may reach."""

    documents: Documents
    rules: RulesStore
    items: ItemStore
    interests: InterestStore
    parking: ParkingStore
    publishing: PublishingPorts
