"""Deletes the machines of versions that nobody is in any more; runs on the reconciler's schedule.

Whether somebody is left is told by walking a workflow's runs, newest first. A walk is kept as a job and goes on
where the last call ended, so that a workflow of a million contacts costs a little at a time. Runs that started while
we walked are looked at once more at the end: a token that moved past us is in one of them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from stepwell.contracts.clock import from_iso, iso
from stepwell.contracts.ids import split_member
from stepwell.contracts.tokens import TokenState
from stepwell.contracts.workspace import WorkflowStatus
from stepwell.publishing import drafts
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import WorkflowRecord
from stepwell.runtime.effects import Ports
from stepwell.runtime.jobs import Job

PAGES = 10
LOOK_AGAIN = timedelta(hours=6)
ROLLBACK = timedelta(days=1)
_RUNS = 20


def retire_drained(ports: PublishingPorts, runtime: Ports, tenant: str) -> list[str]:
    """Delete drained machines of a tenant.

    A version counts as drained when it is not the one that contacts enter, no run of it is open and no token of it
    is active. Version documents stay for ever: explain and diff read them.

    Args:
        ports: Publishing's stores and machines.
        runtime: The runtime's stores.
        tenant: Tenant id.

    Returns:
        ``workflow/version`` of each machine deleted.
    """
    retired: list[str] = []
    for record in ports.workflows.all(tenant):
        old = [v for v in record.machines if v != record.live or _ended(record)]
        if record.reserved:
            old = [v for v in old if v != record.latest]  # being published at this moment
        if old and not _may_roll_back(record, ports.now()):
            retired += _retire(ports, runtime, tenant, record, old)
    return retired


def _ended(record: WorkflowRecord) -> bool:
    """Tell whether the live version's machine may go: nobody enters, and no stack owns it."""
    ended = record.status in (WorkflowStatus.STOPPED, WorkflowStatus.DRAINING)
    return ended and not record.managed_by


def _may_roll_back(record: WorkflowRecord, now: datetime) -> bool:
    """Tell whether a deployment could still go back to the machine before: CloudFormation does not make it again."""
    at = record.published_at
    return bool(record.managed_by) and at is not None and now - at < ROLLBACK


def _retire(
    ports: PublishingPorts, runtime: Ports, tenant: str, record: WorkflowRecord, old: list[int]
) -> list[str]:
    drained = _drained(ports, runtime, tenant, record.id, set(old))
    for version in sorted(drained):
        ports.machines.delete(tenant, record.id, version)
        left = drafts.read(ports, tenant, record.id).machines
        drafts.change(ports, tenant, record.id, machines=tuple(v for v in left if v != version))
        ports.note(tenant, "stepwell", "machine.retired", f"workflow/{record.id}", version=version)
    return [f"{record.id}/{version}" for version in sorted(drained)]


def _drained(ports: PublishingPorts, runtime: Ports, tenant: str, workflow: str, old: set[int]) -> set[int]:
    """Go on with the walk; return the versions that nobody is in, once it is through."""
    job_id = f"retire-{workflow}"
    now = ports.now()
    job = ports.jobs.get(tenant, job_id)
    if job is None:
        job = Job(id=job_id, kind="retire", workflow=workflow, state="done", started_at=now)
        ports.jobs.put(tenant, job)
    walk = dict(job.details)
    if not walk.get("walking"):
        if "ended" in walk and now - from_iso(walk["ended"]) < LOOK_AGAIN and set(walk["looked"]) >= old:
            return set()
        walk = {"walking": True, "since": iso(now), "cursor": None, "busy": [], "looked": sorted(old)}
    candidates = set(walk["looked"]) & old
    busy = set(walk["busy"])
    cursor: str | None = walk["cursor"]
    for _ in range(PAGES):
        cursor = _page(runtime, tenant, workflow, cursor, busy, None)[0]
        if cursor is None or busy >= candidates:
            break
    if cursor is not None and not busy >= candidates:
        ports.jobs.update(tenant, job_id, "running", details={**walk, "cursor": cursor, "busy": sorted(busy)})
        return set()
    drained = candidates - busy
    if drained:
        drained -= _since(runtime, tenant, workflow, from_iso(walk["since"]))
    ended = {"walking": False, "ended": iso(now), "looked": sorted(candidates - drained), "busy": []}
    ports.jobs.update(tenant, job_id, "done", details=ended)
    return drained


def _since(runtime: Ports, tenant: str, workflow: str, since: datetime) -> set[int]:
    """Return versions with somebody in a run that started after ``since``."""
    busy: set[int] = set()
    cursor: str | None = None
    while True:
        cursor, through = _page(runtime, tenant, workflow, cursor, busy, since)
        if cursor is None or through:
            return busy


def _page(
    runtime: Ports,
    tenant: str,
    workflow: str,
    cursor: str | None,
    busy: set[int],
    since: datetime | None,
) -> tuple[str | None, bool]:
    """Note the versions of one page of runs that are open or hold somebody; tell whether ``since`` was passed."""
    runs, following = runtime.runs.of_workflow(tenant, workflow, _RUNS, cursor)
    through = False
    for run in runs:
        if since is not None and run.started_at < since:
            through = True
            break
        if run.version in busy:
            continue
        if run.open:
            busy.add(run.version)
            continue
        tokens = runtime.tokens.get(tenant, workflow, [split_member(e)[0] for e in run.cohort])
        busy |= {t.version for t in tokens.values() if t.state is not TokenState.ENDED}
    return following, through
