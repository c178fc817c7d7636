"""How events travel on the stream: one record a person and request, JSON, gzip when that pays."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Sequence

from msgspec import DecodeError
from msgspec.json import Decoder, Encoder

from stepwell.contracts.events import EARLIEST, LATEST, Event, EventBatch
from stepwell.errors import InvalidInput
from stepwell.profiles.identity import partition
from stepwell.triggers.ports import StreamRecord

# Below this, gzip's own 20 bytes and the processor's time outweigh the stream's price ($0.08/GB).
GZIP_FROM_BYTES = 2_048
MAX_RECORD_EVENTS = 500
# A record holds 1 MiB at most; what unpacks to far more is none of ours.
MAX_PLAIN_BYTES = 32 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_decoder = Decoder(EventBatch)
_encoder = Encoder()


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
    plain = _encoder.encode(batch)
    return gzip.compress(plain, compresslevel=6, mtime=0) if len(plain) >= GZIP_FROM_BYTES else plain


def decode(data: bytes) -> EventBatch:
    """Read a record's data.

    Raises:
        InvalidInput: It is no batch; it can never be processed.
    """
    try:
        batch = _decoder.decode(_unpacked(data) if data[:2] == b"\x1f\x8b" else data)
    except (zlib.error, DecodeError, ValueError, RecursionError) as error:
        # Its message may quote what it choked on.
        raise InvalidInput(f"Not a batch of events: {type(error).__name__}.", code="undecodable") from None
    for event in batch.events:
        # Stored, such a time could not be read again, and the contact's next events would fail with it.
        if not (EARLIEST <= event.occurred_at <= LATEST and EARLIEST <= event.received_at <= LATEST):
            raise InvalidInput("An event of the batch tells of an impossible time.", code="impossible_time")
    return batch


def _unpacked(data: bytes) -> bytes:
    reader = zlib.decompressobj(_GZIP)
    plain = reader.decompress(data, MAX_PLAIN_BYTES)
    if not reader.eof:
        raise ValueError("cut off, or far too big")
    return plain


def _parts(events: Sequence[Event]) -> Iterable[Sequence[Event]]:
    for start in range(0, len(events), MAX_RECORD_EVENTS):
        yield events[start : start + MAX_RECORD_EVENTS]
