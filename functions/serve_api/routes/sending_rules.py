"""What holds for all marketing of a workspace: caps, quiet hours and closed days by channel, the control group."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body
from pydantic import BaseModel, ConfigDict, Field, model_validator
from replies.workspace import SendingRules as SendingRulesReply
from replies.workspace import TextHours
from stepwell.consent import regions
from stepwell.consent.calendar import DAYS
from stepwell.consent.control_group import BUCKETS
from stepwell.contracts.preferences import MAX_LIMIT
from stepwell.contracts.workspace import SendingRules

from routes.replies import reply
from routes.routing import routed, this, topic

router = topic("Workspace")
Channel = Literal["all", "email", "sms", "push"]
Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", examples=["21:00"])]


class CapIn(BaseModel):
    """At most so many messages a day, week or month of the contact's calendar."""

    model_config = ConfigDict(extra="forbid")

    channel: Channel = Field(default="all", description="`all` counts messages of all channels together.")
    limit: int = Field(ge=1, le=MAX_LIMIT, description="A contact's record keeps the last 16 messages.")
    per: Literal["day", "week", "month"] = "week"
    tag: str = Field(default="", max_length=60)


class QuietHoursIn(BaseModel):
    """Hours and days without marketing, in the contact's time zone."""

    model_config = ConfigDict(extra="forbid")

    start: Clock
    end: Clock = Field(description="Equal to `start`: no quiet hours, closed days only.")
    otherwise: Literal["next_open_time", "skip"] = "next_open_time"
    closed_days: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] = Field(
        default=[], max_length=len(DAYS) - 1
    )


class SendingRulesIn(BaseModel):
    """The rules as a whole."""

    model_config = ConfigDict(extra="forbid")

    caps: list[CapIn] = Field(default=[], max_length=20)
    quiet_hours: dict[Channel, QuietHoursIn] = Field(default={}, description="By channel; `all`: each.")
    control_group: list[Annotated[int, Field(ge=0, lt=BUCKETS)]] | None = Field(
        default=None,
        min_length=2,
        max_length=2,
        description="First and last of 10,000 buckets whose contacts get no marketing; [0, 499] are 5 %.",
    )

    text_proof: dict[Annotated[str, Field(pattern=r"^([A-Z]{2}|\*)$")], Literal["written", "double"]] = Field(
        default={},
        max_length=250,
        description="Marketing by text needs such a proof of consent, by country (`*`: everywhere), beside the law's.",
        examples=[{"DE": "double"}],
    )

    @model_validator(mode="after")
    def _range(self) -> SendingRulesIn:
        if self.control_group and self.control_group[0] > self.control_group[1]:
            raise ValueError("the first bucket of the control group comes before the last")
        return self


@routed(router, "GET", "/workspace/sending", "viewer", "Read caps, quiet hours and control group")
def read_sending_rules() -> SendingRulesReply:
    """Return the rules."""
    call = this()
    return reply(SendingRulesReply, call.ports.inventory.workspace(call.tenant).sending)


@routed(router, "GET", "/workspace/sending/regions", "viewer", "Read when texts may arrive by law, by region")
def read_text_hours() -> TextHours:
    """Return the hours of each region that has rules of its own, with their source; they hold by themselves."""
    return reply(TextHours, {"version": regions.VERSION, "regions": regions.table()})


@routed(router, "PUT", "/workspace/sending", "admin", "Change caps, quiet hours and control group")
def save_sending_rules(body: Annotated[SendingRulesIn, Body()]) -> SendingRulesReply:
    """Save the rules; they hold within a minute, beside those of each workflow."""
    call = this()
    rules = SendingRules(
        caps=tuple(cap.model_dump() for cap in body.caps),
        quiet_hours={channel: told.model_dump() for channel, told in body.quiet_hours.items()},
        control_group=(body.control_group[0], body.control_group[1]) if body.control_group else None,
        text_proof={country: str(asked) for country, asked in body.text_proof.items()},
    )
    changed = replace(call.ports.inventory.workspace(call.tenant), sending=rules)
    call.wired.parts.config.save_workspace(changed, call.actor)
    call.ports.note(
        call.tenant,
        call.actor,
        "workspace.sending",
        "workspace",
        caps=len(rules.caps),
        quiet_hours=sorted(rules.quiet_hours),
        control_group=list(rules.control_group or ()),
        text_proof=sorted(rules.text_proof),
    )
    return reply(SendingRulesReply, rules)
