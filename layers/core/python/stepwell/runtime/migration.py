"""Moves contacts in flight to another version by a node map: dry run first, visits carry over (engine rule 8).

A parked token is moved where it stands. One that waits inside a machine is taken out of it and parked with the
same due time. One that is being worked on at this moment is left for the next page run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from stepwell.contracts.ids import loop_text
from stepwell.contracts.tokens import Move, Token, TokenState, Via
from stepwell.errors import InvalidInput
from stepwell.runtime.effects import Ports
from stepwell.runtime.parking import Parking, forget, park
from stepwell.runtime.pausing import active_enrollments
from stepwell.runtime.ports import DueRow, WaitRow
from stepwell.runtime.published import Published, published
from stepwell.runtime.waking import Waker

KEEP = "="


@dataclass(frozen=True, slots=True)
class NodeMap:
    """Where contacts of the old version go in the new one.

    Attributes:
        nodes: New node id an old node id; absent: the same id. ``"="`` names the same id explicitly.
    """

    nodes: Mapping[str, str] = field(default_factory=dict)

    def target(self, node: str) -> str:
        """Return the node of the new version for a node of the old one."""
        mapped = self.nodes.get(node, KEEP)
        return node if mapped == KEEP else mapped


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What a page of a migration did, or would do.

    Attributes:
        moved: Contacts a ``old node -> new node``.
        busy: Contacts that are being worked on now; run again.
        unmapped: Contacts at nodes without counterpart, a node.
        cursor: Next page, None when through.
    """

    moved: Mapping[str, int]
    busy: int
    unmapped: Mapping[str, int]
    cursor: str | None


def check_map(old: Published, new: Published, node_map: NodeMap) -> list[str]:
    """Return the nodes of the old version at which contacts can stand and that have no counterpart."""
    return [
        node
        for node, this in old.graph.nodes.items()
        if this.type.kind != "trigger" and node_map.target(node) not in new.graph.nodes
    ]


def migrate(
    tenant: str,
    workflow: str,
    ports: Ports,
    *,
    old: int,
    new: int,
    node_map: NodeMap,
    dry_run: bool = True,
    cursor: str | None = None,
) -> MigrationReport:
    """Move one page of contacts from one version to another, or count what would be moved.

    Args:
        tenant: Tenant id.
        workflow: Workflow id.
        ports: Stores and machines.
        old: Version they are in.
        new: Version they go to.
        node_map: Where they go.
        dry_run: Only count.
        cursor: Where to go on.

    Raises:
        InvalidInput: The map names a node that the new version does not have, or old and new are the same.
    """
    if old == new:
        raise InvalidInput("Old and new version are the same.", code="same_version")
    before = published(ports.versions, tenant, workflow, old)
    after = published(ports.versions, tenant, workflow, new)
    wrong = [t for t in node_map.nodes.values() if t != KEEP and t not in after.graph.nodes]
    if wrong:
        raise InvalidInput(
            f"Version {new} has no node {', '.join(f'`{w}`' for w in wrong)}.", code="unknown_target"
        )
    tokens, following = active_enrollments(tenant, workflow, ports, cursor)
    moved: Counter[str] = Counter()
    unmapped: Counter[str] = Counter()
    busy = 0
    dues = machine_waits(tenant, ports, tokens)
    for token in tokens.values():
        if token.version != old or "/" in token.id or token.arrived or _meets(before, token):
            # Contacts inside a parallel section with waits finish it in the old version (drain).
            busy += token.version == old
            continue
        standing = dues.get(token.id, (token.node, None))[0]
        target = node_map.target(standing)
        if target not in after.graph.nodes:
            unmapped[standing] += 1
            continue
        if token.state is TokenState.RUNNING and token.id not in dues:
            busy += 1
            continue
        if dry_run or _move(tenant, workflow, ports, token, before, after, new, target, dues.get(token.id)):
            moved[f"{standing} -> {target}"] += 1
        else:
            busy += 1
    return MigrationReport(dict(moved), busy, dict(unmapped), following)


def _meets(version: Published, token: Token) -> bool:
    """Tell whether a token rests at a merge until its branches arrive there."""
    if token.state is not TokenState.PARKED or token.hold or token.node not in version.graph.nodes:
        return False
    return version.graph[token.node].type.kind == "merge"


def machine_waits(tenant: str, ports: Ports, tokens: Mapping[str, Token]) -> dict[str, tuple[str, datetime]]:
    """Find who waits inside a machine: the run's last trace holds a due time that has not passed.

    Their tokens are RUNNING and name the node that the run entered by.

    Args:
        tenant: Tenant id.
        ports: Stores and clock.
        tokens: Tokens to look at.

    Returns:
        The wait and its end, by token id.
    """
    found: dict[str, tuple[str, datetime]] = {}
    now = ports.clock.now()
    for run in sorted({t.run for t in tokens.values() if t.state is TokenState.RUNNING}):
        traces = [trace for trace in ports.runs.traces(tenant, run) if not trace.note]
        if traces and (last := traces[-1]).due is not None and last.due > now:
            found |= {t: (last.node, last.due) for group in last.outcomes.values() for t in group}
    return {t: where for t, where in found.items() if t in tokens}


def _move(
    tenant: str,
    workflow: str,
    ports: Ports,
    token: Token,
    before: Published,
    after: Published,
    version: int,
    target: str,
    waiting: tuple[str, datetime] | None,
) -> bool:
    graph = after.graph
    old_node = waiting[0] if waiting else token.node
    due = waiting[1] if waiting else token.due
    timeout = str(token.facts.get("timeout", "")) or before.graph[old_node].outcomes[0]
    same_kind = graph[target].type.name == before.graph[old_node].type.name
    if token.hold:
        moved = token.evolve(version=version, node=target, resume=target, epoch=token.epoch + 1)
        return bool(ports.tokens.move(tenant, workflow, [Move(token, moved)]))
    if not same_kind or due is None:
        return _enter(tenant, workflow, ports, token, version, target, waiting)
    if waiting:
        outcome = graph[target].outcomes[0]
        parking = Parking(token, target, graph.target(target, outcome), outcome, due)
        return _park_over(tenant, workflow, ports, token, version, parking)
    outcome = timeout if timeout in graph[target].outcomes else graph[target].outcomes[-1]
    moved = token.evolve(
        version=version,
        node=target,
        resume=graph.target(target, outcome),
        epoch=token.epoch + 1,
        facts={"timeout": outcome},
        loop={n: i for n, i in token.loop.items() if n in graph.enclosing_loops(target)},
    )
    rows = [DueRow(workflow, token.id, moved.epoch, due)]
    waits = [WaitRow(event, workflow, token.id, moved.epoch, version, target) for event in token.wait_events]
    ports.parking.put_due(tenant, rows)
    if waits:
        ports.parking.put_waiters(tenant, waits)
    # If the move is lost the rows just written are stale, and whoever meets a stale row drops it.
    if not ports.tokens.move(tenant, workflow, [Move(token, moved)]):
        return False
    forget(ports, tenant, workflow, [token])
    return True


def _park_over(
    tenant: str, workflow: str, ports: Ports, token: Token, version: int, parking: Parking
) -> bool:
    """Take a token out of a machine's wait and park it with the same due time in the new version."""
    parked = park(ports, tenant, workflow, version, [parking])
    return token.id in parked


def _enter(
    tenant: str,
    workflow: str,
    ports: Ports,
    token: Token,
    version: int,
    target: str,
    waiting: tuple[str, datetime] | None,
) -> bool:
    """Let a token enter the new version at a node of another kind: it goes on there at once."""
    if waiting:
        parking = Parking(token, target, target, "migrated", ports.clock.now())
        return _park_over(tenant, workflow, ports, token, version, parking)
    fresh = token.evolve(loop=dict(token.loop))
    done = Waker(ports).resume(
        tenant, workflow, version, [fresh], target, Via(token.node, f"migrated_{loop_text({})}".rstrip("_"))
    )
    return token.id in done
