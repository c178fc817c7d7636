"""How each node is carried out: in line with its siblings, by forking runs, or on its own. Pure.

A branching whose sides never wait up to where they meet runs them one after the other in one execution
(predication); one with a wait on a side sends each side's contacts on in a run of their own (fork).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from stepwell.workflows.graph import Graph

LINEAR_MEMBERS = 4


@dataclass(frozen=True, slots=True)
class Region:
    """Nodes visited one after the other until their inboxes are empty.

    A small region without a loop is visited straight through: a Task on an empty inbox costs no more than a
    Choice that skips it. Others have a `route` Choice that goes to the first non-empty inbox.

    Attributes:
        head: Name giver: its first head in topological order.
        heads: Branching nodes whose sides it holds.
        members: Its nodes in topological order.
        exit: Where the survivors go on; None: nowhere.
        linear: Whether it is visited straight through.
    """

    head: str
    heads: frozenset[str]
    members: tuple[str, ...]
    exit: str | None
    linear: bool

    def following(self, node: str) -> str | None:
        """Return what is visited after a head or member of a linear region; None: nothing."""
        index = self.members.index(node) + 1 if node in self.members else 0
        return self.members[index] if index < len(self.members) else self.exit


class Plan:
    """The carrying-out of a graph.

    Args:
        graph: Checked graph.
    """

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def branches(self, node: str) -> bool:
        """Tell whether a node sends contacts to more than one place."""
        this = self.graph[node]
        if this.type.kind in ("parallel", "loop"):
            return True
        return len(self.graph.successors(node)) > 1

    @property
    def forks(self) -> frozenset[str]:
        """Branching nodes that start runs of their own for those who leave; wait nodes among them."""
        return self._layout[0]

    @property
    def regions(self) -> tuple[Region, ...]:
        """Inline regions; overlapping ones are one."""
        return self._layout[1]

    @cached_property
    def _layout(self) -> tuple[frozenset[str], tuple[Region, ...]]:
        graph = self.graph
        heads = [n for n in graph.order if graph[n].type.kind != "trigger" and self.branches(n)]
        sections = {node: graph.section(node) for node in heads}
        forks = {n for n in heads if graph[n].type.kind == "wait" or graph.waits(sections[n])}
        while True:
            # A fork inside an inline section would leave its siblings behind: the outer one forks as well.
            forks |= {n for n in heads if sections[n] & forks}
            regions, stray = self._regions([n for n in heads if n not in forks], sections)
            if not stray and not any(sections[n] & forks for n in heads if n not in forks):
                return frozenset(forks), regions
            forks |= stray

    @cached_property
    def merges(self) -> dict[str, str]:
        """The parallel node a merge node belongs to."""
        graph = self.graph
        found: dict[str, str] = {}
        for node, this in graph.nodes.items():
            point = graph.meeting_points[node]
            if this.type.kind == "parallel" and point and graph[point].type.kind == "merge":
                found[point] = node
        return found

    def _regions(
        self, heads: list[str], sections: dict[str, frozenset[str]]
    ) -> tuple[tuple[Region, ...], set[str]]:
        """Group inline heads; also return heads whose regions have no common exit and must fork."""
        graph = self.graph
        rank = {node: index for index, node in enumerate(graph.order)}
        groups: list[tuple[set[str], set[str]]] = []  # (heads, members)
        for head in heads:
            members = set(sections[head])
            if graph[head].type.kind == "loop":
                members.add(head)
            if not members:
                continue
            joined = {head}
            rest = []
            for other_heads, other_members in groups:
                if members & other_members or joined & other_members or members & other_heads:
                    joined |= other_heads
                    members |= other_members
                else:
                    rest.append((other_heads, other_members))
            groups = [*rest, (joined, members)]
        regions = []
        stray: set[str] = set()
        for joined, members in groups:
            exits = {p for p in (graph.meeting_points[h] for h in joined) if p and p not in members}
            if len(exits) > 1:
                stray |= joined
                continue
            regions.append(
                Region(
                    head=min(joined, key=rank.__getitem__),
                    heads=frozenset(joined),
                    members=tuple(sorted(members, key=rank.__getitem__)),
                    exit=next(iter(exits), None),
                    linear=len(members) <= LINEAR_MEMBERS
                    and not any(graph[n].type.kind == "loop" for n in members | joined),
                )
            )
        return tuple(sorted(regions, key=lambda r: rank[r.head])), stray

    @cached_property
    def region_of(self) -> dict[str, Region]:
        """The region a node is a member or head of."""
        found: dict[str, Region] = {}
        for region in self.regions:
            for node in (*region.members, *region.heads):
                found[node] = region
        return found

    def arrivals(self, node: str) -> int:
        """Return from how many branches an inline merge expects each contact; 0 for other nodes."""
        parallel = self.merges.get(node)
        if parallel is None or parallel in self.forks:
            return 0
        return len(self.graph.targets(parallel))
