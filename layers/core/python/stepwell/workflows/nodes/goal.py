"""Marks a conversion: counted when the contact stands here and the goal is met; it may end the journey."""

from __future__ import annotations

from pydantic import Field

from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.tokens import EndReason
from stepwell.workflows.facts import ProfileHistory, holds
from stepwell.workflows.nodes._fields import ConditionText, OptionalEvent, widgets
from stepwell.workflows.nodes.base import Effect, End, Hints, Member, Moment, NodeConfig, NodeType, Nothing


class Config(NodeConfig):
    """What counts; with neither event nor condition, coming here is the goal."""

    name: str = Field("goal", title="Name", examples=["activated"], max_length=60)
    event: OptionalEvent = Field(
        "", title="Event", description="Happened since entry.", examples=["Order Completed"]
    )
    condition: ConditionText = Field("", title="Condition", examples=["score >= 80"])
    ends: bool = Field(False, title="Ends", description="End the journey when the goal is met.")
    emit: str = Field("", title="Emit", description="Event to emit when it ends here.", max_length=200)


def _met(config: Config, member: Member, moment: Moment) -> bool:
    if config.event:
        last = ProfileHistory(member.profile).last(config.event)
        if last is None or last < member.token.entered_at:
            return False
    return holds(config.condition, member, moment)


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    if not _met(config, member, moment):
        return Nothing(reason="goal_missed")
    if config.ends:
        return End(reason=EndReason.GOAL.value, emit=canonical_event(config.emit))
    return Nothing(reason="goal_met")


NODE = NodeType(
    name="goal",
    kind="action",
    category="logic",
    config=Config,
    act=_act,
    hints=Hints(
        label="Goal",
        icon="target-arrow",
        description="Counts a conversion and may end the journey.",
        widgets=widgets(Config),
        summary="{name}",
    ),
)
