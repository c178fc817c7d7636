"""Publishing, versions, control, contacts in flight."""

from __future__ import annotations

from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import JobStarted, Listed
from replies.publishing import Migration, Published, Stopped, VersionHead, VersionSummary, WorkflowDiff
from replies.publishing import Version as VersionReply
from replies.workflows import WorkflowSummary
from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.contracts.tokens import EndReason
from stepwell.errors import InvalidInput
from stepwell.publishing import control, drafts, moves, publish, versions
from stepwell.publishing.records import Move, Version

from routes.deliverability import seed
from routes.replies import listed, plain, reply
from routes.routing import routed, this, topic
from routes.workflows import summary

router = topic("Publishing")


class InFlightChoice(BaseModel):
    """What happens to contacts of older versions."""

    model_config = ConfigDict(extra="forbid")

    in_flight: Literal["drain", "migrate", "eject"] = Field(
        default="drain",
        description="`drain` leaves contacts in their version, `migrate` moves them, `eject` ends them.",
    )
    nodes: dict[str, str] = Field(
        default_factory=dict,
        description="For `migrate`: new node id by old node id; absent ids keep their name.",
    )


class PublishIn(InFlightChoice):
    """How to publish."""

    rev: int | None = Field(default=None, description="The draft's `rev` as you saw it.")
    note: str = Field(default="", max_length=500)
    dry_run: bool = False


class RollbackIn(InFlightChoice):
    """Which version to go back to."""

    to: int = Field(ge=1)


class PauseIn(BaseModel):
    """How to pause."""

    model_config = ConfigDict(extra="forbid")

    discard: bool = Field(default=False, description="End whoever comes due instead of holding them.")


class MigrateIn(BaseModel):
    """Whom to move where."""

    model_config = ConfigDict(extra="forbid")

    old: int = Field(ge=1)
    new: int = Field(ge=1)
    nodes: dict[str, str] = Field(default_factory=dict)
    dry_run: bool = True


class EjectIn(BaseModel):
    """Whom to end."""

    model_config = ConfigDict(extra="forbid")

    version: int = Field(default=0, ge=0, description="Only contacts of this version; 0: all.")


def version_summary(version: Version) -> VersionHead:
    """Return a version as lists show it."""
    return {
        "version": version.number,
        "published_at": plain(version.published_at),
        "published_by": version.published_by,
        "note": version.note,
    }


def _published(done: publish.Published) -> Published:
    return {
        "workflow": summary(done.record),
        "version": done.version,
        "machine": done.machine,
        "warnings": plain(done.warnings),
        "schedules": list(done.schedules),
        "moving": plain(done.moving),
        "dry_run": done.dry_run,
    }


@routed(router, "POST", "/workflows/<workflow>/publish", "publisher", "Publish the draft as a new version")
def publish_workflow(workflow: str, body: Annotated[PublishIn, Body()]) -> Published:
    """Publish the draft."""
    call = this()
    done = publish.publish(
        call.ports,
        call.tenant,
        workflow,
        call.actor,
        note=body.note,
        edited=body.rev,
        in_flight=body.in_flight,
        nodes=body.nodes,
        dry_run=body.dry_run,
    )
    if not done.dry_run:
        seed(call, workflow, done.version)
    return _published(done)


@routed(router, "GET", "/workflows/<workflow>/versions", "viewer", "List published versions")
def list_versions(
    workflow: str,
    order: Annotated[Literal["asc", "desc"], Query()] = "desc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[VersionSummary]:
    """List versions."""
    call = this()
    page = versions.list_versions(
        call.ports, call.tenant, workflow, limit=limit, cursor=cursor or None, descending=order == "desc"
    )
    live = drafts.read(call.ports, call.tenant, workflow)
    items = [
        {**version_summary(v), "live": v.number == live.live, "machine": v.number in live.machines}
        for v in page.items
    ]
    return listed(page, items)


@routed(router, "GET", "/workflows/<workflow>/versions/<version>", "viewer", "Read a published version")
def read_version(workflow: str, version: int) -> VersionReply:
    """Read a version."""
    call = this()
    found = versions.read_version(call.ports, call.tenant, workflow, version)
    return {
        **version_summary(found),
        "workflow": plain(found.drawn),
        "graph": plain(found.graph),
        "origin": plain(found.origin),
        "source_map": plain(found.source_map),
        "machine": found.machine,
        "definition_sha": found.definition_sha,
        "rolled_back_from": found.rolled_back_from,
    }


@routed(router, "GET", "/workflows/<workflow>/diff", "viewer", "Compare two versions (0: the draft)")
def diff_versions(
    workflow: str,
    old: Annotated[int, Query(ge=0)],
    new: Annotated[int, Query(ge=0)] = 0,
) -> WorkflowDiff:
    """Compare two versions."""
    call = this()
    return reply(WorkflowDiff, versions.compare(call.ports, call.tenant, workflow, old, new))


@routed(router, "POST", "/workflows/<workflow>/rollback", "publisher", "Publish an old version as a new one")
def rollback_workflow(workflow: str, body: Annotated[RollbackIn, Body()]) -> Published:
    """Go back to an old version."""
    call = this()
    done = publish.rollback(
        call.ports,
        call.tenant,
        workflow,
        body.to,
        call.actor,
        in_flight=body.in_flight,
        nodes=body.nodes,
    )
    return _published(done)


@routed(router, "POST", "/workflows/<workflow>/pause", "publisher", "Pause: hold or discard what comes due")
def pause_workflow(workflow: str, body: Annotated[PauseIn, Body()]) -> WorkflowSummary:
    """Pause a workflow."""
    call = this()
    return summary(control.pause(call.ports, call.tenant, workflow, call.actor, discard=body.discard))


@routed(router, "POST", "/workflows/<workflow>/resume", "publisher", "Resume: who was held goes on")
def resume_workflow(workflow: str) -> WorkflowSummary:
    """Resume a workflow."""
    call = this()
    return summary(control.resume(call.ports, call.tenant, workflow, call.actor))


@routed(router, "POST", "/workflows/<workflow>/stop", "publisher", "Stop: everybody in it is ended")
def stop_workflow(workflow: str) -> Stopped:
    """Stop a workflow."""
    call = this()
    record, job = control.stop(call.ports, call.tenant, workflow, call.actor)
    return {**summary(record), "job": job}


@routed(
    router, "POST", "/workflows/<workflow>/migrate", "publisher", "Move contacts in flight to another version"
)
def migrate_workflow(workflow: str, body: Annotated[MigrateIn, Body()]) -> Migration:
    """Move contacts in flight, or count what would be moved."""
    call = this()
    report = moves.dry_run(
        call.ports,
        call.runtime,
        call.tenant,
        workflow,
        old=body.old,
        new=body.new,
        nodes=body.nodes,
        pages=10 if body.dry_run else 1,
    )
    if body.dry_run:
        return reply(Migration, {"dry_run": True, "job": None, **report})
    job = moves.queue(
        call.ports,
        Move(
            kind="migrate",
            tenant=call.tenant,
            workflow=workflow,
            old=body.old,
            new=body.new,
            nodes=body.nodes,
            job=short_hash(call.tenant, workflow, "migrate", iso(call.ports.now())),
            actor=call.actor,
        ),
    )
    call.ports.note(
        call.tenant, call.actor, "enrollments.migrated", f"workflow/{workflow}", old=body.old, new=body.new
    )
    return {"dry_run": False, "job": job}


@routed(router, "POST", "/workflows/<workflow>/eject", "publisher", "End contacts in flight")
def eject_workflow(workflow: str, body: Annotated[EjectIn, Body()]) -> JobStarted:
    """End contacts in flight."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    if body.version > record.latest:
        raise InvalidInput(f"`{workflow}` has no version {body.version}.", code="no_version")
    job = moves.queue(
        call.ports,
        Move(
            kind="eject",
            tenant=call.tenant,
            workflow=workflow,
            old=body.version,
            reason=EndReason.EJECTED,
            job=short_hash(call.tenant, workflow, "eject", iso(call.ports.now())),
            actor=call.actor,
        ),
    )
    call.ports.note(
        call.tenant, call.actor, "enrollments.ejected", f"workflow/{workflow}", version=body.version
    )
    return {"job": job}
