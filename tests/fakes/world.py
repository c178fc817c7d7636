"""One world of fakes: a clock, tables, stores, and one hook through which every write goes.

```python
world = World()
world.crash_at(3)                         # die before the third write from now
world.crash_at(3, after=True)             # ... or right after it was applied
world.at_write(2, lambda: exits.take(x))  # somebody else acts just before the second write
world.on_write("tokens.move", action)     # ... before the next write whose label starts like this
```
A label is ``<store>.<method>:<key>``; one is noted for each item written (`world.writes`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from stepwell.contracts.clock import ManualClock
from stepwell.contracts.names import (
    GSI_OPEN_RUNS,
    GSI_RUNS_BY_WORKFLOW,
    OPEN_RUNS_KEYS,
    RUNS_BY_WORKFLOW_KEYS,
)
from stepwell.profiles.merge_ports import MergePorts
from stepwell.profiles.merges import Merging
from stepwell.runtime.effects import Delivery, Ports

from tests.fakes.merges import MemoryMerges, MemoryReviews
from tests.fakes.outside import (
    MemoryMachines,
    MemoryMailer,
    MemoryRate,
    MemorySecrets,
    MemorySink,
    MemoryTemplates,
    MemoryVersions,
    MemoryWorkspaces,
)
from tests.fakes.profiles import MemoryMessaging, MemoryProfiles
from tests.fakes.runs import MemoryRuns
from tests.fakes.table import Bill, MemoryTable
from tests.fakes.tokens import MemoryParking, MemoryTokens

__all__ = ["Bill", "Crash", "World"]

T = TypeVar("T")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday


class Crash(BaseException):
    """The process died here; no `except Exception` may catch it."""


@dataclass
class _Plan:
    """What shall happen at some write."""

    action: Callable[[], object]
    after: bool
    countdown: int = 0
    label: str | None = None
    again: bool = False

    def hits(self, label: str) -> bool:
        """Count a write; True when it is the one."""
        if self.label is not None and not label.startswith(self.label):
            return False
        self.countdown -= 1
        return self.countdown <= 0


class World:
    """All ports in memory.

    Attributes:
        clock: A `ManualClock`.
        tokens, parking, runs, profiles, messaging: ports on tables.
        merges, reviews: ports of `stepwell.profiles.merge_ports`.
        versions, templates, secrets, workspaces, machines, rate, mailer, sink: the other ports.
        engine, runs_table, profiles_table: the tables below, with `.items`.
        bill: Request units used.
        writes: Labels of all writes, those of interleaved actions too.
        reads: Number of reads.
    """

    def __init__(self, at: datetime = START) -> None:
        self.clock = ManualClock(at)
        self.bill = Bill()
        self.writes: list[str] = []
        self.reads = 0
        self._plans: list[_Plan] = []
        self._read_plans: list[_Plan] = []
        self._inside = False
        self.engine = MemoryTable("engine", self, self.bill)
        self.runs_table = MemoryTable(
            "runs",
            self,
            self.bill,
            {GSI_OPEN_RUNS: OPEN_RUNS_KEYS, GSI_RUNS_BY_WORKFLOW: RUNS_BY_WORKFLOW_KEYS},
        )
        self.profiles_table = MemoryTable("profiles", self, self.bill)
        self.tokens = MemoryTokens(self.engine)
        self.parking = MemoryParking(self.engine)
        self.runs = MemoryRuns(self.runs_table)
        self.profiles = MemoryProfiles(self.profiles_table)
        self.messaging = MemoryMessaging(self.profiles_table, self.clock)
        self.merges = MemoryMerges(self.profiles_table)
        self.reviews = MemoryReviews(self.profiles_table, self.clock)
        self.versions = MemoryVersions()
        self.templates = MemoryTemplates()
        self.secrets = MemorySecrets()
        self.workspaces = MemoryWorkspaces()
        self.machines = MemoryMachines(self)
        self.rate = MemoryRate()
        self.mailer = MemoryMailer(self)
        self.sink = MemorySink(self)

    def ports(self, **given: Any) -> Ports:
        """The engine's ports on this world; what it lacks (HTTP, topics) is given, or must not be used."""
        ports: dict[str, Any] = {
            "clock": self.clock,
            "tokens": self.tokens,
            "parking": self.parking,
            "runs": self.runs,
            "profiles": self.profiles,
            "messaging": self.messaging,
            "versions": self.versions,
            "workspaces": self.workspaces,
            "machines": self.machines,
            "rate": self.rate,
            "mailer": self.mailer,
            "events": self.sink,
            "templates": self.templates,
            "secrets": self.secrets,
            "http": None,
            "topics": None,
            "queries": {},
            "delivery": Delivery("https://mail.example"),
        }
        return Ports(**ports | given)

    def merging(self, members: Any) -> Merging:
        """Merges contacts of this world."""
        return Merging(
            MergePorts(
                clock=self.clock,
                profiles=self.profiles,
                messaging=self.messaging,
                merges=self.merges,
                reviews=self.reviews,
                members=members,
            )
        )

    def write(self, label: str, apply: Callable[[], T]) -> T:
        """Apply one write, with whatever was planned before and after it."""
        self.writes.append(label)
        hits = [] if self._inside else self._take(self._plans, label)
        for plan in hits:
            if not plan.after:
                self._run(plan)
        result = apply()
        for plan in hits:
            if plan.after:
                self._run(plan)
        return result

    def read(self, label: str) -> None:
        """Note one read; planned actions run before it."""
        self.reads += 1
        if not self._inside:
            for plan in self._take(self._read_plans, label):
                self._run(plan)

    def crash_at(self, nth: int, *, after: bool = False) -> None:
        """Raise `Crash` before (or after) the n-th write from now, counting from 1."""
        self.at_write(nth, self._crash, after=after)

    def crash_on(self, label: str, *, nth: int = 1, after: bool = False) -> None:
        """Raise `Crash` at the n-th write from now whose label starts with ``label``."""
        self.on_write(label, self._crash, nth=nth, after=after)

    def at_write(self, nth: int, action: Callable[[], object], *, after: bool = False) -> None:
        """Run an action before (or after) the n-th write from now; its own writes do not count."""
        self._plans.append(_Plan(action, after, nth))

    def on_write(
        self,
        label: str,
        action: Callable[[], object],
        *,
        nth: int = 1,
        after: bool = False,
        again: bool = False,
    ) -> None:
        """Run an action at the n-th write whose label starts with ``label`` (``again``: and all after)."""
        self._plans.append(_Plan(action, after, nth, label, again))

    def on_read(self, label: str, action: Callable[[], object], *, nth: int = 1) -> None:
        """Run an action before the n-th read whose label starts with ``label``."""
        self._read_plans.append(_Plan(action, False, nth, label))

    def calm(self) -> None:
        """Forget everything planned."""
        self._plans.clear()
        self._read_plans.clear()

    def publish(self, tenant: str, workflow: str, version: int, document: Mapping[str, Any]) -> None:
        """Put a version document where the runtime reads it."""
        self.versions.documents[(tenant, workflow, version)] = document

    @staticmethod
    def _crash() -> None:
        raise Crash

    def _take(self, plans: list[_Plan], label: str) -> list[_Plan]:
        hits = [plan for plan in plans if plan.hits(label)]
        for plan in hits:
            if not plan.again:
                plans.remove(plan)
        return hits

    def _run(self, plan: _Plan) -> None:
        self._inside = True
        try:
            plan.action()
        finally:
            self._inside = False
