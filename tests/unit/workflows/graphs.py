"""Small graphs and contacts, written short."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import Token, TokenState
from stepwell.contracts.workspace import Workspace
from stepwell.workflows.documents import from_document
from stepwell.workflows.model import Workflow
from stepwell.workflows.nodes.base import Member, Moment

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)  # a Monday
PROFILE = profile_id("acme", "user", "u1")

# Types by first letters of a node's id, so that tests read like drawings.
SHORT: dict[str, tuple[str, dict[str, Any]]] = {
    "start": ("event_trigger", {"event": "signup"}),
    "act": ("data_update", {"set": {"seen": True}}),
    "mail": ("email_send", {"template_id": "hello"}),
    "if": ("if_condition", {"condition": "score >= 50"}),
    "wait": ("delay_action", {"duration": "1_days"}),
    "loop": ("loop_iterator", {"max_iterations": 3}),
    "par": ("parallel_execution", {"branches": 2}),
    "merge": ("merge_branches", {}),
    "exit": ("exit", {}),
}


def wf(*edges: str, nodes: dict[str, tuple[str, dict[str, Any]]] | None = None, **more: Any) -> Workflow:
    """Build a workflow from edges; nodes not given have the type that their id's letters name."""
    given = dict(nodes or {})
    for edge in edges:
        left, _, right = edge.partition("->")
        for node in (left.strip().split(".")[0], right.strip()):
            if node not in given:
                given[node] = SHORT[node.rstrip("0123456789_")]
    return from_document(
        {
            "id": "test",
            "purpose": "marketing",
            "nodes": [{"id": n, "type": kind, "config": config} for n, (kind, config) in given.items()],
            "edges": list(edges),
            **more,
        }
    )


def member(traits: dict[str, Any] | None = None, **token: Any) -> Member:
    """Build a contact at a node."""
    profile = {key: token.pop(key) for key in ("recent", "history") if key in token}
    settings: dict[str, Any] = {"entered_at": NOW, "as_of": NOW, **token}
    return Member(
        Token(f"{PROFILE}.0.1", TokenState.RUNNING, 1, "run", "node", 1, **settings),
        Profile(PROFILE, traits=traits or {}, **profile),
    )


def moment(**changes: Any) -> Moment:
    """Build the circumstances of a step."""
    settings: dict[str, Any] = {
        "now": NOW,
        "tenant": "acme",
        "workflow": "test",
        "version": 1,
        "node": "node",
        "workspace": Workspace("acme", name="Acme"),
        "purpose": "marketing",
        **changes,
    }
    return Moment(**settings)
