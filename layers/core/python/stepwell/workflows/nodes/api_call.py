"""Calls an HTTP API for the contact."""

from __future__ import annotations

from stepwell.workflows.nodes._fields import widgets
from stepwell.workflows.nodes._http import HTTP_OUTCOMES, HttpConfig, call, http_checks
from stepwell.workflows.nodes.base import Hints, NodeType


class Config(HttpConfig):
    """The call."""


NODE = NodeType(
    name="api_call",
    kind="action",
    category="action",
    config=Config,
    outcomes=lambda _config: HTTP_OUTCOMES,
    function="call_api",
    falls_through=("failed",),
    can_defer=True,
    checks=http_checks,
    act=call,
    hints=Hints(
        label="API call",
        icon="api",
        description="Calls an HTTP API and may save parts of the answer in the profile.",
        widgets=widgets(Config) | {"headers": "key_values", "body": "code", "save": "key_values"},
        summary="{method} {url}",
    ),
)
