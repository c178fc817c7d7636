"""Hands tokens to new runs: recorded before they move, moved before they start (engine rules 1 and 2).

A crash after the record leaves an open run without execution: the reconciler starts it with the tokens that it
owns. A crash after the move is the same. Repeating any of it finds the same run and the same execution name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from stepwell.contracts.ids import member, short_hash
from stepwell.contracts.node_io import MAX_COHORT, MAX_COHORT_BYTES
from stepwell.contracts.tokens import EndReason, Move, Run, Token, TokenState, Via
from stepwell.errors import Unavailable
from stepwell.runtime.effects import Ports
from stepwell.runtime.ending import ended
from stepwell.workflows.graph import FINISH

LOOK_AGAIN = timedelta(minutes=5)
_KEPT_RUNS = 200


def chunks(tokens: Sequence[Token]) -> Iterable[list[Token]]:
    """Cut tokens into cohorts of at most 250 elements and 64 KiB."""
    chunk: list[Token] = []
    size = 0
    for token in tokens:
        length = len(token.id) + 12
        if chunk and (len(chunk) == MAX_COHORT or size + length > MAX_COHORT_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(token)
        size += length
    if chunk:
        yield chunk


def hand_over(
    ports: Ports,
    tenant: str,
    workflow: str,
    version: int,
    tokens: Sequence[Token],
    *,
    entry: str,
    via: Via,
    loop: Mapping[str, int],
    seed: str = "",
    owner: str = "",
    seen: Mapping[str, datetime] | None = None,
    since: datetime | None = None,
) -> set[str]:
    """Take tokens into new runs that enter the machine at a node.

    Args:
        ports: Stores and machines.
        tenant: Tenant id.
        workflow: Workflow id.
        version: Version whose machine carries them from now on.
        tokens: As last read; their state and epoch are the condition of the take.
        entry: Node id to enter at.
        via: The node and outcome they leave by.
        loop: Loop vector at entry.
        seed: What makes the run's id repeatable; empty: the tokens and epochs themselves.
        owner: The run that hands over RUNNING tokens; empty: the tokens are PARKED.
        seen: Event time up to which events are seen by those whom an event woke, by token id.
        since: The end of the last wait inside the machine, for RUNNING tokens.

    Returns:
        Ids of the tokens that the new runs own (whoever loses drops it).
    """
    won: set[str] = set()
    for chunk in chunks(tokens):
        parts = [seed] if seed else [member(t.id, t.epoch) for t in chunk]
        run_id = short_hash(tenant, workflow, str(version), entry, via.node, via.outcome, *parts)
        run = _run(ports, run_id, workflow, version, chunk, entry, via, loop)
        won |= take(ports, tenant, run, chunk, owner, seen, since)
    return won


def complete(
    ports: Ports,
    tenant: str,
    workflow: str,
    version: int,
    tokens: Sequence[Token],
    *,
    via: Via,
    loop: Mapping[str, int],
) -> set[str]:
    """End tokens that leave a wait with nothing behind it: a closed run tells how, for nobody visits the wait again.

    Args:
        ports: Stores.
        tenant: Tenant id.
        workflow: Workflow id.
        version: Their version.
        tokens: As last read.
        via: The node and outcome they leave by.
        loop: Their loop vector.

    Returns:
        Ids of the tokens that this call ended (whoever loses drops it).
    """
    done: set[str] = set()
    for chunk in chunks(tokens):
        parts = [member(t.id, t.epoch) for t in chunk]
        run_id = short_hash(tenant, workflow, str(version), FINISH, via.node, via.outcome, *parts)
        run = replace(_run(ports, run_id, workflow, version, chunk, FINISH, via, loop), open=False)
        ports.runs.record(tenant, run)
        moves = [
            Move(t, replace(ended(t, EndReason.COMPLETED), run=run_id, runs=_runs(t, run_id)))
            for t in chunk
            if t.state is not TokenState.ENDED
        ]
        done |= ports.tokens.move(tenant, workflow, moves)
    return done


def _runs(token: Token, run: str) -> tuple[str, ...]:
    return (*token.runs, run)[-_KEPT_RUNS:]


def _run(
    ports: Ports,
    run_id: str,
    workflow: str,
    version: int,
    tokens: Sequence[Token],
    entry: str,
    via: Via,
    loop: Mapping[str, int],
) -> Run:
    now = ports.clock.now()
    return Run(
        id=run_id,
        workflow=workflow,
        version=version,
        entry=entry,
        via=via,
        started_at=now,
        expected_by=now + LOOK_AGAIN,
        cohort=tuple(member(t.id, t.epoch if t.run == run_id else t.epoch + 1) for t in tokens),
        loop=dict(loop),
    )


def take(
    ports: Ports,
    tenant: str,
    run: Run,
    tokens: Sequence[Token],
    owner: str = "",
    seen: Mapping[str, datetime] | None = None,
    since: datetime | None = None,
) -> set[str]:
    """Record a run, take its tokens by compare-and-set, start its execution with those it owns.

    Args:
        ports: Stores and machines.
        tenant: Tenant id.
        run: The new run.
        tokens: As last read.
        owner: The run that hands over RUNNING tokens; empty: the tokens are PARKED. Others are not touched.
        seen: Event time up to which events are seen by those whom an event woke, by token id.
        since: The end of the last wait inside the machine, for RUNNING tokens.

    Returns:
        Ids of the tokens that the run owns.
    """
    stored = ports.runs.record(tenant, run)
    mine = {t.id: t.epoch for t in tokens if t.run == run.id and t.state is TokenState.RUNNING}
    free = TokenState.RUNNING if owner else TokenState.PARKED
    moves = [
        Move(t, _taken(t, stored, _seen_until(t, ports.clock.now(), seen or {}, since)))
        for t in tokens
        if t.id not in mine and t.state is free and (not owner or t.run == owner)
    ]
    moved = ports.tokens.move(tenant, run.workflow, moves) if moves else set()
    owned = mine | {m.after.id: m.after.epoch for m in moves if m.after.id in moved}
    start(ports, tenant, stored, [member(t, e) for t, e in owned.items()])
    return set(owned)


def _seen_until(
    token: Token, now: datetime, seen: Mapping[str, datetime], since: datetime | None
) -> datetime:
    """Return the event time from which events count for whom goes on: the end of its last rest.

    What happened during a wait is not news to the next one; what happened after it is, however long the steps
    between them take.
    """
    if token.state is TokenState.RUNNING:
        return max(token.as_of, since) if since is not None else token.as_of
    if token.hold:
        return token.as_of
    rested = seen.get(token.id) or (min(token.due, now) if token.due is not None else now)
    return max(token.as_of, rested)


def _taken(token: Token, run: Run, as_of: datetime) -> Token:
    return token.evolve(
        state=TokenState.RUNNING,
        epoch=token.epoch + 1,
        run=run.id,
        node=run.entry,
        version=run.version,
        loop=dict(run.loop),
        due=None,
        resume=None,
        wait_events=(),
        hold="",
        as_of=as_of,
        facts={},
        runs=_runs(token, run.id),
    )


def start(ports: Ports, tenant: str, run: Run, elements: Sequence[str]) -> None:
    """Start a recorded run's execution with the elements that it owns; close it when there are none.

    If Step Functions does not take the start now, the run stays open and the reconciler starts it.
    """
    if not elements:
        ports.runs.close(tenant, run.id)
        return
    order = {element: index for index, element in enumerate(run.cohort)}
    cohort = tuple(sorted(elements, key=lambda e: order.get(e, MAX_COHORT)))
    try:
        ports.machines.start(
            tenant,
            Run(
                id=run.id,
                workflow=run.workflow,
                version=run.version,
                entry=run.entry,
                via=run.via,
                started_at=run.started_at,
                expected_by=run.expected_by,
                cohort=cohort,
                loop=run.loop,
                attempt=run.attempt,
            ),
        )
    except Unavailable:
        # Recorded and open: the reconciler starts it once `expected_by` has passed.
        return
