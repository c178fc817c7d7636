"""Distributes content over several channels: newsletter by e-mail, others by webhook or on social networks."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stepwell.workflows.nodes._fields import TemplateId, widgets
from stepwell.workflows.nodes._mail import MailConfig, Step, chain, mail
from stepwell.workflows.nodes.base import Expansion, Hints, NodeType
from stepwell.workflows.nodes.social_post import Platform

Channel = Literal["blog", "newsletter", "community"]


class Config(MailConfig):
    """Where to."""

    channels: tuple[Channel, ...] = Field(
        title="Channels", examples=[["blog", "newsletter", "community"]], min_length=1, max_length=3
    )
    newsletter_template: TemplateId = Field("newsletter", title="Newsletter template")
    webhooks: dict[Channel, str] = Field(
        {},
        title="Webhooks",
        description="Address to call for a channel; channels without one are told of on the platforms.",
        examples=[{"blog": "https://cms.example.com/hooks/publish"}],
    )
    platforms: tuple[Platform, ...] = Field(
        ("facebook", "linkedin"),
        title="Platforms",
        description="Social networks on which channels without a webhook are told of, in one post a campaign.",
        min_length=1,
        max_length=4,
    )
    content: str = Field(
        "launch_announcement",
        title="Content",
        description="The post's text, or the id of a draft under Social.",
        min_length=1,
        max_length=3000,
    )


def _step(config: Config, channel: Channel) -> Step:
    if channel == "newsletter":
        return channel, "email_send", mail(config, config.newsletter_template)
    url = config.webhooks.get(channel)
    if url:
        return channel, "webhook_call", {"url": url}
    return channel, "social_post", {"platforms": list(config.platforms), "content": config.content}


def _expand(config: Config) -> Expansion:
    steps = [_step(config, channel) for channel in dict.fromkeys(config.channels)]
    posts = [step for step in steps if step[1] == "social_post"]
    # The same words on the same accounts are one post, however many channels they stand for.
    return chain([step for step in steps if step not in posts[1:]])


NODE = NodeType(
    name="content_distribution",
    kind="composite",
    category="content",
    config=Config,
    function="",
    sends="email",
    expand=_expand,
    hints=Hints(
        label="Content distribution",
        icon="broadcast",
        description="Brings content to newsletter, blog, community and social networks.",
        widgets=widgets(Config) | {"channels": "list", "webhooks": "key_values", "platforms": "list"},
        summary="{channels}",
    ),
)
