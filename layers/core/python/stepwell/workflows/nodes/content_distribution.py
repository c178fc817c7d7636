"""Distributes content over several channels: newsletter by e-mail, others by webhook."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stepwell.workflows.nodes._fields import TemplateId, widgets
from stepwell.workflows.nodes._mail import MailConfig, Step, chain, mail
from stepwell.workflows.nodes.base import Expansion, Hints, NodeType

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
        description="Address to call for a channel; without one, a channel has to be connected first.",
        examples=[{"blog": "https://cms.example.com/hooks/publish"}],
    )
    content: str = Field("launch_announcement", title="Content", max_length=3000)


def _step(config: Config, channel: Channel) -> Step:
    if channel == "newsletter":
        return channel, "email_send", mail(config, config.newsletter_template)
    url = config.webhooks.get(channel)
    if url:
        return channel, "webhook_call", {"url": url}
    return channel, "social_post", {"platforms": [channel], "content": config.content}


def _expand(config: Config) -> Expansion:
    return chain([_step(config, channel) for channel in dict.fromkeys(config.channels)])


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
        description="Brings content to newsletter, blog and community.",
        widgets=widgets(Config) | {"channels": "list", "webhooks": "key_values"},
        summary="{channels}",
    ),
)
