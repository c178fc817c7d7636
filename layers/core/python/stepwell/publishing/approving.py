"""Approval before publishing: somebody else looks at the draft as it is, and any edit afterwards asks anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from stepwell.contracts.clock import iso
from stepwell.contracts.workspace import Approvals
from stepwell.errors import Conflict, Forbidden
from stepwell.publishing import drafts
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.records import WorkflowRecord

State = Literal["none", "pending", "approved", "rejected", "outdated"]
_RANK = ("viewer", "editor", "publisher", "admin")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who looks.

    Attributes:
        actor: Their name.
        role: Their role.
    """

    actor: str
    role: str


def state_of(record: WorkflowRecord) -> State:
    """Return how far the review of the draft as it is now has come."""
    review = record.review
    if not review:
        return "none"
    if int(review["rev"]) != record.edited:
        return "outdated"
    state: State = review["state"]
    return state


def shown(record: WorkflowRecord, approvals: Approvals, caller: Caller) -> dict[str, Any]:
    """Return a workflow's review as people see it."""
    review = record.review
    state = state_of(record)
    return {
        "workflow": record.id,
        "name": record.name,
        "rev": record.edited,
        "required": approvals.required,
        "state": state,
        "reviewed_rev": int(review["rev"]) if review else None,
        "asked_by": review.get("asked_by", ""),
        "asked_at": review.get("asked_at") or None,
        "note": review.get("note", ""),
        "decided_by": review.get("decided_by", ""),
        "decided_at": review.get("decided_at") or None,
        "comment": review.get("comment", ""),
        "may_decide": state == "pending" and not _objection(record, approvals, caller),
        "may_publish": not approvals.required or state == "approved",
    }


def request(
    ports: PublishingPorts, tenant: str, workflow: str, rev: int, note: str, actor: str
) -> WorkflowRecord:
    """Ask for the draft to be looked at.

    Raises:
        NotFound: No such workflow.
        Conflict: It was changed since the caller read it, or git manages it.
    """
    record = _current(ports, tenant, workflow, rev)
    review = {
        "rev": record.edited,
        "state": "pending",
        "asked_by": actor,
        "asked_at": iso(ports.now()),
        "note": note,
    }
    record = _saved(ports, tenant, record, review)
    ports.note(tenant, actor, "review.requested", f"workflow/{workflow}", rev=rev)
    return record


def decide(
    ports: PublishingPorts,
    tenant: str,
    workflow: str,
    rev: int,
    caller: Caller,
    *,
    approve: bool,
    comment: str,
) -> WorkflowRecord:
    """Approve the draft or send it back.

    Raises:
        NotFound: No such workflow.
        Conflict: Nobody asked, it is decided, or the draft was changed since.
        Forbidden: The caller may not decide about this draft.
    """
    record = _current(ports, tenant, workflow, rev)
    if state_of(record) != "pending":
        raise Conflict(f"Nobody waits for a review of `{workflow}` as it is now.", code="no_review")
    objection = _objection(record, ports.inventory.workspace(tenant).approvals, caller)
    if objection:
        raise Forbidden(objection, code="may_not_review")
    review = {
        **record.review,
        "state": "approved" if approve else "rejected",
        "decided_by": caller.actor,
        "decided_at": iso(ports.now()),
        "comment": comment,
    }
    record = _saved(ports, tenant, record, review)
    action = "review.approved" if approve else "review.rejected"
    ports.note(tenant, caller.actor, action, f"workflow/{workflow}", rev=rev)
    return record


def withdraw(ports: PublishingPorts, tenant: str, workflow: str, actor: str) -> WorkflowRecord:
    """Take a request or a decision back; without one there is nothing to do.

    Raises:
        NotFound: No such workflow.
    """
    record = drafts.read(ports, tenant, workflow)
    if not record.review:
        return record
    record = _saved(ports, tenant, record, {})
    ports.note(tenant, actor, "review.withdrawn", f"workflow/{workflow}")
    return record


def waiting(ports: PublishingPorts, tenant: str, caller: Caller, *, mine: bool) -> list[dict[str, Any]]:
    """Return what waits for a review, longest first; `mine`: only what the caller may decide about."""
    approvals = ports.inventory.workspace(tenant).approvals
    found = [
        shown(record, approvals, caller)
        for record in ports.workflows.all(tenant)
        if state_of(record) == "pending"
    ]
    return sorted((r for r in found if r["may_decide"] or not mine), key=lambda r: str(r["asked_at"]))


def ensure_approved(record: WorkflowRecord, approvals: Approvals) -> None:
    """Insist that the draft as it is now was approved, where the workspace asks for it.

    Raises:
        Conflict: It was not.
    """
    state = state_of(record)
    if approvals.required and state != "approved":
        why = {
            "none": "ask for a review first",
            "pending": "its review is not decided yet",
            "rejected": "its review sent it back",
            "outdated": "it was changed after its review: ask again",
        }[state]
        raise Conflict(
            f"`{record.id}` needs an approval: {why}.", code="approval_needed", details={"state": state}
        )


def _objection(record: WorkflowRecord, approvals: Approvals, caller: Caller) -> str:
    if _RANK.index(caller.role) < _RANK.index(approvals.by):
        return f"Reviews are decided by the role `{approvals.by}`; you are `{caller.role}`."
    # Whoever changed it last wrote what is looked at, whoever asked.
    if not approvals.self_approval and caller.actor in (record.review.get("asked_by"), record.updated_by):
        return "Somebody else must look at it: you changed it last, or asked for the review."
    return ""


def _current(ports: PublishingPorts, tenant: str, workflow: str, rev: int) -> WorkflowRecord:
    record = drafts.editable(ports, tenant, workflow)
    if record.edited != rev:
        raise drafts.stale(record)
    return record


def _saved(
    ports: PublishingPorts, tenant: str, record: WorkflowRecord, review: Mapping[str, Any]
) -> WorkflowRecord:
    # Conditional on the record as it was looked at: an edit in between must not pass as reviewed.
    changed = record.evolve(review=dict(review))
    if not ports.workflows.save(tenant, changed):
        raise Conflict(f"`{record.id}` was changed at this moment: try again.", code="busy")
    return changed.evolve(rev=record.rev + 1)
