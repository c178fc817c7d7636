"""Contacts in flight when a version changes or a workflow stops: planned at publishing, moved page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from stepwell.contracts.tokens import EndReason
from stepwell.errors import InvalidInput, NotFound
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import InFlight, Move, WorkflowRecord
from stepwell.runtime.effects import Ports
from stepwell.runtime.jobs import Job
from stepwell.runtime.migration import KEEP, NodeMap, migrate
from stepwell.runtime.pausing import eject, release_held
from stepwell.workflows.documents import from_document
from stepwell.workflows.graph import Graph

AGAIN_S = 30
RELEASE_AFTER_S = 2
"""Longer than any process may believe an old switch (a second): nobody let go is held again."""
DELAYS = {"release": RELEASE_AFTER_S, "segment": 5, "rescore": 5}
"""A process of the pass believes the rules that it has for two seconds: it must have the new ones when asked."""
RELEASE_ROUNDS = 2
MOST_ROUNDS = 40
_RELEASED_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Moving:
    """What happens to contacts of older versions.

    Attributes:
        choice: `drain`, `migrate` or `eject`.
        versions: Versions with contacts in flight, possibly.
        nodes: The node map of `migrate`.
        unmapped: Nodes of old versions without counterpart, a version: contacts there stay in their version.
        jobs: Ids of the jobs that were started.
    """

    choice: InFlight = "drain"
    versions: tuple[int, ...] = ()
    nodes: Mapping[str, str] = field(default_factory=dict)
    unmapped: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    jobs: tuple[str, ...] = ()


def plan_moves(
    ports: PublishingPorts,
    tenant: str,
    record: WorkflowRecord,
    new: Graph,
    choice: InFlight,
    nodes: Mapping[str, str],
) -> Moving:
    """Say what would happen to contacts in flight.

    Raises:
        InvalidInput: The map names nodes that the new version does not have.
    """
    versions = tuple(record.machines)
    if choice != "migrate":
        return Moving(choice, versions)
    wrong = sorted(t for t in nodes.values() if t != KEEP and t not in new.nodes)
    if wrong:
        raise InvalidInput(
            f"The new version has no node {', '.join(f'`{w}`' for w in wrong)}.", code="unknown_target"
        )
    node_map = NodeMap(dict(nodes))
    unmapped = {}
    for number in versions:
        stored = ports.versions.get(tenant, record.id, number)
        if stored is None:
            raise NotFound(f"Version {number} of `{record.id}` is missing.", code="no_version")
        old = Graph(from_document(dict(stored.graph)))
        lost = tuple(
            node
            for node, this in old.nodes.items()
            if this.type.kind != "trigger" and node_map.target(node) not in new.nodes
        )
        if lost:
            unmapped[number] = lost
    return Moving(choice, versions, dict(nodes), unmapped)


def start_moves(
    ports: PublishingPorts,
    tenant: str,
    record: WorkflowRecord,
    new: int,
    moving: Moving,
    actor: str,
    job: str,
) -> Moving:
    """Queue what was planned; repeating it repeats jobs of the same ids, which is harmless."""
    if moving.choice == "drain":
        return moving
    jobs = []
    for old in moving.versions:
        if old == new:
            continue
        move = Move(
            kind="migrate" if moving.choice == "migrate" else "eject",
            tenant=tenant,
            workflow=record.id,
            old=old,
            new=new if moving.choice == "migrate" else 0,
            nodes=moving.nodes,
            reason=EndReason.EJECTED if moving.choice == "eject" else "",
            job=f"{job}{old}",
            actor=actor,
        )
        jobs.append(queue(ports, move))
    return replace(moving, jobs=tuple(jobs))


def queue(ports: PublishingPorts, move: Move) -> str:
    """Note a move as a job and queue its first page; return the job's id."""
    ports.jobs.put(
        move.tenant,
        Job(
            id=move.job,
            kind=move.kind,
            workflow=move.workflow,
            state="running",
            started_at=ports.now(),
            actor=move.actor,
            details={"old": move.old, "new": move.new, "nodes": dict(move.nodes)},
        ),
    )
    ports.moves.send(move, DELAYS.get(move.kind, 0))
    return move.job


def carry_out(ports: PublishingPorts, runtime: Ports, move: Move) -> Move | None:
    """Carry out one page of a move and queue the next.

    Returns:
        The move that was queued to go on; None: done.
    """
    match move.kind:
        case "release":
            following, counts = _release(runtime, move)
        case "eject":
            following, counts = _eject(runtime, move)
        case _:
            following, counts = _migrate(runtime, move)
    ports.jobs.add(move.tenant, move.job, f"{move.round}:{move.cursor or ''}"[-100:], counts)
    if following is None or following.round > MOST_ROUNDS:
        ports.jobs.update(move.tenant, move.job, "done")
        return None
    again = following.cursor is None and following.round != move.round
    ports.moves.send(following, AGAIN_S if again else 0)
    return following


def _release(runtime: Ports, move: Move) -> tuple[Move | None, dict[str, int]]:
    released = release_held(move.tenant, move.workflow, runtime, _RELEASED_AT_ONCE)
    if released:
        return replace(move, cursor=_next(move.cursor)), {"released": released}
    # Who was held a moment after the switch, by a process that did not know of it yet, is let go on later.
    following = replace(move, cursor=None, round=move.round + 1) if move.round < RELEASE_ROUNDS else None
    return following, {"released": released}


def _next(cursor: str | None) -> str:
    return str(int(cursor or 0) + 1)


def _eject(runtime: Ports, move: Move) -> tuple[Move | None, dict[str, int]]:
    ended, cursor = eject(
        move.tenant,
        move.workflow,
        runtime,
        move.reason or EndReason.EJECTED,
        only=(lambda t: t.version == move.old) if move.old else None,
        cursor=move.cursor,
    )
    if cursor is not None:
        return replace(move, cursor=cursor), {"ended": ended}
    # Cohorts that were handed on while we paged were in no page: once more over all, until nobody is found.
    again = ended > 0 or move.round == 1 or move.cursor is not None
    following = replace(move, cursor=None, round=move.round + 1) if again and move.round < 3 else None
    return following, {"ended": ended}


def _migrate(runtime: Ports, move: Move) -> tuple[Move | None, dict[str, int]]:
    report = migrate(
        move.tenant,
        move.workflow,
        runtime,
        old=move.old,
        new=move.new,
        node_map=NodeMap(dict(move.nodes)),
        dry_run=False,
        cursor=move.cursor,
    )
    counts = {"moved": sum(report.moved.values()), "unmapped": sum(report.unmapped.values())}
    if report.cursor is not None:
        return replace(move, cursor=report.cursor), counts
    # Those being worked on at this moment, and those handed on meanwhile, are found by the next round.
    following = replace(move, cursor=None, round=move.round + 1) if report.busy or move.round < 3 else None
    return following, counts


def dry_run(
    ports: PublishingPorts,
    runtime: Ports,
    tenant: str,
    workflow: str,
    *,
    old: int,
    new: int,
    nodes: Mapping[str, str],
    pages: int = 10,
) -> dict[str, object]:
    """Count who would be moved where, over at most ``pages`` pages of runs.

    Raises:
        NotFound: No such version.
        InvalidInput: The map names nodes that the new version does not have, or the versions are the same.
    """
    for number in (old, new):
        if ports.versions.get(tenant, workflow, number) is None:
            raise NotFound(f"`{workflow}` has no version {number}.", code="no_version")
    moved: Counter[str] = Counter()
    unmapped: Counter[str] = Counter()
    busy = 0
    cursor: str | None = None
    complete = False
    for _ in range(pages):
        report = migrate(
            tenant, workflow, runtime, old=old, new=new, node_map=NodeMap(dict(nodes)), cursor=cursor
        )
        moved.update(report.moved)
        unmapped.update(report.unmapped)
        busy += report.busy
        cursor = report.cursor
        if cursor is None:
            complete = True
            break
    return {
        "old": old,
        "new": new,
        "moved": dict(moved),
        "unmapped": dict(unmapped),
        "busy": busy,
        "complete": complete,
    }
