"""Tells another system's webhook about the contact, signed if wanted."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes._fields import widgets
from stepwell.workflows.nodes._http import HTTP_OUTCOMES, HttpConfig, call, http_checks
from stepwell.workflows.nodes.base import Effect, Hints, Member, Moment, NodeType


class Config(HttpConfig):
    """The webhook; without a body it gets contact, workflow, node and the trigger event's properties."""

    sign: str = Field(
        "",
        title="Signing secret",
        description="Secret of the HMAC-SHA256 signature over the body.",
        pattern=r"^([A-Za-z0-9_\-/]{1,100})?$",
    )


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    body = {
        "contact": member.profile.id,
        "user_id": member.profile.user_id,
        "workflow": moment.workflow,
        "node": moment.node,
        "event": {
            "name": member.token.context.get("name", ""),
            "properties": dict(member.token.context.get("properties") or {}),
        },
    }
    return call(config, member, moment, body=body, sign=config.sign)


NODE = NodeType(
    name="webhook_call",
    kind="action",
    category="integration",
    config=Config,
    outcomes=lambda _config: HTTP_OUTCOMES,
    function="call_api",
    falls_through=("failed",),
    can_defer=True,
    checks=http_checks,
    act=_act,
    hints=Hints(
        label="Call webhook",
        icon="send",
        description="Tells another system about the contact.",
        widgets=widgets(Config) | {"headers": "key_values", "body": "code", "save": "key_values"},
        summary="{url}",
    ),
)
