"""What CRM nodes have in common: the record and the fields to write."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from stepwell.workflows.nodes.base import Found, NodeConfig

MISSING = "No CRM is connected yet: this release has no CRM integration."


class CrmConfig(NodeConfig):
    """Which record, and what to write."""

    record: str = Field("lead", title="Record", examples=["lead", "contact", "deal"], max_length=60)
    lead_status: str = Field("", title="Lead status", examples=["qualified"], max_length=100)
    fields: dict[str, Any] = Field({}, title="Fields", examples=[{"rating": "hot"}], max_length=50)


def crm_checks(config: CrmConfig) -> list[Found]:
    """Return what is wrong beyond the model's own rules."""
    if not config.lead_status and not config.fields:
        return [Found("nothing_to_do", "Name a lead status or at least one field to write.", "fields")]
    return []
