"""Scoring models (kind `SCORE`) and sequences (kind `SEQ`) in table `config`, with their versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.adapters.config_store import ConfigStore
from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.workspace import Document
from stepwell.errors import Conflict, NotFound
from stepwell.publishing.rule_ports import RuleRecord, RuleVersion


class ConfigRules:
    """See `stepwell.publishing.rule_ports.RuleStore`.

    The document is written first: a number belongs to whoever won. Who dies before the version is written leaves it
    to the next save; until then it is read from the document.

    Args:
        store: Table `config`.
        kind: `SCORE` or `SEQ`.
    """

    def __init__(self, store: ConfigStore, kind: str) -> None:
        self._store = store
        self._kind = kind

    def get(self, tenant: str, rule: str) -> RuleRecord | None:
        """Read one."""
        try:
            return _record(self._store.document(tenant, self._kind, rule))
        except NotFound:
            return None

    def all(self, tenant: str) -> list[RuleRecord]:
        """Read all of a tenant, by id."""
        found: list[RuleRecord] = []
        cursor: str | None = None
        while True:
            page, cursor = self._store.documents(tenant, self._kind, 100, cursor)
            found += map(_record, page)
            if cursor is None:
                return found

    def save(self, tenant: str, record: RuleRecord) -> bool:
        """Write one and its version if the stored rev still is ``record.rev``."""
        if record.rev:
            stored = self.get(tenant, record.id)
            if stored is None or stored.rev != record.rev:
                return False
            self._keep(tenant, stored)
        try:
            self._store.save_document(
                tenant, self._kind, record.id, record.rev, _body(record), record.updated_by
            )
        except Conflict:
            return False
        self._keep(tenant, record)
        return True

    def _keep(self, tenant: str, record: RuleRecord) -> None:
        self._store.put_revision(
            tenant,
            self._kind,
            record.id,
            record.version,
            dict(record.body),
            by=record.updated_by,
            note=record.note,
        )

    def delete(self, tenant: str, rule: str, rev: int) -> bool:
        """Delete one if its rev still is ``rev``."""
        stored = self.get(tenant, rule)
        if stored is None or stored.rev != rev:
            return False
        self._keep(tenant, stored)
        try:
            self._store.delete_document(tenant, self._kind, rule, rev)
        except Conflict:
            return False
        return True

    def versions(self, tenant: str, rule: str) -> list[RuleVersion]:
        """Return all versions that were ever saved under an id, newest first."""
        found: list[RuleVersion] = []
        cursor: str | None = None
        while True:
            page, cursor = self._store.revisions(tenant, self._kind, rule, 100, cursor)
            found += [RuleVersion(one.number, one.at, one.by, one.note) for one in page]
            if cursor is None:
                break
        stored = self.get(tenant, rule)
        if stored is not None and all(one.number != stored.version for one in found):
            found.insert(0, RuleVersion(stored.version, stored.updated_at, stored.updated_by, stored.note))
        return found

    def version(self, tenant: str, rule: str, number: int) -> Mapping[str, Any] | None:
        """Return a version's document, None: there is none of this number."""
        try:
            return self._store.revision(tenant, self._kind, rule, number)
        except NotFound:
            stored = self.get(tenant, rule)
            return stored.body if stored is not None and stored.version == number else None


def _body(record: RuleRecord) -> dict[str, Any]:
    return {
        "body": dict(record.body),
        "version": record.version,
        "created_at": iso(record.created_at),
        "updated_at": iso(record.updated_at),
        "updated_by": record.updated_by,
        "note": record.note,
        "rolled_back_from": record.rolled_back_from,
        "before": dict(record.before),
    }


def _record(document: Document) -> RuleRecord:
    body = document.body
    return RuleRecord(
        id=document.id,
        body=body["body"],
        version=int(body["version"]),
        created_at=from_iso(body["created_at"]),
        updated_at=from_iso(body["updated_at"]),
        updated_by=body["updated_by"],
        note=body["note"],
        rolled_back_from=int(body["rolled_back_from"]),
        before=body["before"],
        rev=document.rev,
    )
