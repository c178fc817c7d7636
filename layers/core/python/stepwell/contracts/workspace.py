"""A tenant's settings and switches that the runtime reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class WorkflowStatus(StrEnum):
    """What a workflow does with contacts."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"  # holds what comes due
    PAUSED_DISCARD = "paused_discard"  # ends what comes due
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Control:
    """The switches of a tenant, at most a second old wherever they are obeyed.

    Attributes:
        stopped: The stop-everything switch: nothing is sent, nothing advances.
        workflows: Status a workflow; absent means active.
    """

    stopped: bool = False
    workflows: Mapping[str, WorkflowStatus] = field(default_factory=dict)

    def status(self, workflow: str) -> WorkflowStatus:
        """Return what a workflow may do now."""
        if self.stopped:
            return WorkflowStatus.PAUSED
        return self.workflows.get(workflow, WorkflowStatus.ACTIVE)


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tenant.

    Attributes:
        tenant: Tenant id.
        name: Display name.
        time_zone: IANA zone for contacts without one, and for dates shown.
        sender: Default ``Name <address>``.
        reply_to: Default reply address, may be empty.
        postal_address: Printed in marketing mail (CAN-SPAM, 15 U.S.C. 7704(a)(5)).
        allowlist: Addresses (``a@b.c``) and domains (``@b.c``) that may be mailed; None: everybody.
        send_rate: Messages a second that this tenant may use; 0: the account's rate.
        teams: Recipients a team name for notification_send.
        api_hosts: Hosts that api_call nodes may call; empty: any public host.
        marketing_opt_in: Whether marketing needs a granted consent; otherwise only a denied one stops it.
    """

    tenant: str
    name: str = ""
    time_zone: str = "UTC"
    sender: str = ""
    reply_to: str = ""
    postal_address: str = ""
    allowlist: tuple[str, ...] | None = None
    send_rate: int = 0
    teams: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    api_hosts: tuple[str, ...] = ()
    marketing_opt_in: bool = False
