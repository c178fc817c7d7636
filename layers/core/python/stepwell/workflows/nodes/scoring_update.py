"""Adds to the contact's score."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes._fields import FieldName, widgets
from stepwell.workflows.nodes.base import Effect, Hints, Member, Moment, NodeConfig, NodeType, PatchProfile

LOW, HIGH = 0.0, 1000.0


class Config(NodeConfig):
    """How much."""

    score_increment: int = Field(
        title="Increment", description="May be negative.", examples=[10], ge=-1000, le=1000
    )
    field: FieldName = Field("score", title="Score", description="Profile field; kept between 0 and 1000.")


def _act(config: Config, member: Member, moment: Moment) -> Effect:  # noqa: ARG001
    return PatchProfile(add={config.field: config.score_increment}, clamp={config.field: (LOW, HIGH)})


NODE = NodeType(
    name="scoring_update",
    kind="action",
    category="action",
    config=Config,
    outcomes=lambda _config: ("next", "failed"),
    falls_through=("failed",),
    # The patch reads it itself.
    reads_profile=lambda _config: False,
    act=_act,
    hints=Hints(
        label="Update score",
        icon="trending-up",
        description="Adds to or takes from the contact's score.",
        widgets=widgets(Config),
        summary="{score_increment}",
    ),
)
