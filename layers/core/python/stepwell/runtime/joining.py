"""Parallel sections with waits: a token a branch, the parent parked at the merge until all branches arrived.

`arrived` is a set, so a replay counts once; an ended branch counts as arrived. The arrival that completes the set
takes the parent on by compare-and-set; at the time limit the sweeper takes it instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from stepwell.contracts.ids import TokenId, loop_text, member, split_member
from stepwell.contracts.tokens import EndReason, Run, Token, TokenState, Via
from stepwell.runtime.effects import Ports
from stepwell.runtime.ending import end_tokens
from stepwell.runtime.parking import Parking, forget, park
from stepwell.runtime.published import Published
from stepwell.runtime.starting import LOOK_AGAIN, start
from stepwell.runtime.waking import Waker


def branch_names(published: Published, parallel: str, loop: Mapping[str, int]) -> dict[str, str]:
    """Return the branch name an outcome: ``<parallel>.<index>``, with the loop vector inside loops."""
    suffix = f"~{loop_text(dict(loop))}" if loop else ""
    return {
        outcome: f"{parallel}.{index}{suffix}"
        for index, outcome in enumerate(published.graph[parallel].outcomes)
    }


def split_branches(
    ports: Ports,
    tenant: str,
    workflow: str,
    version: int,
    published: Published,
    parallel: str,
    loop: Mapping[str, int],
    tokens: Sequence[Token],
    seeds: Mapping[str, str],
    since: datetime | None = None,
) -> None:
    """Give each token a token a branch, started as one run a branch, and park the parents at the merge.

    Args:
        ports: Stores and machines.
        tenant: Tenant id.
        workflow: Workflow id.
        version: Version.
        published: Its graph.
        parallel: The parallel node.
        loop: Loop vector of its visit.
        tokens: Parents as read: RUNNING, or PARKED at the merge by an earlier try.
        seeds: Run id an outcome, repeatable.
        since: The end of the last wait inside the machine.
    """
    graph = published.graph
    merge = graph.meeting_points[parallel]
    now = ports.clock.now()
    ready: list[tuple[Run, list[str]]] = []
    for outcome, branch in branch_names(published, parallel, loop).items():
        target = graph.target(parallel, outcome)
        if target is None or target == merge:
            continue
        run = Run(
            id=seeds[outcome],
            workflow=workflow,
            version=version,
            entry=target,
            via=Via(parallel, outcome),
            started_at=now,
            expected_by=now + LOOK_AGAIN,
            cohort=tuple(member(f"{t.id}/{branch}", 1) for t in tokens),
            loop=dict(loop),
        )
        stored = ports.runs.record(tenant, run)
        children = [_branch(t, branch, stored, since) for t in tokens]
        ports.tokens.create(tenant, workflow, children)
        now_stored = ports.tokens.get(tenant, workflow, [c.id for c in children])
        owned = [
            member(c.id, 1)
            for c in now_stored.values()
            if c.run == stored.id and c.epoch == 1 and c.state is TokenState.RUNNING
        ]
        ready.append((stored, owned))
    limit = getattr(graph[parallel].config, "limit", None)
    due = now + limit if limit is not None else None
    park(
        ports,
        tenant,
        workflow,
        version,
        [
            Parking(
                t,
                merge or parallel,
                graph.target(merge, "timed_out") if merge else None,
                "timed_out",
                due,
                loop=loop,
            )
            for t in tokens
            if t.state is TokenState.RUNNING
        ],
    )
    gone = _end_orphans(ports, tenant, workflow, tokens, [e for _, owned in ready for e in owned])
    for run, owned in ready:
        start(ports, tenant, run, [element for element in owned if element not in gone])
    if merge is not None:
        # A branch that the reconciler started may have arrived before its parent was parked.
        stored_parents = ports.tokens.get(tenant, workflow, [t.id for t in tokens]).values()
        _go_on(ports, tenant, workflow, version, published, merge, list(stored_parents))


def _end_orphans(
    ports: Ports, tenant: str, workflow: str, parents: Sequence[Token], elements: Sequence[str]
) -> set[str]:
    """End branches whose parent ended while they were made (engine rule 7); return their cohort elements.

    An exit before the parent parked may not have seen them; one after it finds them by itself.
    """
    stored = ports.tokens.get(tenant, workflow, [t.id for t in parents])
    ended = {i for i, t in stored.items() if t.state is TokenState.ENDED}
    orphans = {split_member(e)[0]: e for e in elements if TokenId.parse(split_member(e)[0]).parent in ended}
    for token in ports.tokens.get(tenant, workflow, sorted(orphans)).values():
        reason = stored[TokenId.parse(token.id).parent].end_reason
        end_tokens(ports, tenant, workflow, [token], reason)
    return set(orphans.values())


def _branch(parent: Token, branch: str, run: Run, since: datetime | None) -> Token:
    return Token(
        id=f"{parent.id}/{branch}",
        state=TokenState.RUNNING,
        epoch=1,
        run=run.id,
        node=run.entry,
        version=run.version,
        entered_at=parent.entered_at,
        as_of=max(parent.as_of, since or parent.as_of),
        loop=dict(run.loop),
        runs=(run.id,),
        context=parent.context,
    )


def arrive(
    ports: Ports,
    tenant: str,
    workflow: str,
    version: int,
    published: Published,
    merge: str,
    tokens: Sequence[Token],
    reason: str = EndReason.MERGED,
) -> None:
    """Let branch tokens arrive at their merge: note them at the parents, end them, send completed parents on.

    Args:
        ports: Stores and machines.
        tenant: Tenant id.
        workflow: Workflow id.
        version: Version.
        published: Its graph.
        merge: The merge node.
        tokens: Branch tokens as read; already ended ones may be among them (a replay).
        reason: Why they end: `merged`, or what set a branch aside.
    """
    arrivals: dict[str, list[str]] = defaultdict(list)
    for token in tokens:
        parsed = TokenId.parse(token.id)
        if parsed.branches:
            arrivals[parsed.parent].append(parsed.branches[-1])
    if not arrivals:
        return
    end_tokens(ports, tenant, workflow, tokens, reason)
    parents = ports.tokens.arrive(tenant, workflow, arrivals)
    _go_on(ports, tenant, workflow, version, published, merge, list(parents.values()))


def _go_on(
    ports: Ports,
    tenant: str,
    workflow: str,
    version: int,
    published: Published,
    merge: str,
    parents: Sequence[Token],
) -> None:
    """Send parents on whose branches have all arrived."""
    parallel = published.plan.merges[merge]
    complete = [t for t in parents if _complete(published, parallel, t)]
    waiting = [t for t in complete if t.state is TokenState.PARKED and t.node == merge]
    clean, spoiled = _spoiled(ports, tenant, workflow, waiting)
    if spoiled:
        done = end_tokens(ports, tenant, workflow, spoiled, EndReason.ERROR)
        forget(ports, tenant, workflow, [t for t in spoiled if t.id in done])
    groups: dict[str, list[Token]] = defaultdict(list)
    for token in clean:
        groups[loop_text(dict(token.loop))].append(token)
    for _, group in sorted(groups.items()):
        Waker(ports).wake(tenant, workflow, version, [(t, "merged") for t in group])


def _complete(published: Published, parallel: str, parent: Token) -> bool:
    graph = published.graph
    merge = graph.meeting_points[parallel]
    enclosing = {n: i for n, i in parent.loop.items() if n in graph.enclosing_loops(parallel)}
    needed = {
        branch
        for outcome, branch in branch_names(published, parallel, enclosing).items()
        if graph.target(parallel, outcome) not in (None, merge)
    }
    return needed <= parent.arrived


def _spoiled(
    ports: Ports, tenant: str, workflow: str, parents: Sequence[Token]
) -> tuple[list[Token], list[Token]]:
    """Part parents into those whose branches all merged and those with a branch that was set aside."""
    clean: list[Token] = []
    spoiled: list[Token] = []
    for parent in parents:
        children = [f"{parent.id}/{branch}" for branch in sorted(parent.arrived)]
        stored = ports.tokens.get(tenant, workflow, children)
        failed = any(c.end_reason == EndReason.ERROR for c in stored.values())
        (spoiled if failed else clean).append(parent)
    return clean, spoiled


def close_branches(ports: Ports, tenant: str, workflow: str, parents: Sequence[Token]) -> None:
    """End the branch tokens that are still under way when their merge timed out."""
    for parent in parents:
        profile = TokenId.parse(parent.id).profile
        left = [
            t
            for t in ports.tokens.of_profile(tenant, workflow, profile)
            if t.id.startswith(f"{parent.id}/") and t.state is not TokenState.ENDED
        ]
        done = end_tokens(ports, tenant, workflow, left, EndReason.MERGE_TIMEOUT)
        forget(ports, tenant, workflow, [t for t in left if t.id in done])
