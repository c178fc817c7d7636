"""What nodes that ask one question have in common."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.facts import holds
from stepwell.workflows.nodes._fields import ConditionText
from stepwell.workflows.nodes.base import Member, Moment, NodeConfig


class QuestionConfig(NodeConfig):
    """The question."""

    condition: ConditionText = Field(
        title="Condition",
        description="Text or JSON of the condition language.",
        examples=["score >= 50", "engagement_score > 0.7", "count(page_view, 7 days) > 3"],
        min_length=1,
    )


def answer(config: QuestionConfig, member: Member, moment: Moment) -> str:
    """Return `true` or `false`."""
    return "true" if holds(config.condition, member, moment) else "false"
