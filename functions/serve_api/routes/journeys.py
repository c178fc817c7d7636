"""What happens to contacts: enrollments, explain, messages, counters a node."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from replies.forms import Listed
from replies.journeys import (
    Counters,
    Enrollment,
    EnrollmentState,
    Exited,
    Explanation,
    Message,
    NodeCounters,
)
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import EndReason
from stepwell.errors import InvalidInput
from stepwell.publishing import contacts, control, drafts, looking
from stepwell.publishing.entering import why_not
from stepwell.publishing.listing import page as page_of
from stepwell.runtime.ending import Exiter
from stepwell.runtime.explaining import explain

from routes.replies import listed, plain, reply
from routes.routing import Call, decoded, routed, this, topic

router = topic("Journeys")


def _workflows(call: Call) -> list[str]:
    return sorted(record.id for record in call.ports.workflows.all(call.tenant) if record.latest)


def _contact(call: Call, reference: str) -> Profile:
    return contacts.find(call.wired.parts.profiles, call.tenant, decoded(reference))


@routed(router, "GET", "/workflows/<workflow>/enrollments", "viewer", "List a workflow's enrollments")
def list_enrollments(
    workflow: str,
    state: Annotated[EnrollmentState | Literal["", "OPEN"], Query(description="`OPEN`: not ended.")] = "",
    node: Annotated[str, Query(description="Only those at this node.")] = "",
    version: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[Enrollment]:
    """List enrollments, those that moved last first."""
    call = this()
    drafts.read(call.ports, call.tenant, workflow)
    page = looking.enrollments(
        call.tenant,
        workflow,
        call.runtime,
        state=state,
        node=node,
        version=version,
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page)


@routed(router, "GET", "/contacts/<contact>/enrollments", "viewer", "List a contact's enrollments")
def list_contact_enrollments(
    contact: str,
    state: Annotated[EnrollmentState | Literal[""], Query()] = "",
    order: Annotated[Literal["asc", "desc"], Query()] = "desc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[Enrollment]:
    """List a contact's enrollments in all workflows."""
    call = this()
    profile = _contact(call, contact)
    rows = looking.enrollments_of(
        call.tenant, _workflows(call), profile.id, call.runtime, aliases=profile.aliases
    )
    page = page_of(
        [row for row in rows if not state or row.state == state],
        by=lambda r: plain(r.entered_at),
        id_of=lambda r: f"{r.workflow}/{r.enrollment}",
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    return listed(page)


@routed(
    router, "GET", "/workflows/<workflow>/explain/<contact>", "viewer", "Why did this contact (not) get this"
)
def explain_contact(workflow: str, contact: str) -> Explanation:
    """Explain what a workflow did with a contact, and what stands between them now."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    profile = _contact(call, contact)
    told = explain(call.tenant, workflow, profile.id, call.runtime, aliases=profile.aliases)
    if not any(journey.state != "ENDED" for journey in told.journeys):
        reasons = why_not(
            call.tenant,
            record,
            control.live_graph(call.ports, call.tenant, record),
            profile,
            tokens=call.runtime.tokens,
            workspace=call.ports.inventory.workspace(call.tenant),
            now=call.ports.now(),
        )
        told = replace(told, why_not=tuple(reasons))
    return reply(Explanation, told)


@routed(
    router, "POST", "/workflows/<workflow>/exit/<contact>", "editor", "End a contact's enrollments at once"
)
def exit_contact(workflow: str, contact: str) -> Exited:
    """Take a contact out of a workflow."""
    call = this()
    drafts.read(call.ports, call.tenant, workflow)
    profile = _contact(call, contact)
    exiter = Exiter(call.runtime)
    ended = [e for one in profile.ids for e in exiter.end(call.tenant, workflow, one, EndReason.EJECTED)]
    call.ports.note(
        call.tenant,
        call.actor,
        "enrollments.ejected",
        f"workflow/{workflow}",
        profile=profile.id,
        ended=len(ended),
    )
    return {"ended": ended}


@routed(router, "GET", "/messages", "viewer", "List messages of a workflow or to a contact")
def list_messages(
    workflow: Annotated[str, Query()] = "",
    contact: Annotated[str, Query(description="Profile id, e-mail address or user id.")] = "",
    node: Annotated[str, Query()] = "",
    outcome: Annotated[Literal["", "sent", "skipped", "failed"], Query()] = "",
    reason: Annotated[str, Query(description="A skip reason, e.g. frequency_capped.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[Message]:
    """List messages; name a workflow, a contact, or both."""
    call = this()
    if contact:
        profile = contacts.find(call.wired.parts.profiles, call.tenant, contact)
        among = [workflow] if workflow else _workflows(call)
        rows = looking.messages_to(call.tenant, among, profile.id, call.runtime, aliases=profile.aliases)
        page = page_of(
            [
                r
                for r in rows
                if (not node or r.node == node)
                and (not outcome or r.outcome == outcome)
                and (not reason or r.reason == reason)
            ],
            by=lambda r: plain(r.at),
            id_of=lambda r: f"{r.run}/{r.node}/{r.enrollment}",
            descending=True,
            limit=limit,
            cursor=cursor or None,
        )
        return listed(page)
    if not workflow:
        raise InvalidInput("Name a `workflow`, a `contact`, or both.", code="no_subject")
    drafts.read(call.ports, call.tenant, workflow)
    return listed(
        looking.messages(
            call.tenant,
            workflow,
            call.runtime,
            node=node,
            outcome=outcome,
            reason=reason,
            limit=limit,
            cursor=cursor or None,
        )
    )


@routed(router, "GET", "/workflows/<workflow>/counters", "viewer", "Contacts a node and outcome (live view)")
def read_counters(
    workflow: str, version: Annotated[int, Query(ge=0, description="0: the live one.")] = 0
) -> Counters:
    """Return how many contacts left each node by which outcome, and how many were enrolled."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    number = version or record.live
    counts = call.wired.parts.counters.read(call.tenant, workflow, number) if number else {}
    nodes: dict[str, NodeCounters] = {
        node: {
            "outcomes": {o: n for o, n in outcomes.items() if not o.startswith("reason:")},
            "reasons": {o.removeprefix("reason:"): n for o, n in outcomes.items() if o.startswith("reason:")},
        }
        for node, outcomes in sorted(counts.items())
    }
    enrolled = sum(outcomes.get("enrolled", 0) for outcomes in counts.values())
    return {"workflow": workflow, "version": number, "enrolled": enrolled, "nodes": nodes}
