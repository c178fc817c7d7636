"""How imports and exports stand among the jobs of a tenant, and where their files lie.

A job's details are its whole request, so that a part needs to be told its place only.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stepwell.errors import NotFound
from stepwell.runtime.jobs import Job
from stepwell.transfers.ports import TransferJobs

IMPORTS, EXPORTS = "imports", "exports"
"""Under these names the jobs are listed."""
DRY = "-dry"
"""Ends the id of a dry run, which is a job of its own over the same file."""
UPLOADING, PLANNING, RUNNING = "uploading", "planning", "working"
DONE, FAILED, CANCELLED = "done", "failed", "cancelled"
ENDED = frozenset({DONE, FAILED, CANCELLED})


def file_key(tenant: str, job: str) -> str:
    """Return where an import's file lies."""
    return f"imports/{tenant}/{job.removesuffix(DRY)}/file"


def lines_key(tenant: str, job: str) -> str:
    """Return where the rows of a Parquet file lie as JSON lines."""
    return f"imports/{tenant}/{job.removesuffix(DRY)}/lines.ndjson"


def errors_key(tenant: str, job: str, part: str = "") -> str:
    """Return where an import's errors lie, or those of a part."""
    return f"imports/{tenant}/{job}/errors/{part}.csv" if part else f"imports/{tenant}/{job}/errors.csv"


def part_key(tenant: str, job: str, part: str) -> str:
    """Return where a part of an export lies."""
    return f"exports/{tenant}/{job}/parts/{part}"


def export_key(tenant: str, job: str, format_: str) -> str:
    """Return where an export lies."""
    return f"exports/{tenant}/{job}/contacts.{format_}"


def manifest_key(tenant: str, job: str) -> str:
    """Return where the parts of a job are listed."""
    return f"transfers/{tenant}/{job}.jsonl"


def machine_input(function: str, tenant: str, job: str, bucket: str) -> dict[str, Any]:
    """Return what the machine is started with."""
    return {
        "function": function,
        "tenant": tenant,
        "job": job,
        "bucket": bucket,
        "manifest": manifest_key(tenant, job),
    }


def found(jobs: TransferJobs, tenant: str, job: str, owner: str) -> Job:
    """Return a job.

    Raises:
        NotFound: There is no such job.
    """
    stored = jobs.get(tenant, job)
    if stored is None or stored.workflow != owner:
        raise NotFound(
            f"There is no {owner.removesuffix('s')} `{job}`.", code=f"no_{owner.removesuffix('s')}"
        )
    return stored


def change(jobs: TransferJobs, tenant: str, job: Job, state: str, **details: Any) -> Job:
    """Set a job's state, and some of its details."""
    changed = job.evolve(state=state, details={**job.details, **details})
    jobs.update(tenant, job.id, state, details=changed.details)
    return changed


def shown(job: Job, now: datetime) -> dict[str, Any]:
    """Return a job as people see it, with its progress."""
    details: Mapping[str, Any] = job.details
    counts = dict(job.counts)
    began = details.get("began")
    ended = details.get("ended")
    start = datetime.fromisoformat(began) if began else None
    seconds = ((datetime.fromisoformat(ended) if ended else now) - start).total_seconds() if start else 0.0
    rows = counts.pop("rows", 0)
    faults = {name.removeprefix("fault:"): n for name, n in counts.items() if name.startswith("fault:")}
    return {
        "id": job.id,
        "kind": job.kind,
        "holds": details.get("kind", ""),
        "state": job.state,
        "name": details.get("name", ""),
        "actor": job.actor,
        "created_at": job.started_at.isoformat(),
        "started_at": began,
        "ended_at": ended,
        "total": job.total if job.total >= 0 else None,
        "rows": rows,
        "counts": {name: n for name, n in sorted(counts.items()) if not name.startswith("fault:")},
        "faults": faults,
        "parts": job.parts,
        "parts_done": job.parts_done,
        "rows_per_s": round(rows / seconds, 1) if rows and seconds > 0 else None,
        "request": details.get("spec", {}),
        "why": details.get("why", ""),
        "ready": bool(details.get("ready")),
        "has_errors": bool(details.get("errors")),
    }
