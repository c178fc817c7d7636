"""The pass over a world of fakes, with the production enroller, waker and exiter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import Token
from stepwell.runtime.ending import Exiter
from stepwell.runtime.enrolling import Enroller
from stepwell.runtime.parking import Parking, park
from stepwell.runtime.waking import Waker
from stepwell.triggers.batches import records_of
from stepwell.triggers.consequences import PassPorts
from stepwell.triggers.index import with_workflow, workflow_entry
from stepwell.triggers.process import Pass, Record
from stepwell.triggers.report import Report
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow

from tests.fakes.deliverability import MemoryBounces, MemoryWatch
from tests.fakes.segments import MemorySegmentMembers
from tests.fakes.table import MemoryTable
from tests.fakes.triggers import MemoryCounters, MemoryIndex, MemoryRules
from tests.fakes.world import World

TENANT = "acme"
EMAIL = {"template_id": "hello"}


def workflow(**settings: Any) -> dict[str, Any]:
    """A trigger on `signup`, a wait for `purchase`, two mails."""
    return {
        "id": "welcome",
        "purpose": "marketing",
        "settings": settings,
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
            {
                "id": "wait",
                "type": "wait_until",
                "config": {"ways": [{"name": "bought", "event": "purchase"}], "time_limit": "7_days"},
            },
            {"id": "thanks", "type": "email_send", "config": EMAIL},
            {"id": "nudge", "type": "email_send", "config": EMAIL},
        ],
        "edges": [
            {"source": "start", "target": "wait"},
            {"source": "wait", "outcome": "bought", "target": "thanks"},
            {"source": "wait", "outcome": "timed_out", "target": "nudge"},
            {"source": "thanks", "outcome": "sent", "target": "nudge"},
        ],
    }


class Stage:
    """All that a pass needs, and shorthands."""

    def __init__(self) -> None:
        self.world = World()
        self.ports = self.world.ports()
        self.index = MemoryIndex()
        self.rules = MemoryRules()
        config = MemoryTable("config", self.world, self.world.bill)
        self.members = MemorySegmentMembers(self.world.profiles_table, config, self.world.clock)
        self.counters = MemoryCounters()
        self.bounces, self.watch = MemoryBounces(self.world.profiles_table), MemoryWatch()
        self.enroller: Any = Enroller(self.ports)
        self.sequence = 0

    @property
    def pass_ports(self) -> PassPorts:
        world = self.world
        return PassPorts(
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
            counters=self.counters,
            enroller=self.enroller,
            waker=Waker(self.ports),
            exiter=Exiter(self.ports),
            merging=world.merging(self.members),
            bounces=self.bounces,
            watch=self.watch,
        )

    def publish(self, document: dict[str, Any], version: int = 1, status: str = "active") -> None:
        graph = Graph(Workflow.model_validate(document))
        self.world.publish(TENANT, document["id"], version, document)
        entry = workflow_entry(graph, version, status)
        self.index.documents[TENANT] = with_workflow(self.index.triggers(TENANT), document["id"], entry)

    def event(self, name: str, user: str | None = "ann", *, after: float = 0, **more: Any) -> Event:
        """An event `after` seconds from the world's clock."""
        at = self.world.clock.now() + timedelta(seconds=after)
        fields: dict[str, Any] = {
            "message_id": f"m-{name}-{user}-{at.isoformat()}",
            "kind": "track",
            "name": name,
            "user_id": user,
            "occurred_at": at,
            "received_at": at,
            "source": "web",
        }
        return Event(**{**fields, **more})

    def records(self, *events: Event) -> list[Record]:
        """One record an event."""
        found = []
        for event in events:
            for record in records_of(TENANT, [event]):
                self.sequence += 1
                found.append(Record(f"{self.sequence:06d}", record.key, record.data))
        return found

    def take(self, *events: Event) -> Report:
        """Run a pass over events."""
        return self.run(self.records(*events))

    def run(self, records: Sequence[Record]) -> Report:
        return Pass(self.pass_ports).run(records)

    def profile(self, user: str = "ann", kind: str = "user") -> Profile | None:
        asked = profile_id(TENANT, kind, user)
        return self.world.profiles.get(TENANT, [asked]).get(asked)

    def tokens(self, user: str = "ann", workflow: str = "welcome") -> list[Token]:
        return self.world.tokens.of_profile(TENANT, workflow, profile_id(TENANT, "user", user))

    def park(self, token: Token, node: str = "wait", events: tuple[str, ...] = ("purchase",)) -> Token:
        """Park a token at the wait, as the runtime does."""
        due = self.world.clock.now() + timedelta(days=7)
        parked = park(
            self.ports, TENANT, "welcome", 1, [Parking(token, node, "nudge", "timed_out", due, events)]
        )
        return parked[token.id]
