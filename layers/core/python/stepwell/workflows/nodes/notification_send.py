"""Tells a team about the contacts that come here."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from stepwell.workflows.nodes._fields import Mark, widgets
from stepwell.workflows.nodes.base import Effect, Hints, Member, Moment, NodeConfig, NodeType, NotifyTeam
from stepwell.workflows.references import fill_text


class Config(NodeConfig):
    """Whom to tell what; `workspace.teams` says where a team is reached."""

    recipients: Annotated[tuple[str, ...], Mark("team")] = Field(
        title="Teams", examples=[["sales_team"]], min_length=1, max_length=10
    )
    subject: str = Field(
        "Contacts in your workflow", title="Subject", examples=["New qualified leads"], max_length=200
    )
    message: str = Field(
        "", title="Message", description="Stands above the list of contacts.", max_length=4000
    )
    channel: Literal["email", "sns"] = Field("email", title="Channel")


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    return NotifyTeam(
        recipients=config.recipients,
        # A subject is one line: a value cannot add a header.
        subject=fill_text(config.subject, member, moment).replace("\r", " ").replace("\n", " "),
        message=fill_text(config.message, member, moment),
        channel=config.channel,
    )


NODE = NodeType(
    name="notification_send",
    kind="action",
    category="action",
    config=Config,
    outcomes=lambda _config: ("next", "failed"),
    function="notify_team",
    falls_through=("failed",),
    act=_act,
    hints=Hints(
        label="Notify team",
        icon="users-group",
        description="Tells a team which contacts came here, one message for all of them.",
        widgets=widgets(Config),
        summary="{recipients}",
    ),
)
