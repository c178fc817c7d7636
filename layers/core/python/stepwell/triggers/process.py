"""The pass: one read and one write a contact and batch, then everything that its events cause.

Safe against redelivery at any point: message ids are remembered in the same write that keeps the pending
enrollments; all else is a compare-and-set that is simply tried again. One bad contact never fails a batch:
its records are set aside with the reason (engine rules 5 and 6). Faults of the infrastructure are different:
these records are reported as failed, to be delivered again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from stepwell.cold_start import collector_resting
from stepwell.conditions.values import zone_named
from stepwell.contracts.names import PROFILE_WORKFLOW
from stepwell.contracts.profiles import Profile
from stepwell.contracts.segments import SegmentMove
from stepwell.errors import InvalidInput, StepwellError, Unavailable
from stepwell.runtime.ports import DueRow
from stepwell.triggers.batches import decode
from stepwell.triggers.consequences import Consequences, PassPorts
from stepwell.triggers.entering import Entering
from stepwell.triggers.index import TriggerIndex
from stepwell.triggers.interests import note
from stepwell.triggers.mail_health import count, look_after
from stepwell.triggers.person import Delivery, Folded, Person
from stepwell.triggers.poison import Poison
from stepwell.triggers.profiling import work_of
from stepwell.triggers.push_subscriptions import SUBSCRIPTION
from stepwell.triggers.report import Report
from stepwell.triggers.rules import TenantRules
from stepwell.triggers.sorting import Sorting
from stepwell.triggers.tallying import Tally
from stepwell.triggers.timing import tally_arms

TRIES = 6


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the stream.

    Attributes:
        sequence: Sequence number.
        key: Partition key.
        data: Its data.
    """

    sequence: str
    key: str
    data: bytes


class _Compiled(NamedTuple):
    documents: tuple[Mapping[str, Any], Mapping[str, Any]]
    triggers: TriggerIndex
    rules: TenantRules


class Pass:
    """Processes batches of stream records.

    Args:
        ports: What it reaches.
    """

    def __init__(self, ports: PassPorts) -> None:
        self._ports = ports
        self._compiled: dict[str, _Compiled] = {}

    def _tenant(self, tenant: str) -> _Compiled:
        """Return what the tenant's documents say; they are compiled again only when one has changed."""
        triggers, rules = self._ports.index.triggers(tenant), self._ports.rules.rules(tenant)
        known = self._compiled.get(tenant)
        if known is None or known.documents != (triggers, rules):
            index = TriggerIndex(triggers)
            compiled = TenantRules(rules, index.asked, index.counted)
            known = self._compiled[tenant] = _Compiled((triggers, rules), index, compiled)
        return known

    def run(self, records: Sequence[Record]) -> Report:
        """Process a batch; never raises for a record."""
        with collector_resting():
            return self._run(records)

    def _run(self, records: Sequence[Record]) -> Report:
        report = Report()
        tenants: dict[str, list[Delivery]] = defaultdict(list)
        for record in records:
            try:
                batch = decode(record.data)
            except InvalidInput as bad:
                report.poison.append(Poison(record.sequence, record.key, record.data, bad.code, bad.message))
                continue
            tenants[batch.tenant].append(Delivery(record.sequence, record.key, record.data, batch))
        for tenant, deliveries in tenants.items():
            try:
                _TenantPass(self._ports, tenant, self._tenant(tenant), report).run(deliveries)
            except StepwellError as error:
                report.set_aside(deliveries, error)
        return report


class _TenantPass:
    def __init__(self, ports: PassPorts, tenant: str, compiled: _Compiled, report: Report) -> None:
        self._ports = ports
        self._tenant = tenant
        self._report = report
        self._now = ports.clock.now()
        self._index = compiled.triggers
        self._rules = compiled.rules
        self._catalogs = compiled.documents[1].get("catalogs") or ()
        self._zone = zone_named(ports.workspaces.workspace(tenant).time_zone) or UTC
        self._effects = Consequences(ports, tenant, self._now)
        self._tally = Tally()
        self._done: Mapping[str, frozenset[str]] = {}

    def run(self, deliveries: Sequence[Delivery]) -> None:
        people, found = Sorting(self._ports, self._tenant, self._rules, self._report).run(deliveries)
        entering = Entering(self._ports, self._tenant, self._report, self._now)
        self._done = entering.done(found.values())
        folded = self._write(people, found)
        self._link(people, folded)
        for one in folded.values():
            self._count(one)
        self._effects.look_up([one.profile for one in folded.values() if one.seen])
        self._derived(people, folded)
        alive = self._each(people, folded, self._causes)
        entered = entering.enroll({p: people[p].deliveries for p in alive}, alive)
        self._each(
            people, {p: f for p, f in alive.items() if p in entered}, lambda f: self._again(f, entered)
        )
        known_as = {alias: one.profile.id for one in folded.values() for alias in one.profile.aliases}
        self._wake(people, known_as)
        self._report.ended += self._effects.ended
        self._write_counts()

    def _write(self, people: dict[str, Person], found: Mapping[str, Profile]) -> dict[str, Folded]:
        """Fold and write everybody, again with what is stored where somebody else wrote first."""
        done: dict[str, Folded] = {}
        stored = {profile.id: profile for profile in found.values()}
        todo = list(people)
        for _ in range(TRIES):
            folded = {p: f for p in todo if (f := self._fold(people, p, stored.get(p))) is not None}
            written = self._ports.profiles.put(
                self._tenant, [one.profile for one in folded.values() if one.changed]
            )
            self._report.profiles += len(written)
            for person, one in folded.items():
                if person in written:
                    # Stored under the next revision; clearing what was refused builds on it.
                    done[person] = replace(one, profile=one.profile.evolve(rev=one.profile.rev + 1))
                elif not one.changed:
                    done[person] = one
            lost = [p for p in folded if p not in done]
            if not lost:
                return done
            fresh = self._ports.profiles.get(self._tenant, lost)
            stored |= {profile.id: profile for profile in fresh.values()}
            todo = self._follow(people, done, lost, fresh)
        for person in todo:
            contended = Unavailable("The contact was written by others all the time.", code="contended")
            self._report.set_aside(people[person].deliveries, contended)
        return done

    def _fold(self, people: dict[str, Person], person: str, stored: Profile | None) -> Folded | None:
        try:
            done = self._done.get(person, frozenset())
            return people[person].fold(stored, self._index, self._rules, self._now, self._zone, done)
        except Exception as error:  # one contact's data must not cost the others theirs
            self._report.set_aside(people[person].deliveries, error)
            return None

    def _follow(
        self,
        people: dict[str, Person],
        done: dict[str, Folded],
        lost: Sequence[str],
        fresh: Mapping[str, Profile],
    ) -> list[str]:
        """Return whom to fold again; who became a pointer meanwhile joins the profile pointed at."""
        todo: dict[str, None] = {}
        for person in lost:
            target = fresh[person].id if person in fresh else person
            if target != person:
                people.setdefault(target, Person(target)).absorb(people[person])
                # Its own events are folded already, if it is done: they will be seen, not folded twice.
                done.pop(target, None)
            todo[target] = None
        return list(todo)

    def _link(self, people: Mapping[str, Person], folded: Mapping[str, Folded]) -> None:
        pointers = {
            pointer: person
            for person, one in folded.items()
            if not one.unknown
            for pointer in sorted(people[person].pointers)
        }
        if pointers:
            self._ports.profiles.link(self._tenant, pointers)

    def _count(self, folded: Folded) -> None:
        fresh = [seen.event for seen in folded.seen if seen.fresh]
        self._report.events += len(fresh)
        self._report.repeated += len(folded.seen) - len(fresh)
        count(fresh, self._tally, folded.profile.recent)
        tally_arms(fresh, self._tenant, folded.profile, self._index.timed, self._tally)

    def _derived(self, people: Mapping[str, Person], folded: Mapping[str, Folded]) -> None:
        """Bring the lists of members and the due index in line with profiles; both may be repeated."""
        moved = {person: one for person, one in folded.items() if one.moves}
        due = {person: one for person, one in folded.items() if one.due}
        moves = [
            SegmentMove(segment, one.profile.id, since is not None, since or int(self._now.timestamp()))
            for one in moved.values()
            for segment, since in one.moves
        ]
        rows = [
            DueRow(PROFILE_WORKFLOW, one.profile.id, 0, datetime.fromtimestamp(one.due, UTC))
            for one in due.values()
        ]
        try:
            if rows:
                self._ports.parking.put_due(self._tenant, rows)
            if moves:
                self._ports.members.move(self._tenant, moves)
        except StepwellError as error:
            self._report.set_aside(
                [d for p in moved.keys() | due.keys() for d in people[p].deliveries], error
            )
        self._ask(people, folded)
        refused = note(self._ports.interests, self._tenant, folded.values(), self._catalogs, self._now)
        if refused is not None:
            self._report.set_aside([d for one in people.values() for d in one.deliveries], refused)
        for one in folded.values():
            for field in one.unusable:
                self._report.unusable[field] += 1

    def _ask(self, people: Mapping[str, Person], folded: Mapping[str, Folded]) -> None:
        """Have the worker do what must not hold up the stream."""
        asking = self._ports.work
        if asking is not None and (work := work_of(folded.values(), self._rules.forms)):
            try:
                asking.ask(self._tenant, work)
            except StepwellError as error:
                who = {str(piece["profile"]) for piece in work}
                lost = [d for p, one in folded.items() if one.profile.id in who for d in people[p].deliveries]
                self._report.set_aside(lost, error)

    def _each(
        self, people: Mapping[str, Person], folded: Mapping[str, Folded], act: Callable[[Folded], None]
    ) -> dict[str, Folded]:
        alive: dict[str, Folded] = {}
        for person, one in folded.items():
            try:
                act(one)
                alive[person] = one
            except Exception as error:  # as in _fold; the kind of error decides between poison and retry
                self._report.set_aside(people[person].deliveries, error)
        return alive

    def _causes(self, folded: Folded) -> None:
        for seen in folded.seen:
            self._effects.silence(seen.event, folded)
        if unusable := self._effects.agree(folded, self._rules.forms):
            self._report.unusable[SUBSCRIPTION] += unusable
        self._effects.leave(folded, self._tally)
        self._effects.waken(folded)

    def _again(self, folded: Folded, entered: Mapping[str, Mapping[str, datetime]]) -> None:
        self._effects.leave(folded, self._tally, entered[folded.profile.id])

    def _wake(self, people: Mapping[str, Person], known_as: Mapping[str, str]) -> None:
        while self._effects.wakes:
            self._wake_once(people, known_as)

    def _wake_once(self, people: Mapping[str, Person], known_as: Mapping[str, str]) -> None:
        collected = sorted(self._effects.wakes.items(), key=lambda item: item[0])
        self._effects.wakes.clear()
        for (workflow, version), wakes in collected:
            try:
                woken = self._ports.waker.wake(self._tenant, workflow, version, wakes, self._effects.woken_at)
                self._report.woken += len(woken)
                self._effects.waken_moved(workflow, [token for token, _ in wakes if token.id not in woken])
            except StepwellError as error:
                # A token's id starts with its profile's, or with that of one merged into it.
                who = {known_as.get(token.id[:16], token.id[:16]) for token, _ in wakes}
                self._report.set_aside([d for p in who & people.keys() for d in people[p].deliveries], error)

    def _write_counts(self) -> None:
        for (workflow, version), counts in sorted(self._tally.counts.items()):
            try:
                self._ports.counters.add(self._tenant, workflow, version, counts)
            except StepwellError:
                self._report.uncounted += 1
        look_after(self._ports.watch, self._tenant, self._tally)
