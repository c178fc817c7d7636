"""Segments as people edit them: documents of kind `SEG` in table `config`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.items.config import SEGMENT
from stepwell.contracts.clock import from_iso, iso
from stepwell.errors import Conflict, NotFound
from stepwell.publishing.segment_ports import SegmentRecord
from stepwell.segments.model import parse_segment


class ConfigSegments:
    """See `stepwell.publishing.segment_ports.SegmentStore`.

    Args:
        store: Table `config`.
    """

    def __init__(self, store: ConfigStore) -> None:
        self._store = store

    def get(self, tenant: str, segment: str) -> SegmentRecord | None:
        """Read one."""
        try:
            found = self._store.document(tenant, SEGMENT, segment)
        except NotFound:
            return None
        return _record(found.rev, found.body)

    def save(self, tenant: str, record: SegmentRecord) -> bool:
        """Write one if the stored rev still is ``record.rev``."""
        body = {
            "segment": record.segment.document(),
            "edited": record.edited,
            "ruled": record.ruled,
            "created_at": iso(record.created_at),
            "updated_at": iso(record.updated_at),
            "updated_by": record.updated_by,
            "quiet_until": iso(record.quiet_until) if record.quiet_until else "",
            "settled": record.settled,
        }
        try:
            self._store.save_document(tenant, SEGMENT, record.segment.id, record.rev, body, record.updated_by)
        except Conflict:
            return False
        return True

    def delete(self, tenant: str, segment: str, rev: int) -> bool:
        """Delete one if its rev still is ``rev``."""
        try:
            self._store.delete_document(tenant, SEGMENT, segment, rev)
        except Conflict:
            return False
        return True

    def all(self, tenant: str) -> list[SegmentRecord]:
        """Read all of a tenant."""
        found: list[SegmentRecord] = []
        cursor: str | None = None
        while True:
            page, cursor = self._store.documents(tenant, SEGMENT, 100, cursor)
            found += [_record(document.rev, document.body) for document in page]
            if cursor is None:
                return found


def _record(rev: int, body: Mapping[str, Any]) -> SegmentRecord:
    quiet = body["quiet_until"]
    return SegmentRecord(
        segment=parse_segment(body["segment"]),
        created_at=from_iso(body["created_at"]),
        updated_at=from_iso(body["updated_at"]),
        rev=rev,
        edited=int(body["edited"]),
        ruled=int(body["ruled"]),
        updated_by=body["updated_by"],
        quiet_until=from_iso(quiet) if quiet else None,
        settled=bool(body["settled"]),
    )
