"""Wins back contacts whose engagement is low."""

from __future__ import annotations

from pydantic import Field

from stepwell.conditions import DEFAULT_THRESHOLD, bind, to_json
from stepwell.workflows.facts import read_condition
from stepwell.workflows.nodes._fields import ConditionText, TemplateId, widgets
from stepwell.workflows.nodes._mail import MailConfig, mail
from stepwell.workflows.nodes.base import Expansion, Hints, NodeType


class Config(MailConfig):
    """Whom to win back; the word `threshold` in the condition stands for the setting of that name."""

    trigger_condition: ConditionText = Field(
        "engagement < threshold", title="Condition", examples=["engagement < threshold"], min_length=1
    )
    threshold: float = Field(DEFAULT_THRESHOLD, title="Threshold", ge=0, le=1)
    template_id: TemplateId = Field("re_engagement", title="Template")


def _expand(config: Config) -> Expansion:
    condition = bind(read_condition(config.trigger_condition), {"threshold": config.threshold})
    return Expansion(
        nodes=[
            ("", "condition_check", {"condition": to_json(condition)}),
            ("email", "email_send", mail(config, config.template_id)),
        ],
        edges=[("", "true", "email"), ("", "false", ":next"), ("email", "sent", ":next")],
    )


NODE = NodeType(
    name="re_engagement",
    kind="composite",
    category="content",
    config=Config,
    function="",
    sends="email",
    expand=_expand,
    hints=Hints(
        label="Re-engagement",
        icon="magnet",
        description="Sends a win-back e-mail to contacts whose engagement is low.",
        widgets=widgets(Config),
        summary="if {trigger_condition}",
    ),
)
