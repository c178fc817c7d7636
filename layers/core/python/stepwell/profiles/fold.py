"""What events change about a profile: traits, history, identities. A pure fold, each message id at most once.

The profile item is the hot one: each kilobyte more costs a write unit a contact and batch (engine.md, cost).
So message ids are kept as hashes of 7 characters (35 bits: 1e-9 that a new event is mistaken for one of the
40 kept), the history gets what the traits leave of the budget, and only small properties of the newest events
stay.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from stepwell.conditions import Activity, Facts
from stepwell.conditions.values import zone_named
from stepwell.contracts.events import Event, EventBatch
from stepwell.contracts.ids import short_hash
from stepwell.contracts.profiles import Pending, Profile
from stepwell.profiles.traits import apply

SEEN_LENGTH = 7
SEEN_KEPT = 40
MAX_SEEN = 2_000
HOT_BYTES = 985
MIN_HISTORY_BYTES = 160
MAX_ANONYMOUS = 5
BIG_BATCH = SEEN_KEPT // 2
_PROPERTY_BYTES = 120
_NOT_HISTORY = frozenset({"identify", "group", "alias", "timer"})


def seen_mark(message_id: str) -> str:
    """Return the mark by which a profile remembers a message."""
    return short_hash("message", message_id, length=SEEN_LENGTH)


def batch_mark(batch: EventBatch) -> str:
    """Return the mark of a batch too big to be remembered message by message, else empty.

    A redelivered record and a client's repeated request hold the same messages, so they have the same mark.
    """
    if len(batch.events) <= BIG_BATCH:
        return ""
    return short_hash("batch", *(event.message_id for event in batch.events), length=SEEN_LENGTH)


class Fold:
    """A profile while the events of one pass are folded into it, in the order given.

    Args:
        profile: As stored, or a new one with rev 0.
    """

    def __init__(self, profile: Profile) -> None:
        self._before = profile
        self._traits: dict[str, Any] = dict(profile.traits)
        self._activity = Activity.from_profile(profile.history, profile.recent)
        self._seen: dict[str, None] = dict.fromkeys(profile.seen)
        self._now_seen: dict[str, None] = {}
        self._user_id = profile.user_id
        self._anonymous: dict[str, None] = dict.fromkeys(profile.anonymous_ids)
        self._first, self._last = profile.first_seen, profile.last_seen
        self._pending: dict[str, Pending] = {pending.key: pending for pending in profile.pending}
        self.changed = False

    def apply(self, event: Event, batch: str = "") -> bool:
        """Fold one event in; False when it was before (by its message id or its batch's mark)."""
        mark = seen_mark(event.message_id)
        if mark in self._seen or mark in self._now_seen or (batch and batch in self._seen):
            return False
        self._now_seen[mark] = None
        self.changed = True
        self._learn(event)
        if event.kind not in _NOT_HISTORY:
            self._activity.add(event.name, event.when, small(event.properties), machine=event.machine)
        if not event.machine:
            self._first = min(self._first or event.when, event.when)
            self._last = max(self._last or event.when, event.when)
        return True

    def _learn(self, event: Event) -> None:
        if event.traits:
            self._traits = apply(self._traits, event.traits)
        # An address that the event is known by fills a gap; only an identify call replaces one.
        if event.email and "email" not in self._traits:
            self._traits = apply(self._traits, {"email": event.email})
        zone = event.context.get("timezone")
        if isinstance(zone, str) and "time_zone" not in self._traits and zone_named(zone) is not None:
            self._traits["time_zone"] = zone
        if event.user_id and not self._user_id:
            self._user_id = event.user_id
        if event.anonymous_id:
            self._anonymous.pop(event.anonymous_id, None)
            self._anonymous[event.anonymous_id] = None

    def expect(self, pending: Iterable[Pending]) -> None:
        """Keep effects that an event must cause until a later pass finds them done."""
        for one in pending:
            self._pending.setdefault(one.key, one)
            self.changed = True

    def facts(self, event: Event, zone: tzinfo | None = None) -> Facts:
        """Return what conditions may read right after this event; `zone` is the workspace's."""
        return Facts(
            profile=self._traits,
            event=document(event),
            engagement=self._activity.engagement,
            history=self._activity.history,
            default_zone=zone or UTC,
        )

    def result(self, batches: Iterable[str] = ()) -> Profile:
        """Return the profile after all events, trimmed to its budget where what is dropped is missed least.

        Args:
            batches: Marks of big batches that were folded whole.
        """
        now = dict.fromkeys((*self._now_seen, *sorted(filter(None, batches))))
        # All of this pass stay until the next one: the stream may deliver the pass again, all of it, before
        # that.
        kept = max(SEEN_KEPT, min(len(now), MAX_SEEN))
        seen = tuple(dict.fromkeys((*self._seen, *now)))[-kept:]
        anonymous = tuple(self._anonymous)[-MAX_ANONYMOUS:]
        spent = size([self._traits, self._user_id, anonymous, seen]) + 60
        pending = tuple(self._pending.values())
        room = HOT_BYTES - spent
        # A second unit is paid twice, now and when the next pass clears it. Where it cannot be saved, nothing is
        # dropped.
        beside = room - sum(map(_pending_size, pending))
        history, recent = self._activity.to_profile(
            beside if beside >= MIN_HISTORY_BYTES else max(room, MIN_HISTORY_BYTES)
        )
        return self._before.evolve(
            traits=self._traits,
            user_id=self._user_id,
            anonymous_ids=anonymous,
            history=history,
            recent=recent,
            seen=seen,
            pending=pending,
            first_seen=self._first,
            last_seen=self._last,
        )


def ordered(events: Iterable[Event]) -> list[Event]:
    """Return events in order of when they happened; ties by message id, so that any delivery order ends alike."""
    return sorted(events, key=lambda event: (event.when, event.message_id))


def fold(profile: Profile, events: Iterable[Event]) -> Profile:
    """Fold events into a profile; the same profile object comes back when all were seen before."""
    folding = Fold(profile)
    for event in ordered(events):
        folding.apply(event)
    return folding.result() if folding.changed else profile


def document(event: Event) -> dict[str, Any]:
    """Return an event as conditions read it."""
    return {
        "name": event.name,
        "type": event.kind,
        "timestamp": event.when,
        "message_id": event.message_id,
        "context": event.context,
        "properties": event.properties,
    }


def small(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the short plain properties, in order, that fit beside a recent event."""
    kept: dict[str, Any] = {}
    room = _PROPERTY_BYTES
    for name, value in properties.items():
        if not isinstance(value, str | int | float | bool) or len(name) > 40:
            continue
        needed = size([name, value])
        if needed <= room:
            kept[name] = value
            room -= needed
    return kept


def size(value: Any) -> int:
    """Return about how many bytes a value takes when stored."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False, default=_text).encode())


def _pending_size(one: Pending) -> int:
    # Time as milliseconds, seconds since, and the brackets and commas around.
    return size([one.key, one.workflow, one.version, one.entry, one.entry_key, one.context]) + 23


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
