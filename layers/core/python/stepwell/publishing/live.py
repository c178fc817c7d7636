"""A workflow as it runs: contacts a node, what became of its messages, who stands where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stepwell.contracts.ids import TokenId, split_member
from stepwell.contracts.tokens import TokenState
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.versions import read_version
from stepwell.runtime.effects import Ports
from stepwell.runtime.migration import machine_waits
from stepwell.workflows.documents import from_document
from stepwell.workflows.graph import Graph

RUNS_A_PAGE = 25
MOST_TOKENS = 10_000
_MAIL = (
    "accepted",
    "delivered",
    "opened",
    "opened_machine",
    "clicked",
    "clicked_machine",
    "bounced",
    "bounced_soft",
    "complained",
    "unsubscribed",
    "rejected",
    "delayed",
    "replied",
    "dismissed",
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Contacts in flight.

    Attributes:
        nodes: How many, by version and node.
        looked_at: Enrollments that were looked at.
        complete: Whether these were all; else the numbers are of the newest runs.
        in_machines: Those of `nodes` who wait inside a state machine: counters have them past the wait already.
    """

    nodes: Mapping[tuple[int, str], int]
    looked_at: int
    complete: bool
    in_machines: Mapping[tuple[int, str], int] = field(default_factory=dict)

    def of(self, version: int) -> dict[str, int]:
        """Return the nodes of one version."""
        return {node: n for (v, node), n in self.nodes.items() if v == version}


def standing(tenant: str, workflow: str, runtime: Ports, *, most: int = MOST_TOKENS) -> Standing:
    """Count who is in a workflow, node by node, over its newest runs."""
    found: Counter[tuple[int, str]] = Counter()
    inside: Counter[tuple[int, str]] = Counter()
    looked, cursor = 0, None
    while True:
        runs, cursor = runtime.runs.of_workflow(tenant, workflow, RUNS_A_PAGE, cursor)
        for run in runs:
            tokens = runtime.tokens.get(tenant, workflow, [split_member(member)[0] for member in run.cohort])
            looked += len(tokens)
            own = {i: t for i, t in tokens.items() if t.run == run.id and not TokenId.parse(i).branches}
            waits = machine_waits(tenant, runtime, own)
            for token in own.values():
                if token.state is TokenState.ENDED:
                    continue
                node = waits[token.id][0] if token.id in waits else token.node
                found[token.version, node] += 1
                inside[token.version, node] += token.id in waits
        if cursor is None or looked >= most:
            return Standing(dict(found), looked, cursor is None, dict(inside))


def live(
    ports: PublishingPorts,
    tenant: str,
    workflow: str,
    version: int,
    counts: Mapping[str, Mapping[str, int]],
    now_in: Standing | None,
) -> dict[str, Any]:
    """Return a version's nodes as they run.

    Args:
        ports: Stores.
        tenant: Tenant id.
        workflow: Workflow id.
        version: A published version.
        counts: ``{node: {outcome: n}}``.
        now_in: Who stands where; None: reckoned from the counts, which do not know who left a wait by an exit.

    Raises:
        NotFound: No such version.
    """
    stored = read_version(ports, tenant, workflow, version)
    graph = Graph(from_document(dict(stored.graph)))
    counts = _without(graph, counts, version, now_in.in_machines if now_in is not None else {})
    arrived = _arrived(graph, counts)
    here = now_in.of(version) if now_in is not None else _reckoned(graph, counts, arrived)
    enrolled = sum(outcomes.get("enrolled", 0) for outcomes in counts.values())
    goals = {
        f"goal_{number}": (goal.event, counts.get(f"goal_{number}", {}).get("reached", 0))
        for number, goal in enumerate(graph.workflow.settings.goals)
    }
    converted = sum(number for _, number in goals.values())
    nodes = [
        _node(graph, node, counts.get(node, {}), arrived[node], here.get(node, 0), stored.origin, enrolled)
        for node in graph.nodes
    ]
    return {
        "workflow": workflow,
        "version": version,
        "enrolled": enrolled,
        "in_flight": sum(here.values()),
        "in_flight_complete": now_in is not None and now_in.complete,
        "conversions": converted,
        "conversion_rate": _share(converted, enrolled),
        "goals": [{"event": event, "reached": number} for event, number in goals.values()],
        "nodes": nodes,
    }


def _node(
    graph: Graph,
    node: str,
    outcomes: Mapping[str, int],
    arrived: int,
    waiting: int,
    origin: Mapping[str, str],
    enrolled: int,
) -> dict[str, Any]:
    this = graph[node]
    ways = {o: n for o, n in outcomes.items() if o in this.outcomes}
    # Whoever enters goes on at once: a trigger counts them as enrolled, not by an outcome.
    passed = arrived if this.type.kind == "trigger" else sum(ways.values())
    mail = {name: outcomes[name] for name in _MAIL if outcomes.get(name)} if this.type.sends else {}
    return {
        "node": node,
        "drawn_node": origin.get(node, node),
        "name": this.node.name or node,
        "type": this.node.type,
        "arrived": arrived,
        "waiting": waiting,
        "passed": passed,
        "sent": ways.get("sent", 0) if this.type.sends else 0,
        "skipped": ways.get("skipped", 0),
        "failed": ways.get("failed", 0) + outcomes.get("set_aside", 0),
        "ended": outcomes.get("ended", 0),
        "outcomes": ways,
        "reasons": {o.removeprefix("reason:"): n for o, n in outcomes.items() if o.startswith("reason:")},
        "mail": mail,
        "reach_rate": _share(arrived, enrolled),
        # Who came and neither went on nor stands here left the workflow: by an exit, a goal, an end or a fault.
        "dropped": max(0, arrived - passed - waiting),
    }


def _without(
    graph: Graph,
    counts: Mapping[str, Mapping[str, int]],
    version: int,
    inside: Mapping[tuple[int, str], int],
) -> Mapping[str, Mapping[str, int]]:
    """Take those out who are counted as past a wait but still wait in the machine."""
    less = dict(counts)
    for (v, node), number in inside.items():
        if v == version and number and node in graph.nodes and graph[node].outcomes:
            way = graph[node].outcomes[0]
            told = dict(less.get(node, {}))
            told[way] = max(0, told.get(way, 0) - number)
            less[node] = told
    return less


def _reckoned(
    graph: Graph, counts: Mapping[str, Mapping[str, int]], arrived: Mapping[str, int]
) -> dict[str, int]:
    """Who came to a node and has neither left it nor ended there."""
    found = {}
    for node, this in graph.nodes.items():
        told = counts.get(node, {})
        left = sum(told.get(o, 0) for o in (*this.outcomes, "ended", "set_aside"))
        if this.type.kind != "trigger" and arrived[node] > left:
            found[node] = arrived[node] - left
    return found


def _arrived(graph: Graph, counts: Mapping[str, Mapping[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for node, this in graph.nodes.items():
        told = counts.get(node, {})
        if this.type.kind == "trigger":
            found[node] += told.get("enrolled", 0)
            target = graph.target(node, this.outcomes[0]) if this.outcomes else None
            if target is not None:
                found[target] += told.get("enrolled", 0)
            continue
        for outcome in this.outcomes:
            target = graph.target(node, outcome)
            if target is not None:
                found[target] += told.get(outcome, 0)
    return found


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
