"""Lets contacts that meet a condition go one way and the others another."""

from __future__ import annotations

from stepwell.workflows.nodes._fields import widgets
from stepwell.workflows.nodes._question import QuestionConfig, answer
from stepwell.workflows.nodes.base import Hints, NodeType


class Config(QuestionConfig):
    """The question."""


NODE = NodeType(
    name="condition_check",
    kind="split",
    category="action",
    config=Config,
    outcomes=lambda _config: ("true", "false"),
    decide=answer,
    hints=Hints(
        label="Check",
        icon="checkbox",
        description="Lets contacts that meet a condition go one way and the others another.",
        widgets=widgets(Config),
        summary="{condition}",
    ),
)
