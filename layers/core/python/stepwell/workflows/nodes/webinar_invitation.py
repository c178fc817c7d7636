"""Invites contacts to a webinar if they meet a condition; the others go on without it."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes._fields import ConditionText, TemplateId, widgets
from stepwell.workflows.nodes._mail import MailConfig, chain, mail
from stepwell.workflows.nodes.base import Expansion, Hints, NodeType


class Config(MailConfig):
    """Whom to invite."""

    trigger_condition: ConditionText = Field(
        "", title="Condition", description="Empty: invite everybody.", examples=["engagement_score > 0.7"]
    )
    template_id: TemplateId = Field("webinar_invitation", title="Template")


def _expand(config: Config) -> Expansion:
    invitation = mail(config, config.template_id)
    if not config.trigger_condition:
        return chain([("", "email_send", invitation)])
    return Expansion(
        nodes=[
            ("", "condition_check", {"condition": config.trigger_condition}),
            ("email", "email_send", invitation),
        ],
        edges=[("", "true", "email"), ("", "false", ":next"), ("email", "sent", ":next")],
    )


NODE = NodeType(
    name="webinar_invitation",
    kind="composite",
    category="content",
    config=Config,
    function="",
    sends="email",
    expand=_expand,
    hints=Hints(
        label="Webinar invitation",
        icon="video",
        description="Invites engaged contacts to a webinar.",
        widgets=widgets(Config),
        summary="if {trigger_condition}",
    ),
)
