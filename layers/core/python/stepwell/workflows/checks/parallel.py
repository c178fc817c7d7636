"""Rules of parallel sections: every branch reaches the one merge, and nothing leaves or enters in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stepwell.workflows.checks.base import Drawing, Violation


@dataclass(frozen=True)
class Section:
    """A parallel section as drawn.

    Attributes:
        parallel: Where it opens.
        merge: Where it closes; None when no merge does.
        branches: Nodes inside each branch, an outcome each.
        complete: Outcomes whose branch leads to the merge.
    """

    parallel: str
    merge: str | None
    branches: Mapping[str, frozenset[str]]
    complete: frozenset[str]

    @property
    def nodes(self) -> frozenset[str]:
        """All nodes inside."""
        return frozenset().union(*self.branches.values())


def section(drawing: Drawing, parallel: str) -> Section:
    """Find the section that a parallel node opens.

    A merge may also stand where the ways of a split meet, inside a branch as well. The one that closes the section
    is the nearest that all branches reach (or, in a broken drawing, the most).
    """
    starts = {edge.outcome: edge.target for edge in drawing.edges if edge.source == parallel}
    ahead = {name: drawing.reach([start], blocked=(parallel,)) for name, start in starts.items()}
    merges = [node for node in drawing.of_kind("merge") if any(node in nodes for nodes in ahead.values())]

    def distance(merge: str) -> tuple[int, int]:
        before = drawing.reach(list(starts.values()), blocked=(parallel, merge))
        return -sum(merge in nodes for nodes in ahead.values()), len(before & set(merges))

    merge = min(merges, key=distance, default=None)
    blocked = (parallel, merge) if merge else (parallel,)
    return Section(
        parallel,
        merge,
        {name: frozenset(drawing.reach([start], blocked=blocked)) for name, start in starts.items()},
        frozenset(name for name, nodes in ahead.items() if merge in nodes),
    )


def sections(drawing: Drawing) -> list[Section]:
    """Return the sections of all parallel nodes in drawn order."""
    return [section(drawing, parallel) for parallel in drawing.of_kind("parallel")]


def check_parallel_merges(drawing: Drawing) -> Iterator[Violation]:
    """Parallel and merge belong together one to one, and every branch reaches the merge."""
    closed: Counter[str] = Counter()
    for found in sections(drawing):
        if found.merge is None:
            yield Violation(
                "parallel_without_merge",
                f"The branches of `{found.parallel}` never come together: lead each to one merge_branches.",
                found.parallel,
            )
            continue
        closed[found.merge] += 1
        for outcome, nodes in found.branches.items():
            loose = sorted(node for node in nodes if drawing.ends(node) and not _is_exit(drawing, node))
            if outcome in found.complete and not loose:
                continue
            at = f" (it ends at `{loose[0]}`)" if loose else ""
            yield Violation(
                "branch_misses_merge",
                f"`{outcome}` of `{found.parallel}` may never reach `{found.merge}`{at}: lead every way to it.",
                loose[0] if loose else found.parallel,
                "" if loose else f"outcomes.{outcome}",
            )
    for merge in drawing.of_kind("merge"):
        if not closed[merge]:
            yield Violation(
                "merge_without_parallel",
                f"`{merge}` closes no parallel section and so waits for nothing: ways may meet at any node.",
                merge,
                severity="warning",
            )
        elif closed[merge] > 1:
            yield Violation(
                "merge_shared", f"`{merge}` closes several sections: give each its own merge.", merge
            )


def _is_exit(drawing: Drawing, node: str) -> bool:
    known = drawing.known.get(node)
    return known is not None and known.type.kind == "end"


def check_branches_apart(drawing: Drawing) -> Iterator[Violation]:
    """Branches meet at the merge only, and nothing jumps into one."""
    for found in sections(drawing):
        if found.merge is None:
            continue
        for outcome, nodes in found.branches.items():
            for node in sorted(nodes):
                for source in drawing.preceding[node]:
                    if source not in nodes and source != found.parallel:
                        yield _intruder(found, outcome, node, source)
        starts = Counter(edge.target for edge in drawing.edges if edge.source == found.parallel)
        for node, times in starts.items():
            if times > 1 and node != found.merge:
                yield Violation(
                    "branches_meet_early",
                    f"{times} branches of `{found.parallel}` lead to `{node}`: they may meet at the merge only.",
                    found.parallel,
                    "edges",
                )


def _intruder(found: Section, outcome: str, node: str, source: str) -> Violation:
    sibling = source in found.nodes
    return Violation(
        "branches_meet_early" if sibling else "jump_into_parallel",
        f"`{source}` leads into the branch `{outcome}` of `{found.parallel}` at `{node}`: "
        + ("branches may meet at the merge only." if sibling else "enter it by the parallel node."),
        source,
        "edges",
    )


def check_exit_in_parallel(drawing: Drawing) -> Iterator[Violation]:
    """No exit and no ending goal stands in a parallel section."""
    for found in sections(drawing):
        for node in sorted(found.nodes) if found.merge else ():
            known = drawing.known.get(node)
            if known is not None and (known.type.kind == "end" or getattr(known.config, "ends", False)):
                yield Violation(
                    "exit_in_parallel",
                    f"`{node}` would end the journey while other branches of `{found.parallel}` go on: "
                    "put it behind the merge, or use an exit criterion.",
                    node,
                )
