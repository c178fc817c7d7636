"""Finds runs that stopped half-way and starts them again; now and then deletes machines that nobody is in.

Two callers: a schedule (all tenants), and the queue of executions that failed (one run a message).
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import Any

from stepwell.errors import StepwellError, Unavailable
from stepwell.management import management
from stepwell.observability import observed
from stepwell.publishing.retiring import retire_drained
from stepwell.runtime.reconciling import reconcile, reconcile_run, run_of_status_event


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
                counts.update(asdict(reconcile(tenant, wired.runtime)))
                retired += retire_drained(wired.publishing, wired.runtime, tenant)
            except StepwellError as error:
                failed.append(f"{tenant}:{error.code}")
        for name, number in {**counts, "retired": len(retired)}.items():
            batch.count(_metric(name), number)
        batch.note(retired=retired, failed=failed)
        if failed:
            raise Unavailable("Some tenants could not be reconciled; the next call looks again.")
        return {**counts, "retired": retired}


def _failed_executions(records: list[dict[str, Any]]) -> dict[str, Any]:
    wired = management()
    left: list[dict[str, str]] = []
    with observed("reconcile_runs") as batch:
        for record in records:
            try:
                place = run_of_status_event(json.loads(record["body"]), wired.parts.settings.prefix)
                if place is not None:
                    batch.count(_metric(reconcile_run(*place, wired.runtime)))
            except Unavailable:
                left.append({"itemIdentifier": record["messageId"]})
        batch.count("DeliverAgain", len(left))
        if left and wired.parts.settings.local:
            raise Unavailable("Some executions must be looked at again.", code="deliver_again")
        return {"batchItemFailures": left}


def _metric(name: str) -> str:
    return name.title().replace("_", "")
