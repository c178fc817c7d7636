"""Posts on the company's social accounts, once a run of the workflow."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes.base import Hints, NodeConfig, NodeType


class Config(NodeConfig):
    """What to post where."""

    platforms: tuple[str, ...] = Field(
        title="Platforms", examples=[["twitter", "linkedin"]], min_length=1, max_length=10
    )
    content: str = Field(
        title="Content",
        description="A content id or the text.",
        examples=["launch_announcement"],
        min_length=1,
        max_length=3000,
    )


NODE = NodeType(
    name="social_post",
    kind="action",
    category="action",
    config=Config,
    outcomes=lambda _config: ("posted", "failed"),
    function=None,
    missing="Social networks are not connected yet: this release cannot post.",
    falls_through=("failed",),
    hints=Hints(
        label="Social post",
        icon="share",
        description="Posts on the company's social accounts.",
        widgets={"platforms": "list"},
        summary="{platforms}",
    ),
)
