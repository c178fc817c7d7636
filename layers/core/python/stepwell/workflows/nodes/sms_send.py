"""Sends a text message through the send gate."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from stepwell.workflows.nodes._fields import FieldNames, OptionalTemplate, widgets
from stepwell.workflows.nodes._sending import SendingConfig, sending_faults
from stepwell.workflows.nodes._timing import timed
from stepwell.workflows.nodes.base import Effect, Found, Hints, Member, Moment, NodeType, SendSms
from stepwell.workflows.references import fill


class Config(SendingConfig):
    """What to send, and how the gate treats it."""

    template_id: OptionalTemplate = Field("", title="Template", examples=["order_shipped_sms"])
    text: str = Field(
        "",
        title="Text",
        description="Instead of a template: what it says, with the fields and filters of templates.",
        examples=["Your order {{event.order_id}} is on its way."],
        max_length=1600,
    )
    personalization: FieldNames = Field((), title="Personalization")
    variables: dict[str, Any] = Field(
        {},
        title="Variables",
        description="Extra template variables; `{{event.total}}` refers to the trigger event.",
        max_length=30,
    )
    sender: str = Field(
        "",
        title="Sender",
        description="A sender of the channel's settings; empty: chosen by country.",
        max_length=256,
    )
    max_price: float | None = Field(
        None, title="Price limit", description="US dollars a message; empty: the channel's.", gt=0, le=99
    )


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    return SendSms(
        template=config.template_id,
        text=config.text,
        purpose=config.purpose or moment.purpose,
        variables=fill(config.variables, member, moment),
        tag=config.tag,
        topic=config.topic,
        priority=config.priority,
        ignore_cap=config.ignore_frequency_cap,
        count=config.count,
        sender=config.sender,
        max_price=config.max_price,
        at_least_once=config.at_least_once,
    )


def _checks(config: Config) -> list[Found]:
    found = sending_faults(config)
    if bool(config.template_id) == bool(config.text):
        found.append(Found("sms_body", "Give the message either a template or a text.", "text"))
    return found


NODE = NodeType(
    name="sms_send",
    kind="action",
    category="action",
    config=Config,
    outcomes=lambda _config: ("sent", "skipped", "failed"),
    function="send_sms",
    falls_through=("skipped", "failed"),
    can_defer=True,
    sends="sms",
    checks=_checks,
    act=_act,
    expand=lambda config: timed(config, "sms_send", "sms"),
    hints=Hints(
        label="Send SMS",
        icon="message",
        description="Sends the contact a text message, if consent, hours, suppression and caps allow it.",
        widgets=widgets(Config) | {"text": "code", "variables": "key_values"},
        summary="{template_id}{text}",
    ),
)
