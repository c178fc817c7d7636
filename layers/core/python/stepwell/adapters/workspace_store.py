"""What every step reads of table `config`, cached: settings a minute, switches a second, versions for good.

Raw reads, no PynamoDB: this is on the import path of the functions that move cohorts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.items.config import (
    CONTROL,
    DRAFT,
    RULES,
    TEMPLATE,
    TENANTS,
    TRIGGERS,
    WORKSPACE,
    control_of,
    document_key,
    read_body,
    revision_key,
    singleton_key,
    workspace_of,
)
from stepwell.adapters.items.wire import Key
from stepwell.contracts.workspace import Control, Workspace
from stepwell.errors import NotFound

T = TypeVar("T")
CONTROL_S, TRIGGERS_S, WORKSPACE_S, TEMPLATE_S = 1.0, 2.0, 60.0, 60.0


class DynamoWorkspaces:
    """See `stepwell.runtime.ports.WorkspaceStore`; also templates and the trigger index.

    Args:
        table: Table `config`.
        monotonic: Seconds for the caches' ages; real ones, even where the clock is virtual.
    """

    def __init__(self, table: DynamoTable, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._table = table
        self._monotonic = monotonic
        self._cache: dict[tuple[str, ...], tuple[float, Any]] = {}

    def workspace(self, tenant: str) -> Workspace:
        """Return the tenant's settings (may be a minute old); defaults for a tenant without any."""
        document = self._cached(singleton_key(tenant, WORKSPACE), WORKSPACE_S)
        return Workspace(tenant) if document is None else workspace_of({**document, "tenant": tenant})

    def control(self, tenant: str) -> Control:
        """Return the switches (at most a second old)."""
        document = self._cached(singleton_key(tenant, CONTROL), CONTROL_S)
        return Control() if document is None else control_of(document)

    def tenants(self) -> list[str]:
        """Return all tenant ids."""
        return [item["sk"] for item in self._table.query(TENANTS).items]

    def triggers(self, tenant: str) -> Mapping[str, Any]:
        """Return the trigger index, at most seconds old; empty when nothing is published."""
        return self._cached(singleton_key(tenant, TRIGGERS), TRIGGERS_S) or {}

    def rules(self, tenant: str) -> Mapping[str, Any]:
        """Return what is derived from events, at most seconds old; scores by the default model until one is saved."""
        document = self._cached(singleton_key(tenant, RULES), TRIGGERS_S) or {}
        if "scores" in document:
            return document
        # Only the pass asks for rules: other functions load no models.
        from stepwell.scoring.defaults import default_rules

        return {**document, "scores": default_rules()}

    def template(self, tenant: str, template: str) -> Mapping[str, Any]:
        """Return a template's document; may be a minute old.

        Raises:
            NotFound: No such template.
        """
        document = self._cached(document_key(tenant, TEMPLATE, template), TEMPLATE_S)
        if document is None:
            raise NotFound(f"There is no template {template!r}.", details={"template": template})
        return document

    def piece(self, tenant: str, kind: str, piece: str) -> Mapping[str, Any] | None:
        """Return a snippet's, block's or source's document, may be a minute old; None: there is none."""
        return self._cached(document_key(tenant, kind, piece), TEMPLATE_S)

    def _cached(self, key: Key, age: float) -> dict[str, Any] | None:
        now = self._monotonic()
        if key in self._cache and now - self._cache[key][0] < age:
            document: dict[str, Any] | None = self._cache[key][1]
            return document
        item = self._table.get(key)
        document = None if item is None else read_body(item["body"])
        self._cache[key] = (now, document)
        return document


class DynamoVersions:
    """See `stepwell.runtime.ports.VersionStore`; a version never changes, so it is read once a process.

    Args:
        table: Table `config`.
    """

    def __init__(self, table: DynamoTable) -> None:
        self._table = table
        self._documents: dict[tuple[str, str, int], Mapping[str, Any]] = {}

    def document(self, tenant: str, workflow: str, version: int) -> Mapping[str, Any]:
        """Return a published version's graph as plain JSON (expanded, validated).

        Raises:
            NotFound: No such version.
        """
        wanted = (tenant, workflow, version)
        if wanted not in self._documents:
            item = self._table.get(revision_key(tenant, DRAFT, workflow, version))
            if item is None:
                raise NotFound(
                    f"Workflow {workflow!r} has no version {version}.", details={"workflow": workflow}
                )
            self._documents[wanted] = read_body(item["body"])
        return self._documents[wanted]
