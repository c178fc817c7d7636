"""Sends a text message."""

from __future__ import annotations

from pydantic import Field

from stepwell.workflows.nodes._fields import FieldNames, OptionalTemplate, Purpose, widgets
from stepwell.workflows.nodes.base import Found, Hints, NodeConfig, NodeType


class Config(NodeConfig):
    """What to send."""

    template_id: OptionalTemplate = Field("", title="Template", examples=["order_shipped_sms"])
    text: str = Field(
        "", title="Text", examples=["Your order {{event.order_id}} is on its way."], max_length=1600
    )
    personalization: FieldNames = Field((), title="Personalization")
    tag: str = Field("", title="Cap tag", max_length=60)
    ignore_frequency_cap: bool = Field(False, title="Ignore caps")
    count: bool = Field(True, title="Count towards caps")
    purpose: Purpose = Field("", title="Purpose", description="Empty: the workflow's.")


def _checks(config: Config) -> list[Found]:
    if bool(config.template_id) == bool(config.text):
        return [Found("sms_body", "Give the message either a template or a text.", "text")]
    return []


NODE = NodeType(
    name="sms_send",
    kind="action",
    category="action",
    config=Config,
    outcomes=lambda _config: ("sent", "skipped", "failed"),
    function=None,
    missing="Text messages are not connected yet: this release has no SMS channel.",
    falls_through=("skipped", "failed"),
    can_defer=True,
    sends="sms",
    checks=_checks,
    hints=Hints(
        label="Send SMS",
        icon="message",
        description="Sends the contact a text message.",
        widgets=widgets(Config) | {"text": "code"},
        summary="{template_id}{text}",
    ),
)
