"""What segments tell: history, analytics, overlap, suggestions."""

from __future__ import annotations

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from replies.forms import Listed
from replies.segments import SegmentAnalytics, SegmentDay, SegmentOverlap, SegmentSuggestion
from stepwell.publishing import segment_looking as looking
from stepwell.publishing import segments

from routes.replies import reply, whole
from routes.routing import routed, this, topic

router = topic("Segments")


@routed(router, "GET", "/segments/<segment>/history", "viewer", "How a segment grew, day by day")
def list_segment_history(segment: str, days: Annotated[int, Query(ge=1, le=730)] = 90) -> Listed[SegmentDay]:
    """Return entries, exits and size of the days on which somebody moved."""
    call = this()
    segments.read(call.wired.segments, call.tenant, segment)
    found = call.wired.members.history(call.tenant, segment, days)
    return whole(found)


@routed(router, "GET", "/segments/<segment>/analytics", "viewer", "Size, growth and engagement of a segment")
def read_segment_analytics(segment: str, days: Annotated[int, Query(ge=1, le=365)] = 30) -> SegmentAnalytics:
    """Compare members with everybody, in a sample."""
    call = this()
    return reply(SegmentAnalytics, looking.analytics(call.wired.segments, call.tenant, segment, days))


@routed(router, "GET", "/segments/<segment>/suggestions", "viewer", "What could be better about a segment")
def list_segment_suggestions(segment: str) -> Listed[SegmentSuggestion]:
    """Return suggestions with the numbers that led to them."""
    call = this()
    found = looking.improvements(call.wired.segments, call.tenant, segment)
    return whole(found)


@routed(router, "GET", "/segments/<segment>/overlap", "viewer", "How two segments overlap")
def read_segment_overlap(
    segment: str, other: Annotated[str, Query(min_length=1, description="Another segment.")]
) -> SegmentOverlap:
    """Return how two segments overlap, in a sample."""
    call = this()
    return reply(SegmentOverlap, looking.overlapping(call.wired.segments, call.tenant, segment, other))
