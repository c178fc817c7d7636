"""Creates a record for the contact in the CRM."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from stepwell.workflows.nodes.base import Found, Hints, NodeConfig, NodeType


class Config(NodeConfig):
    """Which record, and what to write."""

    record: str = Field("lead", title="Record", examples=["lead", "contact", "deal"], max_length=60)
    lead_status: str = Field("", title="Lead status", examples=["qualified"], max_length=100)
    fields: dict[str, Any] = Field({}, title="Fields", examples=[{"rating": "hot"}], max_length=50)


def _checks(config: Config) -> list[Found]:
    if not config.lead_status and not config.fields:
        return [Found("nothing_to_do", "Name a lead status or at least one field to write.", "fields")]
    return []


NODE = NodeType(
    name="crm_create",
    kind="action",
    category="integration",
    config=Config,
    outcomes=lambda _config: ("success", "failed"),
    function=None,
    missing="No CRM is connected yet: this release has no CRM integration.",
    falls_through=("failed",),
    can_defer=True,
    checks=_checks,
    hints=Hints(
        label="Create in CRM",
        icon="user-plus",
        description="Creates a record for the contact in the CRM.",
        widgets={"fields": "key_values"},
        summary="{record} {lead_status}",
    ),
)
