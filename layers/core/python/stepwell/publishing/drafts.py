"""Drafts: create, read, list, change with optimistic concurrency, delete."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.contracts.ids import WORKFLOW_ID
from stepwell.contracts.workspace import WorkflowStatus
from stepwell.errors import Conflict, InvalidInput, NotFound
from stepwell.publishing.listing import Page, page
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import WorkflowRecord
from stepwell.workflows.documents import from_document, to_document

SORTS = ("name", "id", "status", "updated_at", "published_at", "created_at")
_TRIES = 5


def create(ports: PublishingPorts, tenant: str, document: Mapping[str, Any], actor: str) -> WorkflowRecord:
    """Create a workflow from a drawn graph; it may still break rules that publishing checks.

    Raises:
        ValidationFailed: The document has not the form of a workflow.
        Conflict: The id is taken.
    """
    workflow = from_document(dict(document))
    if not WORKFLOW_ID.match(workflow.id):
        raise InvalidInput(
            f"`{workflow.id}` is no workflow id: up to 32 of a-z, 0-9 and _, starting with a letter."
        )
    now = ports.now()
    record = WorkflowRecord(
        id=workflow.id, document=to_document(workflow), created_at=now, updated_at=now, updated_by=actor
    )
    if not ports.workflows.save(tenant, record):
        raise Conflict(
            f"There is a workflow `{workflow.id}` already: choose another id.", code="workflow_exists"
        )
    ports.note(tenant, actor, "workflow.created", f"workflow/{workflow.id}")
    return record.evolve(rev=1)


def read(ports: PublishingPorts, tenant: str, workflow: str) -> WorkflowRecord:
    """Return a workflow.

    Raises:
        NotFound: There is none of this id.
    """
    record = ports.workflows.get(tenant, workflow)
    if record is None:
        raise NotFound(f"There is no workflow `{workflow}`.", code="no_workflow")
    return record


def editable(ports: PublishingPorts, tenant: str, workflow: str) -> WorkflowRecord:
    """Return a workflow that people may edit and publish.

    Raises:
        NotFound: There is none of this id.
        Conflict: It is kept in git.
    """
    record = read(ports, tenant, workflow)
    if record.managed_by:
        raise Conflict(
            f"`{workflow}` is kept in {record.managed_by}: change its file and deploy. Pausing, resuming and "
            "stopping it are possible here.",
            code="managed_by_git",
        )
    return record


def search(
    ports: PublishingPorts,
    tenant: str,
    *,
    text: str = "",
    status: str = "",
    category: str = "",
    purpose: str = "",
    sort: str = "updated_at",
    descending: bool = True,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[WorkflowRecord]:
    """List workflows.

    Args:
        ports: Stores.
        tenant: Tenant id.
        text: Part of id, name or description.
        status: Only of this status.
        category: Only of this category.
        purpose: Only of this purpose; a graph that names none is `marketing`.
        sort: One of `SORTS`.
        descending: Whether the greatest comes first.
        limit: Entries a page.
        cursor: Where to go on.

    Raises:
        InvalidInput: Unknown sort, bad limit or cursor.
    """
    if sort not in SORTS:
        raise InvalidInput(f"Lists of workflows sort by {', '.join(SORTS)}.", code="bad_sort")
    wanted = text.casefold()
    found = [
        r
        for r in ports.workflows.all(tenant)
        if (not status or r.status == status)
        and (not category or r.document.get("category") == category)
        and (not purpose or (r.document.get("purpose") or "marketing") == purpose)
        and wanted in f"{r.id}\n{r.name}\n{r.document.get('description', '')}".casefold()
    ]
    return page(
        found,
        by=lambda r: _sort_value(r, sort),
        id_of=lambda r: r.id,
        descending=descending,
        limit=limit,
        cursor=cursor,
    )


def _sort_value(record: WorkflowRecord, sort: str) -> str:
    match sort:
        case "name":
            return record.name.casefold()
        case "status":
            return str(record.status)
        case "updated_at":
            return iso(record.updated_at)
        case "created_at":
            return iso(record.created_at)
        case "published_at":
            return iso(record.published_at) if record.published_at else ""
    return record.id


def update(
    ports: PublishingPorts,
    tenant: str,
    workflow: str,
    document: Mapping[str, Any],
    edited: int,
    actor: str,
) -> WorkflowRecord:
    """Replace the draft if nobody changed it since the caller read it.

    Args:
        ports: Stores.
        tenant: Tenant id.
        workflow: Workflow id.
        document: The new draft; its id must be the workflow's.
        edited: The draft's edit count as the caller read it.
        actor: Who.

    Raises:
        NotFound: There is none of this id.
        ValidationFailed: The document has not the form of a workflow.
        Conflict: Somebody else changed it first (`details` say when and who), or it is kept in git.
    """
    drawn = from_document(dict(document))
    if drawn.id != workflow:
        raise InvalidInput("A workflow's id cannot change: copy it under another id.", code="id_changed")
    for _ in range(_TRIES):
        record = editable(ports, tenant, workflow)
        if record.edited != edited:
            raise stale(record)
        changed = record.evolve(
            document=to_document(drawn), edited=edited + 1, updated_at=ports.now(), updated_by=actor
        )
        # A pause or a publish in between changes the record, not the draft: try again.
        if ports.workflows.save(tenant, changed):
            ports.note(tenant, actor, "workflow.updated", f"workflow/{workflow}", rev=changed.edited)
            return changed.evolve(rev=record.rev + 1)
    raise Conflict(f"`{workflow}` is being changed by others at this moment: try again.", code="busy")


def stale(record: WorkflowRecord) -> Conflict:
    """Return what is said to whoever works on an older draft: what it is now, since when, and who changed it."""
    return Conflict(
        f"`{record.id}` was changed by {record.updated_by or 'somebody'} since you read it: "
        "read it again and repeat your change.",
        code="stale_rev",
        details={"rev": record.edited, "updated_at": iso(record.updated_at), "by": record.updated_by},
    )


def change(ports: PublishingPorts, tenant: str, workflow: str, **changes: Any) -> WorkflowRecord:
    """Change a record's fields other than the draft, whatever happens at the same time.

    Raises:
        NotFound: There is none of this id.
        Conflict: Too many others change it at this moment.
    """
    for _ in range(_TRIES):
        record = read(ports, tenant, workflow)
        changed = record.evolve(**changes)
        if changed == record:
            return record
        if ports.workflows.save(tenant, changed):
            return changed.evolve(rev=record.rev + 1)
    raise Conflict(f"`{workflow}` is being changed by others at this moment: try again.", code="busy")


def delete(ports: PublishingPorts, tenant: str, workflow: str, actor: str) -> None:
    """Delete a workflow that was never published, or that is stopped and has no machine left.

    Raises:
        NotFound: There is none of this id.
        Conflict: It is live, contacts are still in it, or it is kept in git.
    """
    record = editable(ports, tenant, workflow)
    if record.status not in (WorkflowStatus.DRAFT, WorkflowStatus.STOPPED):
        raise Conflict(f"`{workflow}` is {record.status}: stop it first.", code="workflow_live")
    if record.machines:
        raise Conflict(
            f"`{workflow}` still has machines of versions {', '.join(map(str, record.machines))}; they go "
            "once nobody is in them.",
            code="not_drained",
        )
    if not ports.workflows.delete(tenant, workflow, record.rev):
        raise Conflict(f"`{workflow}` was changed at this moment: try again.", code="busy")
    ports.note(tenant, actor, "workflow.deleted", f"workflow/{workflow}")
