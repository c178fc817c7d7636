"""Lets contacts that meet a condition go one way and the others another."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.facts import holds
from stepwell.workflows.nodes._fields import ConditionText, widgets
from stepwell.workflows.nodes.base import Hints, Member, Moment, NodeConfig, NodeType


class Config(NodeConfig):
    """The question."""

    condition: ConditionText = Field(
        title="Condition",
        description="Text or JSON of the condition language.",
        examples=["score >= 50", "engagement_score > 0.7", "count(page_view, 7 days) > 3"],
        min_length=1,
    )


def _decide(config: Config, member: Member, moment: Moment) -> str:
    return "true" if holds(config.condition, member, moment) else "false"


NODE = NodeType(
    name="condition_check",
    kind="split",
    category="action",
    config=Config,
    outcomes=lambda _config: ("true", "false"),
    decide=_decide,
    hints=Hints(
        label="Check",
        icon="checkbox",
        description="Lets contacts that meet a condition go one way and the others another.",
        widgets=widgets(Config),
        summary="{condition}",
    ),
)
