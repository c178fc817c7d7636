"""Enrolls the contact that a call to a named webhook speaks of."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes._fields import ConditionText, widgets
from stepwell.workflows.nodes.base import Hints, NodeConfig, NodeType


class Config(NodeConfig):
    """Which webhook starts the journey."""

    hook: str = Field(
        title="Webhook", description="Last part of its address.", examples=["crm_deal_won"],
        pattern=r"^[a-z][a-z0-9_\-]{0,63}$",
    )  # fmt: skip
    where: ConditionText = Field(
        "", title="Where", description="Must hold for the payload.", examples=['event.stage = "won"']
    )


def webhook_event(hook: str) -> str:
    """Return the name of the event that a call to this webhook becomes."""
    return f"webhook:{hook}"


NODE = NodeType(
    name="webhook_trigger",
    kind="trigger",
    category="trigger",
    config=Config,
    function="",
    events=lambda config: (webhook_event(config.hook),),
    hints=Hints(
        label="Webhook",
        icon="webhook",
        description="Starts the journey when another system calls a webhook about a contact.",
        widgets=widgets(Config),
        summary="{hook}",
    ),
)
