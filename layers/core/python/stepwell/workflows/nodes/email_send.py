"""Sends an e-mail template through the send gate."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from stepwell.workflows.nodes._fields import FieldNames, TemplateId, widgets
from stepwell.workflows.nodes._sending import SendingConfig, sending_faults
from stepwell.workflows.nodes._timing import timed
from stepwell.workflows.nodes.base import (
    Effect,
    Hints,
    Member,
    Moment,
    NodeType,
    SendEmail,
)
from stepwell.workflows.references import fill


class Config(SendingConfig):
    """What to send, and how the gate treats it."""

    template_id: TemplateId = Field(title="Template", examples=["welcome_email"])
    personalization: FieldNames = Field(
        (),
        title="Personalization",
        description="Profile fields that the template uses.",
        examples=[["first_name", "company", "industry"]],
    )
    variables: dict[str, Any] = Field(
        {},
        title="Variables",
        description="Extra template variables; `{{event.total}}` refers to the trigger event.",
        max_length=30,
    )
    subject: str = Field("", title="Subject", description="Instead of the template's.", max_length=300)
    sender: str = Field(
        "", title="Sender", description="Instead of the workspace's: Name <address>.", max_length=320
    )


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    return SendEmail(
        template=config.template_id,
        purpose=config.purpose or moment.purpose,
        variables=fill(config.variables, member, moment),
        tag=config.tag,
        topic=config.topic,
        priority=config.priority,
        ignore_cap=config.ignore_frequency_cap,
        count=config.count,
        sender=config.sender,
        subject=config.subject,
        at_least_once=config.at_least_once,
    )


NODE = NodeType(
    name="email_send",
    kind="action",
    category="action",
    config=Config,
    outcomes=lambda _config: ("sent", "skipped", "failed"),
    function="send_email",
    falls_through=("skipped", "failed"),
    can_defer=True,
    sends="email",
    checks=sending_faults,
    act=_act,
    expand=lambda config: timed(config, "email_send", "email"),
    hints=Hints(
        label="Send e-mail",
        icon="mail",
        description="Sends the contact an e-mail, if consent, suppression and caps allow it.",
        widgets=widgets(Config) | {"variables": "key_values"},
        summary="{template_id}",
    ),
)
