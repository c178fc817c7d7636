"""The plain interpreter: walks one contact through a graph, node by node, on a fake clock; the engine's oracle.

It powers `simulate`, and translation validation holds compiled machines to it. It is written from the node types'
documented meaning and shares no code with their behaviour: only models, graph and the condition language. Clarity
goes before speed; there are no cohorts, runs, tokens or retries here.

```python
journey = simulate(workflow, SimulatedContact("c1", {"score": 70}), start=now, max_days=60)
for step in journey.steps:
    print(step.at, step.node, step.outcome, step.explanation)
```
"""

from __future__ import annotations

from datetime import datetime, timedelta

from stepwell.workflows.expansion import expand
from stepwell.workflows.graph import Graph
from stepwell.workflows.interpreter_core import Walk
from stepwell.workflows.interpreter_model import (
    Journey,
    Message,
    Reaction,
    SimulatedContact,
    SimulatedEvent,
    Standing,
    Step,
)
from stepwell.workflows.model import Workflow

__all__ = [
    "Journey",
    "Message",
    "Reaction",
    "SimulatedContact",
    "SimulatedEvent",
    "Standing",
    "Step",
    "simulate",
]


def simulate(
    workflow: Workflow,
    contact: SimulatedContact,
    start: datetime,
    max_days: int = 400,
    *,
    trigger: str = "",
    time_zone: str = "UTC",
    tenant: str = "",
    opt_in: bool = False,
    max_steps: int = 0,
) -> Journey:
    """Walk one contact through a workflow.

    Args:
        workflow: As drawn; composites are expanded.
        contact: Who walks, what will happen to it, and what will fail.
        start: When it enters (aware).
        max_days: How long to watch.
        trigger: Trigger node to enter by; empty: the first.
        time_zone: Zone of contacts without one (the workspace's).
        tenant: Tenant id, which random splits hash.
        opt_in: Whether marketing needs a granted consent; otherwise only a denied one stops it.
        max_steps: How many steps to watch at most; 0: all.

    Raises:
        InvalidInput: The workflow has no trigger.
    """
    until = start + timedelta(days=max_days)
    walk = Walk(Graph(expand(workflow)), contact, start, until, time_zone, tenant, opt_in)
    walk.enter(trigger)
    walk.run(max_steps)
    return walk.journey()
