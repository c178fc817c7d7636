"""Workflows as they run, figures over time, the calendar, what publishing would mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Query
from replies.figures import Calendar, Live, Passage, Point, PublishPreview, Summary
from replies.forms import Listed
from replies.workflows import InFlight, WorkflowStanding
from stepwell.errors import InvalidInput
from stepwell.publishing import calendar as calendars
from stepwell.publishing import drafts, live, publish_preview
from stepwell.publishing.approving import Caller
from stepwell.publishing.figures import Figures
from stepwell.publishing.passages import FAULTS, passages
from stepwell.workflows.sample_contact import read_time

from routes.replies import listed, reply, whole
from routes.routing import Call, routed, this, topic

router = topic("Figures")
Version = Annotated[int, Query(ge=0, description="0: the live one.")]


def _figures(call: Call) -> Figures:
    return Figures(call.wired.parts.counters, call.ports)


@routed(router, "GET", "/workflows/<workflow>/live", "viewer", "A version as it runs, node by node")
def read_live(
    workflow: str,
    version: Version = 0,
    look_at: Annotated[
        int,
        Query(
            ge=0, le=20_000, description="Enrollments to count `waiting` among; 0: reckon it from counters."
        ),
    ] = 2_000,
) -> Live:
    """Return who passed, waits, was skipped or failed at each node, conversions and drop-off."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    number = version or record.live
    if not number:
        empty = {"enrolled": 0, "in_flight": 0, "in_flight_complete": True, "conversions": 0}
        return reply(
            Live,
            {"workflow": workflow, "version": 0, **empty, "conversion_rate": None, "goals": [], "nodes": []},
        )
    counts = call.wired.parts.counters.read(call.tenant, workflow, number)
    now_in = live.standing(call.tenant, workflow, call.runtime, most=look_at) if look_at else None
    return reply(Live, live.live(call.ports, call.tenant, workflow, number, counts, now_in))


@routed(router, "GET", "/workflows/<workflow>/series", "viewer", "A version over time")
def read_series(
    workflow: str,
    by: Annotated[
        Literal["hour", "day"], Query(description="The last 24 hours, or the last 30 days (UTC).")
    ] = "hour",
    version: Version = 0,
) -> Listed[Point]:
    """Return points, oldest first; hours in which nothing happened are there with zeros."""
    call = this()
    record = drafts.read(call.ports, call.tenant, workflow)
    number = version or record.live
    return whole(_figures(call).series(call.tenant, workflow, number, by=by, now=call.ports.now()))


@routed(router, "GET", "/workflows/<workflow>/passages", "viewer", "Who left a node, by which outcome")
def list_passages(
    workflow: str,
    node: Annotated[str, Query()] = "",
    outcome: Annotated[str, Query(description="`fault`: whatever failed or was set aside.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[Passage]:
    """List contacts that left nodes, those of the newest runs first; who stands there, `/enrollments` says."""
    call = this()
    drafts.read(call.ports, call.tenant, workflow)
    wanted = FAULTS if outcome == "fault" else (outcome,) if outcome else ()
    return listed(
        passages(
            call.tenant,
            workflow,
            call.runtime,
            node=node,
            outcomes=wanted,
            limit=limit,
            cursor=cursor or None,
        )
    )


@routed(
    router, "GET", "/workflows/<workflow>/publish-preview", "viewer", "What publishing the draft would mean"
)
def preview_publish(
    workflow: str,
    in_flight: Annotated[InFlight, Query(description="What is to happen to contacts in flight.")] = "drain",
    nodes: Annotated[
        str,
        Query(max_length=8_000, description="For `migrate`: `old:new,old2:new2`; others keep their name."),
    ] = "",
) -> PublishPreview:
    """Return checks, review, who would get it, cost, contacts in flight, and the difference from the live version."""
    call = this()
    now_in = live.standing(call.tenant, workflow, call.runtime)
    return reply(
        PublishPreview,
        publish_preview.preview(
            call.ports,
            call.runtime,
            call.wired.parts.counters,
            call.tenant,
            workflow,
            Caller(call.actor, call.principal.role),
            now_in,
            in_flight=in_flight,
            nodes=_node_map(nodes),
        ),
    )


def _node_map(text: str) -> dict[str, str]:
    pairs = [pair.partition(":") for pair in text.split(",") if pair.strip()]
    if any(not (old.strip() and mark and new.strip()) for old, mark, new in pairs):
        raise InvalidInput("`nodes` is `old:new,old2:new2`.", code="bad_nodes")
    return {old.strip(): new.strip() for old, _, new in pairs}


@routed(router, "GET", "/analytics/summary", "viewer", "Figures of all workflows, day by day")
def read_summary(
    first: Annotated[str, Query(alias="from", description="First day (UTC); empty: 29 days ago.")] = "",
    last: Annotated[str, Query(alias="to", description="Last day; empty: today.")] = "",
    workflow: Annotated[str, Query(description="Only this one.")] = "",
    channel: Annotated[Literal["", "email", "sms", "push"], Query()] = "",
) -> Summary:
    """Return sends, deliveries, opens, clicks, conversions, cost and more, and the workflows that sent most."""
    call = this()
    today = call.ports.now().astimezone(UTC)
    end = read_time(last, None) if last else today
    begin = read_time(first, None) if first else end - timedelta(days=29)
    return reply(
        Summary,
        _figures(call).summary(call.tenant, begin.date(), end.date(), workflow=workflow, channel=channel),
    )


@routed(router, "GET", "/analytics/workflows", "viewer", "How some workflows do, for lists")
def read_standings(
    ids: Annotated[str, Query(max_length=4_000, description="Workflow ids, up to 50: `welcome,win_back`.")],
) -> Listed[WorkflowStanding]:
    """Return contacts in them, conversion, and messages of seven days."""
    call = this()
    wanted = [one for one in ids.split(",") if one]
    if len(wanted) > 50:
        raise InvalidInput("Ask for up to 50 workflows at once.", code="too_many")
    today = call.ports.now().astimezone(UTC).date()

    def look(workflow: str, most: int) -> live.Standing:
        return live.standing(call.tenant, workflow, call.runtime, most=most)

    return whole(_figures(call).standings(call.tenant, wanted, today, look))


@routed(router, "GET", "/calendar", "viewer", "What goes out when")
def read_calendar(
    first: Annotated[str, Query(alias="from", description="Day or time; empty: today.")] = "",
    last: Annotated[
        str, Query(alias="to", description="Day or time, not included; empty: 31 days later.")
    ] = "",
) -> Calendar:
    """Return schedules that will fire, broadcasts that ran or run, and quiet hours."""
    call = this()
    midnight = datetime.combine(call.ports.now().astimezone(UTC).date(), datetime.min.time(), UTC)
    start = read_time(first, None) if first else midnight
    end = read_time(last, None) if last else start + timedelta(days=31)
    return reply(Calendar, calendars.calendar(call.ports, call.tenant, calendars.Span(start, end)))
