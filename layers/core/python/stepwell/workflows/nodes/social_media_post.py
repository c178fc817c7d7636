"""Posts an announcement on several social networks."""

from __future__ import annotations

from dataclasses import replace

from pydantic import Field

from stepwell.workflows.nodes import social_post


class Config(social_post.Config):
    """What to post where."""

    platforms: tuple[social_post.Platform, ...] = Field(
        title="Platforms", examples=[["twitter", "linkedin", "facebook"]], min_length=1, max_length=10
    )


NODE = replace(
    social_post.NODE,
    name="social_media_post",
    category="content",
    config=Config,
    hints=replace(
        social_post.NODE.hints,
        label="Social media post",
        icon="speakerphone",
        description="Posts an announcement on social networks, once a campaign.",
    ),
)
