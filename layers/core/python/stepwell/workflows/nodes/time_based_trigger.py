"""Enrolls an audience at a date or on a schedule."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field, model_validator

from stepwell.workflows.model import parse_duration
from stepwell.workflows.nodes._fields import ConditionText, Duration, TimeZone, widgets
from stepwell.workflows.nodes.base import Found, Hints, NodeConfig, NodeType
from stepwell.workflows.schedules import schedule_expression


class Schedule(NodeConfig):
    """Exactly one of `at`, `rate` and `cron`, on the clocks of the trigger's time zone."""

    at: str = Field("", title="Once at", description="Date and time.", examples=["2027-09-01T09:00"])
    rate: str = Field("", title="Every", description="A regular interval.", examples=["1 day"])
    cron: str = Field(
        "",
        title="Cron",
        description="Six fields: minutes hours day-of-month month day-of-week year.",
        examples=["0 9 ? * MON *"],
    )

    @model_validator(mode="after")
    def _valid(self) -> Schedule:
        schedule_expression(self.model_dump())
        return self


class Config(NodeConfig):
    """When to enroll whom."""

    schedule: Schedule = Field(title="Schedule", json_schema_extra={"x-widget": "schedule"})
    time_zone: TimeZone = Field(
        "", title="Time zone", description="Empty: the workspace's.", examples=["Europe/Berlin"]
    )
    audience: ConditionText = Field(
        "all",
        title="Audience",
        description="`all`, or a condition that contacts must meet.",
        examples=["all", 'country = "DE" and not did(purchase, 90 days)'],
    )
    contacts: tuple[str, ...] = Field(
        (), title="Contacts", description="Only these user ids or addresses.", max_length=1000
    )
    date_name: str = Field(
        "",
        title="Name of the date",
        description="What happens at `at`; passed on as a property of the trigger event.",
        examples=["product_launch_date"],
        pattern=r"^([a-z][a-z0-9_]{0,39})?$",
    )
    lead_time: Duration = Field(
        "", title="Lead time", description="Enroll this long before `at`.", examples=["9_days"]
    )

    @property
    def lead(self) -> timedelta:
        """The lead time."""
        return parse_duration(self.lead_time) if self.lead_time else timedelta()

    @property
    def expression(self) -> str:
        """The EventBridge Scheduler expression."""
        return schedule_expression(self.schedule.model_dump(), self.lead)

    @property
    def everybody(self) -> bool:
        """Whether the audience has no condition."""
        return self.audience.strip() in ("", "all")

    @property
    def properties(self) -> dict[str, str]:
        """Properties of the event that starts these enrollments (`event.product_launch_date`)."""
        return {self.date_name: self.schedule.at} if self.date_name and self.schedule.at else {}


def _checks(config: Config) -> list[Found]:
    if (config.lead_time or config.date_name) and not config.schedule.at:
        return [
            Found(
                "date_without_at",
                "A lead time or a named date needs a date: set `schedule.at`, or remove them.",
                "schedule.at",
            )
        ]
    return []


NODE = NodeType(
    name="time_based_trigger",
    kind="trigger",
    category="trigger",
    config=Config,
    function="",
    checks=_checks,
    hints=Hints(
        label="Schedule",
        icon="calendar-time",
        description="Starts the journey for an audience at a date or on a schedule.",
        widgets=widgets(Config) | {"schedule": "schedule", "contacts": "list", "lead_time": "duration"},
        summary="{schedule}",
    ),
)
