"""Sends a web push notification."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes._fields import Purpose
from stepwell.workflows.nodes.base import Hints, NodeConfig, NodeType


class Config(NodeConfig):
    """What to show."""

    title: str = Field(title="Title", examples=["Your cart is waiting"], min_length=1, max_length=120)
    body: str = Field("", title="Text", max_length=500)
    url: str = Field(
        "", title="Opens", description="Address opened by a click.", examples=["https://example.com/cart"]
    )
    image: str = Field("", title="Image address")
    tag: str = Field("", title="Cap tag", max_length=60)
    purpose: Purpose = Field("", title="Purpose", description="Empty: the workflow's.")


NODE = NodeType(
    name="web_push",
    kind="action",
    category="action",
    config=Config,
    outcomes=lambda _config: ("sent", "skipped", "failed"),
    function=None,
    missing="Web push is not connected yet: this release has no push channel.",
    falls_through=("skipped", "failed"),
    can_defer=True,
    sends="push",
    hints=Hints(
        label="Web push",
        icon="bell",
        description="Shows a notification in the contact's browsers.",
        summary="{title}",
    ),
)
