"""Publishing's stores over table `config`: workflows, versions, the trigger index, switches, what a workspace has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.items.config import DRAFT, SCORE, SEGMENT, TEMPLATE
from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.workspace import Control, Document, WorkflowStatus, Workspace
from stepwell.errors import Conflict, NotFound
from stepwell.publishing.known_fields import known_fields
from stepwell.publishing.ports import Known
from stepwell.publishing.records import Version, WorkflowRecord
from stepwell.publishing.rules import RulesStore

# What people see of a version; the graph that the runtime walks is the revision of kind `WF` itself.
SHOWN = "WFX"
REGISTRY = "REG"
FIELDS = "fields"


class ConfigWorkflows:
    """See `stepwell.publishing.ports.WorkflowStore`.

    Args:
        store: Table `config`.
    """

    def __init__(self, store: ConfigStore) -> None:
        self._store = store

    def get(self, tenant: str, workflow: str) -> WorkflowRecord | None:
        """Read one."""
        try:
            found = self._store.document(tenant, DRAFT, workflow)
        except NotFound:
            return None
        return _record(found.id, found.rev, found.body)

    def save(self, tenant: str, record: WorkflowRecord) -> bool:
        """Write one if the stored rev still is ``record.rev``."""
        body = {
            "document": dict(record.document),
            "edited": record.edited,
            "status": str(record.status),
            "live": record.live,
            "latest": record.latest,
            "reserved": record.reserved,
            "machines": list(record.machines),
            "schedules": list(record.schedules),
            "created_at": iso(record.created_at),
            "updated_at": iso(record.updated_at),
            "updated_by": record.updated_by,
            "published_at": iso(record.published_at) if record.published_at else "",
            "managed_by": record.managed_by,
            "git": dict(record.git),
            "review": dict(record.review),
        }
        try:
            self._store.save_document(tenant, DRAFT, record.id, record.rev, body, record.updated_by)
        except Conflict:
            return False
        return True

    def delete(self, tenant: str, workflow: str, rev: int) -> bool:
        """Delete one if its rev still is ``rev``."""
        try:
            self._store.delete_document(tenant, DRAFT, workflow, rev)
        except Conflict:
            return False
        return True

    def all(self, tenant: str) -> list[WorkflowRecord]:
        """Read all of a tenant."""
        found: list[WorkflowRecord] = []
        cursor: str | None = None
        while True:
            page, cursor = self._store.documents(tenant, DRAFT, 100, cursor)
            found += [_record(document.id, document.rev, document.body) for document in page]
            if cursor is None:
                return found


def _record(workflow: str, rev: int, body: Mapping[str, Any]) -> WorkflowRecord:
    return WorkflowRecord(
        id=workflow,
        document=body["document"],
        rev=rev,
        edited=int(body["edited"]),
        status=WorkflowStatus(body["status"]),
        live=int(body["live"]),
        latest=int(body["latest"]),
        reserved=body["reserved"],
        machines=tuple(body["machines"]),
        schedules=tuple(body["schedules"]),
        created_at=from_iso(body["created_at"]),
        updated_at=from_iso(body["updated_at"]),
        updated_by=body["updated_by"],
        published_at=from_iso(body["published_at"]) if body["published_at"] else None,
        managed_by=body.get("managed_by", ""),
        git=body.get("git") or {},
        review=body.get("review") or {},
    )


class ConfigVersions:
    """See `stepwell.publishing.ports.VersionLibrary`.

    Args:
        store: Table `config`.
    """

    def __init__(self, store: ConfigStore) -> None:
        self._store = store

    def put(self, tenant: str, version: Version) -> bool:
        """Write a version unless its number is taken; what people see first, what the runtime walks last."""
        shown = {
            "drawn": dict(version.drawn),
            "origin": dict(version.origin),
            "source_map": dict(version.source_map),
            "machine": version.machine,
            "definition_sha": version.definition_sha,
            "rolled_back_from": version.rolled_back_from,
            "source": version.source,
        }
        whose = (version.published_by, version.note)
        try:
            self._store.put_revision(tenant, SHOWN, version.workflow, version.number, shown, *whose)
            self._store.put_revision(
                tenant, DRAFT, version.workflow, version.number, dict(version.graph), *whose
            )
        except Conflict:
            return False
        return True

    def get(self, tenant: str, workflow: str, number: int) -> Version | None:
        """Read one."""
        try:
            graph = self._store.revision(tenant, DRAFT, workflow, number)
            shown = self._store.revision(tenant, SHOWN, workflow, number)
        except NotFound:
            return None
        listed = next((v for v in self.all(tenant, workflow) if v.number == number), None)
        if listed is None:
            return None
        return Version(
            workflow=workflow,
            number=number,
            graph=graph,
            drawn=shown["drawn"],
            origin=shown["origin"],
            source_map=shown["source_map"],
            machine=shown["machine"],
            definition_sha=shown["definition_sha"],
            published_at=listed.published_at,
            published_by=listed.published_by,
            note=listed.note,
            rolled_back_from=int(shown["rolled_back_from"]),
            source=shown.get("source", ""),
        )

    def all(self, tenant: str, workflow: str) -> list[Version]:
        """Read all of a workflow, newest first, without their graphs."""
        found: list[Version] = []
        cursor: str | None = None
        while True:
            page, cursor = self._store.revisions(tenant, DRAFT, workflow, 100, cursor)
            found += [
                Version(
                    workflow=workflow,
                    number=revision.number,
                    graph={},
                    drawn={},
                    published_at=revision.at,
                    published_by=revision.by,
                    note=revision.note,
                )
                for revision in page
            ]
            if cursor is None:
                return found


class ConfigTriggers:
    """See `stepwell.publishing.ports.TriggerDocuments`.

    Args:
        store: Table `config`.
    """

    def __init__(self, store: ConfigStore) -> None:
        self._store = store

    def read(self, tenant: str) -> tuple[Mapping[str, Any], int]:
        """Return the document and its rev (0: none yet)."""
        rev, document = self._store.triggers(tenant)
        return document, rev

    def write(self, tenant: str, document: Mapping[str, Any], rev: int) -> bool:
        """Write it if the stored rev still is ``rev``."""
        try:
            self._store.save_triggers(tenant, rev, document)
        except Conflict:
            return False
        return True


class ConfigSwitches:
    """See `stepwell.publishing.ports.Switches`.

    Args:
        store: Table `config`.
    """

    def __init__(self, store: ConfigStore) -> None:
        self._store = store

    def control(self, tenant: str) -> Control:
        """Read them."""
        return self._store.control(tenant)

    def set_status(self, tenant: str, workflow: str, status: WorkflowStatus) -> None:
        """Set what a workflow may do."""
        self._store.set_status(tenant, workflow, status)

    def set_stopped(self, tenant: str, stopped: bool) -> None:
        """Throw the stop-everything switch."""
        self._store.set_stopped(tenant, stopped)

    def set_marketing_paused(self, tenant: str, paused: bool) -> None:
        """Have marketing mail wait, or let it go on."""
        self._store.set_marketing_paused(tenant, paused)


class ConfigInventory:
    """See `stepwell.publishing.ports.Inventory`.

    Args:
        store: Table `config`.
        rules: What the workspace's contacts are described by.
    """

    def __init__(self, store: ConfigStore, rules: RulesStore) -> None:
        self._store = store
        self._rules = rules

    def known(self, tenant: str) -> Known:
        """Return what the checks compare with."""
        # A workspace begins with the model `lead`, which is stored with the first change of any.
        models = self._ids(tenant, SCORE) or frozenset({"lead"})
        fields, is_open = known_fields(self._rules.read(tenant)[0], models)
        registered = self.fields(tenant)
        channels = {one.id: str(one.body.get("channel") or "email") for one in self._all(tenant, TEMPLATE)}
        return Known(
            templates=frozenset(channels),
            channels=channels,
            segments=self._ids(tenant, SEGMENT),
            fields={**fields, **(registered or {})},
            # Who registers fields for the checks wants to hear of all others.
            open_fields=is_open and registered is None,
            models=models,
        )

    def _ids(self, tenant: str, kind: str) -> frozenset[str]:
        return frozenset(document.id for document in self._all(tenant, kind))

    def _all(self, tenant: str, kind: str) -> Iterator[Document]:
        cursor: str | None = None
        while True:
            page, cursor = self._store.documents(tenant, kind, 100, cursor)
            yield from page
            if cursor is None:
                return

    def fields(self, tenant: str) -> Mapping[str, str] | None:
        """Return the profile fields by type that were registered for the checks alone; None: none were."""
        try:
            body = self._store.document(tenant, REGISTRY, FIELDS).body
        except NotFound:
            return None
        return {str(name): str(kind) for name, kind in body.items()} or None

    def workspace(self, tenant: str) -> Workspace:
        """Return the tenant's settings; defaults for a tenant without any."""
        try:
            return self._store.workspace(tenant)
        except NotFound:
            return Workspace(tenant)
