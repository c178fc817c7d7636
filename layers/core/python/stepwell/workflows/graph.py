"""The graph as a machine sees it: typed nodes, resolved targets, order, meeting points. Pure and deterministic.

Built from an expanded workflow (no composites). Checks, compiler, runtime and interpreter all walk this class,
so that "where does this outcome lead" has one answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from stepwell.errors import NotFound
from stepwell.workflows.model import Node, Workflow
from stepwell.workflows.nodes import node_type
from stepwell.workflows.nodes.base import NodeConfig, NodeType

FINISH = "finish"


@dataclass(frozen=True)
class GraphNode:
    """A node with its type and parsed config.

    Attributes:
        node: As drawn.
        type: Its type.
        config: Parsed config.
        outcomes: Outcome handles, primary first.
    """

    node: Node
    type: NodeType[Any]
    config: NodeConfig
    outcomes: tuple[str, ...]

    @property
    def id(self) -> str:
        """Node id."""
        return self.node.id


class Graph:
    """An expanded workflow.

    Args:
        workflow: Without composite nodes.

    Raises:
        pydantic.ValidationError: A config does not fit its type.
        NotFound: An unknown node type.
    """

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self.nodes: dict[str, GraphNode] = {}
        for node in workflow.nodes:
            kind = node_type(node.type)
            config = kind.config.model_validate(node.config)
            self.nodes[node.id] = GraphNode(node, kind, config, tuple(kind.outcomes(config)))
        self._edges = {(edge.source, edge.outcome): edge.target for edge in workflow.edges}

    def __getitem__(self, node: str) -> GraphNode:
        """Return a node.

        Raises:
            NotFound: No such node in this graph.
        """
        try:
            return self.nodes[node]
        except KeyError:
            raise NotFound(f"Workflow `{self.workflow.id}` has no node `{node}`.", code="no_node") from None

    def target(self, node: str, outcome: str) -> str | None:
        """Return where an outcome leads; None: the end of the workflow.

        Outcomes of `falls_through` follow the primary outcome when not wired.
        """
        found = self._edges.get((node, outcome))
        if found is not None:
            return found
        this = self.nodes[node]
        if outcome in this.type.falls_through:
            return self._edges.get((node, this.outcomes[0]))
        return None

    def targets(self, node: str) -> dict[str, str | None]:
        """Return the target of every outcome, in outcome order."""
        return {outcome: self.target(node, outcome) for outcome in self.nodes[node].outcomes}

    def successors(self, node: str) -> list[str]:
        """Return distinct successor ids in outcome order."""
        return list(dict.fromkeys(t for t in self.targets(node).values() if t is not None))

    @cached_property
    def predecessors(self) -> dict[str, list[str]]:
        """Distinct predecessor ids a node, in node order."""
        found: dict[str, list[str]] = {node: [] for node in self.nodes}
        for node in self.nodes:
            for target in self.successors(node):
                if target in found:
                    found[target].append(node)
        return found

    @cached_property
    def triggers(self) -> tuple[str, ...]:
        """Trigger nodes in drawn order."""
        return tuple(n for n, g in self.nodes.items() if g.type.kind == "trigger")

    @cached_property
    def back_edges(self) -> frozenset[tuple[str, str]]:
        """Edges (source, loop node) that close a cycle at a loop node, found by depth-first search."""
        found: set[tuple[str, str]] = set()
        state: dict[str, int] = {}
        for root in self.nodes:
            if state.get(root):
                continue
            stack: list[tuple[str, int]] = [(root, 0)]
            state[root] = 1
            while stack:
                node, index = stack.pop()
                following = self.successors(node)
                if index < len(following):
                    stack.append((node, index + 1))
                    target = following[index]
                    if state.get(target) == 1:
                        found.add((node, target))
                    elif not state.get(target) and target in self.nodes:
                        state[target] = 1
                        stack.append((target, 0))
                else:
                    state[node] = 2
        return frozenset(found)

    @cached_property
    def loops(self) -> dict[str, frozenset[str]]:
        """Body nodes a loop node: on a path from its `body` target back to it (the loop node excluded)."""
        found: dict[str, frozenset[str]] = {}
        for loop in (n for n, g in self.nodes.items() if g.type.kind == "loop"):
            start = self.target(loop, "body")
            forward = self._reach([start] if start else [], blocked=loop)
            backward = self._reach_back(loop, within=forward)
            found[loop] = frozenset(forward & backward)
        return found

    @cached_property
    def rounds(self) -> dict[str, frozenset[str]]:
        """Nodes a loop node that contacts may come to in each round: its body, and the ways out of the body.

        What its `done` side reaches as well is not among them: it comes after the last round.
        """
        found: dict[str, frozenset[str]] = {}
        for loop, body in self.loops.items():
            start, done = self.target(loop, "body"), self.target(loop, "done")
            forward = self._reach([start] if start else [], blocked=loop)
            found[loop] = body | (forward - self._reach([done] if done else [], blocked=loop))
        return found

    def enclosing_loops(self, node: str) -> list[str]:
        """Return the loop nodes in whose rounds a node is visited (for a loop node: itself too), outermost first.

        Two rounds of one execution may both come to it: their visits must differ.
        """
        inside = [n for n, visited in self.rounds.items() if node in visited or n == node]
        return sorted(inside, key=lambda n: (-len(self.loops[n]), n))

    def _reach(self, start: Sequence[str], blocked: str) -> set[str]:
        seen: set[str] = set()
        todo = list(start)
        while todo:
            node = todo.pop()
            if node in seen or node == blocked:
                continue
            seen.add(node)
            todo.extend(self.successors(node))
        return seen

    def _reach_back(self, loop: str, within: set[str]) -> set[str]:
        seen: set[str] = set()
        todo = [n for n in self.predecessors[loop] if n in within]
        while todo:
            node = todo.pop()
            if node in seen:
                continue
            seen.add(node)
            todo.extend(n for n in self.predecessors[node] if n in within)
        return seen

    def reachable(self, node: str) -> set[str]:
        """Return all nodes reachable from a node over any edges, itself included."""
        return self._reach([node], blocked="")

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Topological order over forward edges: branches in outcome order, each loop node after its body.

        In this order a meeting point comes after all that leads to it, and a loop node after its body, so that
        the earliest waiting inbox is always the right next one.
        """
        done: dict[str, None] = {}
        for root in self.nodes:
            self._finish_from(root, done)
        return tuple(reversed(done))

    def _finish_from(self, root: str, done: dict[str, None]) -> None:
        stack: list[tuple[str, int]] = [(root, 0)]
        entered = {root}
        if root in done:
            return
        while stack:
            node, index = stack.pop()
            following = self._ordered(node)
            if index < len(following):
                stack.append((node, index + 1))
                target = following[index]
                if target not in done and target not in entered:
                    entered.add(target)
                    stack.append((target, 0))
            else:
                done[node] = None

    def _ordered(self, node: str) -> list[str]:
        # Finished first comes last in the order: visit the later outcomes first. A loop node finishes before
        # its body does (it must come after it): its edges are its `done` side plus, for body nodes and the ways
        # out of the body, the loop.
        if self.nodes[node].type.kind == "loop":
            done = self.target(node, "done")
            return [done] if done is not None else []
        following = [t for t in self.successors(node) if t in self.nodes]
        expanded: list[str] = []
        for target in following:
            if self.nodes[target].type.kind == "loop" and (node, target) not in self.back_edges:
                # Entering a loop: the body comes before the loop node in the order.
                body = self.target(target, "body")
                if body is not None:
                    expanded.append(body)
            expanded.append(target)
        expanded.extend(loop for loop, visited in self.rounds.items() if node in visited)
        return list(reversed(expanded))

    @cached_property
    def _bits(self) -> dict[str, int]:
        return {node: 1 << index for index, node in enumerate(self.nodes)}

    @cached_property
    def _reach_bits(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for node in reversed(self.order):
            bits = self._bits[node]
            for target in self._forward(node):
                bits |= found.get(target, 0)
            for inner in self.loops.get(node, ()):
                bits |= self._bits[inner]
            found[node] = bits
        return found

    @cached_property
    def _wait_bits(self) -> int:
        return sum(self._bits[n] for n, g in self.nodes.items() if g.type.kind == "wait")

    @cached_property
    def meeting_points(self) -> Mapping[str, str | None]:
        """Where the paths that go on from a node meet again (immediate post-dominator); None: nowhere.

        A side that shares nothing with the others and never waits is an aside: its contacts end there and
        nobody comes back from it, so the others' meeting point counts; of asides alone the first goes on.
        """
        ordered = list(reversed(self.order))
        rank = {node: index for index, node in enumerate(ordered)}
        chain: dict[str, str | None] = {}

        def meet(a: str | None, b: str | None) -> str | None:
            while a != b:
                if a is None or b is None:
                    return None
                if rank[a] > rank[b]:
                    a = chain[a]
                else:
                    b = chain[b]
            return a

        for node in ordered:
            sides = self._going_on(self._forward(node))
            point: str | None = sides[0] if sides else None
            for other in sides[1:]:
                point = meet(point, other)
            chain[node] = point
        return chain

    def _going_on(self, targets: Sequence[str]) -> list[str]:
        """Leave out the asides among targets; the first target stays if all are."""
        if len(targets) < 2:
            return list(targets)
        reach = self._reach_bits
        kept: list[str] = []
        for target in targets:
            others = 0
            for other in targets:
                if other != target:
                    others |= reach[other]
            if reach[target] & (others | self._wait_bits):
                kept.append(target)
        return kept or [targets[0]]

    def _forward(self, node: str) -> list[str]:
        if self.nodes[node].type.kind == "loop":
            done = self.target(node, "done")
            return [done] if done is not None else []
        return self.successors(node)

    def section(self, node: str) -> frozenset[str]:
        """Return the nodes that lie between a node and its meeting point, both excluded."""
        stop = self.meeting_points[node]
        inside = self._reach(self.successors(node), blocked=stop or "")
        return frozenset(inside - {node})

    def waits(self, nodes: Sequence[str] | frozenset[str]) -> bool:
        """Tell whether any of the nodes may hold a contact for longer than a step."""
        return any(self.nodes[node].type.kind == "wait" for node in nodes)
