"""Enrolls a contact when an event happens."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes._fields import ConditionText, EventName, widgets
from stepwell.workflows.nodes.base import Hints, NodeConfig, NodeType


class Config(NodeConfig):
    """Which event starts the journey."""

    event: EventName = Field(title="Event", examples=["customer_signup", "Order Completed"])
    where: ConditionText = Field(
        "",
        title="Where",
        description="Must hold for the event and the contact.",
        examples=["event.total > 100"],
    )


NODE = NodeType(
    name="event_trigger",
    kind="trigger",
    category="trigger",
    config=Config,
    function="",
    events=lambda config: (config.event,),
    hints=Hints(
        label="Event",
        icon="bolt",
        description="Starts the journey when an event of the contact arrives.",
        widgets=widgets(Config),
        summary="{event}",
    ),
)
