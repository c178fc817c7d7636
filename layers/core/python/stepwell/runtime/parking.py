"""Parks tokens under their due time and the events that may wake them (engine rules 1 and 4).

Index rows are written before the token and deleted after it: a stale row costs one failed check, a missing one
would lose a contact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from stepwell.contracts.ids import short_hash
from stepwell.contracts.tokens import Move, Token, TokenState
from stepwell.runtime.effects import Ports
from stepwell.runtime.ports import DueRow, WaitRow

SLOT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Parking:
    """How a token shall wait.

    Attributes:
        token: As read; RUNNING.
        node: Where it stands.
        resume: Node it goes on at when due; None: the workflow's end.
        timeout: Outcome taken when due.
        due: When, or None.
        events: Event names that may wake it.
        hold: ``paused`` while held.
        loop: Loop vector of the place where it parks; None: as the token has it.
    """

    token: Token
    node: str
    resume: str | None
    timeout: str
    due: datetime | None = None
    events: tuple[str, ...] = ()
    hold: str = ""
    loop: Mapping[str, int] | None = None


def spread(due: datetime, spread_s: int, token: str) -> datetime:
    """Round a due time up to the quarter hour and add the token's own jitter, so that held mail does not burst.

    Args:
        due: Exact time.
        spread_s: Seconds over which to spread; 0 keeps the exact time.
        token: Token id; the jitter is a hash of it, so a replay finds the same time.
    """
    if spread_s <= 0:
        return due
    late = due.timestamp() % SLOT.total_seconds()
    rounded = due if late == 0 else due + SLOT - timedelta(seconds=late)
    return rounded + timedelta(
        seconds=int.from_bytes(short_hash("jitter", token, length=6).encode()) % spread_s
    )


def park(
    ports: Ports, tenant: str, workflow: str, version: int, parkings: Sequence[Parking]
) -> dict[str, Token]:
    """Park tokens; return those that are parked by this call, as stored.

    A token that somebody else took meanwhile stays theirs; its rows are taken away again.
    """
    now = ports.clock.now()
    moves = [Move(p.token, _parked(p, version, now)) for p in parkings]
    due_rows, wait_rows = _rows(workflow, version, [m.after for m in moves])
    if due_rows:
        ports.parking.put_due(tenant, due_rows)
    if wait_rows:
        ports.parking.put_waiters(tenant, wait_rows)
    held = [p.token.id for p in parkings if p.hold]
    if held:
        ports.parking.hold(tenant, workflow, held)
    moved = ports.tokens.move(tenant, workflow, moves)
    lost = [m.after for m in moves if m.after.id not in moved]
    if lost:
        _forget_lost(ports, tenant, workflow, lost)
    return {m.after.id: m.after for m in moves if m.after.id in moved}


def _forget_lost(ports: Ports, tenant: str, workflow: str, lost: Sequence[Token]) -> None:
    """Take away the rows of tokens that somebody else took.

    Not of those that are parked now: a second invocation of the same Task won, and its rows have the same keys.
    """
    stored = ports.tokens.get(tenant, workflow, [t.id for t in lost])
    parked = {t.id for t in stored.values() if t.state is TokenState.PARKED}
    gone = [t for t in lost if t.id not in parked]
    if gone:
        forget(ports, tenant, workflow, gone)


def _parked(parking: Parking, version: int, now: datetime) -> Token:
    token = parking.token
    return token.evolve(
        state=TokenState.PARKED,
        epoch=token.epoch + 1,
        node=parking.node,
        # Another than the token's when it migrates out of a machine's wait.
        version=version,
        resume=parking.resume,
        due=parking.due,
        wait_events=parking.events,
        hold=parking.hold,
        as_of=now,
        # Rounds that it walked in this run are known to the machine only until it parks.
        loop=dict(token.loop if parking.loop is None else parking.loop),
        facts={"timeout": parking.timeout},
    )


def _rows(workflow: str, version: int, tokens: Sequence[Token]) -> tuple[list[DueRow], list[WaitRow]]:
    due = [DueRow(workflow, t.id, t.epoch, t.due) for t in tokens if t.due is not None and not t.hold]
    waits = [
        WaitRow(event, workflow, t.id, t.epoch, version, t.node) for t in tokens for event in t.wait_events
    ]
    return due, waits


def forget(ports: Ports, tenant: str, workflow: str, tokens: Sequence[Token]) -> None:
    """Delete the index rows of tokens that are no longer parked as given (after they were taken)."""
    due_rows, wait_rows = _rows(workflow, 0, tokens)
    if due_rows:
        ports.parking.delete_due(tenant, due_rows)
    if wait_rows:
        ports.parking.delete_waiters(tenant, wait_rows)
    held = [t.id for t in tokens if t.hold]
    if held:
        ports.parking.release(tenant, workflow, held)


def by_id(tokens: Sequence[Token]) -> Mapping[str, Token]:
    """Index tokens by id."""
    return {t.id: t for t in tokens}
