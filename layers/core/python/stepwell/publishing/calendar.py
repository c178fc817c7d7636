"""What goes out when: schedules that will fire, broadcasts that ran or run, hours in which workflows are quiet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from stepwell.contracts.workspace import WorkflowStatus
from stepwell.errors import InvalidInput
from stepwell.publishing import control, stages
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import WorkflowRecord
from stepwell.publishing.upcoming import next_runs
from stepwell.runtime.jobs import Job
from stepwell.workflows.graph import Graph

MOST = timedelta(days=92)
RUNS_A_TRIGGER = 100
"""What fires more often than that in the time asked for is told by its first times, and `more`."""
_JOBS = 200


@dataclass(frozen=True, slots=True)
class Span:
    """A time from (with) to (without)."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if not timedelta(0) < self.end - self.start <= MOST:
            raise InvalidInput(f"`from` to `to` are up to {MOST.days} days.", code="bad_days")

    def holds(self, at: datetime) -> bool:
        """Tell whether a moment lies in it."""
        return self.start <= at < self.end


def calendar(ports: PublishingPorts, tenant: str, span: Span) -> dict[str, Any]:
    """Return what lies in a time.

    Args:
        ports: Stores.
        tenant: Tenant id.
        span: Which time.
    """
    entries: list[dict[str, Any]] = []
    quiet: list[dict[str, Any]] = []
    for record in ports.workflows.all(tenant):
        if not record.live:
            continue
        graph = control.live_graph(ports, tenant, record)
        jobs = [j for j in ports.jobs.of_workflow(tenant, record.id, _JOBS) if j.kind == "broadcast"]
        entries += [_broadcast(record, graph, job) for job in jobs if span.holds(job.started_at)]
        if graph is None:
            continue
        entries += _planned(ports, tenant, record, graph, span, jobs)
        hours = graph.workflow.settings.quiet_hours
        if hours is not None and record.status is not WorkflowStatus.STOPPED:
            own = graph.workflow.settings.time_zone
            quiet.append(
                {
                    "workflow": record.id,
                    "name": record.name,
                    "start": hours.start,
                    "end": hours.end,
                    "otherwise": hours.otherwise,
                    # Contacts' own zones come first; this is of those who have none.
                    "time_zone": own if own != "UTC" else ports.inventory.workspace(tenant).time_zone,
                }
            )
    return {
        "from": span.start,
        "to": span.end,
        "entries": sorted(entries, key=lambda e: (e["at"], e["workflow"])),
        "quiet_hours": quiet,
    }


def _channels(graph: Graph | None, trigger: str) -> list[str]:
    """Return the channels on which those who enter by a trigger may hear from the workflow."""
    if graph is None:
        return []
    reached = graph.reachable(trigger) if trigger in graph.nodes else graph.nodes
    return sorted({graph[node].type.sends for node in reached} - {""})


def _broadcast(record: WorkflowRecord, graph: Graph | None, job: Job) -> dict[str, Any]:
    running = job.state in ("preparing", "running")
    trigger = str(job.details.get("trigger") or "")
    return {
        "kind": "broadcast",
        "workflow": record.id,
        "name": record.name,
        "trigger": trigger,
        "channels": _channels(graph, trigger),
        "at": job.started_at,
        "state": "running" if running else job.state,
        "contacts": job.total if job.total >= 0 else None,
        "basis": "counted" if job.total >= 0 else None,
        "job": job.id,
        "more": False,
    }


def _planned(
    ports: PublishingPorts,
    tenant: str,
    record: WorkflowRecord,
    graph: Graph,
    span: Span,
    jobs: list[Job],
) -> list[dict[str, Any]]:
    now = ports.now()
    after = max(now, span.start - timedelta(microseconds=1))
    since = record.published_at or now
    paused = record.status is not WorkflowStatus.ACTIVE
    # A schedule's next audience is most like its last.
    last = next((job.total for job in jobs if job.total >= 0), None)
    found = []
    for one in stages.schedules_of(ports, tenant, graph):
        if one.name not in record.schedules:
            continue
        runs = next_runs(one.expression, one.time_zone, after, since, RUNS_A_TRIGGER + 1)
        within = [at for at in runs if span.holds(at)]
        shown = within[:RUNS_A_TRIGGER]
        found += [
            {
                "kind": "schedule",
                "workflow": record.id,
                "name": record.name,
                "trigger": one.node,
                "channels": _channels(graph, one.node),
                "at": at,
                "state": "paused" if paused else "planned",
                "contacts": last,
                "basis": "last_run" if last is not None else None,
                "job": None,
                "more": len(within) > len(shown) and at == shown[-1],
            }
            for at in shown
        ]
    return found
