"""A deployment in memory: the compiled machine on the test interpreter, production code on the fakes' world.

The driver steps executions, delivers the stream, sweeps and reconciles; it moves the clock only when nothing is
left to do. What may go wrong comes from `World` (crashes and actions between any two writes) and from the knobs
here (`redeliver`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import convert
from stepwell.contracts.events import Event
from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.contracts.node_io import NodeTask
from stepwell.contracts.tokens import Run, Token
from stepwell.contracts.workspace import Workspace
from stepwell.errors import Unavailable
from stepwell.runtime.effects import Delivery
from stepwell.runtime.ending import Exiter
from stepwell.runtime.enrolling import Enroller
from stepwell.runtime.migration import NodeMap, migrate
from stepwell.runtime.reconciling import reconcile, reconcile_run
from stepwell.runtime.stepping import run_task
from stepwell.runtime.sweeping import BUCKET, sweep
from stepwell.runtime.waking import Waker
from stepwell.triggers.batches import records_of
from stepwell.triggers.consequences import PassPorts
from stepwell.triggers.index import with_workflow, workflow_entry
from stepwell.triggers.process import Pass, Record
from stepwell.workflows.compiler import CompileTargets, compile_workflow
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow

from tests.fakes.segments import MemorySegmentMembers
from tests.fakes.table import MemoryTable
from tests.fakes.triggers import MemoryRules
from tests.fakes.world import Crash, World
from tests.simulation.asl import Execution, Executions
from tests.simulation.asl_definition import Machine
from tests.simulation.asl_query import StateError
from tests.simulation.audiences import START, TENANT, Person

MOST_STEPS = 200_000
_NEVER = datetime.max.replace(tzinfo=START.tzinfo)
TEMPLATE = {
    "subject": "Hello",
    "html": "<p>Hello</p>{{ unsubscribe_url }}",
    "text": "Hello {{ unsubscribe_url }}",
}


class Index:
    """See `triggers.ports.IndexStore`."""

    def __init__(self) -> None:
        self.document: dict[str, Any] = {}

    def triggers(self, tenant: str) -> dict[str, Any]:
        return self.document


class Uncounted:
    """See `triggers.ports.Counters`: numbers are no part of the proof."""

    def add(self, *_: Any, **__: Any) -> None:
        return


@dataclass
class Cloud:
    """One tenant's deployment.

    Attributes:
        world: Clock, stores, mail, and what shall go wrong.
        redeliver: How many of the next stream batches are delivered twice.
        batch: Most records a stream batch.
    """

    world: World = field(default_factory=World)
    redeliver: int = 0
    batch: int = 100

    def __post_init__(self) -> None:
        """Wire production code to the world."""
        world = self.world
        world.workspaces.settings[TENANT] = Workspace(
            TENANT, sender="Shop <shop@example.com>", postal_address="1 High Street, Springfield"
        )
        for template in ("hello", "news"):
            world.templates.documents[(TENANT, template)] = {"id": template, **TEMPLATE}
        self.index = Index()
        self.rules = MemoryRules()
        config = MemoryTable("config", world, world.bill)
        self.members = MemorySegmentMembers(world.profiles_table, config, world.clock)
        self.ports = world.ports(
            delivery=Delivery("https://example.com", link_keys={"k1": b"key"}, at_once=1)
        )
        self.processor = Pass(
            PassPorts(
                clock=world.clock,
                profiles=world.profiles,
                messaging=world.messaging,
                tokens=world.tokens,
                versions=world.versions,
                workspaces=world.workspaces,
                events=world.sink,
                index=self.index,
                rules=self.rules,
                parking=world.parking,
                members=self.members,
                counters=Uncounted(),
                enroller=Enroller(self.ports),
                waker=Waker(self.ports),
                exiter=Exiter(self.ports),
                merging=world.merging(self.members),
            )
        )
        self.executions = Executions(self._invoke)
        self.machines: dict[tuple[str, int], Machine] = {}
        self.schedule: list[tuple[datetime, int, Callable[[], None]]] = []
        self.poison: list[Any] = []
        self.asked: list[Any] = []
        self.bought_after_entry = False
        self.faulty = False
        self._stream: list[Record] = []
        self._started = self._emitted = self._calls = self._sequence = 0
        self._by_name: dict[str, Run] = {}
        self._aborted: list[str] = []

    def publish(self, workflow: Workflow, version: int = 1) -> None:
        """Compile a version, keep its document, and let its triggers enroll."""
        graph = Graph(workflow)
        targets = CompileTargets(TENANT, version, {name: name for name in NODE_FUNCTIONS})
        self.machines[workflow.id, version] = Machine(compile_workflow(graph, targets).asl)
        self.world.publish(TENANT, workflow.id, version, workflow.model_dump(mode="json"))
        entry = workflow_entry(graph, version, "active")
        self.index.document = with_workflow(self.index.document, workflow.id, entry)

    def admit(self, people: Iterable[Person], start: datetime = START) -> None:
        """Schedule what the contacts do: they become known, trigger the workflow, and act in their time."""
        for person in people:
            if person.contact.consent:
                self.world.messaging.set_consent(TENANT, person.profile, dict(person.contact.consent))
            first = [self.event(person, start - timedelta(seconds=2), "identify", {}, person.contact.traits)]
            trigger, properties = person.contact.trigger, person.contact.trigger_properties
            first.append(self.event(person, start, trigger, dict(properties), {}))
            if start > self.world.clock.now():
                self.at(start, lambda first=first: self.put(first))
            else:
                self.put(first)
            for happening in person.contact.events:
                event = self.event(
                    person, happening.at, happening.name, dict(happening.properties), happening.traits
                )
                self.at(happening.at, lambda event=event: self.put([event]))

    def event(
        self, person: Person, at: datetime, name: str, properties: dict[str, Any], traits: Any
    ) -> Event:
        """Make one event as the tracking API would put it on the stream."""
        kind = "identify" if name == "identify" else "track"
        if name == "email_unsubscribed":
            kind = "engagement"
        return Event(
            message_id=f"{person.user}-{name}-{at.isoformat()}",
            kind=kind,  # type: ignore[arg-type]
            name=name,
            user_id=None if kind == "engagement" else person.user,
            profile=person.profile if kind == "engagement" else None,
            properties=properties,
            traits=dict(traits),
            occurred_at=at,
            received_at=max(at, self.world.clock.now()),
        )

    def at(self, when: datetime, action: Callable[[], None]) -> None:
        """Do something at a time."""
        self.schedule.append((when, len(self.schedule), action))

    def put(self, events: Sequence[Event]) -> None:
        """Put events on the stream."""
        for record in records_of(TENANT, events):
            self._sequence += 1
            self._stream.append(Record(f"{self._sequence:08d}", record.key, record.data))

    def deliver_now(self, events: Sequence[Event]) -> None:
        """Let the processor take events at this very moment, between two writes of somebody else."""
        for record in records_of(TENANT, events):
            self._sequence += 1
            report = self.processor.run([Record(f"{self._sequence:08d}", record.key, record.data)])
            assert not report.failed
            self.poison += report.poison

    def run(self) -> None:
        """Let everything happen until nothing is left to happen."""
        for _ in range(MOST_STEPS):
            if not (self._deliver() or self._step() or self._move_on()):
                return
        raise AssertionError("the deployment never comes to rest")

    def replay_starts(self) -> None:
        """Ask once more for every execution asked for so far, as a repeated call would."""
        for tenant, run in list(self.world.machines.started):
            # The one who repeats the call is not the one at whose write it happens: his error is his own.
            with suppress(Unavailable):
                self.world.machines.start(tenant, run)

    def repeat_task(self, back: int) -> None:
        """Invoke a function once more with the payload of the call so many before the last one.

        Lambda may run an invocation twice, also at once; whoever asks a second time takes no answer.
        """
        if back < len(self.asked):
            self._calls += 1
            with suppress(Unavailable):
                run_task(NodeTask.parse(self.asked[-1 - back]), self.ports, f"call-{self._calls}")

    def migrate(self, workflow: Workflow) -> None:
        """Publish the same graph as a new version and move everybody there, page by page."""
        old = max(version for name, version in self.machines if name == workflow.id)
        self.publish(workflow, old + 1)
        cursor, more = None, True
        while more:
            report = migrate(
                TENANT,
                workflow.id,
                self.ports,
                old=old,
                new=old + 1,
                node_map=NodeMap(),
                dry_run=False,
                cursor=cursor,
            )
            assert not report.unmapped
            cursor, more = report.cursor, report.cursor is not None

    def abort_all(self, *, tell: bool = True) -> None:
        """End all running executions as an outage does, with or without status events.

        The functions that run at this moment run on: what they write meanwhile is an older attempt's.
        """
        for execution in self.executions.by_name.values():
            if execution.running:
                execution.abort()
                self.world.machines.finish(self._by_name[execution.name], "ABORTED")
                if tell:
                    self._aborted.append(execution.name)

    @property
    def far(self) -> datetime:
        """A time after everything."""
        return START + timedelta(days=20_000)

    def _invoke(self, function: str, payload: Any) -> Any:
        self._calls += 1
        self.asked.append(payload)
        try:
            return run_task(NodeTask.parse(payload), self.ports, f"call-{self._calls}").payload()
        except Crash as crash:
            raise StateError("Lambda.Unknown", "the function died") from crash

    def _deliver(self) -> bool:
        """Let the processor take the next batch of the stream; it comes again when the processor dies."""
        emitted = self.world.sink.emitted[self._emitted :]
        self._emitted += len(emitted)
        self.put([convert(document, Event) for _, document in emitted])
        if not self._stream:
            return False
        batch = self._stream[: self.batch]
        times = 2 if self.redeliver > 0 else 1
        self.redeliver -= times - 1
        for _ in range(times):
            try:
                report = self.processor.run(batch)
            except Crash:
                return True
            if report.failed:
                return True
            self.poison += report.poison
        del self._stream[: len(batch)]
        return True

    def _step(self) -> bool:
        """Start what was asked for, then step one execution."""
        while self._aborted:
            run_id = self._by_name[self._aborted.pop(0)].id
            self._guarded(lambda run_id=run_id: reconcile_run(TENANT, run_id, self.ports))
        started = self.world.machines.started
        while self._started < len(started):
            _, run = started[self._started]
            self._started += 1
            data = {
                "entry": run.entry,
                "run": run.id,
                "attempt": run.attempt,
                "cohort": list(run.cohort),
                "loop": dict(run.loop),
            }
            machine = self.machines[run.workflow, run.version]
            self._by_name[run.execution_name] = run
            self.executions.start(machine, run.execution_name, data, self.world.clock.now())
        ready = self.executions.ready(self.world.clock.now())
        if not ready:
            return False
        ready[0].step(self.world.clock.now())
        if not ready[0].running and ready[0].status != "ABORTED":
            self._ended(ready[0])
        return True

    def _ended(self, execution: Execution) -> None:
        run = self._by_name[execution.name]
        self.world.machines.finish(run, execution.status)
        if execution.status != "SUCCEEDED":
            self._guarded(lambda: reconcile_run(TENANT, run.id, self.ports))

    def _guarded(self, action: Callable[[], object]) -> None:
        """Run a scheduled function; when it dies it is started again a minute later."""
        try:
            action()
        except Crash:
            self.at(self.world.clock.now() + timedelta(minutes=1), lambda: self._guarded(action))

    def _move_on(self) -> bool:
        """Move the clock to what is next: a wait, a due row, a happening, an overdue run."""
        now = self.world.clock.now()
        self.schedule.sort(key=lambda item: item[:2])
        due = self._next_due()
        happening = self.schedule[0][0] if self.schedule else _NEVER
        wake = self.executions.next_wake() or _NEVER
        # Without faults only a run that never closes would be found, and that last of all.
        overdue = self._next_overdue() if self.faulty or min(due, happening, wake) == _NEVER else _NEVER
        following = min(due, happening, wake, overdue)
        if following == _NEVER:
            return False
        self.world.clock.at = max(now, following)
        if happening <= following:
            while self.schedule and self.schedule[0][0] <= following:
                self.schedule.pop(0)[2]()
        elif due <= following:
            self._guarded(lambda: sweep(TENANT, self.ports))
        elif overdue <= following:
            self._guarded(lambda: reconcile(TENANT, self.ports))
        return True

    def _next_due(self) -> datetime:
        far = self.world.clock.now() + timedelta(days=4000)
        # A bucket is swept once its minute has come, which is at or after the due times in it.
        dues = (
            max(row.due, datetime.strptime(bucket, BUCKET).replace(tzinfo=UTC))
            for bucket, shards in self.world.parking.due_buckets(TENANT, far)
            for shard in shards
            for row in self.world.parking.due_rows(TENANT, bucket, shard, 10_000)
        )
        return min(dues, default=_NEVER)

    def _next_overdue(self) -> datetime:
        """When the reconciler is to look at the first open run whose execution does not run."""
        runs = (self.world.runs.get(TENANT, run) for run in self.world.runs.overdue(TENANT, self.far, 10_000))
        stuck = (
            run.expected_by
            for run in runs
            if run is not None and run.open and self.world.machines.status(TENANT, run) != "RUNNING"
        )
        return min(stuck, default=_NEVER - timedelta(minutes=1)) + timedelta(minutes=1)

    def tokens(self, person: Person, workflow: str) -> list[Token]:
        """Return all tokens of a contact."""
        return self.world.tokens.of_profile(TENANT, workflow, person.profile)
