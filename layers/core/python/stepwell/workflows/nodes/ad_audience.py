"""Puts contacts in an advertising audience of a network, or takes them out.

Not a type of the specification's list: its section 2.3 asks for Facebook's advertising (`ad_integration`). Only those
who agreed to advertising are put in (`ads:marketing`), and the network gets hashes of addresses, nothing else.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from stepwell.workflows.nodes._effects import KeepAudience
from stepwell.workflows.nodes.base import Effect, Hints, Member, Moment, NodeConfig, NodeType


class Config(NodeConfig):
    """Which audience, and what to do."""

    audience: str = Field(
        title="Audience",
        description="Id of the custom audience at Facebook, as Ads Manager shows it.",
        examples=["23850000000000000"],
        pattern=r"^[0-9]{1,30}$",
    )
    action: Literal["add", "remove"] = Field("add", title="Action")
    platform: Literal["facebook"] = Field("facebook", title="Platform")
    account: str = Field(
        "",
        title="Account",
        description="The connected page whose admin may manage the audience; empty: the first one.",
        max_length=80,
    )


def _act(config: Config, _member: Member, _moment: Moment) -> Effect:
    return KeepAudience(
        platform=config.platform,
        account=config.account,
        audience=config.audience,
        remove=config.action == "remove",
    )


NODE = NodeType(
    name="ad_audience",
    kind="action",
    category="integration",
    config=Config,
    outcomes=lambda _config: ("next", "skipped", "failed"),
    function="post_social",
    falls_through=("skipped", "failed"),
    can_defer=True,
    act=_act,
    hints=Hints(
        label="Ad audience",
        icon="users-group",
        description="Puts the contact in an advertising audience, if they agreed to it, or takes them out.",
        widgets={},
        summary="{action} {audience}",
    ),
)
