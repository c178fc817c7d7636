"""Segments: create, read, change, delete, check; estimates and previews; members of lists."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.forms import Deleted, Listed
from replies.segments import (
    EstimatePreview,
    ListChange,
    Segment,
    SegmentHint,
    SegmentListed,
    SegmentMember,
    SegmentSummary,
    SegmentValidation,
    Settling,
)
from stepwell.conditions import from_json
from stepwell.publishing import segment_listing as listing
from stepwell.publishing import segment_looking as looking
from stepwell.publishing import segments
from stepwell.publishing.segment_ports import SegmentRecord
from stepwell.segments.hints import HINTS
from stepwell.segments.model import parse_segment

from routes.replies import listed, plain, reply, stored, whole
from routes.routing import Call, routed, this, topic

router = topic("Segments")
EXAMPLE = {"id": "active_pros", "name": "Active pros", "condition": 'plan = "pro" and did(page_view, 7 days)'}


class SegmentIn(BaseModel):
    """A segment."""

    model_config = ConfigDict(extra="forbid")

    segment: dict[str, Any] = Field(examples=[EXAMPLE])


class SegmentUpdate(SegmentIn):
    """A segment, and the revision that it was made from."""

    rev: int = Field(ge=1, description="The segment's `rev` as you read it.")


class EstimateIn(BaseModel):
    """A condition that needs not be saved."""

    model_config = ConfigDict(extra="forbid")

    condition: str | dict[str, Any] = Field(examples=[EXAMPLE["condition"]])


class MembersIn(BaseModel):
    """Contacts."""

    model_config = ConfigDict(extra="forbid")

    contacts: list[str] = Field(
        min_length=1, max_length=1_000, description="Profile ids, e-mail addresses or user ids."
    )


def shown(record: SegmentRecord, size: int) -> SegmentSummary:
    """Return a segment as the API shows it."""
    segment = record.segment
    more = {
        "text": segment.text,
        "rev": record.edited,
        "settled": record.settled,
        "created_at": plain(record.created_at),
        "updated_at": plain(record.updated_at),
        "updated_by": record.updated_by,
        "size": size,
    }
    return reply(SegmentSummary, {**segment.document(), **more})


def _sized(call: Call, record: SegmentRecord) -> SegmentSummary:
    ids = [record.segment.id]
    return shown(record, call.wired.members.sizes(call.tenant, ids)[ids[0]])


@routed(router, "GET", "/segments", "viewer", "List segments with their sizes")
def list_segments(
    q: Annotated[str, Query(description="Part of id, name or description.")] = "",
    kind: Annotated[Literal["", "static", "dynamic", "predictive"], Query()] = "",
    tag: Annotated[str, Query()] = "",
    use_case: Annotated[str, Query()] = "",
    sort: Annotated[Literal["name", "id", "kind", "updated_at", "size"], Query()] = "name",
    order: Annotated[Literal["asc", "desc"], Query()] = "asc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[SegmentListed]:
    """List segments."""
    call = this()
    page, sizes = segments.search(
        call.wired.segments,
        call.tenant,
        text=q,
        kind=kind,
        tag=tag,
        use_case=use_case,
        sort=sort,
        descending=order == "desc",
        limit=limit,
        cursor=cursor or None,
    )
    users = segments.users(call.wired.segments, call.tenant, list(sizes))
    return listed(
        page,
        [
            {**shown(record, sizes[record.segment.id]), "used_by": users[record.segment.id]}
            for record in page.items
        ],
    )


@routed(router, "POST", "/segments", "editor", "Create a segment", status=201)
def create_segment(body: Annotated[SegmentIn, Body()]) -> SegmentSummary:
    """Create a segment; everybody is asked whether they belong, in the background."""
    call = this()
    return shown(segments.create(call.wired.segments, call.tenant, body.segment, call.actor), 0)


@routed(router, "GET", "/segments/hints", "viewer", "Criteria to build conditions from")
def list_segment_hints() -> Listed[SegmentHint]:
    """Return the criteria that the forms offer."""
    return whole(HINTS)


@routed(router, "POST", "/segments/validate", "viewer", "Check a segment without saving it")
def validate_segment(body: Annotated[SegmentIn, Body()]) -> SegmentValidation:
    """Return all that is wrong with a segment."""
    call = this()
    segment = parse_segment(body.segment)
    found = segments.problems(call.wired.segments, call.tenant, segment)
    return {
        "valid": all(problem.severity != "error" for problem in found),
        "text": segment.text,
        "problems": plain([problem.document() for problem in found]),
    }


@routed(
    router, "POST", "/segments/estimate/preview", "viewer", "Estimate a condition and show some who belong"
)
def estimate_condition(body: Annotated[EstimateIn, Body()]) -> EstimatePreview:
    """Estimate a condition over a random sample, with its 95 % interval."""
    call = this()
    condition = from_json(body.condition)
    found, sample = looking.preview(call.wired.segments, call.tenant, "", condition)
    return reply(EstimatePreview, {"estimate": found, "sample": sample})


@routed(router, "GET", "/segments/<segment>", "viewer", "Read a segment")
def read_segment(segment: str) -> Segment:
    """Read a segment with its size and what uses it."""
    call = this()
    record = segments.read(call.wired.segments, call.tenant, segment)
    users = segments.users_of(call.wired.segments, call.tenant, segment)
    told = segments.asked(call.wired.segments, call.tenant, record)
    return {**_sized(call, record), "used_by": users, "asked": told}


@routed(router, "PUT", "/segments/<segment>", "editor", "Change a segment (409 if somebody else did)")
def update_segment(segment: str, body: Annotated[SegmentUpdate, Body()]) -> SegmentSummary:
    """Change a segment."""
    call = this()
    return _sized(
        call,
        segments.update(call.wired.segments, call.tenant, segment, body.segment, body.rev, call.actor),
    )


@routed(router, "DELETE", "/segments/<segment>", "editor", "Delete a segment that nothing uses")
def delete_segment(
    segment: str, rev: Annotated[int, Query(ge=1, description="Its `rev` as you read it.")]
) -> Deleted:
    """Delete a segment; its members leave without an event."""
    call = this()
    segments.delete(call.wired.segments, call.tenant, segment, rev, call.actor)
    return {"deleted": segment}


@routed(
    router,
    "POST",
    "/segments/<segment>/settle",
    "editor",
    "Ask everybody again whether they belong",
    status=202,
)
def settle_segment(segment: str) -> Settling:
    """Ask everybody again, and count the member rows anew."""
    call = this()
    record = segments.read(call.wired.segments, call.tenant, segment)
    size, wrong = call.wired.members.recount(call.tenant, segment)
    job = ""
    if record.segment.condition is not None:
        job = segments.start_settling(call.wired.segments, call.tenant, record, call.actor)
    call.ports.note(call.tenant, call.actor, "segment.settled", f"segment/{segment}", corrected=wrong)
    return {"job": job, "size": size, "corrected": wrong}


@routed(router, "POST", "/segments/<segment>/review", "editor", "Note that a list was reviewed")
def review_segment(segment: str) -> SegmentSummary:
    """Note that somebody looked at a static list."""
    call = this()
    return _sized(call, listing.reviewed(call.wired.segments, call.tenant, segment, call.actor))


@routed(router, "GET", "/segments/<segment>/members", "viewer", "List the members of a segment")
def list_segment_members(
    segment: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[SegmentMember]:
    """List members with the time of their entry."""
    call = this()
    found, after = looking.members(
        call.wired.segments,
        call.wired.parts.profiles,
        call.tenant,
        segment,
        limit=limit,
        cursor=cursor or None,
    )
    return stored(found, after)


@routed(router, "POST", "/segments/<segment>/members", "editor", "Add contacts to a static list", status=202)
def add_segment_members(segment: str, body: Annotated[MembersIn, Body()]) -> ListChange:
    """Add contacts, through the stream: they enter in order with their other events."""
    return _change(segment, body, adding=True)


@routed(
    router,
    "POST",
    "/segments/<segment>/members/remove",
    "editor",
    "Remove contacts from a static list",
    status=202,
)
def remove_segment_members(segment: str, body: Annotated[MembersIn, Body()]) -> ListChange:
    """Remove contacts, through the stream."""
    return _change(segment, body, adding=False)


def _change(segment: str, body: MembersIn, *, adding: bool) -> ListChange:
    call = this()
    change = listing.change_list(
        call.wired.segments,
        call.wired.parts.profiles,
        call.runtime.events,
        call.tenant,
        segment,
        body.contacts,
        adding=adding,
        actor=call.actor,
    )
    return reply(ListChange, change)
