"""Sends an e-mail template through the send gate."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from stepwell.workflows.nodes._fields import FieldNames, Purpose, TemplateId, widgets
from stepwell.workflows.nodes.base import (
    Effect,
    Found,
    Hints,
    Member,
    Moment,
    NodeConfig,
    NodeType,
    SendEmail,
)
from stepwell.workflows.references import fill


class Config(NodeConfig):
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
    tag: str = Field("", title="Cap tag", description="Frequency caps may count by tag.", max_length=60)
    ignore_frequency_cap: bool = Field(
        False, title="Ignore caps", description="Send even when the contact is capped."
    )
    count: bool = Field(True, title="Count", description="Count this message towards frequency caps.")
    purpose: Purpose = Field("", title="Purpose", description="Empty: the workflow's.")
    at_least_once: bool = Field(
        False,
        title="Send at least once",
        description="Transactional only: repeat a send whose fate is unknown; a duplicate is possible.",
    )


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    return SendEmail(
        template=config.template_id,
        purpose=config.purpose or moment.purpose,
        variables=fill(config.variables, member, moment),
        tag=config.tag,
        ignore_cap=config.ignore_frequency_cap,
        count=config.count,
        sender=config.sender,
        subject=config.subject,
        at_least_once=config.at_least_once,
    )


def _checks(config: Config) -> list[Found]:
    if config.at_least_once and config.purpose == "marketing":
        return [
            Found(
                "at_least_once_marketing",
                "Marketing mail is never repeated when its fate is unknown: turn `at_least_once` off.",
                "at_least_once",
            )
        ]
    return []


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
    checks=_checks,
    act=_act,
    hints=Hints(
        label="Send e-mail",
        icon="mail",
        description="Sends the contact an e-mail, if consent, suppression and caps allow it.",
        widgets=widgets(Config) | {"variables": "key_values"},
        summary="{template_id}",
    ),
)
