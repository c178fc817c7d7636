"""One contact's events in one pass: folded into the profile, matched against the index. Pure.

Events that a profile has seen before are not folded again and enroll nobody again, but are still asked for
exits, conversions that end, and wakes: these are compare-and-sets, and the pass that saw the event first may
have died before it reached them.
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from stepwell.conditions.values import zone_named
from stepwell.contracts.events import Event, EventBatch
from stepwell.contracts.profiles import Pending, Profile
from stepwell.profiles.fold import Fold, batch_mark
from stepwell.triggers.index import Matches, TriggerIndex

MAX_PENDING = 20
KEEP_PENDING = timedelta(days=1)
"""The stream keeps records for a day: what is older is owed to no redelivery. Its enrollment may have ended and
expired since (the least that `keep_ended_days` and `keep_runs_days` allow is a day) and be made a second time."""


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


@dataclass(frozen=True, slots=True)
class Seen:
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
        seen: All events in order, timers excluded.
        timers: Timer events.
        unknown: Whether there is no such contact, and nothing that would make one.
    """

    profile: Profile
    changed: bool
    seen: tuple[Seen, ...]
    timers: tuple[Event, ...]
    unknown: bool = False

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
        now: datetime,
        time_zone: str,
        done: Set[str] = frozenset(),
    ) -> Folded:
        """Fold and match; the same input gives the same result, however often and in whatever order it came.

        Args:
            stored: The profile as read.
            index: The tenant's triggers.
            now: The pass's time.
            time_zone: The workspace's.
            done: Keys of pending effects that are found done: they are taken out.
        """
        timers = tuple(event for event, _ in self.items if event.kind == "timer")
        if stored is None and all(event.profile for event, _ in self.items):
            # The platform speaks of a contact that is gone (erased): its late news must not bring it back.
            late = tuple(Seen(e, False, Matches()) for e, _ in self.items if e.kind != "timer")
            return Folded(Profile(self.id), False, late, timers, unknown=True)
        before = stored or Profile(self.id)
        before = before.evolve(pending=left(before.pending, done, now))
        folding = Fold(before)
        news: list[Seen] = []
        whole: set[str] = set()
        zone = zone_named(time_zone)
        for event, delivery in self.items:
            if event.kind == "timer":
                continue
            fresh = folding.apply(event, delivery.mark)
            matches = Matches() if index.empty else index.match(event, folding.facts(event, zone), now)
            if fresh:
                folding.expect(matches.pending)
                whole.add(delivery.mark)
            news.append(Seen(event, fresh, matches))
        profile = folding.result(whole) if folding.changed else before
        profile = profile.evolve(pending=profile.pending[-MAX_PENDING:])
        return Folded(profile, folding.changed, tuple(news), timers)


def _order(item: tuple[Event, Delivery]) -> tuple[datetime, str]:
    return item[0].when, item[0].message_id


def in_order(deliveries: Iterable[Delivery]) -> list[tuple[Event, Delivery]]:
    """Return all events with their records in order of time, so that the order of delivery changes nothing."""
    return sorted(((event, d) for d in deliveries for event in d.batch.events), key=_order)


def left(pending: Iterable[Pending], done: Set[str], now: datetime) -> tuple[Pending, ...]:
    """Return the effects that are not done yet, without those that are too old to be owed to anybody."""
    return tuple(one for one in pending if one.key not in done and now - (one.noted or one.at) < KEEP_PENDING)
