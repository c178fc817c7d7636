"""Reviews before publishing."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Listed
from replies.reviewing import Review
from stepwell.publishing import approving, drafts
from stepwell.publishing.approving import Caller
from stepwell.publishing.records import WorkflowRecord

from routes.replies import reply, whole
from routes.routing import Call, routed, this, topic

router = topic("Publishing")


class ReviewIn(BaseModel):
    """What is to be looked at."""

    model_config = ConfigDict(extra="forbid")

    rev: int = Field(ge=1, description="The draft's `rev` as you see it.")
    note: str = Field(default="", max_length=1_000)


class DecisionIn(BaseModel):
    """What the reviewer says."""

    model_config = ConfigDict(extra="forbid")

    rev: int = Field(ge=1, description="The draft's `rev` as you looked at it.")
    decision: Literal["approve", "reject"]
    comment: str = Field(default="", max_length=1_000)


def _caller(call: Call) -> Caller:
    return Caller(call.actor, call.principal.role)


def _shown(call: Call, record: WorkflowRecord) -> Review:
    approvals = call.ports.inventory.workspace(call.tenant).approvals
    return reply(Review, approving.shown(record, approvals, _caller(call)))


@routed(router, "GET", "/reviews", "viewer", "List drafts that wait for a review")
def list_reviews(
    waiting_for: Annotated[
        Literal["me", "all"], Query(description="`me`: what you may decide about.")
    ] = "me",
) -> Listed[Review]:
    """List what waits, longest first."""
    call = this()
    found: list[dict[str, Any]] = approving.waiting(
        call.ports, call.tenant, _caller(call), mine=waiting_for == "me"
    )
    return whole(found)


@routed(router, "GET", "/workflows/<workflow>/review", "viewer", "Read the review of the draft")
def read_review(workflow: str) -> Review:
    """Return how far the review is."""
    call = this()
    return _shown(call, drafts.read(call.ports, call.tenant, workflow))


@routed(router, "POST", "/workflows/<workflow>/review", "editor", "Ask for the draft to be reviewed")
def request_review(workflow: str, body: Annotated[ReviewIn, Body()]) -> Review:
    """Ask for a review; a change of the draft afterwards makes it void."""
    call = this()
    return _shown(call, approving.request(call.ports, call.tenant, workflow, body.rev, body.note, call.actor))


@routed(router, "DELETE", "/workflows/<workflow>/review", "editor", "Take a request for review back")
def withdraw_review(workflow: str) -> Review:
    """Take the request, or the decision, back."""
    call = this()
    return _shown(call, approving.withdraw(call.ports, call.tenant, workflow, call.actor))


@routed(
    router, "POST", "/workflows/<workflow>/review/decision", "publisher", "Approve a draft or send it back"
)
def decide_review(workflow: str, body: Annotated[DecisionIn, Body()]) -> Review:
    """Approve or reject; the workspace says which role decides, and whether about one's own."""
    call = this()
    record = approving.decide(
        call.ports,
        call.tenant,
        workflow,
        body.rev,
        _caller(call),
        approve=body.decision == "approve",
        comment=body.comment,
    )
    return _shown(call, record)
