"""Repeats its body a bounded number of times."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.facts import holds
from stepwell.workflows.nodes._fields import ConditionText, widgets
from stepwell.workflows.nodes.base import Hints, Member, Moment, NodeConfig, NodeType


class Config(NodeConfig):
    """How often; conditions are asked before each round, the first one too."""

    max_iterations: int = Field(title="At most", description="Rounds.", examples=[3], ge=1, le=100)
    until: ConditionText = Field(
        "", title="Until", description="Stop as soon as this holds.", examples=["did(purchase)"]
    )
    while_: ConditionText = Field(
        "",
        alias="while",
        title="While",
        description="Stop as soon as this no longer holds.",
        examples=["score < 50"],
    )


def _decide(config: Config, member: Member, moment: Moment) -> str:
    rounds = moment.loop.get(moment.node, 0)
    if rounds >= config.max_iterations:
        return "done"
    if config.until and holds(config.until, member, moment):
        return "done"
    return "body" if holds(config.while_, member, moment) else "done"


NODE = NodeType(
    name="loop_iterator",
    kind="loop",
    category="logic",
    config=Config,
    outcomes=lambda _config: ("body", "done"),
    decide=_decide,
    hints=Hints(
        label="Loop",
        icon="repeat",
        description="Repeats the steps of its body, up to a number of times.",
        widgets=widgets(Config),
        summary="up to {max_iterations} times",
    ),
)
