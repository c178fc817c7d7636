"""Sends a series of e-mails on a timeline around a date.

Without a date the trigger's time is the anchor. `pre_launch` ends at the date: a mail, then its share of
the time, and so on; with n mails and a spacing of d the trigger fires n·d before the date (`lead_time` of
the schedule). `post_launch` begins with the spacing; `relative` starts at once. With a date of the
contact's or the event's, each mail waits for its own day, whenever the contact entered.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from stepwell.workflows.model import parse_duration
from stepwell.workflows.nodes._fields import Duration, TemplateIds, widgets
from stepwell.workflows.nodes._mail import MailConfig, Step, chain, mail
from stepwell.workflows.nodes.base import Expansion, Hints, NodeType


class Config(MailConfig):
    """The series."""

    emails: TemplateIds = Field(
        title="E-mails",
        description="Templates in order.",
        examples=[["teaser", "behind_scenes", "early_access"]],
    )
    timeline: Literal["pre_launch", "relative", "post_launch"] = Field("relative", title="Timeline")
    spacing: Duration = Field("3_days", title="Spacing", description="Between two e-mails.", min_length=1)
    date: str = Field(
        "",
        title="Date",
        description="Anchor: a profile field, `event.<name>` or a date. Empty: the time of entry.",
        examples=["event.product_launch_date"],
        max_length=100,
    )

    @model_validator(mode="after")
    def _spaced(self) -> Config:
        if self.date and parse_duration(self.spacing).total_seconds() * len(self.emails) > 700 * 86_400:
            raise ValueError("the series is longer than 700 days")
        return self


def _expand(config: Config) -> Expansion:
    steps: list[Step] = []
    last = len(config.emails)
    for number, template in enumerate(config.emails, start=1):
        before = config.timeline == "post_launch" or (config.timeline == "relative" and number > 1)
        if config.date:
            steps.append((f"wait_{number}", "wait_until", _own_day(config, number, last)))
        elif before:
            steps.append((f"wait_{number}", "delay_action", {"duration": config.spacing}))
        steps.append((f"email_{number}", "email_send", mail(config, template)))
        if config.timeline == "pre_launch" and not config.date:
            steps.append((f"then_{number}", "delay_action", {"duration": config.spacing}))
    return chain(steps)


def _own_day(config: Config, number: int, last: int) -> dict[str, Any]:
    places = {"pre_launch": number - 1 - last, "relative": number - 1, "post_launch": number}
    hours = int(parse_duration(config.spacing).total_seconds() // 3600) * places[config.timeline]
    way: dict[str, Any] = {"date": config.date}
    if hours:
        way["offset"] = f"{'-' if hours < 0 else ''}{abs(hours)}_hours"
    return {"ways": [way], "time_limit": "730_days"}


NODE = NodeType(
    name="email_sequence",
    kind="composite",
    category="content",
    config=Config,
    function="",
    sends="email",
    expand=_expand,
    hints=Hints(
        label="E-mail sequence",
        icon="mailbox",
        description="Sends a series of e-mails before, from or after a date.",
        widgets=widgets(Config) | {"emails": "list", "date": "date_field"},
        summary="{timeline}: {emails}",
    ),
)
