"""What happened to a contact: the newest from the profile, older ones from the lake."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict
from replies.timeline import DaysStarted, Timeline
from stepwell.contracts.clock import from_iso
from stepwell.errors import InvalidInput
from stepwell.lake import timeline
from stepwell.lake.events import start_days
from stepwell.publishing import contacts

from routes.replies import reply
from routes.routing import decoded, routed, this, topic

router = topic("Contacts")
_WAIT_S = 18.0


class DaysIn(BaseModel):
    """Days of events (UTC) that are made readable."""

    model_config = ConfigDict(extra="forbid")

    first: date
    last: date


@routed(router, "POST", "/lake/days", "publisher", "Make days of raw events readable", status=202)
def make_days(body: Annotated[DaysIn, Body()]) -> DaysStarted:
    """Start reading the raw copy of the stream of some days; a day made again replaces itself."""
    call = this()
    jobs = start_days(call.wired.lake.start, call.tenant, body.first, body.last, call.actor)
    return reply(DaysStarted, {"first": body.first, "last": body.last, "jobs": jobs})


@routed(router, "GET", "/contacts/<contact>/timeline", "viewer", "What happened to a contact")
def read_timeline(
    contact: str,
    before: Annotated[str, Query(description="Only what happened before (ISO 8601).")] = "",
    source: Annotated[str, Query(description="Only what this source told; it is asked of the lake.")] = "",
    older: Annotated[bool, Query(description="Ask the lake for what the profile has forgotten.")] = False,
    days: Annotated[int, Query(ge=1, le=timeline.MOST_DAYS, description="How far the lake looks back.")] = 90,
    query: Annotated[str, Query(description="A question of the lake that was still running.")] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Timeline:
    """Return a page of a contact's timeline; the lake costs a query, so it is asked only on request."""
    call = this()
    profile = contacts.find(call.wired.parts.profiles, call.tenant, decoded(contact))
    until = _moment(before)
    # The profile does not keep who told an event.
    found = [] if source else timeline.recent(profile, until)[:limit]
    asked, state = query, "done"
    if (older or source or query) and len(found) < limit:
        # What happened at the same moment as the oldest one that is known may be missing in the profile.
        oldest = found[-1].at + timedelta(milliseconds=1) if found else until
        asked = query or timeline.ask_lake(
            call.wired.lake,
            call.wired.erasing,
            call.tenant,
            profile,
            before=oldest or call.ports.now() + timedelta(seconds=1),
            days=days,
            source=source,
            limit=limit,
        )
        rows = call.wired.lake.queries.rows(call.tenant, asked, _WAIT_S)
        state = "still_running" if rows is None else "done"
        found = (found + timeline.older(rows or (), found))[:limit]
    told = {
        "contact": profile.id,
        "items": found,
        "state": state,
        "query": asked,
        "before": found[-1].at if len(found) >= limit else None,
    }
    return reply(Timeline, told)


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        return from_iso(text)
    except ValueError as error:
        raise InvalidInput("`before` is no time (ISO 8601).", code="bad_time") from error
