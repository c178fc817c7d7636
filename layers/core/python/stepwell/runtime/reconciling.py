"""Finds runs that stopped half-way and starts them again: nobody is lost (engine rule 2).

A restarted run enters where it entered at first and replays its traces: every step that wrote one answers from it
at once, without effect, until the first step that did not (ADR 3).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from stepwell.contracts.ids import member, split_member
from stepwell.contracts.tokens import EndReason, Run, Token, TokenState
from stepwell.errors import Unavailable
from stepwell.runtime.effects import Ports
from stepwell.runtime.ending import end_tokens
from stepwell.runtime.published import published
from stepwell.runtime.starting import LOOK_AGAIN

MOST_ATTEMPTS = 20
_STILL_RUNNING = timedelta(hours=1)
_LONGEST = timedelta(hours=6)
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What reconciling found.

    Attributes:
        closed: Runs that were done.
        restarted: Runs started again.
        waiting: Runs that are still running.
        given_up: Runs whose contacts were set aside after too many attempts.
    """

    closed: int = 0
    restarted: int = 0
    waiting: int = 0
    given_up: int = 0


def reconcile(tenant: str, ports: Ports) -> Reconciled:
    """Look at all open runs whose time has passed.

    Args:
        tenant: Tenant id.
        ports: Stores and machines.
    """
    counts: Counter[str] = Counter(
        reconcile_run(tenant, run, ports) for run in ports.runs.overdue(tenant, ports.clock.now(), _AT_ONCE)
    )
    return Reconciled(counts["closed"], counts["restarted"], counts["waiting"], counts["given_up"])


def reconcile_run(tenant: str, run_id: str, ports: Ports) -> str:
    """Look at one run, e.g. because its execution failed.

    Returns:
        ``closed``, ``restarted``, ``waiting``, ``given_up`` or ``lost`` (somebody else was quicker).
    """
    run = ports.runs.get(tenant, run_id)
    if run is None or not run.open:
        return "closed"
    now = ports.clock.now()
    if ports.machines.status(tenant, run) == "RUNNING":
        ports.runs.expect(tenant, run_id, now + _STILL_RUNNING)
        return "waiting"
    left = _left(tenant, ports, run)
    if not left:
        ports.runs.close(tenant, run_id)
        return "closed"
    if run.attempt >= MOST_ATTEMPTS:
        end_tokens(ports, tenant, run.workflow, left, EndReason.ERROR)
        ports.runs.close(tenant, run_id)
        return "given_up"
    pause = min(LOOK_AGAIN * 2 ** min(run.attempt, 8), _LONGEST)
    if not ports.runs.advance(tenant, run_id, run.attempt, now + pause):
        return "lost"
    return _restart(tenant, ports, run, left)


def _left(tenant: str, ports: Ports, run: Run) -> list[Token]:
    """Tokens of the run's cohort that it still owns.

    Branch parents that this run's step parked at a merge but whose branches it may not have started count as
    well: the step is replayed and finds them.
    """
    ids = [split_member(element)[0] for element in run.cohort]
    tokens = ports.tokens.get(tenant, run.workflow, ids)
    return [
        tokens[i]
        for i in ids
        if i in tokens and tokens[i].run == run.id and tokens[i].state is TokenState.RUNNING
    ]


def _restart(tenant: str, ports: Ports, run: Run, left: list[Token]) -> str:
    published(ports.versions, tenant, run.workflow, run.version)
    again = Run(
        id=run.id,
        workflow=run.workflow,
        version=run.version,
        entry=run.entry,
        via=run.via,
        started_at=run.started_at,
        expected_by=run.expected_by,
        cohort=tuple(member(t.id, t.epoch) for t in left),
        loop=run.loop,
        attempt=run.attempt + 1,
    )
    try:
        ports.machines.start(tenant, again)
    except Unavailable:
        return "waiting"  # open, with its next look already set
    return "restarted"


def run_of_status_event(event: Mapping[str, Any], prefix: str) -> tuple[str, str] | None:
    """Return (tenant, run) of an `Execution Status Change` event; None: not one of our runs.

    Args:
        event: The event as EventBridge sends it.
        prefix: Starts the name of every machine of this deployment.
    """
    detail = event.get("detail") or {}
    try:
        run = str(json.loads(detail.get("input") or "{}").get("run") or "")
    except ValueError:
        run = ""
    # A large input is left out of the event: the execution's name begins with the run's id.
    run = run or str(detail.get("name") or "").partition("-")[0]
    machine = str(detail.get("stateMachineArn") or "").rpartition(":")[2]
    ours = f"{prefix}-"
    tenant = machine.removeprefix(ours).partition("-")[0] if machine.startswith(ours) else ""
    return (tenant, run) if tenant and run else None
