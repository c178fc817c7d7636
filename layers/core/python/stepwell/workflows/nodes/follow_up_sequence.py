"""Follows up after a launch or another moment with a series of e-mails."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stepwell.workflows.nodes._fields import Duration, TemplateIds, widgets
from stepwell.workflows.nodes._mail import MailConfig, Step, chain, mail
from stepwell.workflows.nodes.base import Expansion, Hints, NodeType


class Config(MailConfig):
    """The series."""

    trigger: Literal["post_launch", "immediately"] = Field(
        "post_launch", title="Start", description="`post_launch` lets the first e-mail wait its spacing."
    )
    emails: TemplateIds = Field(("post_launch_follow_up", "feedback_request"), title="E-mails")
    spacing: Duration = Field("3_days", title="Spacing", description="Between two e-mails.", min_length=1)


def _expand(config: Config) -> Expansion:
    steps: list[Step] = []
    for number, template in enumerate(config.emails, start=1):
        if number > 1 or config.trigger == "post_launch":
            steps.append((f"wait_{number}", "delay_action", {"duration": config.spacing}))
        steps.append((f"email_{number}", "email_send", mail(config, template)))
    return chain(steps)


NODE = NodeType(
    name="follow_up_sequence",
    kind="composite",
    category="content",
    config=Config,
    function="",
    sends="email",
    expand=_expand,
    hints=Hints(
        label="Follow-up sequence",
        icon="mail-forward",
        description="Follows up with a series of e-mails.",
        widgets=widgets(Config) | {"emails": "list"},
        summary="{trigger}: {emails}",
    ),
)
