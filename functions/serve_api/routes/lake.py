"""The lake: snapshots of all contacts, and conditions asked of everybody."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field
from replies.lake import FullEstimate, LatestSnapshot, SnapshotStarted
from stepwell.conditions import from_json
from stepwell.errors import InvalidInput
from stepwell.lake import evaluating
from stepwell.lake.snapshots import latest
from stepwell.lake.starting import start_snapshot
from stepwell.publishing.segment_looking import shown

from routes.replies import reply
from routes.routing import Call, decoded, routed, this, topic

router = topic("Segments")
_WAIT_S = 18.0


class FullIn(BaseModel):
    """What everybody is asked."""

    model_config = ConfigDict(extra="forbid")

    condition: dict[str, Any] | None = Field(default=None, description="A condition as JSON.")
    segment: str = Field(default="", max_length=64, description="A saved segment, instead of a condition.")


@routed(router, "POST", "/lake/snapshots", "publisher", "Make a snapshot of all contacts", status=202)
def make_snapshot() -> SnapshotStarted:
    """Start a snapshot; it reads the whole table of contacts (docs say what that costs)."""
    call = this()
    job = start_snapshot(call.wired.lake.start, call.tenant, call.actor)
    return reply(SnapshotStarted, {"snapshot": job, "job": job})


@routed(router, "GET", "/lake/snapshots/latest", "viewer", "The newest snapshot of all contacts")
def read_latest_snapshot() -> LatestSnapshot:
    """Say of which moment the newest snapshot is."""
    call = this()
    found = latest(call.wired.lake.files, call.tenant)
    return reply(LatestSnapshot, {"snapshot": found.id, "at": found.now, "contacts": found.contacts})


@routed(router, "POST", "/segments/estimate/full", "editor", "Count everybody who belongs, in the lake")
def count_everybody(body: Annotated[FullIn, Body()]) -> FullEstimate:
    """Ask the newest snapshot; what takes longer than a request is told as `still_running`."""
    call = this()
    if (body.condition is None) == (not body.segment):
        raise InvalidInput("Give a condition or a segment.", code="condition_or_segment")
    condition = None if body.condition is None else from_json(body.condition)
    query = evaluating.start(call.wired.lake, call.tenant, condition, body.segment)
    return _told(call, query)


@routed(router, "GET", "/segments/estimate/full/<query>", "editor", "A count in the lake that took longer")
def read_count(query: str) -> FullEstimate:
    """Return what a query found, or that it still runs."""
    return _told(this(), decoded(query))


def _told(call: Call, query: str) -> FullEstimate:
    found = evaluating.result(call.wired.lake, call.tenant, query, _WAIT_S)
    people = call.runtime.profiles.get(call.tenant, list(found.sample)) if found.sample else {}
    told = {
        "state": found.state,
        "query": found.query,
        "contacts": found.contacts,
        "members": found.members,
        "share": found.members / found.contacts if found.contacts else 0.0,
        "differing": found.differing,
        "sample": [
            shown(people[one]) if one in people else {"profile": one, "email": "", "name": ""}
            for one in found.sample
        ],
    }
    return reply(FullEstimate, told)
