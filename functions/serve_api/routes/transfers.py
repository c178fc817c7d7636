"""Imports and exports: announce a file, preview, start, cancel, look at progress, fetch errors and files."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Listed
from replies.transfers import (
    FileAddress,
    ImportPreview,
    NewImport,
    PinpointSegment,
    Transfer,
    TransferState,
    Upload,
)
from stepwell.errors import StepwellError, ValidationFailed
from stepwell.publishing import segments
from stepwell.runtime.jobs import Job
from stepwell.transfers import jobs as files
from stepwell.transfers import managing
from stepwell.transfers.model import export_spec, import_spec
from stepwell.transfers.pinpoint_segments import Translated, saved_segments, translate

from routes.replies import listed, plain, reply, whole
from routes.routing import Call, routed, this, topic

router = topic("Imports and exports")


class FileIn(BaseModel):
    """A file that will be uploaded."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(min_length=1, max_length=200, description="Its name; kept as proof of consents.")
    size: int = Field(ge=1, description="Its bytes; the upload must have exactly as many.")
    kind: Literal["profiles", "events", "pinpoint"] = "profiles"
    format: Literal["csv", "ndjson", "parquet"] = "csv"


class SpecIn(BaseModel):
    """How a file is taken in; the reference page of imports tells all options."""

    model_config = ConfigDict(extra="forbid")

    columns: list[dict[str, Any]] = Field(default_factory=list, max_length=500)
    options: dict[str, Any] = Field(default_factory=dict)
    writing: dict[str, Any] = Field(default_factory=dict)
    dry_run: bool = False


class ExportIn(BaseModel):
    """What to export."""

    model_config = ConfigDict(extra="forbid")

    segment: str | None = Field(default=None, max_length=40, description="Empty: all contacts.")
    columns: list[str] | None = Field(default=None, max_length=100)
    format: Literal["csv", "ndjson", "parquet"] = "csv"


class PinpointIn(BaseModel):
    """Saved segments of Amazon Pinpoint."""

    model_config = ConfigDict(extra="forbid")

    documents: list[Any] = Field(min_length=1, max_length=500)
    create: bool = Field(default=False, description="Whether complete ones are made.")
    with_gaps: bool = Field(default=False, description="Whether those that lack something are made too.")


def _shown(call: Call, job: Job) -> Transfer:
    stored = call.wired.transfers.imports.jobs.get(call.tenant, job.id) or job
    return reply(Transfer, files.shown(stored, call.ports.now()))


@routed(
    router, "POST", "/imports", "editor", "Announce a file and get an address to upload it to", status=201
)
def create_import(body: Annotated[FileIn, Body()]) -> NewImport:
    """Announce a file; send it by PUT to `upload.url`, which is valid for an hour."""
    call = this()
    job, url = managing.create_import(
        call.wired.transfers,
        call.tenant,
        call.actor,
        name=body.name,
        size=body.size,
        kind=body.kind,
        form=body.format,
    )
    upload: Upload = {"url": url, "method": "PUT", "headers": {"content-length": str(body.size)}}
    return {**_shown(call, job), "upload": upload}


@routed(router, "GET", "/imports", "viewer", "List imports, newest first")
def list_imports(
    state: Annotated[TransferState | Literal[""], Query()] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[Transfer]:
    """List imports and dry runs."""
    return _list(files.IMPORTS, state, limit, cursor)


def _list(owner: str, state: str, limit: int, cursor: str) -> Listed[Transfer]:
    call = this()
    page = managing.listed(call.wired.transfers, call.tenant, owner, state=state, limit=limit, cursor=cursor)
    now = call.ports.now()
    return listed(page, [files.shown(job, now) for job in page.items])


@routed(router, "GET", "/imports/<job>", "viewer", "How far an import is")
def read_import(job: str) -> Transfer:
    """Read an import with its progress."""
    call = this()
    return _shown(call, files.found(call.wired.transfers.imports.jobs, call.tenant, job, files.IMPORTS))


@routed(
    router, "POST", "/imports/<job>/preview", "editor", "Show what an import would do with the first rows"
)
def preview_import(job: str, body: Annotated[SpecIn, Body()]) -> ImportPreview:
    """Preview; without columns by a suggested mapping, which is part of the answer."""
    call = this()
    spec = import_spec(body.model_dump())
    return reply(ImportPreview, managing.look(call.wired.transfers, call.tenant, job, spec))


@routed(
    router, "POST", "/imports/<job>/start", "publisher", "Start an import, or a dry run of it", status=202
)
def start_import(job: str, body: Annotated[SpecIn, Body()]) -> Transfer:
    """Start; one that failed goes on where it stopped, by the request that it was started with."""
    call = this()
    spec = import_spec(body.model_dump())
    return _shown(call, managing.start_import(call.wired.transfers, call.tenant, job, spec, call.actor))


@routed(router, "POST", "/imports/<job>/cancel", "publisher", "Stop an import")
def cancel_import(job: str) -> Transfer:
    """Stop; rows that were taken in stay."""
    call = this()
    return _shown(call, managing.cancel(call.wired.transfers, call.tenant, job, files.IMPORTS, call.actor))


@routed(router, "GET", "/imports/<job>/errors", "editor", "Get an address of the import's error file")
def read_import_errors(job: str) -> FileAddress:
    """Return an address of the error file, valid for a quarter of an hour."""
    call = this()
    return {"url": managing.errors(call.wired.transfers, call.tenant, job)}


@routed(
    router, "POST", "/exports", "publisher", "Export the members of a segment, or all contacts", status=202
)
def create_export(body: Annotated[ExportIn, Body()]) -> Transfer:
    """Start an export; the audit log keeps who asked."""
    call = this()
    spec = export_spec(body.model_dump(exclude_none=True))
    return _shown(call, managing.create_export(call.wired.transfers, call.tenant, spec, call.actor))


@routed(router, "GET", "/exports", "viewer", "List exports, newest first")
def list_exports(
    state: Annotated[TransferState | Literal[""], Query()] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[Transfer]:
    """List exports."""
    return _list(files.EXPORTS, state, limit, cursor)


@routed(router, "GET", "/exports/<job>", "viewer", "How far an export is")
def read_export(job: str) -> Transfer:
    """Read an export with its progress."""
    call = this()
    return _shown(call, files.found(call.wired.transfers.imports.jobs, call.tenant, job, files.EXPORTS))


@routed(router, "GET", "/exports/<job>/file", "publisher", "Get an address of the export's file")
def read_export_file(job: str) -> FileAddress:
    """Return an address of the file, valid for a quarter of an hour; the audit log keeps who asked."""
    call = this()
    return {"url": managing.download(call.wired.transfers, call.tenant, job, call.actor)}


@routed(router, "POST", "/exports/<job>/cancel", "publisher", "Stop an export")
def cancel_export(job: str) -> Transfer:
    """Stop an export."""
    call = this()
    return _shown(call, managing.cancel(call.wired.transfers, call.tenant, job, files.EXPORTS, call.actor))


@routed(router, "POST", "/pinpoint/segments", "editor", "Translate segments of Amazon Pinpoint")
def translate_pinpoint_segments(body: Annotated[PinpointIn, Body()]) -> Listed[PinpointSegment]:
    """Translate saved segments, and make them if asked to; what has no equal is listed with its place."""
    call = this()
    ports = call.wired.segments
    found = translate(saved_segments(body.documents), {r.segment.id for r in ports.store.all(call.tenant)})
    return whole([_translated(call, one, body) for one in found])


def _translated(call: Call, one: Translated, body: PinpointIn) -> PinpointSegment:
    more = {"complete": one.complete, "created": False, "problems": []}
    told = reply(PinpointSegment, {**plain(one), **more})
    usable = one.document["kind"] == "static" or bool(one.document.get("condition"))
    if not (body.create and usable and (one.complete or body.with_gaps)):
        return told
    try:
        segments.create(call.wired.segments, call.tenant, one.document, call.actor)
    except ValidationFailed as error:
        return {**told, "problems": plain(error.details.get("violations", []))}
    except StepwellError as error:
        if error.retryable:
            raise
        return {**told, "problems": [{"code": error.code, "message": error.message}]}
    return {**told, "created": True}
