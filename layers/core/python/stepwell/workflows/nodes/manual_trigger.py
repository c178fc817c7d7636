"""Enrolls contacts that a person or program names: console, API, CLI, CSV."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes.base import Hints, NodeConfig, NodeType


class Config(NodeConfig):
    """What a manual start may hand in."""

    fields: tuple[str, ...] = Field(
        (),
        title="Fields",
        description="Properties that the start form asks for; later steps read them as `event.<name>`.",
        examples=[["coupon"]],
        max_length=20,
    )


NODE = NodeType(
    name="manual_trigger",
    kind="trigger",
    category="trigger",
    config=Config,
    function="",
    hints=Hints(
        label="Manual start",
        icon="hand-click",
        description="Starts the journey for contacts chosen by hand, API or CSV.",
        widgets={"fields": "list"},
    ),
)
