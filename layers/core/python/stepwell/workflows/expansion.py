"""Replaces composite nodes by the plain nodes that they stand for, before checks, compiler and interpreter.

Edges to a composite lead to its first node, edges from its outcomes begin where its expansion says. A
composite outcome that is not wired ends the journey. Ids of the new nodes start with the composite's id, so
that traces, counters and the canvas find the way back (`Expanded.origin`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stepwell.contracts.ids import short_hash
from stepwell.errors import InvalidInput
from stepwell.workflows.model import Edge, Node, Workflow
from stepwell.workflows.nodes import node_type
from stepwell.workflows.nodes.base import Expansion

MAX_ID = 40
MAX_DEPTH = 5
PLAIN = Expansion(nodes=(), edges=())
"""Of a node that stays as drawn."""


@dataclass(frozen=True, slots=True)
class Expanded:
    """A workflow without composites.

    Attributes:
        workflow: The plain workflow.
        origin: Drawn node id a plain node id.
    """

    workflow: Workflow
    origin: Mapping[str, str]


def part_id(node: str, suffix: str) -> str:
    """Return the id of a part of a composite: ``<node>_<suffix>``, at most 40 characters."""
    if not suffix:
        return node
    whole = f"{node}_{suffix}"
    if len(whole) <= MAX_ID:
        return whole
    # Cut ids of two composites must stay apart, and the same in every version.
    mark = short_hash(node, length=4)
    return f"{node[: MAX_ID - len(suffix) - 6]}_{mark}_{suffix}"


def expand(workflow: Workflow) -> Workflow:
    """Return the workflow without composites; the workflow itself when it has none.

    Raises:
        NotFound: An unknown node type.
        pydantic.ValidationError: A composite's config does not fit its type.
        ConditionError: A composite's condition is none.
        InvalidInput: A part's id is taken by a drawn node.
    """
    return expand_with_origin(workflow).workflow


def expand_with_origin(workflow: Workflow) -> Expanded:
    """Return the workflow without composites and where each node comes from; raises as `expand`."""
    origin = {node.id: node.id for node in workflow.nodes}
    for _ in range(MAX_DEPTH):
        expansions = {node.id: _expansion(node) for node in workflow.nodes}
        if not any(expansion.nodes for expansion in expansions.values()):
            return Expanded(workflow, origin)
        workflow = _rewire(workflow, expansions, origin)
    raise InvalidInput(f"Composite nodes of `{workflow.id}` are nested deeper than {MAX_DEPTH}.")


def _expansion(node: Node) -> Expansion:
    kind = node_type(node.type)
    if kind.expand is None:
        return PLAIN
    return kind.expand(kind.config.model_validate(node.config))


def _rewire(workflow: Workflow, expansions: Mapping[str, Expansion], origin: dict[str, str]) -> Workflow:
    nodes: list[Node] = []
    edges: list[Edge] = []
    entries: dict[str, str] = {}
    for node in workflow.nodes:
        expansion = expansions[node.id]
        if not expansion.nodes:
            nodes.append(node)
            continue
        entries[node.id] = part_id(node.id, expansion.nodes[0][0])
        for suffix, kind, config in expansion.nodes:
            part = part_id(node.id, suffix)
            if part != node.id and part in origin:
                raise InvalidInput(
                    f"`{node.id}` needs the node id `{part}`, which is taken: rename one of them.",
                    code="duplicate_id",
                    details={"node": node.id, "part": part},
                )
            origin[part] = origin[node.id]
            nodes.append(_part(node, part, suffix, kind, dict(config)))
    following = {(edge.source, edge.outcome): edge.target for edge in workflow.edges}
    edges.extend(
        edge.model_copy(update={"target": entries.get(edge.target, edge.target)})
        for edge in workflow.edges
        if edge.source not in entries
    )
    for node in workflow.nodes:
        for source, outcome, target in expansions[node.id].edges:
            if target.startswith(":"):
                leads = following.get((node.id, target[1:])) or _fallen(node, target[1:], following)
                if leads is None:
                    continue
                end = entries.get(leads, leads)
            else:
                end = part_id(node.id, target)
            edges.append(Edge(source=part_id(node.id, source), outcome=outcome, target=end))
    return workflow.model_copy(update={"nodes": tuple(nodes), "edges": tuple(edges)})


def _fallen(node: Node, outcome: str, following: Mapping[tuple[str, str], str]) -> str | None:
    kind = node_type(node.type)
    if outcome not in kind.falls_through:
        return None
    primary = kind.outcomes(kind.config.model_validate(node.config))[0]
    return following.get((node.id, primary))


def _part(node: Node, part: str, suffix: str, kind: str, config: dict[str, object]) -> Node:
    name = node.name if not suffix or not node.name else f"{node.name}: {suffix.replace('_', ' ')}"
    return Node(id=part, type=kind, name=name, config=config, retry=node.retry, ui=node.ui)
