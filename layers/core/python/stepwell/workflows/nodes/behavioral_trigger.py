"""Enrolls a contact when one of several things that people do happens."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes._fields import ConditionText, EventNames, widgets
from stepwell.workflows.nodes.base import Hints, NodeConfig, NodeType


class Config(NodeConfig):
    """Which behaviour starts the journey."""

    events: EventNames = Field(
        title="Events",
        description="Any of these enrolls; synonyms such as `email_open` and groups such as `button_clicks` work too.",
        examples=[["page_view", "email_open", "content_download"]],
    )
    condition: ConditionText = Field(
        "",
        title="Condition",
        description="Must hold for the contact and the event.",
        examples=['event.url contains "/pricing"'],
    )


NODE = NodeType(
    name="behavioral_trigger",
    kind="trigger",
    category="trigger",
    config=Config,
    function="",
    events=lambda config: config.events,
    hints=Hints(
        label="Behaviour",
        icon="activity",
        description="Starts the journey when a contact does one of several things.",
        widgets=widgets(Config),
        summary="{events}",
    ),
)
