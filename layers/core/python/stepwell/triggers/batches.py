"""How events travel on the stream: one record a person and request, JSON, gzip when that pays."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Sequence

from pydantic import ValidationError

from stepwell.contracts.events import Event, EventBatch
from stepwell.errors import InvalidInput
from stepwell.profiles.identity import partition
from stepwell.triggers.ports import StreamRecord

# Below this, gzip's own 20 bytes and the processor's time outweigh the stream's price ($0.08/GB).
GZIP_FROM_BYTES = 2_048
MAX_RECORD_EVENTS = 500


def records_of(tenant: str, events: Iterable[Event]) -> list[StreamRecord]:
    """Group events by person, order kept, into stream records.

    A whole request is at most 500 KB, so that a record stays far below the stream's 1 MiB.
    """
    people: dict[str, list[Event]] = {}
    for event in events:
        people.setdefault(partition(tenant, event), []).append(event)
    return [
        StreamRecord(f"{tenant}#{person}", encode(EventBatch(tenant=tenant, events=tuple(part))))
        for person, mine in people.items()
        for part in _parts(mine)
    ]


def encode(batch: EventBatch) -> bytes:
    """Write a batch as a record's data; the same batch gives the same bytes."""
    document = {"v": 1, **batch.model_dump(mode="json", exclude_defaults=True)}
    plain = json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
    return gzip.compress(plain, compresslevel=6, mtime=0) if len(plain) >= GZIP_FROM_BYTES else plain


def decode(data: bytes) -> EventBatch:
    """Read a record's data.

    Raises:
        InvalidInput: It is no batch; it can never be processed.
    """
    try:
        plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        return EventBatch.model_validate(json.loads(plain))
    except (OSError, EOFError, zlib.error, ValueError, ValidationError, RecursionError) as error:
        raise InvalidInput(f"Not a batch of events: {type(error).__name__}.", code="undecodable") from error


def _parts(events: Sequence[Event]) -> Iterable[Sequence[Event]]:
    for start in range(0, len(events), MAX_RECORD_EVENTS):
        yield events[start : start + MAX_RECORD_EVENTS]
