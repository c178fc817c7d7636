"""What forms ask while somebody draws: conditions as text and as trees, known events, the next runs of a schedule."""

from __future__ import annotations

from typing import Annotated, Any

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.conditions import ConditionForm, EventKind, ScheduleRuns
from replies.forms import Listed
from stepwell.conditions.values import zone_named
from stepwell.contracts.event_catalogue import EVENT_TYPES
from stepwell.errors import InvalidInput
from stepwell.publishing.condition_forms import read_text, read_tree
from stepwell.publishing.upcoming import next_runs
from stepwell.workflows.model import parse_duration
from stepwell.workflows.schedules import schedule_expression

from routes.replies import plain, reply, whole
from routes.routing import routed, this, topic

router = topic("Conditions")


class ConditionText(BaseModel):
    """A condition as text."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=20_000, examples=['plan = "pro" and did(purchase, 30 days)'])


class ConditionTree(BaseModel):
    """A condition as it is stored."""

    model_config = ConfigDict(extra="forbid")

    tree: dict[str, Any] = Field(examples=[{"op": "in_segment", "segment": "vip"}])


class ScheduleIn(BaseModel):
    """A schedule that needs not be saved."""

    model_config = ConfigDict(extra="forbid")

    at: str = Field(default="", max_length=40, examples=["2027-09-01T09:00"])
    rate: str = Field(default="", max_length=40, examples=["1 day"])
    cron: str = Field(default="", max_length=200, examples=["0 9 ? * MON *"])
    lead_time: str = Field(default="", max_length=40, description="How long before `at`, such as `9_days`.")
    time_zone: str = Field(default="", max_length=60, description="Empty: the workspace's.")


@routed(router, "POST", "/conditions/parse", "viewer", "Read a condition's text")
def parse_condition(body: Annotated[ConditionText, Body()]) -> ConditionForm:
    """Return the tree of a text and what is wrong with it; a text that cannot be read is no failure."""
    call = this()
    return reply(ConditionForm, read_text(body.text, call.ports.inventory.known(call.tenant)).document())


@routed(router, "POST", "/conditions/print", "viewer", "Write a condition's tree as text")
def print_condition(body: Annotated[ConditionTree, Body()]) -> ConditionForm:
    """Return the text of a tree and what is wrong with it."""
    call = this()
    return reply(ConditionForm, read_tree(body.tree, call.ports.inventory.known(call.tenant)).document())


@routed(router, "GET", "/events/known", "viewer", "List the events that have a known meaning")
def list_known_events(
    q: Annotated[str, Query(description="Part of the name, a synonym or the meaning.")] = "",
) -> Listed[EventKind]:
    """Return known events with the types of their properties; any other name may be sent, too."""
    wanted = q.casefold()
    return whole(
        [
            {
                "name": one.name,
                "family": one.family,
                "when": one.when,
                "properties": dict(one.properties),
                "synonyms": list(one.synonyms),
            }
            for one in EVENT_TYPES.values()
            if wanted in f"{one.name}\n{one.when}\n{' '.join(one.synonyms)}".casefold()
        ]
    )


@routed(router, "POST", "/schedules/preview", "viewer", "When a schedule would fire next")
def preview_schedule(
    body: Annotated[ScheduleIn, Body()], count: Annotated[int, Query(ge=1, le=50)] = 5
) -> ScheduleRuns:
    """Return the next firings of a schedule as it is being drawn; one that cannot be read is no failure."""
    call = this()
    zone = body.time_zone or call.ports.inventory.workspace(call.tenant).time_zone
    if zone_named(zone) is None:
        raise InvalidInput(f"There is no time zone `{zone}`.", details={"place": "time_zone"})
    now = call.ports.now()
    try:
        given = {"at": body.at, "rate": body.rate, "cron": body.cron}
        expression = schedule_expression(given, parse_duration(body.lead_time or "0_days"))
    except ValueError as error:
        return {"expression": "", "time_zone": zone, "next": [], "problem": str(error)}
    runs = next_runs(expression, zone, now, now, count)
    return reply(
        ScheduleRuns, {"expression": expression, "time_zone": zone, "next": plain(runs), "problem": ""}
    )
