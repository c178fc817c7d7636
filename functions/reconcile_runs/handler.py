"""Finds runs that stopped half-way and starts them again; now and then deletes machines that nobody is in.

Two callers: a schedule (all tenants), and the queue of executions that failed (one run a message).
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from stepwell.errors import StepwellError, Unavailable
from stepwell.management import management
from stepwell.observability import observed
from stepwell.publishing.retiring import retire_drained
from stepwell.runtime.reconciling import reconcile, reconcile_run


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Reconcile what the event names."""
    del context
    return _failed_executions(event["Records"]) if "Records" in event else _all(event)


def _all(event: dict[str, Any]) -> dict[str, Any]:
    wired = management()
    counts: Counter[str] = Counter()
    retired: list[str] = []
    failed: list[str] = []
    named = event.get("tenant")
    with observed("reconcile_runs") as batch:
        for tenant in [str(named)] if named else wired.parts.workspaces.tenants():
            try:
                done = reconcile(tenant, wired.runtime)
                counts.update(
                    Closed=done.closed,
                    Restarted=done.restarted,
                    Waiting=done.waiting,
                    GivenUp=done.given_up,
                )
                retired += retire_drained(wired.publishing, wired.runtime, tenant)
            except StepwellError as error:
                failed.append(f"{tenant}:{error.code}")
        for name in ("Closed", "Restarted", "Waiting", "GivenUp"):
            batch.count(name, counts[name])
        batch.count("Retired", len(retired))
        batch.note(retired=retired)
        if failed:
            batch.note(failed=failed)
            raise Unavailable("Some tenants could not be reconciled; the next call looks again.")
        return {**counts, "retired": retired}


def _failed_executions(records: list[dict[str, Any]]) -> dict[str, Any]:
    wired = management()
    left: list[dict[str, str]] = []
    with observed("reconcile_runs") as batch:
        for record in records:
            try:
                place = _place(json.loads(record["body"]))
                if place is not None:
                    batch.count(reconcile_run(*place, wired.runtime).title().replace("_", ""))
            except Unavailable:
                left.append({"itemIdentifier": record["messageId"]})
        batch.count("DeliverAgain", len(left))
        if left and wired.parts.settings.local:
            raise Unavailable("Some executions must be looked at again.", code="deliver_again")
        return {"batchItemFailures": left}


def _place(message: dict[str, Any]) -> tuple[str, str] | None:
    """Return (tenant, run) of an `Execution Status Change` event; None: not one of our runs."""
    detail = message.get("detail") or {}
    try:
        run = str(json.loads(detail.get("input") or "{}").get("run") or "")
    except ValueError:
        run = ""
    # A large input is left out of the event: the execution's name begins with the run's id.
    run = run or str(detail.get("name") or "").partition("-")[0]
    prefix = f"{management().parts.settings.prefix}-"
    machine = str(detail.get("stateMachineArn") or "").rpartition(":")[2]
    tenant = machine.removeprefix(prefix).partition("-")[0] if machine.startswith(prefix) else ""
    return (tenant, run) if tenant and run else None
