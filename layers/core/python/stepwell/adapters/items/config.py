"""Where things lie in table `config`, for the raw readers of the hot path and the PynamoDB models alike."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from stepwell.adapters.items.wire import Key
from stepwell.contracts.workspace import Approvals, Control, SendingRules, WorkflowStatus, Workspace

WORKSPACE, CONTROL, TRIGGERS, RULES = "WORKSPACE", "CONTROL", "TRIGGERS", "RULES"
DRAFT, TEMPLATE, SEGMENT, SCORE, SEQUENCE = "WF", "TPL", "SEG", "SCORE", "SEQ"
TENANTS = "_all#TENANTS"
# Below this gzip costs more than it saves: an item is billed by whole kilobytes.
_PLAIN_BYTES = 600


def config_partition(tenant: str) -> str:
    """Return the partition of a tenant's documents."""
    return f"{tenant}#C"


def singleton_key(tenant: str, name: str) -> Key:
    """Return the key of `WORKSPACE`, `CONTROL`, `TRIGGERS` or `RULES`."""
    return config_partition(tenant), name


def document_key(tenant: str, kind: str, id_: str) -> Key:
    """Return the key of a document that people edit."""
    return config_partition(tenant), f"{kind}#{id_}"


def revision_key(tenant: str, kind: str, id_: str, number: int) -> Key:
    """Return the key of an immutable version."""
    return f"{tenant}#{kind}#{id_}", f"V{number:08d}"


def write_key_key(digest: str) -> Key:
    """Return the key by which ingestion finds a write key; the digest alone names the tenant."""
    return f"KEY#{digest}", "-"


def counter_key(tenant: str, workflow: str, version: int) -> Key:
    """Return the key of a workflow version's counters."""
    return f"{tenant}#N#{workflow}#{version}", "-"


def audit_partition(tenant: str) -> str:
    """Return the partition of a tenant's audit entries."""
    return f"{tenant}#AUDIT"


def tail_partition(tenant: str) -> str:
    """Return the partition of the debugger's last events."""
    return f"{tenant}#TAIL"


def write_body(document: Mapping[str, Any]) -> bytes:
    """Write a document; the same document gives the same bytes."""
    plain = json.dumps(document, separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode(
        "utf-8", "replace"
    )
    return plain if len(plain) <= _PLAIN_BYTES else gzip.compress(plain, mtime=0)


def read_body(data: bytes) -> dict[str, Any]:
    """Read a document."""
    plain = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    document: dict[str, Any] = json.loads(plain)
    return document


def workspace_document(workspace: Workspace) -> dict[str, Any]:
    """Write a workspace as plain JSON."""
    document = asdict(workspace)
    document["teams"] = {team: list(members) for team, members in workspace.teams.items()}
    return document


def workspace_of(document: Mapping[str, Any]) -> Workspace:
    """Read a workspace; unknown fields are ignored."""
    known = {name: document[name] for name in Workspace.__dataclass_fields__ if name in document}
    allowlist = known.get("allowlist")
    known["allowlist"] = None if allowlist is None else tuple(allowlist)
    known["api_hosts"] = tuple(known.get("api_hosts", ()))
    known["teams"] = {team: tuple(members) for team, members in known.get("teams", {}).items()}
    known["test_addresses"] = tuple(known.get("test_addresses", ()))
    known["approvals"] = Approvals(**(known.get("approvals") or {}))
    rules = known.get("sending") or {}
    group = rules.get("control_group")
    known["sending"] = SendingRules(
        caps=tuple(rules.get("caps") or ()),
        quiet_hours=rules.get("quiet_hours") or {},
        control_group=(int(group[0]), int(group[1])) if group else None,
        text_proof=rules.get("text_proof") or {},
    )
    return Workspace(**known)


def control_document(control: Control) -> dict[str, Any]:
    """Write the switches as plain JSON."""
    return {
        "stopped": control.stopped,
        "workflows": {workflow: status.value for workflow, status in control.workflows.items()},
        **({"marketing_paused": True} if control.marketing_paused else {}),
    }


def control_of(document: Mapping[str, Any]) -> Control:
    """Read the switches."""
    statuses = document.get("workflows", {})
    return Control(
        stopped=bool(document.get("stopped", False)),
        workflows={workflow: WorkflowStatus(status) for workflow, status in statuses.items()},
        marketing_paused=bool(document.get("marketing_paused", False)),
    )
