"""Blocks that compose to valid graphs: sequence, branching, loop, parallel, and jumps ahead out of a branch.

A block takes loose ends, (node, outcome) pairs, wires them to its first node and gives back its own loose ends.
`jumps` are loose ends that leave a branch for the end of the sequence around it: graphs that are not series-parallel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

Ends = list[tuple[str, str]]


@dataclass
class Draft:
    """A graph being built.

    Attributes:
        nodes: Node documents.
        edges: Edge documents.
    """

    nodes: list[dict[str, Any]] = field(default_factory=list)
    edges: list[dict[str, Any]] = field(default_factory=list)

    def add(self, type_: str, config: Mapping[str, Any], ends: Ends) -> str:
        """Add a node and lead ends to it; ids are the type's first letters and a number."""
        prefix = "".join(word[0] for word in type_.split("_"))
        node = f"{prefix}{len(self.nodes)}"
        self.nodes.append({"id": node, "type": type_, "config": dict(config)})
        self.wire(ends, node)
        return node

    def wire(self, ends: Ends, target: str) -> None:
        """Lead loose ends to a node."""
        self.edges.extend({"source": s, "outcome": o, "target": target} for s, o in ends)


class Block(Protocol):
    """A part of a graph."""

    def build(self, draft: Draft, ends: Ends) -> tuple[Ends, Ends]:
        """Add nodes after these ends; return (loose ends, jumps)."""
        ...


@dataclass(frozen=True)
class Do:
    """One node; `live` are the outcomes that go on together, the rest ends or falls through."""

    type: str
    config: Mapping[str, Any] = field(default_factory=dict)
    live: tuple[str, ...] = ("next",)

    def build(self, draft: Draft, ends: Ends) -> tuple[Ends, Ends]:
        """Add it."""
        node = draft.add(self.type, self.config, ends)
        return [(node, outcome) for outcome in self.live], []


@dataclass(frozen=True)
class Seq:
    """One after the other; jumps out of its items land at its end."""

    items: Sequence[Block] = ()

    def build(self, draft: Draft, ends: Ends) -> tuple[Ends, Ends]:
        """Add all, until nobody goes on."""
        jumps: Ends = []
        for item in self.items:
            if not ends:
                # All before ended or jumped: what follows starts with those who jumped.
                ends, jumps = jumps, []
            if not ends:
                break
            ends, more = item.build(draft, ends)
            jumps += more
        return ends + jumps, []


@dataclass(frozen=True)
class Branch:
    """A node whose outcomes go separate ways; an arm of None leads straight to what follows."""

    type: str
    config: Mapping[str, Any]
    arms: Mapping[str, Block | None]
    jumping: frozenset[str] = frozenset()

    def build(self, draft: Draft, ends: Ends) -> tuple[Ends, Ends]:
        """Add the node and its arms; arms in `jumping` leave for the end of the sequence around."""
        node = draft.add(self.type, self.config, ends)
        loose: Ends = []
        jumps: Ends = []
        for outcome, arm in self.arms.items():
            out, further = arm.build(draft, [(node, outcome)]) if arm else ([(node, outcome)], [])
            jumps += further
            if outcome in self.jumping:
                jumps += out
            else:
                loose += out
        return loose, jumps


@dataclass(frozen=True)
class Loop:
    """A loop over its body; `arms` as of Branch: which outcome runs the body and which leaves."""

    type: str
    config: Mapping[str, Any]
    body: Block

    def build(self, draft: Draft, ends: Ends) -> tuple[Ends, Ends]:
        """Add the node, its body, and the way back."""
        node = draft.add(self.type, self.config, ends)
        out, jumps = self.body.build(draft, [(node, "body")])
        draft.wire(out + jumps, node)
        return [(node, "done")], []


@dataclass(frozen=True)
class Parallel:
    """Branches that run side by side up to their merge."""

    type: str
    config: Mapping[str, Any]
    arms: Mapping[str, Block]
    merge: Do

    def build(self, draft: Draft, ends: Ends) -> tuple[Ends, Ends]:
        """Add the node, each branch, and the merge."""
        node = draft.add(self.type, self.config, ends)
        loose: Ends = []
        for outcome, arm in self.arms.items():
            out, jumps = arm.build(draft, [(node, outcome)])
            loose += out + jumps
        return self.merge.build(draft, loose)
