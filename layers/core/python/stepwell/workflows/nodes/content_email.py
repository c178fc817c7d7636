"""Sends the e-mail that carries a kind of content."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes._fields import OptionalTemplate, TemplateId, widgets
from stepwell.workflows.nodes._mail import MailConfig, chain, mail
from stepwell.workflows.nodes.base import Expansion, Hints, NodeType


class Config(MailConfig):
    """Which content."""

    content_type: TemplateId = Field(
        title="Content", description="Also the template, unless one is named.", examples=["educational_guide"]
    )
    template_id: OptionalTemplate = Field("", title="Template")


def _expand(config: Config) -> Expansion:
    return chain([("", "email_send", mail(config, config.template_id or config.content_type))])


NODE = NodeType(
    name="content_email",
    kind="composite",
    category="content",
    config=Config,
    function="",
    sends="email",
    expand=_expand,
    hints=Hints(
        label="Content e-mail",
        icon="book",
        description="Sends a guide, a case study or other content.",
        widgets=widgets(Config),
        summary="{content_type}",
    ),
)
