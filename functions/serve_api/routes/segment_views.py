"""What segments tell: history, analytics, overlap, suggestions."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Query
from stepwell.publishing import segment_looking as looking
from stepwell.publishing import segments

from routes.replies import plain
from routes.routing import routed, this, topic

router = topic("Segments")


@routed(router, "GET", "/segments/<segment>/history", "viewer", "How a segment grew, day by day")
def segment_history(segment: str, days: Annotated[int, Query(ge=1, le=730)] = 90) -> dict[str, Any]:
    """Return entries, exits and size of the days on which somebody moved."""
    call = this()
    segments.read(call.wired.segments, call.tenant, segment)
    found = call.wired.members.history(call.tenant, segment, days)
    return {"items": plain(found), "cursor": None}


@routed(router, "GET", "/segments/<segment>/analytics", "viewer", "Size, growth and engagement of a segment")
def segment_analytics(segment: str, days: Annotated[int, Query(ge=1, le=365)] = 30) -> dict[str, Any]:
    """Compare members with everybody, in a sample."""
    call = this()
    return dict(plain(looking.analytics(call.wired.segments, call.tenant, segment, days)))


@routed(router, "GET", "/segments/<segment>/suggestions", "viewer", "What could be better about a segment")
def segment_suggestions(segment: str) -> dict[str, Any]:
    """Return suggestions with the numbers that led to them."""
    call = this()
    found = looking.improvements(call.wired.segments, call.tenant, segment)
    return {"items": plain(found), "cursor": None}


@routed(router, "GET", "/segments/<segment>/overlap", "viewer", "How two segments overlap")
def segment_overlap(
    segment: str, other: Annotated[str, Query(min_length=1, description="Another segment.")]
) -> dict[str, Any]:
    """Return how two segments overlap, in a sample."""
    call = this()
    return looking.overlapping(call.wired.segments, call.tenant, segment, other)
