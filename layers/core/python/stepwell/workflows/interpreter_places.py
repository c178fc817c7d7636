"""Where the contact of a walk stands: its branches, the parallel sections around them, and where these meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from stepwell.conditions import Explanation
from stepwell.workflows.graph import Graph
from stepwell.workflows.interpreter_model import Message, SimulatedEvent, Step
from stepwell.workflows.interpreter_moves import Hold


@dataclass(eq=False)
class Section:
    """A contact's passage through one parallel section."""

    parallel: str
    merge: str
    parent: Branch
    missing: set[str]
    limit: datetime


@dataclass(eq=False)
class Branch:
    """A place where the contact stands: one, and inside a parallel section one a branch; no node: the end."""

    node: str
    path: tuple[str, ...] = ()
    loop: dict[str, int] = field(default_factory=dict)
    section: Section | None = None
    hold: Hold | None = None
    away: bool = False  # in a parallel section: its branches walk instead
    since: datetime | None = None  # when it came to stand here
    told: tuple[Explanation, ...] = ()  # what conditions found here
    waited: Hold | None = None  # the wait that it was last in here

    def step(
        self,
        now: datetime,
        outcome: str,
        why: str,
        reason: str,
        message: Message | None,
        loop: str,
        bucket: int | None,
    ) -> Step:
        """Return the step by which the contact leaves this place."""
        return Step(
            at=now,
            node=self.node,
            outcome=outcome,
            explanation=why,
            reason=reason,
            message=message,
            branch="/".join(self.path),
            loop=loop,
            since=self.since or now,
            due=self.waited.due if self.waited else None,
            waited=self.waited.why if self.waited else "",
            conditions=self.told,
            bucket=bucket,
        )


def meeting(graph: Graph, parallel: str) -> str:
    """Find the merge at which all branches meet: from it one reaches all that they have in common."""
    fences = {parallel, *graph.enclosing_loops(parallel)}

    def reach(start: str | None) -> set[str]:
        seen: set[str] = set()
        todo = [start] if start is not None else []
        while todo:
            node = todo.pop()
            if node not in seen and node not in fences:
                seen.add(node)
                todo += graph.successors(node)
        return seen

    common = set.intersection(*(reach(t) for t in graph.targets(parallel).values()))
    merges = [n for n in sorted(common) if graph[n].type.kind == "merge"]
    return next((n for n in merges if reach(n) == common), "")


def document(event: SimulatedEvent) -> dict[str, Any]:
    """Return an event as conditions read it."""
    return {
        "name": event.name,
        "type": "track",
        "timestamp": event.at,
        "message_id": "",
        "context": {},
        "properties": dict(event.properties),
    }
