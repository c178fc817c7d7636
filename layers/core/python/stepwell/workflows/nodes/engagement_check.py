"""Waits, then tells engaged contacts from those who are not."""

from __future__ import annotations

from pydantic import Field

from stepwell.conditions import DEFAULT_THRESHOLD
from stepwell.workflows.nodes._fields import Duration, widgets
from stepwell.workflows.nodes.base import Expansion, Hints, NodeConfig, NodeType


class Config(NodeConfig):
    """When to look, and what counts as engaged."""

    check_after: Duration = Field("7_days", title="Check after", examples=["7_days"], min_length=1)
    threshold: float = Field(
        DEFAULT_THRESHOLD,
        title="Threshold",
        description="Engagement score from which a contact counts as engaged.",
        ge=0,
        le=1,
    )


def _expand(config: Config) -> Expansion:
    question = f"engagement_score >= {config.threshold}"
    return Expansion(
        nodes=[
            ("wait", "delay_action", {"duration": config.check_after}),
            ("check", "condition_check", {"condition": question}),
        ],
        edges=[
            ("wait", "next", "check"),
            ("check", "true", ":engaged"),
            ("check", "false", ":not_engaged"),
        ],
    )


NODE = NodeType(
    name="engagement_check",
    kind="composite",
    category="content",
    config=Config,
    # Where nothing follows `engaged`, an engaged contact has arrived: the journey ends as completed.
    outcomes=lambda _config: ("not_engaged", "engaged"),
    function="",
    expand=_expand,
    hints=Hints(
        label="Engagement check",
        icon="heart-rate-monitor",
        description="Waits, then sends engaged contacts one way and the others another.",
        widgets=widgets(Config),
        summary="after {check_after}",
    ),
)
