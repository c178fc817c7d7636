"""Ends the contact's journey with a reason."""

from __future__ import annotations

from pydantic import Field

from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.tokens import EndReason
from stepwell.workflows.nodes.base import Effect, End, Hints, Member, Moment, NodeConfig, NodeType


class Config(NodeConfig):
    """Why it ends."""

    reason: str = Field(
        EndReason.EXIT_NODE.value,
        title="Reason",
        examples=["not_qualified_yet"],
        pattern=r"^[a-z][a-z0-9_]{0,39}$",
    )
    emit: str = Field(
        "",
        title="Emit",
        description="Event to emit at the end.",
        examples=["nurture_finished"],
        max_length=200,
    )


def _act(config: Config, member: Member, moment: Moment) -> Effect:  # noqa: ARG001
    return End(reason=config.reason, emit=canonical_event(config.emit))


NODE = NodeType(
    name="exit",
    kind="end",
    category="logic",
    config=Config,
    reads_profile=lambda _config: False,
    outcomes=lambda _config: (),
    act=_act,
    hints=Hints(
        label="Exit",
        icon="door-exit",
        description="Ends the contact's journey.",
        summary="{reason}",
    ),
)
