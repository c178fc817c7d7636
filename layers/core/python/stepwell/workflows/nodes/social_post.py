"""Posts on the company's social accounts, once a campaign.

A broadcast's start is a campaign, else each published version is one: however many contacts come to the node, in
however many runs, its post is made once. Everybody reads it, so its text knows no contact.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

from pydantic import Field, field_validator

from stepwell.workflows.nodes._effects import PostSocial
from stepwell.workflows.nodes.base import Effect, Found, Hints, Member, Moment, NodeConfig, NodeType

Platform = Literal["twitter", "facebook", "linkedin", "instagram"]
DRAFT = re.compile(r"^[a-z][a-z0-9_-]{0,39}$")
"""Content of this form is the id of a draft; a text of one small word gets a capital or a full stop."""
KNOWN = frozenset({"workspace", "now"})
"""What the text may read."""


class Config(NodeConfig):
    """What to post where."""

    platforms: tuple[Platform, ...] = Field(
        title="Platforms", examples=[["twitter", "linkedin"]], min_length=1, max_length=10
    )
    content: str = Field(
        title="Content",
        description="The text, or the id of a draft under Social. It may use {{workspace.name}}, but no contact.",
        examples=["launch_announcement"],
        min_length=1,
        max_length=3000,
    )
    link: str = Field(
        "",
        title="Link",
        examples=["https://www.example.com/launch"],
        max_length=2000,
        pattern=r"^(https?://\S+)?$",
    )
    images: dict[str, str] = Field(
        {},
        title="Images",
        description="Address of each image, and what it shows.",
        examples=[{"https://www.example.com/launch.png": "The new model in red"}],
        max_length=10,
    )
    accounts: tuple[str, ...] = Field(
        (), title="Accounts", description="Empty: all connected accounts of the platforms.", max_length=20
    )

    @field_validator("platforms", mode="before")
    @classmethod
    def _spec_names(cls, value: Any) -> Any:
        # What people call it today; stored is the name that the specification gives.
        return (
            ["twitter" if one == "x" else one for one in value] if isinstance(value, list | tuple) else value
        )


def _act(config: Config, _member: Member, _moment: Moment) -> Effect:
    return PostSocial(
        content=config.content,
        platforms=tuple(dict.fromkeys(config.platforms)),
        link=config.link,
        images=tuple(config.images.items()),
        accounts=config.accounts,
    )


def _checks(config: Config) -> list[Found]:
    """Refuse texts that are no template, or that name a contact: everybody would read it."""
    if "{" not in config.content:
        return []
    from jinja2 import TemplateSyntaxError, meta
    from jinja2.sandbox import SandboxedEnvironment

    try:
        read = meta.find_undeclared_variables(SandboxedEnvironment().parse(config.content))
    except TemplateSyntaxError as error:
        return [Found("bad_template", f"The text is no template: {error.message}.", "content")]
    personal = sorted(read - KNOWN)
    if not personal:
        return []
    named = ", ".join(f"`{name}`" for name in personal)
    said = f"A post is read by everybody: it cannot use {named}, only `workspace` and `now`."
    return [Found("personal_post", said, "content")]


WIDGETS: Mapping[str, str] = {
    "platforms": "list",
    "content": "code",
    "images": "key_values",
    "accounts": "list",
}

NODE = NodeType(
    name="social_post",
    kind="action",
    category="action",
    config=Config,
    outcomes=lambda _config: ("posted", "failed"),
    function="post_social",
    falls_through=("failed",),
    can_defer=True,
    reads_profile=lambda _config: False,
    checks=_checks,
    act=_act,
    hints=Hints(
        label="Social post",
        icon="share",
        description="Posts on the company's social accounts, once a campaign.",
        widgets=WIDGETS,
        summary="{platforms}",
    ),
)
