"""Workflows as they are worked on: drafts and their checks."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed, Order
from replies.workflows import Purpose, Status, Validation, WorkflowDraft, WorkflowSummary
from stepwell.errors import InvalidInput
from stepwell.publishing import checking, drafts
from stepwell.publishing.records import WorkflowRecord
from stepwell.workflows.documents import dump_yaml, from_document, load_yaml, to_document

from routes.replies import listed, plain, reply
from routes.routing import routed, this, topic

router = topic("Workflows")


class WorkflowIn(BaseModel):
    """A drawn graph, as JSON or as YAML."""

    model_config = ConfigDict(extra="forbid")

    workflow: dict[str, Any] | None = Field(default=None, description="The graph as JSON.")
    yaml: str | None = Field(default=None, description="The graph as YAML.", max_length=1_000_000)

    def document(self) -> dict[str, Any]:
        """Return the graph as plain JSON.

        Raises:
            InvalidInput: Neither or both forms are given.
            ValidationFailed: Not a workflow.
        """
        if (self.workflow is None) == (self.yaml is None):
            raise InvalidInput("Send the graph as `workflow` (JSON) or as `yaml`.", code="no_workflow_given")
        if self.yaml is not None:
            return to_document(load_yaml(self.yaml))
        return dict(self.workflow or {})


class WorkflowUpdate(WorkflowIn):
    """A changed draft."""

    rev: int = Field(ge=1, description="The draft's `rev` as you read it.")


def summary(record: WorkflowRecord) -> WorkflowSummary:
    """Return a workflow as lists show it."""
    return {
        "id": record.id,
        "name": record.name,
        "description": record.document.get("description", ""),
        "category": record.document.get("category", ""),
        "purpose": record.document.get("purpose"),
        "status": record.status.value,
        "managed_by": "git" if record.managed_by else "",
        "rev": record.edited,
        "live_version": record.live,
        "latest_version": record.latest,
        "nodes": len(record.document.get("nodes", ())),
        "created_at": plain(record.created_at),
        "updated_at": plain(record.updated_at),
        "updated_by": record.updated_by,
        "published_at": plain(record.published_at),
    }


def shown(record: WorkflowRecord) -> WorkflowDraft:
    """Return a workflow with its draft."""
    more = {
        "machines": record.machines,
        "schedules": record.schedules,
        "workflow": record.document,
    }
    return reply(WorkflowDraft, {**summary(record), **more})


@routed(router, "GET", "/workflows", "viewer", "List workflows")
def list_workflows(
    q: Annotated[str, Query(description="Part of id, name or description.")] = "",
    status: Annotated[Status | Literal[""], Query(description="Only of this status.")] = "",
    category: Annotated[str, Query()] = "",
    purpose: Annotated[Purpose | Literal[""], Query(description="Only of this purpose.")] = "",
    sort: Annotated[
        Literal["name", "id", "status", "updated_at", "published_at", "created_at"], Query()
    ] = "updated_at",
    order: Annotated[Order, Query()] = "desc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[WorkflowSummary]:
    """List workflows."""
    call = this()
    page = drafts.search(
        call.ports,
        call.tenant,
        text=q,
        status=status,
        category=category,
        purpose=purpose,
        sort=sort,
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page, [summary(record) for record in page.items])


@routed(router, "POST", "/workflows", "editor", "Create a workflow", status=201)
def create_workflow(body: Annotated[WorkflowIn, Body()]) -> WorkflowDraft:
    """Create a workflow."""
    call = this()
    return shown(drafts.create(call.ports, call.tenant, body.document(), call.actor))


@routed(router, "POST", "/workflows/validate", "viewer", "Check a graph without saving it")
def validate_graph(body: Annotated[WorkflowIn, Body()]) -> Validation:
    """Check a graph."""
    call = this()
    return reply(Validation, checking.validate(call.ports, call.tenant, body.document()))


@routed(router, "GET", "/workflows/<workflow>", "viewer", "Read a workflow and its draft")
def read_workflow(
    workflow: str,
    form: Annotated[
        Literal["json", "yaml"], Query(alias="format", description="Form of the draft.")
    ] = "json",
) -> WorkflowDraft:
    """Read a workflow."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    found = shown(record)
    if form == "yaml":
        found["yaml"] = dump_yaml(from_document(dict(record.document)))
    return found


@routed(
    router, "PUT", "/workflows/<workflow>", "editor", "Change the draft if nobody else did (409 otherwise)"
)
def update_workflow(workflow: str, body: Annotated[WorkflowUpdate, Body()]) -> WorkflowDraft:
    """Change the draft."""
    call = this()
    return shown(drafts.update(call.ports, call.tenant, workflow, body.document(), body.rev, call.actor))


@routed(router, "DELETE", "/workflows/<workflow>", "publisher", "Delete a workflow that is not live")
def delete_workflow(workflow: str) -> Deleted:
    """Delete a workflow."""
    call = this()
    drafts.delete(call.ports, call.tenant, workflow, call.actor)
    return {"deleted": workflow}


@routed(router, "POST", "/workflows/<workflow>/validate", "viewer", "Check the draft")
def validate_workflow(workflow: str) -> Validation:
    """Check the draft."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    return reply(Validation, checking.validate(call.ports, call.tenant, record.document))
