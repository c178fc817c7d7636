"""One contact's events in one pass: folded into the profile, matched against the index. Pure.

Events that a profile has seen before are not folded again and enroll nobody again, but are still asked for
exits, conversions that end, and wakes: these are compare-and-sets, and the pass that saw the event first may
have died before it reached them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property
from typing import NamedTuple

from stepwell.conditions.times import millis_of
from stepwell.contracts.events import PROFILE_DUE, Event, EventBatch
from stepwell.contracts.imports import BACKFILL, is_backfill
from stepwell.contracts.profiles import Pending, Profile
from stepwell.profiles.fold import Fold, batch_mark
from stepwell.triggers.derived import derived_event, moves
from stepwell.triggers.index import NO_MATCHES, Matches, TriggerIndex
from stepwell.triggers.rules import TenantRules, Told

KEEP_PENDING = timedelta(days=1)
"""The stream keeps records for a day: what is older is owed to no redelivery. Its enrollment may have ended and
expired since (the least that `keep_ended_days` and `keep_runs_days` allow is a day) and be made a second time."""


MAX_DERIVED = 20
DUE_STEP_S = 300
LOST_S = 3_600
"""A row that has been due for so long was lost: another one is put."""


@dataclass(frozen=True)
class Delivery:
    """A decoded stream record.

    Attributes:
        sequence: Sequence number.
        key: Partition key.
        data: As it came, for the poison queue.
        batch: What it holds.
    """

    sequence: str
    key: str
    data: bytes
    batch: EventBatch

    @cached_property
    def mark(self) -> str:
        """The batch's mark, see `batch_mark`."""
        return batch_mark(self.batch)


class Seen(NamedTuple):
    """An event with what it causes.

    Attributes:
        event: The event.
        fresh: Whether this pass folded it first.
        matches: What it causes.
    """

    event: Event
    fresh: bool
    matches: Matches


@dataclass(frozen=True, slots=True)
class Folded:
    """A contact after its events.

    Attributes:
        profile: The profile to write; what is pending in it is to be enrolled.
        changed: Whether it must be written.
        seen: All events in order, derived ones too, timers excluded.
        timers: Timer events of tokens.
        unknown: Whether there is no such contact, and nothing that would make one.
        moves: Segments that it entered or left, with the time since when it is in one (epoch seconds; None: left).
        due: When it is to be asked again (epoch seconds), if that is to be noted in the index; 0: not.
        unusable: Names of fields that were told values of no use.
    """

    profile: Profile
    changed: bool
    seen: tuple[Seen, ...]
    timers: tuple[Event, ...]
    unknown: bool = False
    moves: tuple[tuple[str, int | None], ...] = ()
    due: int = 0
    unusable: tuple[str, ...] = ()

    @property
    def fresh_pending(self) -> frozenset[str]:
        """Keys of the effects that this pass adds."""
        return frozenset(p.key for one in self.seen if one.fresh for p in one.matches.pending)


@dataclass
class Person:
    """A contact's part of a pass.

    Attributes:
        id: Profile id.
        items: Events with the record that brought each, in order of time.
        pointers: Identity ids that shall point here.
    """

    id: str
    items: list[tuple[Event, Delivery]] = field(default_factory=list)
    pointers: set[str] = field(default_factory=set)

    @property
    def deliveries(self) -> list[Delivery]:
        """The records that brought the events, each once."""
        return list({d.sequence: d for _, d in self.items}.values())

    def absorb(self, other: Person) -> None:
        """Take over the events of a person who turned out to be this one."""
        self.items = sorted([*self.items, *other.items], key=_order)
        self.pointers |= other.pointers - {self.id}

    def fold(
        self,
        stored: Profile | None,
        index: TriggerIndex,
        rules: TenantRules,
        now: datetime,
        zone: tzinfo = UTC,
        done: Set[str] = frozenset(),
    ) -> Folded:
        """Fold and match; the same input gives the same result, however often and in whatever order it came.

        Args:
            stored: The profile as read.
            index: The tenant's triggers.
            rules: What the tenant derives from events.
            now: The pass's time.
            zone: The workspace's time zone.
            done: Keys of pending effects that are found done: they are taken out.
        """
        if stored is None and all(event.profile for event, _ in self.items):
            # The platform speaks of a contact that is gone (erased): its late news must not bring it back.
            late = tuple(Seen(e, False, NO_MATCHES) for e, _ in self.items if e.kind != "timer")
            timers = tuple(e for e, _ in self.items if e.kind == "timer" and e.name != PROFILE_DUE)
            return Folded(Profile(self.id), False, late, timers, unknown=True)
        return _Folding(stored or Profile(self.id), index, rules, now, zone, done).run(self.items)


class _Folding:
    """One contact's events on their way into the profile."""

    def __init__(
        self,
        before: Profile,
        index: TriggerIndex,
        rules: TenantRules,
        now: datetime,
        zone: tzinfo,
        done: Set[str],
    ) -> None:
        self._before = before
        self._owed = left(before.pending, done, now) if before.pending else ()
        self._index = index
        self._rules = rules
        self._now = now
        self._now_ms = millis_of(now)
        self._fold = Fold(before, rules.fold, self._now_ms, zone, self._owed)
        self._news: list[Seen] = []

    def run(self, items: Sequence[tuple[Event, Delivery]]) -> Folded:
        folding, index, rules, now = self._fold, self._index, self._rules, self._now
        folding.until = items[-1][0].when.timestamp() if items else 0.0
        timers: list[Event] = []
        whole: set[str] = set()
        told: list[Told] = []
        repeated = woke = now_too = False
        news, facts, derives = self._news, folding.facts, rules.derives
        for event, delivery in items:
            if event.kind == "timer":
                if event.name != PROFILE_DUE:
                    timers.append(event)
                elif folding.apply(event):
                    woke = now_too = True
                else:
                    repeated = True
                continue
            fresh = folding.apply(event, mark := delivery.mark)
            if fresh and derives and (more := rules.on_event(folding, event)):
                told += more
            matches = index.match(event, facts, now)
            if fresh:
                if matches.pending:
                    folding.expect(matches.pending)
                if mark:
                    whole.add(mark)
                if not now_too:
                    now_too = not is_backfill(event)
            else:
                repeated = True
            news.append(Seen(event, fresh, matches))
        before = self._before
        if repeated:
            # The pass that derived them may have died before it acted on them.
            for name, at, properties in before.derived:
                self._tell(Told(name, at, properties), fresh=False)
        if not folding.changed:
            return Folded(
                before.evolve(pending=self._owed) if before.pending else before,
                False,
                tuple(news),
                tuple(timers),
                moves=moves(before),
                due=before.due if repeated else 0,
            )
        if told:
            told = self._remember(told, now_too)
        if rules.derives or folding.segments or folding.computed:
            told += rules.settle(folding, now, self._now_ms, lambda found: self._remember(found, now_too))
        for one in told:
            self._tell(one, fresh=True)
        due = self._due(woke)
        kept = (*(before.derived if repeated else ()), *told)[-MAX_DERIVED:]
        profile = folding.result(
            whole, derived=tuple([(name, at, properties) for name, at, properties in kept]), due=due
        )
        noted = due if due and (repeated or due != before.due) else 0
        return Folded(
            profile,
            True,
            tuple(news),
            tuple(timers),
            moves=moves(profile) if kept else (),
            due=noted,
            unusable=tuple(folding.unusable),
        )

    def _remember(self, told: Iterable[Told], now_too: bool) -> list[Told]:
        """Put what was derived into the history: segments, which are asked last, may count it."""
        if not now_too:
            # An import told of the past, and nothing else came: what follows from it has not happened now either.
            told = [one._replace(properties={**one.properties, BACKFILL: True}) for one in told]
        for one in (found := list(told)):
            self._fold.add_derived(one.name, one.at, one.properties)
        return found

    def _tell(self, told: Told, *, fresh: bool) -> None:
        event = derived_event(self._before.id, told)
        self._fold.facts.at(event, event.when)
        matches = self._index.match(event, self._fold.facts, self._now)
        if fresh and matches.pending:
            self._fold.expect(matches.pending)
        self._news.append(Seen(event, fresh, matches))

    def _due(self, woke: bool) -> int:
        """Return the moment for which a row shall stand in the due index (epoch seconds), 0: none."""
        now = self._now_ms // 1000
        standing = self._before.due
        if standing <= now and (woke or standing < now - LOST_S):
            standing = 0
        at = self._rules.next_change(self._fold, self._now, self._now_ms)
        if at is None:
            return standing
        # Up to five minutes late, so that contacts that are due about the same time share a bucket and a batch.
        wanted = -(-max(at, self._now_ms + 1) // (DUE_STEP_S * 1000)) * DUE_STEP_S
        return wanted if not standing or wanted < standing else standing


def _order(item: tuple[Event, Delivery]) -> tuple[datetime, str]:
    return item[0].when, item[0].message_id


def in_order(deliveries: Iterable[Delivery]) -> list[tuple[Event, Delivery]]:
    """Return all events with their records in order of time, so that the order of delivery changes nothing."""
    found = [
        # Seconds, for comparing times costs more than making numbers of them: exact to the microsecond until 2242.
        (event.when.timestamp(), event.message_id, number, place, event, delivery)
        for number, delivery in enumerate(deliveries)
        for place, event in enumerate(delivery.batch.events)
    ]
    # Without a key function; whatever is equal stays in its place.
    found.sort()
    return [(event, delivery) for *_, event, delivery in found]


def left(pending: Iterable[Pending], done: Set[str], now: datetime) -> tuple[Pending, ...]:
    """Return the effects that are not done yet, without those that are too old to be owed to anybody."""
    return tuple(one for one in pending if one.key not in done and now - (one.noted or one.at) < KEEP_PENDING)
