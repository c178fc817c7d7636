"""All that somebody wants to know before they press the button: checks, who gets it, what it costs, who is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from stepwell.contracts.prices import PRICES
from stepwell.errors import ValidationFailed
from stepwell.publishing import approving, audience, checking, drafts, versions
from stepwell.publishing.figures import OVERHEAD_USD, Counts
from stepwell.publishing.live import Standing
from stepwell.publishing.moves import plan_moves
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import InFlight, WorkflowRecord
from stepwell.runtime.effects import Ports
from stepwell.runtime.migration import NodeMap
from stepwell.workflows.documents import from_document
from stepwell.workflows.expansion import expand
from stepwell.workflows.graph import Graph

SAMPLE = 5_000
PAST_DAYS = 30


def preview(
    ports: PublishingPorts,
    runtime: Ports,
    counts: Counts,
    tenant: str,
    workflow: str,
    caller: approving.Caller,
    now_in: Standing,
    *,
    in_flight: InFlight = "drain",
    nodes: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return what publishing the draft would mean; nothing is done.

    Raises:
        NotFound: No such workflow.
        InvalidInput: The node map names nodes that the draft does not have.
    """
    record = drafts.read(ports, tenant, workflow)
    drawn = from_document(dict(record.document))
    checks = checking.validate(ports, tenant, record.document)
    graph = _graph(record) if checks["valid"] else None
    entries = _entries(ports, runtime, counts, tenant, record, graph) if graph is not None else []
    sends = _sends(graph) if graph is not None else 0
    expected = sum(e["contacts"] or 0 for e in entries)
    each = PRICES["ses_message"].each + OVERHEAD_USD
    return {
        "workflow": workflow,
        "name": drawn.name or workflow,
        "rev": record.edited,
        "live_version": record.live,
        "checks": checks,
        "review": approving.shown(record, ports.inventory.workspace(tenant).approvals, caller),
        "entries": entries,
        "cost": {
            "contacts": expected,
            "messages_each": sends,
            "messages": expected * sends,
            "usd_per_message": each,
            "usd": round(expected * sends * each, 4),
            "assumption": _assumption(sends),
        },
        "in_flight": _in_flight(ports, tenant, record, graph, now_in, in_flight, nodes or {}),
        "diff": versions.compare(ports, tenant, workflow, record.live, 0) if record.live else None,
    }


def _graph(record: WorkflowRecord) -> Graph | None:
    try:
        return Graph(expand(from_document(dict(record.document))))
    except ValidationFailed:
        return None


def _assumption(sends: int) -> str:
    return (
        f"Every contact gets all messages on the longest way ({sends}); each costs a message of SES at list price "
        f"(${PRICES['ses_message'].each * 1000:.2f} for 1,000) and at most ${OVERHEAD_USD * 1000:.3f} for 1,000 of "
        "the platform, in cohorts. Branches, skips and loops make it less or more."
    )


def _sends(graph: Graph) -> int:
    """Return how many messages lie on the longest way; loops count once."""
    best: dict[str, int] = {}

    def longest(node: str, seen: frozenset[str]) -> int:
        if node in seen:
            return 0
        if node not in best:
            own = 1 if graph[node].type.sends else 0
            ways = [longest(n, seen | {node}) for n in graph.successors(node)]
            best[node] = own + max(ways, default=0)
        return best[node]

    return max((longest(t, frozenset()) for t in graph.triggers), default=0)


def _entries(
    ports: PublishingPorts,
    runtime: Ports,
    counts: Counts,
    tenant: str,
    record: WorkflowRecord,
    graph: Graph,
) -> list[dict[str, Any]]:
    return [_entry(ports, runtime, counts, tenant, record, graph, node) for node in graph.triggers]


def _entry(
    ports: PublishingPorts,
    runtime: Ports,
    counts: Counts,
    tenant: str,
    record: WorkflowRecord,
    graph: Graph,
    node: str,
) -> dict[str, Any]:
    this = graph[node]
    rules = audience.entry_rules(graph, node)
    told: dict[str, Any] = {"trigger": node, "type": this.node.type, "events": list(rules.events)}
    if rules.events:
        days = [counts.series(tenant, record.id, v)[1] for v in range(1, record.latest + 1)]
        since = (ports.now() - timedelta(days=PAST_DAYS)).date().isoformat()
        entered = sum(p.get("enrolled", 0) for d in days for day, p in d.items() if day >= since)
        return {
            **told,
            "basis": "past",
            "contacts": entered if record.latest else None,
            "sample": 0,
            "complete": True,
            "days": PAST_DAYS,
            "refused": {},
        }
    found = audience.preview(
        tenant,
        record.id,
        rules,
        profiles=ports.profiles,
        tokens=runtime.tokens,
        clock=ports.clock,
        workspace=ports.inventory.workspace(tenant),
        cap=SAMPLE,
        sample=0,
        reentry_cap=200,
    )
    return {
        **told,
        "basis": "audience",
        "contacts": found.would_enter,
        "sample": found.looked_at,
        "complete": found.complete,
        "days": None,
        "refused": dict(found.refused),
    }


def _in_flight(
    ports: PublishingPorts,
    tenant: str,
    record: WorkflowRecord,
    graph: Graph | None,
    now_in: Standing,
    choice: InFlight,
    nodes: Mapping[str, str],
) -> dict[str, Any]:
    if graph is not None and choice == "migrate":
        plan_moves(ports, tenant, record, graph, choice, nodes)  # refuses targets that do not exist
    node_map = NodeMap(dict(nodes))
    rows = []
    effect: Counter[str] = Counter()
    for (version, node), number in sorted(now_in.nodes.items()):
        target = node_map.target(node)
        there = graph is not None and target in graph.nodes
        does = "stay" if choice == "drain" or (choice == "migrate" and not there) else "move"
        does = "end" if choice == "eject" else does
        effect[does] += number
        rows.append(
            {
                "version": version,
                "node": node,
                "contacts": number,
                "target": target if there else None,
                "does": does,
            }
        )
    return {
        "choice": choice,
        "contacts": sum(now_in.nodes.values()),
        "complete": now_in.complete,
        "stay": effect["stay"],
        "move": effect["move"],
        "end": effect["end"],
        "nodes": rows,
        "targets": _targets(graph),
    }


def _targets(graph: Graph | None) -> Sequence[str]:
    if graph is None:
        return []
    return [node for node, this in graph.nodes.items() if this.type.kind != "trigger"]
