"""Adds to the contact's score: a plain field, or points in a scoring model."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from stepwell.workflows.nodes._fields import FieldName, Mark, widgets
from stepwell.workflows.nodes.base import Effect, Hints, Member, Moment, NodeConfig, NodeType, PatchProfile

LOW, HIGH = 0.0, 1000.0


class Config(NodeConfig):
    """How much."""

    score_increment: int = Field(
        title="Increment", description="May be negative.", examples=[10], ge=-1000, le=1000
    )
    field: FieldName = Field("score", title="Score", description="Profile field; kept between 0 and 1000.")
    model: Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9_]{0,23})?$"), Mark("scoring_model")] = (
        Field(
            "",
            title="Scoring model",
            description="Give points in this model instead: they decay like those of events, thresholds are told.",
            examples=["lead"],
        )
    )


def _act(config: Config, member: Member, moment: Moment) -> Effect:  # noqa: ARG001
    if config.model:
        return PatchProfile(points={config.model: config.score_increment})
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
