"""Pause, resume, stop, and the stop-everything switch: the switch first, for the runtime obeys it within a second."""

from __future__ import annotations

from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.contracts.tokens import EndReason
from stepwell.contracts.workspace import WorkflowStatus
from stepwell.errors import Conflict
from stepwell.publishing import drafts, stages
from stepwell.publishing.moves import queue
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import Move, WorkflowRecord
from stepwell.workflows.documents import from_document
from stepwell.workflows.graph import Graph

PAUSED = (WorkflowStatus.PAUSED, WorkflowStatus.PAUSED_DISCARD)
ENTERED = (WorkflowStatus.ACTIVE, WorkflowStatus.DRAINING)


def pause(
    ports: PublishingPorts, tenant: str, workflow: str, actor: str, *, discard: bool = False
) -> WorkflowRecord:
    """Pause: nobody enters; whoever comes due is held, or with `discard` ends.

    Raises:
        NotFound: No such workflow.
        Conflict: It is not published or stopped.
    """
    record = drafts.read(ports, tenant, workflow)
    if record.status in (WorkflowStatus.DRAFT, WorkflowStatus.STOPPED):
        raise Conflict(
            f"`{workflow}` is {record.status}: only an active workflow can pause.", code="not_active"
        )
    status = WorkflowStatus.PAUSED_DISCARD if discard else WorkflowStatus.PAUSED
    return _set(ports, tenant, record, status, actor, "workflow.paused", discard=discard)


def resume(ports: PublishingPorts, tenant: str, workflow: str, actor: str) -> WorkflowRecord:
    """Resume: contacts enter again, and those held go on.

    Raises:
        NotFound: No such workflow.
        Conflict: It is not paused.
    """
    record = drafts.read(ports, tenant, workflow)
    if record.status in ENTERED:
        # A repeated call finishes what an interrupted one left: releasing is harmless when nobody is held.
        _release(ports, tenant, workflow, actor)
        return record
    if record.status not in PAUSED:
        raise Conflict(f"`{workflow}` is {record.status}: it is not paused.", code="not_paused")
    # What git no longer has goes on with those who are in it, and takes nobody.
    removed = bool(record.git.get("removed"))
    status = WorkflowStatus.DRAINING if removed else WorkflowStatus.ACTIVE
    record = _set(ports, tenant, record, status, actor, "workflow.resumed")
    _release(ports, tenant, workflow, actor)
    return record


def stop(ports: PublishingPorts, tenant: str, workflow: str, actor: str) -> tuple[WorkflowRecord, str]:
    """Stop: nobody enters, everybody in it is ended; return the record and the ejecting job's id.

    Raises:
        NotFound: No such workflow.
        Conflict: It was never published.
    """
    record = drafts.read(ports, tenant, workflow)
    if record.status is WorkflowStatus.DRAFT:
        raise Conflict(f"`{workflow}` was never published.", code="not_active")
    record = _set(ports, tenant, record, WorkflowStatus.STOPPED, actor, "workflow.stopped")
    schedules = stages.schedule(ports, tenant, record, None)
    record = drafts.change(ports, tenant, workflow, schedules=schedules)
    move = Move(
        kind="eject",
        tenant=tenant,
        workflow=workflow,
        reason=EndReason.STOPPED,
        job=short_hash(tenant, workflow, "stop", iso(ports.now())),
        actor=actor,
    )
    return record, queue(ports, move)


def stop_everything(ports: PublishingPorts, tenant: str, actor: str, *, stopped: bool) -> None:
    """Throw the tenant's stop-everything switch; switching it off lets go on what was held."""
    before = ports.switches.control(tenant).stopped
    ports.switches.set_stopped(tenant, stopped)
    ports.note(
        tenant, actor, "workspace.stopped" if stopped else "workspace.started", "workspace", before=before
    )
    if stopped:
        return
    for record in ports.workflows.all(tenant):
        if record.status in ENTERED:
            _release(ports, tenant, record.id, actor)


def _set(
    ports: PublishingPorts,
    tenant: str,
    record: WorkflowRecord,
    status: WorkflowStatus,
    actor: str,
    action: str,
    **details: object,
) -> WorkflowRecord:
    ports.switches.set_status(tenant, record.id, status)
    stages.trigger(ports, tenant, record.id, live_graph(ports, tenant, record), record.live, status)
    record = drafts.change(ports, tenant, record.id, status=status)
    ports.note(tenant, actor, action, f"workflow/{record.id}", **details)
    return record


def live_graph(ports: PublishingPorts, tenant: str, record: WorkflowRecord) -> Graph | None:
    """Return the expanded graph of the version that new contacts enter; None: never published."""
    if not record.live:
        return None
    stored = ports.versions.get(tenant, record.id, record.live)
    return Graph(from_document(dict(stored.graph))) if stored is not None else None


def _release(ports: PublishingPorts, tenant: str, workflow: str, actor: str) -> None:
    move = Move(
        kind="release",
        tenant=tenant,
        workflow=workflow,
        job=short_hash(tenant, workflow, "release", iso(ports.now())),
        actor=actor,
    )
    queue(ports, move)
