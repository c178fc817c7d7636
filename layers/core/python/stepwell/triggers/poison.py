"""Records that could not be processed: kept whole with their reason, and put back on the stream when mended."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.errors import InvalidInput, LimitExceeded
from stepwell.triggers.ports import PoisonQueue, RecordSink, StreamRecord

# A queue's message holds 256 KB; what is bigger is kept in pieces of its base64 text.
PIECE = 180_000
STREAM, WEBHOOK = "stream", "webhook"
"""Where a record goes when it is replayed: onto the stream as it is, or through its source's mapping first."""


Remap = Callable[[bytes], list[StreamRecord]]


@dataclass(frozen=True, slots=True)
class Poison:
    """A record set aside.

    Attributes:
        sequence: Its sequence number.
        key: Its partition key.
        data: Its data as it came.
        code: Stable code of the reason.
        message: The reason; never personal data.
        to: Where it goes when it is replayed.
    """

    sequence: str
    key: str
    data: bytes
    code: str
    message: str
    to: str = STREAM

    def documents(self, at: datetime) -> list[dict[str, Any]]:
        """Return what the queue keeps: one document, or the pieces of a record too big for one."""
        text = base64.b64encode(self.data).decode()
        pieces = [text[i : i + PIECE] for i in range(0, len(text), PIECE)] or [""]
        return [
            {
                "v": 1,
                "sequence": self.sequence,
                "key": self.key,
                "piece": number,
                "pieces": len(pieces),
                "data": piece,
                "code": self.code,
                "message": self.message,
                "at": iso(at),
                "to": self.to,
            }
            for number, piece in enumerate(pieces)
        ]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did.

    Attributes:
        records: Records put back on the stream.
        waiting: Documents left in the queue: pieces whose others were not among those taken, and webhooks that
            cannot be mapped still.
        reasons: Records put back a reason code.
    """

    records: int
    waiting: int
    reasons: Mapping[str, int]


def replay(queue: PoisonQueue, stream: RecordSink, limit: int, remap: Remap | None = None) -> Replayed:
    """Put poison records back on the stream: first in, then out of the queue, so that a crash loses none.

    A record replayed twice is harmless: message ids drop what was processed.

    Args:
        queue: Where they are.
        stream: Where they go.
        limit: At most so many documents.
        remap: Maps a webhook that was set aside; what it refuses stays in the queue. None: webhooks stay.

    Raises:
        InvalidInput: The limit is not positive.
    """
    if limit < 1:
        raise InvalidInput("Give a limit of at least 1.", code="invalid_limit")
    taken = queue.take(limit)
    # A batch that was delivered twice set its poison aside twice: one record goes back.
    groups: dict[tuple[str, str], dict[int, Mapping[str, Any]]] = {}
    held: dict[tuple[str, str], list[str]] = {}
    for receipt, document in taken:
        record = (str(document["key"]), str(document["sequence"]))
        groups.setdefault(record, {})[int(document["piece"])] = document
        held.setdefault(record, []).append(receipt)
    reasons: dict[str, int] = {}
    records: list[StreamRecord] = []
    receipts: list[str] = []
    for record, pieces in groups.items():
        first = next(iter(pieces.values()))
        if len(pieces) < int(first["pieces"]):
            continue
        data = base64.b64decode("".join(pieces[number]["data"] for number in range(len(pieces))))
        if first.get("to", STREAM) == STREAM:
            records.append(StreamRecord(record[0], data))
        elif remap is None:
            continue
        else:
            try:
                records += remap(data)
            except (InvalidInput, LimitExceeded):
                continue
        receipts += held[record]
        reasons[str(first["code"])] = reasons.get(str(first["code"]), 0) + 1
    if records:
        stream.put(records)
    if receipts:
        queue.drop(receipts)
    done = set(receipts)
    queue.release([receipt for receipt, _ in taken if receipt not in done])
    return Replayed(sum(reasons.values()), len(taken) - len(receipts), reasons)
