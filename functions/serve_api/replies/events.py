"""The events debugger, and records that could not be processed."""

from __future__ import annotations

from typing import Literal, NotRequired

from replies.forms import Json, Reply, Time


class DebuggedEvent(Reply):
    """An event that arrived.

    Attributes:
        code: Why it was refused; of accepted ones empty or a warning's.
        place: Where in the event; may be empty.
        name: The event's name; may be empty.
        kind: `track`, `identify`, …; absent where the event could not be read, as all that follow.
        document: The event: as it was read, or if it was refused as it was sent; absent where it is too large to show.
    """

    at: Time
    source: str
    status: Literal["accepted", "rejected"]
    code: str
    place: str
    message: str
    message_id: str
    name: str
    kind: NotRequired[str]
    user_id: NotRequired[str]
    anonymous_id: NotRequired[str]
    occurred_at: NotRequired[Time]
    document: NotRequired[Json]


class EventRefusal(Reply):
    """Why an event was not taken.

    Attributes:
        place: Where in the event; may be empty.
    """

    code: str
    place: str
    message: str


class TestEvent(Reply):
    """What became of a test event.

    Attributes:
        rejected: Why it was not taken; empty: it was.
    """

    message_id: str
    source: str
    accepted: bool
    rejected: list[EventRefusal]


class DebuggerSession(Reply):
    """Whether events are kept for the debugger."""

    watching: bool


class PoisonRecord(Reply):
    """A record that could not be processed.

    Attributes:
        sequence: Its number on the stream.
        code: Why.
        piece: Which piece of the record this is, from 0.
        pieces: How many pieces it has.
    """

    sequence: str | None
    code: str | None
    message: str | None
    at: Time | None
    piece: int | None
    pieces: int | None


class Replayed(Reply):
    """What a replay did.

    Attributes:
        records: Records put back on the stream.
        waiting: Left in the queue: pieces whose others were not taken, webhooks that cannot be mapped still.
        reasons: Records put back a reason code.
    """

    records: int
    waiting: int
    reasons: dict[str, int]
