"""Catalogs of a workspace: saved as documents, named in the pass's rules, deleted with all their items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.catalog.model import KIND, MAX_CATALOGS, Catalog, read_catalog
from stepwell.contracts.workspace import Document
from stepwell.errors import Conflict, InvalidInput, LimitExceeded, NotFound, ValidationFailed
from stepwell.publishing.catalog_ports import CatalogPorts, CatalogRecord
from stepwell.publishing.records import Move
from stepwell.publishing.rules import rebuild

PURGE = "purge"
"""Reason of the command that deletes the items of a catalog that is gone."""


def all_of(ports: CatalogPorts, tenant: str) -> list[CatalogRecord]:
    """Return a workspace's catalogs by id."""
    page, _ = ports.documents.documents(tenant, KIND, MAX_CATALOGS + 1)
    return [_record(document) for document in page]


def read(ports: CatalogPorts, tenant: str, catalog: str) -> CatalogRecord:
    """Return a catalog.

    Raises:
        NotFound: There is none.
    """
    try:
        return _record(ports.documents.document(tenant, KIND, catalog))
    except NotFound:
        raise NotFound(f"There is no catalog `{catalog[:60]}`.", code="no_catalog") from None


def create(ports: CatalogPorts, tenant: str, document: Mapping[str, Any], actor: str) -> CatalogRecord:
    """Save a new catalog.

    Raises:
        ValidationFailed: It breaks rules.
        Conflict: There is one of this id, or its items are still being deleted.
        LimitExceeded: There are too many.
    """
    catalog = _checked(ports, tenant, document)
    if len(all_of(ports, tenant)) >= MAX_CATALOGS:
        raise LimitExceeded(f"A workspace has at most {MAX_CATALOGS} catalogs.", code="too_many_catalogs")
    if ports.items.page(tenant, catalog.id, prefix="", limit=1, cursor=None)[0] and not _exists(
        ports, tenant, catalog.id
    ):
        raise Conflict("The items of an earlier catalog of this id are still being deleted.", code="busy")
    try:
        saved = ports.documents.save_document(tenant, KIND, catalog.id, 0, catalog.document(), actor)
    except Conflict:
        raise Conflict(f"There is a catalog `{catalog.id}` already.", code="catalog_exists") from None
    _write_rules(ports, tenant)
    ports.publishing.note(tenant, actor, "catalog.created", f"catalog/{catalog.id}", kind=catalog.kind)
    return _record(saved)


def update(
    ports: CatalogPorts, tenant: str, catalog_id: str, document: Mapping[str, Any], rev: int, actor: str
) -> CatalogRecord:
    """Save a catalog over the revision that was read; items stay as they are until they are written again.

    Raises:
        ValidationFailed: It breaks rules.
        InvalidInput: Another id or kind.
        Conflict: Somebody else changed it.
    """
    before = read(ports, tenant, catalog_id)
    catalog = _checked(ports, tenant, {**document, "id": document.get("id", catalog_id)})
    if (catalog.id, catalog.kind) != (catalog_id, before.catalog.kind):
        raise InvalidInput("A catalog keeps its id and its kind.", code="fixed_field")
    try:
        saved = ports.documents.save_document(tenant, KIND, catalog_id, rev, catalog.document(), actor)
    except Conflict:
        raise Conflict("It was changed since you read it: read it again.", code="stale_rev") from None
    _write_rules(ports, tenant)
    ports.publishing.note(tenant, actor, "catalog.updated", f"catalog/{catalog_id}", rev=saved.rev)
    return _record(saved)


def delete(ports: CatalogPorts, tenant: str, catalog_id: str, rev: int, actor: str) -> None:
    """Delete a catalog; its items follow in the background, interests in them end by themselves.

    Raises:
        NotFound: There is none.
        Conflict: Somebody else changed it.
    """
    read(ports, tenant, catalog_id)
    try:
        ports.documents.delete_document(tenant, KIND, catalog_id, rev)
    except Conflict:
        raise Conflict("It was changed since you read it: read it again.", code="stale_rev") from None
    _write_rules(ports, tenant)
    ports.publishing.moves.send(
        Move("catalog", tenant, f"catalog/{catalog_id}", reason=PURGE, job=f"purge-{catalog_id}", actor=actor)
    )
    ports.publishing.note(tenant, actor, "catalog.deleted", f"catalog/{catalog_id}")


def _checked(ports: CatalogPorts, tenant: str, document: Mapping[str, Any]) -> Catalog:
    catalog = read_catalog(document)
    segments = ports.publishing.inventory.known(tenant).segments
    wrong = [
        {"code": "unknown_segment", "place": place, "message": f"There is no segment `{segment}`."}
        for place, segment in (("audience", catalog.audience), ("announce_to", catalog.announce_to))
        if segment and segments is not None and segment not in segments
    ]
    if wrong:
        raise ValidationFailed("The catalog names segments that do not exist.", wrong)
    return catalog


def _exists(ports: CatalogPorts, tenant: str, catalog: str) -> bool:
    try:
        ports.documents.document(tenant, KIND, catalog)
    except NotFound:
        return False
    return True


def _write_rules(ports: CatalogPorts, tenant: str) -> None:
    rebuild(
        ports.rules,
        tenant,
        catalogs=lambda: [one.catalog.rule() for one in all_of(ports, tenant)] or None,
    )


def _record(document: Document) -> CatalogRecord:
    return CatalogRecord(Catalog.model_validate(document.body), document.rev, document.at, document.by)
