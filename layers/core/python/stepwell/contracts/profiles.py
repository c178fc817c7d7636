"""The hot profile: what one pass reads and writes of a contact (≤ 1 KB as stored for the median contact)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Pending:
    """An effect that an event must cause, kept in the profile until a later pass finds it done (engine rule 5).

    Attributes:
        key: Deterministic: (workflow, trigger node, entry key, message id) hashed; a redelivery finds it.
        workflow: Workflow id.
        version: Version to enter.
        entry: Trigger node through which the contact enters (at its target).
        entry_key: Value of the workflow's entry key, if it has one.
        at: Event time.
        context: The triggering event's name, message id and properties (≤ 2 KB).
        noted: When it was put into the profile, to the second (the event may be much older); None: at `at`.
    """

    key: str
    workflow: str
    version: int
    entry: str
    at: datetime
    entry_key: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    noted: datetime | None = None


@dataclass(slots=True)
class Profile:
    """A contact.

    Not frozen, for a frozen one costs four times as much to make, and the pass makes two a contact; nobody changes
    one.

    Attributes:
        id: Profile id.
        rev: Grows at each write; every write is conditional on it. 0: not stored yet.
        traits: Profile fields by name (`email`, `first_name`, `time_zone`, …), as sources told them.
        stamps: When a field's value was told at its source (epoch milliseconds), and the source, by field; removed
            fields keep theirs, and a negative time is that of a mention (see `stepwell.profiles.writing`).
        computed: What the workspace's computed attributes keep, by name (see `stepwell.contracts.computed`).
        scores: What its scoring models keep, by model (see `stepwell.contracts.scores`).
        segments: Since when the contact is in a segment (epoch seconds), by segment id.
        sequences: What is half done of the workspace's event sequences, by sequence id.
        derived: The events that the latest pass derived (``[name, epoch ms, properties]``), told again when its
            records are delivered again; the next pass drops them (ADR 9).
        due: The earliest moment for which a due row stands in the index (epoch seconds), 0: none.
        user_id: The customer's own id, if known.
        anonymous_ids: Known device ids, newest last, at most 5.
        aliases: Ids of the contacts that were merged into this one (ADR 12); their tokens run on under these.
        history: Compact day counts an event name, see `stepwell.conditions`.
        recent: The last 20 events as ``[name, epoch seconds (to the millisecond), small properties]``.
        seen: Hashes of recent message ids, newest last.
        applied: Visit ids of recent increments, so that none is added twice.
        pending: Effects not done yet, and those of the latest pass: the next one clears them.
        first_seen: Time of the first event.
        last_seen: Time of the latest event.
        hours: At which hours of the day it is active (see `stepwell.timing.hours`).
    """

    id: str
    rev: int = 0
    traits: Mapping[str, Any] = field(default_factory=dict)
    stamps: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    computed: Mapping[str, Any] = field(default_factory=dict)
    scores: Mapping[str, Any] = field(default_factory=dict)
    segments: Mapping[str, int] = field(default_factory=dict)
    sequences: Mapping[str, Any] = field(default_factory=dict)
    derived: tuple[tuple[str, int, Mapping[str, Any]], ...] = ()
    due: int = 0
    user_id: str = ""
    anonymous_ids: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    history: Mapping[str, Any] = field(default_factory=dict)
    recent: tuple[tuple[str, float, Mapping[str, Any]], ...] = ()
    seen: tuple[str, ...] = ()
    applied: tuple[str, ...] = ()
    pending: tuple[Pending, ...] = ()
    first_seen: datetime | None = None
    last_seen: datetime | None = None
    hours: Sequence[Any] = ()

    @property
    def email(self) -> str:
        """The e-mail address, empty when unknown."""
        value = self.traits.get("email")
        return value if isinstance(value, str) else ""

    @property
    def ids(self) -> tuple[str, ...]:
        """All profile ids under which tokens of this contact may run, its own first."""
        return (self.id, *self.aliases)

    def evolve(self, **changes: Any) -> Profile:
        """Return a copy with the given attributes changed."""
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class ProfilePatch:
    """A change that a node makes to a profile, applied at most once a visit.

    Attributes:
        profile: Profile id.
        visit: Visit id; with `add` or `points`, remembered in `applied`.
        set: Fields to set.
        add: Numbers to add.
        remove: Fields to remove.
        clamp: Bounds for added fields, ``{field: (low, high)}``.
        points: Points to give (negative: to take) by scoring model; they decay like those of events.
        at: When the points were earned (epoch seconds).
    """

    profile: str
    visit: str
    set: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, float] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    clamp: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)
    at: float = 0.0
