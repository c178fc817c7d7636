"""A tenant's settings and switches that the runtime reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

# Who saved a workflow or a message that a deployment registered from git; people cannot edit it through the API.
GIT = "git"
# Of what stays when its file is gone, for contacts on their way may still need it; people may edit it then.
RELEASED = "git (removed)"


class WorkflowStatus(StrEnum):
    """What a workflow does with contacts."""

    DRAFT = "draft"
    ACTIVE = "active"
    PAUSED = "paused"  # holds what comes due
    PAUSED_DISCARD = "paused_discard"  # ends what comes due
    STOPPED = "stopped"
    DRAINING = "draining"  # nobody enters; whoever is in it goes on


@dataclass(frozen=True, slots=True)
class Control:
    """The switches of a tenant, at most a second old wherever they are obeyed.

    Attributes:
        stopped: The stop-everything switch: nothing is sent, nothing advances.
        workflows: Status a workflow; absent means active.
        marketing_paused: Whether marketing mail waits, because too many call it spam.
    """

    stopped: bool = False
    workflows: Mapping[str, WorkflowStatus] = field(default_factory=dict)
    marketing_paused: bool = False

    def status(self, workflow: str) -> WorkflowStatus:
        """Return what a workflow may do now with those who are in it."""
        if self.stopped:
            return WorkflowStatus.PAUSED
        status = self.workflows.get(workflow, WorkflowStatus.ACTIVE)
        # Only entering ends with it, and whoever lets contacts enter asks `workflows` itself.
        return WorkflowStatus.ACTIVE if status is WorkflowStatus.DRAINING else status


@dataclass(frozen=True, slots=True)
class Approvals:
    """Whether somebody must look at a workflow before it is published.

    Attributes:
        required: Whether only approved drafts can be published.
        by: The least role that decides: ``publisher`` or ``admin``.
        self_approval: Whether people may approve what they changed or asked for themselves.
    """

    required: bool = False
    by: str = "publisher"
    self_approval: bool = False


@dataclass(frozen=True, slots=True)
class SendingRules:
    """What holds for all marketing of a workspace, beside what each workflow asks.

    Attributes:
        caps: Frequency caps ``{channel, limit, per, tag}``; channel ``all`` counts all of them.
        quiet_hours: By channel (``all``: each) ``{start, end, otherwise, closed_days}``, closed days as ``sun``.
        control_group: Buckets (0 to 9999, both ends) of contacts that get no marketing at all; None: nobody.
        text_proof: What proof of consent marketing by text needs besides what the law asks (`written`, `double`), by
            country; ``*``: everywhere.
    """

    caps: tuple[Mapping[str, Any], ...] = ()
    quiet_hours: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    control_group: tuple[int, int] | None = None
    text_proof: Mapping[str, str] = field(default_factory=dict)


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
        test_addresses: Where test messages may go besides to their senders.
        approvals: Whether somebody must look at a workflow before it is published.
        sending: Caps, quiet hours and control group of all marketing.
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
    test_addresses: tuple[str, ...] = ()
    approvals: Approvals = field(default_factory=Approvals)
    sending: SendingRules = field(default_factory=SendingRules)


@dataclass(frozen=True, slots=True)
class Document:
    """A named document of a tenant that people edit, such as a workflow draft, a message template, a segment.

    Attributes:
        kind: What it is, e.g. ``WF``, ``TPL``, ``SEG``.
        id: Its id within its kind.
        rev: Grows at each save; a save is conditional on the one that was read. 0: not saved yet.
        body: The document itself, plain JSON.
        at: When it was saved.
        by: Who saved it.
    """

    kind: str
    id: str
    rev: int
    body: Mapping[str, Any]
    at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True)
class Revision:
    """A published version or an earlier state of a document; it never changes.

    Attributes:
        kind: As in `Document`.
        id: As in `Document`.
        number: Version number, from 1.
        at: When it was put.
        by: Who put it.
        note: What changed, in a sentence.
    """

    kind: str
    id: str
    number: int
    at: datetime
    by: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A write key as people see it: never its text.

    Attributes:
        digest: SHA-256 of its text (hex).
        tenant: Whose events it takes.
        source: Source id, shown in the debugger.
        name: Display name.
        at: When it was made.
        revoked: Whether it is refused.
    """

    digest: str
    tenant: str
    source: str
    name: str
    at: datetime
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """Who did what.

    Attributes:
        at: When.
        actor: Who, e.g. a user's id.
        action: What, e.g. ``workflow.publish``.
        target: On what, e.g. a workflow's id.
        details: More, never secrets.
    """

    at: datetime
    actor: str
    action: str
    target: str
    details: Mapping[str, Any] = field(default_factory=dict)
