"""Snapshots of all contacts of a workspace in the lake, part by part, by the machine of transfers.

A part is a sixteenth of the table's hash space: its contacts become rows (`rows`, `tables`) and one file of Parquet
a table. The manifest is written last: what it does not name is no snapshot.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from stepwell.conditions.values import zone_named
from stepwell.contracts.clock import Clock, from_iso, iso
from stepwell.contracts.ids import TENANT_ID
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput, NotFound
from stepwell.lake.athena import Tables
from stepwell.lake.rows import rows_of
from stepwell.lake.tables import TABLES, stored
from stepwell.runtime.jobs import Job, Jobs

SNAPSHOTS, KIND = "snapshots", "snapshot"
SHARDS = 16
ROOT = "snapshots/"
"""Where snapshots lie in the bucket of artifacts; a rule of the bucket ends them after a week."""
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot as its manifest tells of it.

    Attributes:
        id: Snapshot id: the job that made it.
        now: The moment that it shows.
        contacts: How many it holds.
        tables: The columns that it has, and its time zones.
    """

    id: str
    now: datetime
    contacts: int
    tables: Tables


class SnapshotFiles(Protocol):
    """Files in the bucket of artifacts."""

    def get(self, key: str) -> bytes:
        """Read a file.

        Raises:
            NotFound: There is none.
        """
        ...

    def put(self, key: str, body: bytes, *, content_type: str = ...) -> None:
        """Put a file, replacing what is there."""
        ...

    def put_manifest(self, key: str, rows: Iterable[Any]) -> int:
        """Put one JSON value a line; return how many."""
        ...


class SnapshotTables(Protocol):
    """Files of Parquet with given columns."""

    def write(
        self,
        pages: Iterable[Rows],
        schemas: Mapping[str, Mapping[str, str]],
        targets: Mapping[str, str],
    ) -> None:
        """Write the rows of each table as one file."""
        ...


class Contacts(Protocol):
    """Contacts in large numbers."""

    def shard(self, tenant: str, segment: str | None, shard: int) -> Iterator[Sequence[Profile]]:
        """Return the contacts of one of 16 parts of all, page by page."""
        ...


class Zones(Protocol):
    """Settings of workspaces."""

    def workspace(self, tenant: str) -> Any:
        """Return a tenant's settings; `time_zone` is read."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SnapshotPorts:
    """What making and reading snapshots reaches."""

    clock: Clock
    jobs: Jobs
    files: SnapshotFiles
    tables: SnapshotTables
    contacts: Contacts
    workspaces: Zones


def snapshot_task(ports: SnapshotPorts, event: Mapping[str, Any]) -> dict[str, Any]:
    """Do one task of a snapshot: `plan`, `part`, `finish` or `failed`.

    Raises:
        StepwellError: To be repeated.
    """
    tenant, job, task = str(event["tenant"]), str(event["job"]), str(event["task"])
    match task:
        case "plan":
            return planned(ports, tenant, job)
        case "part":
            return done(ports, tenant, job, event["part"])
        case "finish":
            return finished(ports, tenant, job)
        case "failed":
            ports.jobs.update(tenant, job, "failed", details={"why": "A part could not be done."})
            return {"state": "failed"}
    raise InvalidInput(f"There is no task `{task}`.", code="bad_task")


def planned(ports: SnapshotPorts, tenant: str, job: str) -> dict[str, Any]:
    """List the parts; a schedule starts the machine without a job, which is noted here."""
    if not TENANT_ID.match(tenant):
        raise InvalidInput("This is no workspace.", code="bad_tenant")
    now = ports.clock.now()
    ports.jobs.put(tenant, Job(job, KIND, SNAPSHOTS, "preparing", now, details={"now": iso(now)}))
    ports.files.put_manifest(
        f"transfers/{tenant}/{job}.jsonl", ({"part": str(n), "shard": n} for n in range(SHARDS))
    )
    # Never `running` with a number of parts: then the last part would make it done, before its manifest.
    ports.jobs.update(tenant, job, "working", parts=SHARDS)
    return {"parts": SHARDS}


def done(ports: SnapshotPorts, tenant: str, job: str, part: Mapping[str, Any]) -> dict[str, int]:
    """Write one part; return its counts."""
    zone = zone_named(ports.workspaces.workspace(tenant).time_zone) or UTC
    now = _now(ports, tenant, job)
    total = 0
    zones: set[str] = set()
    columns: dict[str, set[str]] = {"facts": set(), "properties": set()}

    def pages() -> Iterator[Rows]:
        nonlocal total
        for people in ports.contacts.shard(tenant, None, int(part["shard"])):
            rows = stored(rows_of(people, zone, now))
            total += len(rows["contacts"])
            zones.update(str(row["zone"]) for row in rows["contacts"])
            for table, names in columns.items():
                names.update(str(row["name"]) for row in rows[table])
            yield rows

    name = str(part["part"])
    ports.tables.write(pages(), TABLES, {table: file_key(table, tenant, job, name) for table in TABLES})
    told = {
        "contacts": total,
        "zones": sorted(zones),
        **{table: sorted(names) for table, names in columns.items()},
    }
    ports.files.put(_part_key(tenant, job, name), json.dumps(told).encode())
    ports.jobs.add(tenant, job, name, {"rows": total})
    return {"rows": total}


def finished(ports: SnapshotPorts, tenant: str, job: str) -> dict[str, Any]:
    """Write the manifest of a snapshot whose parts are all there."""
    parts = []
    for number in range(SHARDS):
        try:
            parts.append(json.loads(ports.files.get(_part_key(tenant, job, str(number)))))
        except NotFound:
            ports.jobs.update(tenant, job, "failed", details={"why": f"Part {number} is missing."})
            return {"state": "failed"}
    manifest = {
        "v": 1,
        "id": job,
        "now": iso(_now(ports, tenant, job)),
        "contacts": sum(part["contacts"] for part in parts),
        **{
            name: sorted({one for part in parts for one in part[name]})
            for name in ("zones", "facts", "properties")
        },
    }
    ports.files.put(latest_key(tenant), json.dumps(manifest).encode())
    ports.jobs.update(tenant, job, "done", details={"now": manifest["now"]})
    return {"state": "done", "contacts": manifest["contacts"]}


def latest(files: SnapshotFiles, tenant: str) -> Snapshot:
    """Return the newest snapshot of a workspace.

    Raises:
        NotFound: There is none.
    """
    try:
        told = json.loads(files.get(latest_key(tenant)))
    except NotFound as error:
        raise NotFound("There is no snapshot yet: make one.", code="no_snapshot") from error
    tables = Tables(
        contacts={*TABLES["contacts"], *told["facts"]},
        recents={*TABLES["recents"], *told["properties"]},
        zones=set(told["zones"]),
    )
    return Snapshot(str(told["id"]), from_iso(told["now"]), int(told["contacts"]), tables)


def file_key(table: str, tenant: str, snapshot: str, part: str) -> str:
    """Return where a part of a table lies."""
    return f"{ROOT}{table}/tenant={tenant}/snapshot={snapshot}/part-{part}.parquet"


def latest_key(tenant: str) -> str:
    """Return where the newest snapshot's manifest lies, in no table's folder."""
    return f"{ROOT}manifests/{tenant}.json"


def _part_key(tenant: str, job: str, part: str) -> str:
    return f"transfers/{tenant}/{job}/part-{part}.json"


def _now(ports: SnapshotPorts, tenant: str, job: str) -> datetime:
    stored_job = ports.jobs.get(tenant, job)
    if stored_job is None:
        raise NotFound(f"There is no snapshot `{job}`.", code="no_snapshot")
    return from_iso(str(stored_job.details["now"]))
