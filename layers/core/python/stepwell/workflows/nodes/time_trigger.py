"""Starts a journey after a delay: by hand or API, on a schedule or by event. Expands to plain nodes."""

from __future__ import annotations

from typing import Any

from pydantic import Field, model_validator

from stepwell.workflows.model import parse_duration
from stepwell.workflows.nodes._fields import (
    ConditionText,
    Duration,
    OptionalEvent,
    TimeZone,
    widgets,
)
from stepwell.workflows.nodes.base import Expansion, Hints, NodeConfig, NodeType
from stepwell.workflows.nodes.time_based_trigger import Schedule


class Config(NodeConfig):
    """When the first step follows."""

    delay: Duration = Field(
        "0_hours",
        title="Delay",
        description="Time between entry and first step.",
        examples=["0_hours", "1_days"],
    )
    schedule: Schedule | None = Field(
        None,
        title="Schedule",
        description="Enroll on a schedule.",
        json_schema_extra={"x-widget": "schedule"},
    )
    event: OptionalEvent = Field(
        "", title="Event", description="Enroll when this happens.", examples=["lead_created"]
    )
    time_zone: TimeZone = Field("", title="Time zone", examples=["Europe/Berlin"])
    audience: ConditionText = Field("all", title="Audience", examples=["all", "score >= 50"])

    @model_validator(mode="after")
    def _one_way_in(self) -> Config:
        if self.schedule and self.event:
            raise ValueError("enroll by schedule or by event; for both, draw two triggers")
        return self


def _trigger(config: Config) -> tuple[str, dict[str, Any]]:
    if config.schedule:
        schedule = config.schedule.model_dump(exclude_defaults=True)
        return "time_based_trigger", {
            "schedule": schedule,
            "time_zone": config.time_zone,
            "audience": config.audience,
        }
    if config.event:
        return "event_trigger", {"event": config.event}
    return "manual_trigger", {}


def _expand(config: Config) -> Expansion:
    kind, settings = _trigger(config)
    if not parse_duration(config.delay):
        return Expansion(nodes=[("", kind, settings)], edges=[("", "next", ":next")])
    return Expansion(
        nodes=[("", kind, settings), ("delay", "delay_action", {"duration": config.delay})],
        edges=[("", "next", "delay"), ("delay", "next", ":next")],
    )


NODE = NodeType(
    name="time_trigger",
    kind="composite",
    category="trigger",
    config=Config,
    function="",
    expand=_expand,
    hints=Hints(
        label="Start after a time",
        icon="clock-play",
        description="Starts the journey by hand, schedule or event, after a delay.",
        widgets=widgets(Config) | {"schedule": "schedule"},
        summary="after {delay}",
    ),
)
