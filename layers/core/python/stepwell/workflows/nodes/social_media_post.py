"""Posts an announcement on several social networks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stepwell.workflows.nodes.base import Hints, NodeConfig, NodeType

Platform = Literal["twitter", "linkedin", "facebook", "instagram"]


class Config(NodeConfig):
    """What to post where."""

    platforms: tuple[Platform, ...] = Field(
        title="Platforms", examples=[["twitter", "linkedin", "facebook"]], min_length=1
    )
    content: str = Field(
        title="Content",
        description="A content id or the text.",
        examples=["launch_announcement"],
        min_length=1,
        max_length=3000,
    )


NODE = NodeType(
    name="social_media_post",
    kind="action",
    category="content",
    config=Config,
    outcomes=lambda _config: ("posted", "failed"),
    function=None,
    missing="Social networks are not connected yet: this release cannot post.",
    falls_through=("failed",),
    hints=Hints(
        label="Social media post",
        icon="speakerphone",
        description="Posts an announcement on social networks.",
        widgets={"platforms": "list"},
        summary="{platforms}",
    ),
)
