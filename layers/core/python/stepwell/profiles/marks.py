"""By which a profile remembers the messages that it has seen: 36 bits of a hash each.

Kept as hexadecimal digits, which the standard library makes and packs in C; 36 bits are nine digits, six characters
as stored.
"""

from __future__ import annotations

from hashlib import sha256

from stepwell.contracts.events import EventBatch

SEEN_LENGTH = 9
SEEN_KEPT = 40
BIG_BATCH = SEEN_KEPT // 2


def seen_mark(message_id: str) -> str:
    """Return the mark by which a profile remembers a message."""
    return sha256(b"message\x1f" + message_id.encode()).hexdigest()[:SEEN_LENGTH]


def batch_mark(batch: EventBatch) -> str:
    """Return the mark of a batch too big to be remembered message by message, else empty.

    A redelivered record and a client's repeated request hold the same messages, so they have the same mark.
    """
    if len(batch.events) <= BIG_BATCH:
        return ""
    messages = "\x1f".join(["batch", *(event.message_id for event in batch.events)])
    return sha256(messages.encode()).hexdigest()[:SEEN_LENGTH]
