"""Splits by a condition: `true` or `false`."""

from __future__ import annotations

from stepwell.workflows.nodes._fields import widgets
from stepwell.workflows.nodes._question import QuestionConfig, answer
from stepwell.workflows.nodes.base import Hints, NodeType


class Config(QuestionConfig):
    """The question."""


NODE = NodeType(
    name="if_condition",
    kind="split",
    category="logic",
    config=Config,
    outcomes=lambda _config: ("true", "false"),
    decide=answer,
    hints=Hints(
        label="If",
        icon="git-branch",
        description="Splits by a condition: `true` or `false`.",
        widgets=widgets(Config),
        summary="{condition}",
    ),
)
