"""Waits a fixed time, or until a time of day or a date."""

from __future__ import annotations

from datetime import UTC, timedelta

from pydantic import Field, field_validator, model_validator

from stepwell.contracts.clock import from_iso
from stepwell.workflows.facts import member_facts
from stepwell.workflows.local_time import clock_time, next_local_time
from stepwell.workflows.model import parse_duration
from stepwell.workflows.nodes._fields import Duration, widgets
from stepwell.workflows.nodes.base import Effect, Hints, Member, Moment, NodeConfig, NodeType, Park


class Config(NodeConfig):
    """How long to wait; with both, `until` counts from the end of the duration."""

    duration: Duration = Field("", title="Duration", examples=["2_days", "12_hours"])
    until: str = Field(
        "",
        title="Until",
        description="`HH:MM` on the contact's clock, or a date and time (UTC without offset).",
        examples=["09:00", "2027-09-01T09:00:00Z"],
    )

    @field_validator("until")
    @classmethod
    def _readable(cls, text: str) -> str:
        if text:
            try:
                clock_time(text) if len(text) == 5 else from_iso(text)
            except ValueError:
                raise ValueError(f"`{text}` is neither `HH:MM` nor a date and time") from None
        return text

    @model_validator(mode="after")
    def _something(self) -> Config:
        if not self.duration and not self.until:
            raise ValueError("set a duration, e.g. `2_days`, or a time to wait until")
        return self

    @property
    def length(self) -> timedelta:
        """The duration, zero when only `until` is set."""
        return parse_duration(self.duration) if self.duration else timedelta()


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    due = moment.now + config.length
    if not config.until:
        return Park(due=due, machine_wait=True)
    if len(config.until) == 5:
        zone = member_facts(member, moment).zone
        return Park(due=next_local_time(moment.now, clock_time(config.until), zone, rest=config.length))
    return Park(due=max(due, from_iso(config.until)).astimezone(UTC), machine_wait=True)


NODE = NodeType(
    name="delay_action",
    kind="wait",
    category="action",
    config=Config,
    reads_profile=lambda config: len(config.until) == 5,
    act=_act,
    hints=Hints(
        label="Delay",
        icon="hourglass",
        description="Lets the contact wait a fixed time, or until a time of day or a date.",
        widgets=widgets(Config),
        summary="{duration} {until}",
    ),
)
