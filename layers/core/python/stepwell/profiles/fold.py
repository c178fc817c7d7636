"""What events change about a profile: traits, history, identities. A pure fold, each message id at most once.

The profile item is the hot one: each kilobyte more costs a write unit a contact and batch (engine.md, cost).
So message ids are kept as hashes of 36 bits (1e-9 that a new event is mistaken for one of the
40 kept), the history gets what the traits leave of the budget, and only small properties of the newest events
stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from stepwell.conditions import Activity, Facts
from stepwell.conditions.values import zone_named
from stepwell.contracts.events import Event
from stepwell.contracts.fields import LiveFields
from stepwell.contracts.imports import fills_gaps
from stepwell.contracts.profiles import Pending, Profile
from stepwell.profiles.fold_rules import FoldRules, default_rules
from stepwell.profiles.live import LiveFacts, document, segments_of
from stepwell.profiles.marks import SEEN_KEPT, batch_mark, seen_mark
from stepwell.profiles.sizing import HOT_BYTES, copied, fits, insist_fits, pending_size, size, small
from stepwell.profiles.traits import RESERVED, normal_email
from stepwell.profiles.writing import MENTIONED, Stamp, write
from stepwell.timing import hours

__all__ = ["Fold", "FoldRules", "batch_mark", "document", "seen_mark", "size", "small"]

MAX_SEEN = 2_000
MARK_BYTES = 6
MIN_HISTORY_BYTES = 240
LEAST_HISTORY_BYTES = 160
MAX_ANONYMOUS = 5
MAX_PENDING = 20
_CLIENTS = frozenset({"track", "page", "screen"})
"""What strangers tell: of these, recent events keep what somebody asks for. The platform's own ask for their own."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NOT_HISTORY = frozenset({"identify", "group", "alias", "timer"})


class Fold:
    """A profile while the events of one pass are folded into it, in the order given.

    Attributes:
        at: When the event folded last happened (epoch milliseconds).
        changed: Whether anything is to be written.
        scores: States of scores, for the pass to change in place.
        segments: Membership, for the pass to change.
        sequences: What is half done of sequences, for the pass to change in place.
        computed: States of computed attributes.
        unusable: Names of fields whose values could not be used.
        settled: What is known after all events, once that was asked for.
        until: When the last event of this pass happened (epoch seconds), as far as is known.
        facts: What conditions may read right after the event folded last.

    Args:
        profile: As stored, or a new one with rev 0.
        rules: The workspace's.
        now_ms: The pass's time (epoch milliseconds), at which computed attributes and scores are read.
        zone: The workspace's time zone.
        pending: What is still owed of the profile's pending effects; None: all.
    """

    __slots__ = (
        "_activity",
        "_anonymous",
        "_before",
        "_counting",
        "_first",
        "_fresh",
        "_hours",
        "_kept",
        "_last",
        "_newest",
        "_pending",
        "_quarter",
        "_rules",
        "_seen",
        "_stamps",
        "_traits",
        "_user_id",
        "at",
        "changed",
        "computed",
        "facts",
        "scores",
        "segments",
        "sequences",
        "settled",
        "until",
        "unusable",
    )

    def __init__(
        self,
        profile: Profile,
        rules: FoldRules | None = None,
        now_ms: int = 0,
        zone: tzinfo = UTC,
        pending: Iterable[Pending] | None = None,
    ) -> None:
        self._before = profile
        self._rules = rules or default_rules()
        self._kept = self._rules.kept
        self._counting = self._rules.computed.events
        self.at = 0
        self.until = 0.0
        self._traits: dict[str, Any] = dict(profile.traits)
        self._stamps: dict[str, Stamp] = dict(profile.stamps)
        self._activity = Activity.from_profile(profile.history, profile.recent)
        self._seen: dict[str, None] = dict.fromkeys(profile.seen)
        self._fresh = 0
        self._user_id = profile.user_id
        self._anonymous: dict[str, None] = dict.fromkeys(profile.anonymous_ids)
        self._newest: str | None = None
        self._first, self._last = profile.first_seen, profile.last_seen
        self._hours, self._quarter = profile.hours, 0
        owed = profile.pending if pending is None else pending
        self._pending: dict[str, Pending] = {one.key: one for one in owed}
        self.changed = False
        self.computed: dict[str, Any] = copied(profile.computed) if profile.computed else {}
        self.scores: dict[str, Any] = copied(profile.scores) if profile.scores else {}
        self.segments: dict[str, int] = dict(profile.segments)
        self.sequences: dict[str, Any] = copied(profile.sequences) if profile.sequences else {}
        self.unusable: list[str] = []
        self.settled: Facts | None = None
        fields = LiveFields(self._traits, self.computed, self.scores, now_ms)
        self.facts = LiveFacts(fields, self._activity, segments_of(self._traits, self.segments), zone)

    def apply(self, event: Event, batch: str = "") -> bool:
        """Fold one event in; False when it was before (by its message id or its batch's mark)."""
        mark = seen_mark(event.message_id)
        seen = self._seen
        when = event.when
        if mark in seen or (batch and batch in seen):
            self.facts.at(event, when)
            return False
        seen[mark] = None
        self._fresh += 1
        self.changed = True
        kind = event.kind
        if kind == "timer":
            return True
        since = when - _EPOCH
        at = self.at = since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
        if event.traits or event.email:
            self._told(event, at)
        zone = event.context.get("timezone")
        # Mostly it is what was heard before.
        if zone is not None and ((known := self._stamps.get("time_zone")) is None or known[0] <= -at):
            self._hear(zone, at, event.source)
        if not self._user_id and event.user_id:
            self._user_id = event.user_id
        anonymous = event.anonymous_id
        if anonymous is not None and anonymous != self._newest and anonymous:
            self._newest = anonymous
            self._anonymous.pop(anonymous, None)
            self._anonymous[anonymous] = None
        self.facts.at(event, when)
        machine = event.machine
        name = event.name
        if kind not in _NOT_HISTORY:
            properties = event.properties
            if properties:
                properties = small(properties, self._kept if kind in _CLIENTS else None)
            self._activity.add_at(name, at, properties, machine)
        if not machine:
            if self._last is None or when > self._last:
                self._last = when
            if self._first is None or when < self._first:
                self._first = when
            if kind in hours.VISITS or name in hours.ENGAGED or (anonymous and kind == "track"):
                quarter = at // 900_000
                # Mostly it was counted just now; clocks differ from UTC by quarters of an hour at least.
                if quarter != self._quarter:
                    self._quarter = quarter
                    self._hours = hours.noted(self._hours, at, hours.offset_ms(self.facts.zone, at))
            if name in self._counting:
                self._rules.computed.on_event(self.computed, name, at, event.properties, self.facts, when)
        return True

    def _told(self, event: Event, at: int) -> None:
        if event.traits:
            self._tell(self._missing(event) if fills_gaps(event) else event.traits, at, event.source)
        address = normal_email(event.email) if event.email else ""
        if address:
            self._mention("email", address, at, event.source)

    def _missing(self, event: Event) -> dict[str, Any]:
        """Return the traits that an import tells of fields without a value."""
        return {n: value for n, value in event.traits.items() if self._traits.get(RESERVED.get(n, n)) is None}

    def _hear(self, zone: object, at: int, source: str) -> None:
        if isinstance(zone, str) and zone_named(zone) is not None:
            self._mention("time_zone", zone, at, source)

    def _tell(self, told: Mapping[str, Any], at: int, source: str) -> None:
        attributes = self._rules.attributes
        changes = attributes.changes(told, self._traits.get("country"), self.unusable)
        for field, value in changes.items():
            if fits(self._traits, value):
                write(self._traits, self._stamps, field, value, (at, source), attributes.of(field))
            else:
                self.unusable.append(field)

    def _mention(self, field: str, value: Any, at: int, source: str) -> None:
        # What an event is known by fills a gap; only an identify call replaces a value.
        known = self._stamps.get(field)
        if (known is None and field in self._traits) or (known is not None and known[0] > -at):
            return
        write(self._traits, self._stamps, field, value, (-at, source), MENTIONED)

    def add_derived(self, name: str, at: int, properties: Mapping[str, Any]) -> None:
        """Put a derived event into the contact's history, `at` in epoch milliseconds."""
        self.changed = True
        self._activity.add_at(name, at, small(properties))
        # Whoever reads the stored form counts anew.
        self._activity.history.forget_counts()

    def held(self) -> tuple[dict[str, Any], dict[str, Stamp], datetime | None]:
        """Return fields and stamps, for retention to purge in place, and when the contact was last heard of."""
        return self._traits, self._stamps, self._last

    def expect(self, pending: Iterable[Pending]) -> None:
        """Keep effects that an event must cause until a later pass finds them done."""
        for one in pending:
            self._pending.setdefault(one.key, one)
            self.changed = True

    def result(
        self,
        batches: Iterable[str] = (),
        derived: tuple[tuple[str, int, Mapping[str, Any]], ...] = (),
        due: int | None = None,
    ) -> Profile:
        """Return the profile after all events, trimmed to its budget where what is dropped is missed least.

        Args:
            batches: Marks of big batches that were folded whole.
            derived: What the pass derived, see `Profile.derived`.
            due: See `Profile.due`; None: as before.
        """
        seen = self._seen
        fresh = self._fresh
        for batch in sorted(filter(None, batches)):
            seen.pop(batch, None)
            seen[batch] = None
            fresh += 1
        anonymous = tuple(self._anonymous)[-MAX_ANONYMOUS:]
        spent = size((self._traits, self._user_id, anonymous, self._states(), derived)) + 60
        insist_fits(spent)
        stamps = self._stamps
        if stamps:
            spent += len(stamps) * 2 + sum([len(source) + 18 for _, source in set(stamps.values())])
        # All marks of this pass stay until the next one: the stream may deliver the pass again, all of it, before
        # that.
        spent += hours.size_of(self._hours)
        marks = tuple(seen)[-max(SEEN_KEPT, min(fresh, MAX_SEEN)) :]
        spent += len(marks) * MARK_BYTES
        pending = tuple(self._pending.values())[-MAX_PENDING:]
        room = HOT_BYTES - spent
        # A second unit is paid twice, now and when the next pass clears it. Where it cannot be saved, nothing is
        # dropped.
        beside = room - sum(map(pending_size, pending)) if pending else room
        history, recent = self._activity.to_profile(
            beside if beside >= LEAST_HISTORY_BYTES else max(room, MIN_HISTORY_BYTES),
            self._rules.counted,
            size,
        )
        before = self._before
        # All of it anew, in the order of its attributes: `evolve` would cost more than the rest.
        return Profile(
            before.id,
            before.rev,
            self._traits,
            stamps,
            self.computed,
            self.scores,
            self.segments,
            self.sequences,
            derived,
            before.due if due is None else due,
            self._user_id,
            anonymous,
            before.aliases,
            history,
            recent,
            marks,
            before.applied,
            pending,
            self._first,
            self._last,
            self._hours,
        )

    def _states(self) -> list[Any]:
        return [part for part in (self.computed, self.scores, self.segments, self.sequences) if part]
