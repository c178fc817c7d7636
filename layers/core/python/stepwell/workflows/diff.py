"""What differs between two workflows, in terms of nodes and edges: for reviews, version pages and migrations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stepwell.workflows.model import Edge, Node, Workflow

_MISSING = object()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A value that differs.

    Attributes:
        field: Dotted path (`config.duration`, `settings.reentry.rule`).
        before: Old value; None where there was none.
        after: New value; None where there is none.
    """

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class NodeChange:
    """A node that both workflows have and that differs.

    Attributes:
        node: Node id.
        fields: What differs; positions on the canvas do not count.
    """

    node: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class EdgeChange:
    """An outcome that leads elsewhere; None: nowhere, so the journey ends."""

    source: str
    outcome: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class WorkflowDiff:
    """All differences.

    Attributes:
        added: New nodes, in the new order.
        removed: Nodes that are gone, in the old order.
        changed: Nodes that differ.
        edges: Outcomes that lead elsewhere, those of added and removed nodes too.
        settings: Differences of the workflow itself.
    """

    added: tuple[Node, ...] = ()
    removed: tuple[Node, ...] = ()
    changed: tuple[NodeChange, ...] = ()
    edges: tuple[EdgeChange, ...] = ()
    settings: tuple[FieldChange, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether contacts would notice nothing."""
        return not (self.added or self.removed or self.changed or self.edges or self.settings)

    def document(self) -> dict[str, Any]:
        """Return the plain form."""
        return {
            "added": [{"node": node.id, "type": node.type, "name": node.name} for node in self.added],
            "removed": [{"node": node.id, "type": node.type, "name": node.name} for node in self.removed],
            "changed": [{"node": c.node, "fields": [_plain(f) for f in c.fields]} for c in self.changed],
            "edges": [
                {"source": e.source, "outcome": e.outcome, "before": e.before, "after": e.after}
                for e in self.edges
            ],
            "settings": [_plain(field) for field in self.settings],
        }

    def lines(self) -> list[str]:
        """Return one line a difference, for a terminal."""
        told = [f"+ node {node.id} ({node.type})" for node in self.added]
        told += [f"- node {node.id} ({node.type})" for node in self.removed]
        told += [
            f"~ node {change.node}: {field.field}: {field.before!r} → {field.after!r}"
            for change in self.changed
            for field in change.fields
        ]
        told += [
            f"~ edge {edge.source}.{edge.outcome}: {edge.before or '(end)'} → {edge.after or '(end)'}"
            for edge in self.edges
        ]
        return told + [f"~ {f.field}: {f.before!r} → {f.after!r}" for f in self.settings]


def _plain(change: FieldChange) -> dict[str, Any]:
    return {"field": change.field, "before": change.before, "after": change.after}


def diff(before: Workflow, after: Workflow) -> WorkflowDiff:
    """Compare two workflows; order of nodes and edges and places on the canvas do not count."""
    old = {node.id: node for node in before.nodes}
    new = {node.id: node for node in after.nodes}
    changed = []
    for node in new.values():
        if node.id in old:
            fields = tuple(_changes("", _node(old[node.id]), _node(node)))
            if fields:
                changed.append(NodeChange(node.id, fields))
    return WorkflowDiff(
        added=tuple(node for node in after.nodes if node.id not in old),
        removed=tuple(node for node in before.nodes if node.id not in new),
        changed=tuple(changed),
        edges=tuple(_edge_changes(before.edges, after.edges)),
        settings=tuple(_changes("", _rest(before), _rest(after))),
    )


def _node(node: Node) -> dict[str, Any]:
    return node.model_dump(mode="json", exclude={"id", "ui"})


def _rest(workflow: Workflow) -> dict[str, Any]:
    return workflow.model_dump(mode="json", exclude={"nodes", "edges"})


def _edge_changes(before: tuple[Edge, ...], after: tuple[Edge, ...]) -> Iterator[EdgeChange]:
    old = {(edge.source, edge.outcome): edge.target for edge in before}
    new = {(edge.source, edge.outcome): edge.target for edge in after}
    for source, outcome in dict.fromkeys([*new, *old]):
        was, now = old.get((source, outcome)), new.get((source, outcome))
        if was != now:
            yield EdgeChange(source, outcome, was, now)


def _changes(path: str, before: Any, after: Any) -> Iterator[FieldChange]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in dict.fromkeys([*before, *after]):
            inner = f"{path}.{key}" if path else str(key)
            yield from _changes(inner, before.get(key, _MISSING), after.get(key, _MISSING))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _changes(f"{path}.{index}", one, other)
    elif _differs(before, after):
        yield FieldChange(path, _value(before), _value(after))


def _differs(one: Any, other: Any) -> bool:
    # 1, 1.0 and True are equal in Python and not the same in a config.
    return bool(one != other) or (type(one) is not type(other) and bool in (type(one), type(other)))


def _value(value: Any) -> Any:
    return None if value is _MISSING else value
