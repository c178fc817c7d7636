"""Updates the contact's record in the CRM."""

from __future__ import annotations

from stepwell.workflows.nodes._crm import MISSING, CrmConfig, crm_checks
from stepwell.workflows.nodes.base import Hints, NodeType


class Config(CrmConfig):
    """Which record, and what to write."""


NODE = NodeType(
    name="crm_update",
    kind="action",
    category="integration",
    config=Config,
    outcomes=lambda _config: ("success", "failed"),
    function=None,
    missing=MISSING,
    falls_through=("failed",),
    can_defer=True,
    checks=crm_checks,
    hints=Hints(
        label="Update CRM",
        icon="refresh",
        description="Updates the contact's record in the CRM.",
        widgets={"fields": "key_values"},
        summary="{record} {lead_status}",
    ),
)
