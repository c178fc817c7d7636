"""Write keys, audit entries and the debugger's tail, on PynamoDB; counters are in `config_counters`."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from pynamodb.exceptions import DoesNotExist

from stepwell.adapters.config_models import WriteKeyItem, bind
from stepwell.adapters.config_store import translated_models
from stepwell.adapters.cursors import read_cursor, write_cursor
from stepwell.adapters.items.config import (
    audit_partition,
    config_partition,
    read_body,
    tail_partition,
    write_body,
    write_key_key,
)
from stepwell.adapters.items.wire import from_millis, millis
from stepwell.contracts.clock import Clock, from_iso, iso
from stepwell.contracts.workspace import AuditEntry, KeyRecord
from stepwell.errors import NotFound
from stepwell.triggers.ports import WriteKey

TAIL_KEPT = timedelta(hours=1)
_WATCHED = timedelta(minutes=2)
_WATCH_CACHE_S = 5.0


class ConfigKeys:
    """Write keys; see `stepwell.triggers.ports.WriteKeys`.

    Args:
        table: Table name.
        region: AWS region.
    """

    def __init__(self, table: str, region: str) -> None:
        self._model = bind(table, region).write_key

    def find(self, digest: str) -> WriteKey | None:
        """Return whom the key with this SHA-256 (hex) stands for, None for an unknown or revoked one."""
        try:
            with translated_models():
                item = self._model.get(*write_key_key(digest))
        except DoesNotExist:
            return None
        return None if item.revoked else WriteKey(item.tenant, item.source)

    def add(self, record: KeyRecord) -> None:
        """Keep a key; the list entry comes first, so that no key works unseen."""
        for key in ((config_partition(record.tenant), f"KEY#{record.digest}"), write_key_key(record.digest)):
            item = self._model(
                *key,
                tenant=record.tenant,
                source=record.source,
                name=record.name,
                at=millis(record.at),
                revoked=record.revoked,
            )
            with translated_models():
                item.save()

    def of_tenant(self, tenant: str) -> list[KeyRecord]:
        """Return a tenant's keys, revoked ones too."""
        model = self._model
        with translated_models():
            items = model.query(config_partition(tenant), model.sk.startswith("KEY#"), consistent_read=True)
            return sorted((_key_record(item) for item in items), key=lambda record: record.at)

    def revoke(self, tenant: str, digest: str) -> None:
        """Refuse a key from now on (ingestion keeps what it knows of a key for up to a minute).

        Raises:
            NotFound: The tenant has no such key.
        """
        for record in self.of_tenant(tenant):
            if record.digest == digest:
                self.add(replace(record, revoked=True))
                return
        raise NotFound("There is no such write key.")


def _key_record(item: WriteKeyItem) -> KeyRecord:
    digest = item.sk.partition("#")[2]
    at = from_millis(int(item.at))
    return KeyRecord(digest, item.tenant, item.source, item.name, at, bool(item.revoked))


class ConfigLogs:
    """Audit entries, and the debugger's tail; see `stepwell.triggers.ports.DebugTail`.

    Args:
        table: Table name.
        region: AWS region.
        clock: The clock.
        monotonic: Seconds for the cache of who is watching.
    """

    def __init__(
        self, table: str, region: str, clock: Clock, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._model = bind(table, region).log
        self._clock = clock
        self._monotonic = monotonic
        self._watching: dict[str, tuple[float, bool]] = {}

    def audit(self, tenant: str, entry: AuditEntry) -> None:
        """Keep an audit entry, for good."""
        body = write_body({**asdict(entry), "at": iso(entry.at)})
        with translated_models():
            self._model(audit_partition(tenant), _log_key(iso(entry.at)), body=body).save()

    def audit_entries(
        self,
        tenant: str,
        limit: int = 50,
        cursor: str | None = None,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[list[AuditEntry], str | None]:
        """Page through audit entries, newest first: those from `since` on and before `until`."""
        between = (iso(since) if since else " ", iso(until) if until else "~")
        bodies, after = self._page(audit_partition(tenant), limit, cursor, between)
        return [AuditEntry(**{**body, "at": from_iso(body["at"])}) for body in bodies], after

    def append(self, tenant: str, entries: Sequence[Mapping[str, Any]]) -> None:
        """Add entries to the tail; they are gone after an hour."""
        now = self._clock.now()
        ttl = int((now + TAIL_KEPT).timestamp())
        with translated_models(), self._model.batch_write() as batch:
            for entry in entries:
                plain = json.loads(json.dumps(dict(entry), default=str))
                sk = _log_key(str(plain.get("at") or iso(now)))
                batch.save(self._model(tail_partition(tenant), sk, body=write_body(plain), ttl=ttl))

    def tail(
        self, tenant: str, limit: int = 50, cursor: str | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        """Page through the tail, newest first; asking keeps the debugger open for two minutes."""
        until = self._clock.now() + _WATCHED
        watch = write_body({"until": iso(until)})
        with translated_models():
            self._model(*_watch_key(tenant), body=watch, ttl=int(until.timestamp())).save()
        return self._page(tail_partition(tenant), limit, cursor)

    def unwatch(self, tenant: str) -> None:
        """Close the debugger: nothing more is kept for it."""
        with translated_models():
            self._model(*_watch_key(tenant), body=write_body({"until": iso(self._clock.now())})).save()

    def watching(self, tenant: str) -> bool:
        """Tell whether somebody has the debugger open (may be a few seconds old)."""
        now = self._monotonic()
        known = self._watching.get(tenant)
        if known is None or now - known[0] >= _WATCH_CACHE_S:
            known = self._watching[tenant] = (now, self._watched(tenant))
        return known[1]

    def _watched(self, tenant: str) -> bool:
        try:
            with translated_models():
                body = read_body(self._model.get(*_watch_key(tenant)).body)
        except DoesNotExist:
            return False
        return from_iso(body["until"]) > self._clock.now()

    def _page(
        self, pk: str, limit: int, cursor: str | None, between: tuple[str, str] | None = None
    ) -> tuple[list[dict[str, Any]], str | None]:
        with translated_models():
            page = self._model.query(
                pk,
                self._model.sk.between(*between) if between else None,
                limit=limit,
                consistent_read=True,
                scan_index_forward=False,
                last_evaluated_key=read_cursor(cursor, pk),
            )
            bodies = [read_body(item.body) for item in page]
        return bodies, write_cursor(page.last_evaluated_key)


def _log_key(at: str) -> str:
    return f"{at}#{secrets.token_hex(4)}"


def _watch_key(tenant: str) -> tuple[str, str]:
    return f"{tenant}#WATCH", "-"
