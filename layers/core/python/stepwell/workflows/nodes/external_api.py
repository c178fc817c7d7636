"""Calls an external service that needs a credential."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes._fields import widgets
from stepwell.workflows.nodes._http import HTTP_OUTCOMES, HttpConfig, call, http_checks
from stepwell.workflows.nodes.base import Effect, Hints, Member, Moment, NodeType


class Config(HttpConfig):
    """The call and its credential."""

    secret: str = Field(
        "", title="Secret", description="Sent as the Authorization header.", examples=["enrichment_api"],
        pattern=r"^([A-Za-z0-9_\-/]{1,100})?$",
    )  # fmt: skip


def _act(config: Config, member: Member, moment: Moment) -> Effect:
    if not config.secret:
        return call(config, member, moment)
    headers = {**config.headers, "Authorization": f"secret:{config.secret}"}
    return call(config.model_copy(update={"headers": headers}), member, moment)


NODE = NodeType(
    name="external_api",
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
        label="External API",
        icon="plug-connected",
        description="Calls an external service with a stored credential, e.g. to enrich the profile.",
        widgets=widgets(Config) | {"headers": "key_values", "body": "code", "save": "key_values"},
        summary="{method} {url}",
    ),
)
