"""Imports and exports as people work on them: create, start, cancel, look."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.errors import Conflict, InvalidInput, LimitExceeded
from stepwell.publishing.listing import Page, page
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.segment_ports import SegmentPorts
from stepwell.publishing.segments import read as read_segment
from stepwell.runtime.jobs import Job
from stepwell.transfers import jobs as files
from stepwell.transfers.model import MAX_CSV_BYTES, MAX_PARQUET_BYTES, ExportSpec, ImportSpec
from stepwell.transfers.ports import ImportPorts, TransferMachine
from stepwell.transfers.previewing import preview

UPLOAD_S, DOWNLOAD_S = 3_600, 900
"""How long addresses are valid: an upload may be slow, a link to personal data shall be short-lived."""
MAX_LISTED = 200


class RemotePreview(Protocol):
    """Asks `import_profiles` to look at a file that the API cannot read."""

    def preview(self, tenant: str, job: str, spec: Mapping[str, Any]) -> dict[str, Any]:
        """Return the preview.

        Raises:
            InvalidInput: The file cannot be read.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPorts:
    """What managing imports and exports reaches; `function_arn` tells the machine which function to ask."""

    imports: ImportPorts
    function_arn: Callable[[str], str]
    machine: TransferMachine
    remote: RemotePreview
    segments: SegmentPorts
    publishing: PublishingPorts


def create_import(
    ports: TransferPorts, tenant: str, actor: str, *, name: str, size: int, kind: str, form: str
) -> tuple[Job, str]:
    """Announce a file; return the import and the address that takes the file by PUT.

    Raises:
        LimitExceeded: It is too big.
        InvalidInput: Endpoints of Pinpoint in anything but JSON lines.
    """
    most = MAX_PARQUET_BYTES if form == "parquet" else MAX_CSV_BYTES
    if size > most:
        raise LimitExceeded(
            f"A file of {form} holds at most {most // 1024**2:,} MB: split it.", code="file_too_big"
        )
    if kind == "pinpoint" and form != "ndjson":
        raise InvalidInput("Endpoints of Pinpoint come as JSON, one a line.", code="bad_format")
    job = Job(
        id=f"im{short_hash(tenant, name, secrets.token_hex(16), length=18)}",
        kind="import",
        workflow=files.IMPORTS,
        state=files.UPLOADING,
        started_at=ports.publishing.now(),
        actor=actor,
        details={"name": name, "size": size, "kind": kind, "format": form},
    )
    ports.imports.jobs.put(tenant, job)
    address = ports.imports.files.upload_url(files.file_key(tenant, job.id), size, expires_s=UPLOAD_S)
    return job, address


def look(ports: TransferPorts, tenant: str, job_id: str, spec: ImportSpec) -> dict[str, Any]:
    """Show what an import would do with the first rows.

    Raises:
        NotFound: There is no such import, or its file was not uploaded.
        InvalidInput: The file cannot be read.
    """
    job = files.found(ports.imports.jobs, tenant, job_id, files.IMPORTS)
    ports.imports.files.size(files.file_key(tenant, job.id))
    if job.details["format"] == "parquet":
        return ports.remote.preview(tenant, job.id, spec.model_dump(mode="json"))
    return preview(ports.imports, tenant, job, spec)


def start_import(ports: TransferPorts, tenant: str, job_id: str, spec: ImportSpec, actor: str) -> Job:
    """Start an import, or go on with one that failed; a dry run is a job of its own.

    Raises:
        NotFound: There is no such import, or its file was not uploaded.
        Conflict: It runs or has ended, or goes to a segment that is no list.
        InvalidInput: Nothing is mapped, or nobody could be known.
    """
    jobs, now = ports.imports.jobs, ports.publishing.now()
    job = files.found(jobs, tenant, job_id, files.IMPORTS)
    if job.state not in (files.UPLOADING, files.FAILED):
        raise Conflict(f"This import is {job.state}.", code="import_started")
    ports.imports.files.size(files.file_key(tenant, job.id))
    if job.state == files.FAILED and job.details.get("spec") and job.parts:
        # What was done by one mapping must not be gone on with by another.
        spec = ImportSpec.model_validate(job.details["spec"])
    _demand(ports, tenant, job, spec)
    told = {"spec": spec.model_dump(mode="json"), "errors": False, "why": ""}
    if spec.dry_run:
        job = job.evolve(
            id=f"{job.id}{files.DRY}", kind="dry_run", state=files.PLANNING, started_at=now, actor=actor
        )
        job = job.evolve(details={**job.details, **told, "began": iso(now)})
        if not jobs.put(tenant, job):
            raise Conflict(
                "There was a dry run of this file: upload it again for another.", code="dry_run_exists"
            )
    else:
        # The rows' times follow from the first start, so that going on changes nothing.
        began = str(job.details.get("began") or iso(now))
        attempt = int(job.details.get("attempt") or 0) + 1
        job = files.change(
            jobs, tenant, job, files.PLANNING, **told, began=began, attempt=attempt, ended=None
        )
        note = {
            "options": spec.options.model_dump(mode="json", exclude_defaults=True),
            "file": job.details["name"],
        }
        ports.publishing.note(tenant, actor, "import.started", f"import/{job.id}", **note)
    _start(ports, "import_profiles", tenant, job)
    return job


def _start(ports: TransferPorts, function: str, tenant: str, job: Job) -> None:
    name = f"{tenant}-{job.id}-{job.details.get('attempt', 1)}"[-80:]
    ports.machine.start(
        name, files.machine_input(ports.function_arn(function), tenant, job.id, ports.imports.files.bucket)
    )


def _demand(ports: TransferPorts, tenant: str, job: Job, spec: ImportSpec) -> None:
    kind, targets = job.details["kind"], {column.to for column in spec.columns}
    if spec.options.segment:
        record = read_segment(ports.segments, tenant, spec.options.segment)
        if record.segment.kind != "static":
            raise Conflict(f"`{record.segment.id}` is a rule, not a list.", code="not_a_list")
    if kind == "pinpoint":
        return
    wanted = {"email", "user_id", "anonymous_id"} | (
        {"phone"} if spec.options.identify_by == "phone" else set()
    )
    if not targets & wanted:
        raise InvalidInput(
            "Map a column to `email` or `user_id`: rows must name somebody.", code="no_identity"
        )
    if spec.options.identify_by is not None and spec.options.identify_by not in targets:
        raise InvalidInput(f"No column is mapped to `{spec.options.identify_by}`.", code="no_identity")
    if kind == "events" and "timestamp" not in targets:
        raise InvalidInput("Map a column to `timestamp`: when it happened.", code="no_timestamp")
    if kind == "events" and "event" not in targets and not spec.options.event:
        raise InvalidInput("Map a column to `event`, or name the event of all rows.", code="no_event")


def create_export(ports: TransferPorts, tenant: str, spec: ExportSpec, actor: str) -> Job:
    """Start an export.

    Raises:
        NotFound: There is no such segment.
    """
    if spec.segment:
        read_segment(ports.segments, tenant, spec.segment)
    now = ports.publishing.now()
    job = Job(
        id=f"ex{short_hash(tenant, actor, secrets.token_hex(16), length=18)}",
        kind="export",
        workflow=files.EXPORTS,
        state=files.PLANNING,
        started_at=now,
        actor=actor,
        details={"name": spec.segment or "contacts", "spec": spec.model_dump(mode="json"), "began": iso(now)},
    )
    ports.imports.jobs.put(tenant, job)
    what = {"segment": spec.segment or "", "columns": list(spec.columns), "format": spec.format}
    ports.publishing.note(tenant, actor, "export.started", f"export/{job.id}", **what)
    _start(ports, "export_profiles", tenant, job)
    return job


def cancel(ports: TransferPorts, tenant: str, job_id: str, owner: str, actor: str) -> Job:
    """Stop an import or an export; what is on the stream stays there.

    Raises:
        NotFound: There is none of this id.
        Conflict: It has ended.
    """
    job = files.found(ports.imports.jobs, tenant, job_id, owner)
    if job.state in files.ENDED:
        raise Conflict(f"This {job.kind} is {job.state}.", code="job_ended")
    ended = iso(ports.publishing.now())
    ports.publishing.note(tenant, actor, f"{job.kind}.cancelled", f"{job.kind}/{job.id}")
    return files.change(ports.imports.jobs, tenant, job, files.CANCELLED, ended=ended)


def download(ports: TransferPorts, tenant: str, job_id: str, actor: str) -> str:
    """Return an address of an export's file, valid for a quarter of an hour; who asks is noted.

    Raises:
        NotFound: There is no such export.
        Conflict: It is not ready.
    """
    job = files.found(ports.imports.jobs, tenant, job_id, files.EXPORTS)
    if not job.details.get("ready"):
        raise Conflict(f"This export is {job.state}.", code="not_ready")
    form = str(job.details["spec"]["format"])
    ports.publishing.note(tenant, actor, "export.downloaded", f"export/{job.id}")
    key = files.export_key(tenant, job.id, form)
    return ports.imports.files.download_url(key, f"{job.details['name']}.{form}", expires_s=DOWNLOAD_S)


def errors(ports: TransferPorts, tenant: str, job_id: str) -> str:
    """Return an address of an import's error file, valid for a quarter of an hour.

    Raises:
        NotFound: There is no such import.
        Conflict: It has no errors, or they are not collected yet.
    """
    job = files.found(ports.imports.jobs, tenant, job_id, files.IMPORTS)
    if not job.details.get("errors"):
        raise Conflict(
            "There is no error file: nothing was wrong, or the import has not ended.", code="no_errors"
        )
    key = files.errors_key(tenant, job.id)
    return ports.imports.files.download_url(key, f"{job.id}-errors.csv", expires_s=DOWNLOAD_S)


def listed(
    ports: TransferPorts, tenant: str, owner: str, *, state: str = "", limit: int = 50, cursor: str = ""
) -> Page[Job]:
    """List imports or exports, newest first.

    Raises:
        InvalidInput: Bad limit or cursor.
    """
    found = ports.imports.jobs.of_workflow(tenant, owner, MAX_LISTED)
    return page(
        [job for job in found if not state or job.state == state],
        by=lambda job: iso(job.started_at),
        id_of=lambda job: job.id,
        descending=True,
        limit=limit,
        cursor=cursor or None,
    )
