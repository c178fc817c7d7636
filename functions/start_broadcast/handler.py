"""Starts a workflow for an audience: target of schedules, and of starts by hand too large for a request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from stepwell.errors import StepwellError
from stepwell.management import management
from stepwell.observability import observed
from stepwell.publishing.selecting import complete, select
from stepwell.runtime.broadcast import Command, start_broadcast
from stepwell.runtime.jobs import Job


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Start a broadcast; a repeated call finds the same one."""
    del context
    wired = management()
    asked = Command.parse(event, wired.parts.clock.now())
    with observed("start_broadcast", tenant=asked.tenant, workflow=asked.workflow) as batch:
        try:
            command = complete(wired.publishing, asked)
            batch.note(broadcast=command.broadcast, audience=command.audience["kind"])
            ids = select(wired.publishing, wired.parts.profiles, command, wired.parts.objects.get)
            job = start_broadcast(
                command, ids, wired.runtime, wired.jobs, wired.parts.objects, wired.broadcast_machine
            )
        except StepwellError as error:
            if error.retryable:
                raise
            # Asked again it would fail again: the job says why, for whoever asked.
            why = {"code": error.code, "why": error.message}
            wired.jobs.put(asked.tenant, _failed(asked, wired.parts.clock.now()))
            wired.jobs.update(asked.tenant, asked.broadcast, "failed", details=why)
            batch.note(failed=error.code)
            batch.count("Refused")
            return {"broadcast": asked.broadcast, "state": "failed", **why}
        batch.count("Contacts", max(job.total, 0))
        return {"broadcast": job.id, "state": job.state, "contacts": job.total, "cohorts": job.parts}


def _failed(command: Command, now: datetime) -> Job:
    return Job(
        id=command.broadcast,
        kind="broadcast",
        workflow=command.workflow,
        state="failed",
        started_at=now,
        actor=command.actor,
    )
