"""Events of a day in the lake, a row an event: made of the raw copy, object by object, by the machine of transfers.

The raw copy keeps all workspaces' records as they came; Athena cannot read it. A day is made for one workspace when
it asks for it; made once more it replaces itself. Table `events`, partitions `tenant` and `day` (of the arrival).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

from stepwell.contracts.clock import Clock
from stepwell.contracts.ids import TENANT_ID, short_hash
from stepwell.errors import InvalidInput
from stepwell.lake.raw import batches, event_rows
from stepwell.lake.snapshots import Rows, SnapshotFiles, SnapshotTables
from stepwell.lake.starting import SnapshotStart
from stepwell.runtime.jobs import Job, Jobs

DAYS, KIND = "lake_events", "events"
PREFIX = "days-"
"""Begins the ids of these jobs: by it the function of exports knows what it is asked for."""
ROOT = "events/"
EVENTS: Mapping[str, str] = {
    "people": "array<string>",
    "at_ms": "bigint",
    "id": "string",
    "kind": "string",
    "name": "string",
    "source": "string",
    "properties": "string",
}
MOST_DAYS = 31
_AT_ONCE = 5_000


class RawCopy(Protocol):
    """The raw copy of the stream in the lake's bucket."""

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the names of objects that begin so."""
        ...

    def get(self, key: str) -> bytes:
        """Read an object."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDayPorts:
    """What making a day of events reaches."""

    clock: Clock
    jobs: Jobs
    raw: RawCopy
    files: SnapshotFiles
    tables: SnapshotTables


def event_day_task(ports: EventDayPorts, event: Mapping[str, Any]) -> dict[str, Any]:
    """Do one task of a day: `plan`, `part`, `finish` or `failed`.

    Raises:
        StepwellError: To be repeated.
    """
    tenant, job, task = str(event["tenant"]), str(event["job"]), str(event["task"])
    match task:
        case "plan":
            return _planned(ports, tenant, job)
        case "part":
            return _done(ports, tenant, job, event["part"])
        case "finish":
            stored = ports.jobs.get(tenant, job)
            whole = stored is not None and stored.parts_done >= stored.parts
            why = {} if whole else {"details": {"why": "A part is missing: ask for the day again."}}
            ports.jobs.update(tenant, job, "done" if whole else "failed", **why)
            return {"state": "done" if whole else "failed"}
        case "failed":
            ports.jobs.update(tenant, job, "failed", details={"why": "A part could not be done."})
            return {"state": "failed"}
    raise InvalidInput(f"There is no task `{task}`.", code="bad_task")


def day_of(job: str) -> date:
    """Return the day that a job makes.

    Raises:
        InvalidInput: It is no such job.
    """
    try:
        return date.fromisoformat(job.removeprefix(PREFIX)[:10])
    except ValueError as error:
        raise InvalidInput("This is no day of events.", code="bad_job") from error


def _planned(ports: EventDayPorts, tenant: str, job: str) -> dict[str, Any]:
    if not TENANT_ID.match(tenant):
        raise InvalidInput("This is no workspace.", code="bad_tenant")
    day = day_of(job)
    ports.jobs.put(tenant, Job(job, KIND, DAYS, "preparing", ports.clock.now(), details={"day": str(day)}))
    keys = sorted(ports.raw.keys(f"raw/{day:%Y/%m/%d}/"))
    parts = ports.files.put_manifest(
        f"transfers/{tenant}/{job}.jsonl", ({"part": short_hash(key), "key": key} for key in keys)
    )
    ports.jobs.update(tenant, job, "working", parts=parts)
    return {"parts": parts}


def _done(ports: EventDayPorts, tenant: str, job: str, part: Mapping[str, Any]) -> dict[str, int]:
    total = 0

    def pages() -> Iterator[Rows]:
        nonlocal total
        rows: list[dict[str, Any]] = []
        for batch in batches(ports.raw.get(str(part["key"]))):
            rows += event_rows(batch, tenant)
            if len(rows) >= _AT_ONCE:
                total += len(rows)
                yield {"events": rows}
                rows = []
        total += len(rows)
        yield {"events": rows}

    name = str(part["part"])
    ports.tables.write(pages(), {"events": EVENTS}, {"events": file_key(tenant, day_of(job), name)})
    ports.jobs.add(tenant, job, name, {"rows": total})
    return {"rows": total}


def file_key(tenant: str, day: date, part: str) -> str:
    """Return where the events of an object of the raw copy lie."""
    return f"{ROOT}tenant={tenant}/day={day.isoformat()}/{part}.parquet"


def start_days(ports: SnapshotStart, tenant: str, first: date, last: date, actor: str) -> list[str]:
    """Start making days of events; return their jobs.

    Raises:
        InvalidInput: The days are none, or too many.
    """
    days = (last - first).days + 1
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(f"Ask for 1 to {MOST_DAYS} days.", code="bad_days")
    minute = int(ports.publishing.now().timestamp()) // 60
    jobs = [f"{PREFIX}{first + timedelta(days=n)}-{minute:x}" for n in range(days)]
    for job in jobs:
        ports.start(tenant, job)
    ports.publishing.note(
        tenant, actor, "lake.days_started", f"days/{first}", first=str(first), last=str(last)
    )
    return jobs
