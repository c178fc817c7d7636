"""Creates a record for the contact in the CRM."""

from __future__ import annotations

from stepwell.workflows.nodes._crm import MISSING, CrmConfig, crm_checks
from stepwell.workflows.nodes.base import Hints, NodeType


class Config(CrmConfig):
    """Which record, and what to write."""


NODE = NodeType(
    name="crm_create",
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
        label="Create in CRM",
        icon="user-plus",
        description="Creates a record for the contact in the CRM.",
        widgets={"fields": "key_values"},
        summary="{record} {lead_status}",
    ),
)
