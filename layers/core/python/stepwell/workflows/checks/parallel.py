"""Rules of parallel sections: every branch reaches the one merge, and nothing leaves or enters in between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from stepwell.workflows.checks.base import Drawing, Violation


@dataclass
class _Branch:
    """What a branch of a parallel node leads to.

    Attributes:
        outcome: Its outcome.
        nodes: Nodes inside, nested sections included.
        own: Those at its own level.
        merges: Merges that close it.
        loose: Nodes inside at which the journey ends instead.
    """

    outcome: str
    nodes: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)
    merges: set[str] = field(default_factory=set)
    loose: set[str] = field(default_factory=set)


def _walk(drawing: Drawing, outcome: str, start: str) -> _Branch:
    branch = _Branch(outcome)
    seen: set[tuple[str, int]] = set()
    todo = [(start, 0)]
    while todo:
        node, depth = todo.pop()
        if (node, depth) in seen or depth > len(drawing.nodes):
            continue
        seen.add((node, depth))
        kind = drawing.kind(node)
        if kind == "merge" and depth == 0:
            branch.merges.add(node)
            continue
        branch.nodes.add(node)
        if depth == 0:
            branch.own.add(node)
        if drawing.ends(node) and not (kind == "split" and drawing.following[node]):
            branch.loose.add(node)
        after = depth + (kind == "parallel") - (kind == "merge")
        todo.extend((target, after) for target in drawing.following[node])
    return branch


def branches(drawing: Drawing, parallel: str) -> list[_Branch]:
    """Return what each drawn branch of a parallel node leads to."""
    return [_walk(drawing, edge.outcome, edge.target) for edge in drawing.edges if edge.source == parallel]


def inside_parallel(drawing: Drawing) -> dict[str, str]:
    """Return the parallel node around each node that stands in a section."""
    found: dict[str, str] = {}
    for parallel in drawing.of_kind("parallel"):
        for branch in branches(drawing, parallel):
            if branch.merges:
                found.update(dict.fromkeys(branch.nodes, parallel))
    return found


def check_parallel_merges(drawing: Drawing) -> Iterator[Violation]:
    """Parallel and merge belong together one to one, and every branch reaches the merge."""
    merged: Counter[str] = Counter()
    for parallel in drawing.of_kind("parallel"):
        found = branches(drawing, parallel)
        merges = {merge for branch in found for merge in branch.merges}
        if not merges:
            yield Violation(
                "parallel_without_merge",
                f"The branches of `{parallel}` never come together: lead each to one merge_branches.",
                parallel,
            )
            continue
        if len(merges) > 1:
            names = ", ".join(f"`{merge}`" for merge in sorted(merges))
            yield Violation(
                "several_merges",
                f"The branches of `{parallel}` end in {names}: lead all to one of them.",
                parallel,
            )
        merged.update(merges)
        for branch in found:
            if not branch.merges or branch.loose:
                at = f" (it ends at `{min(branch.loose)}`)" if branch.loose else ""
                yield Violation(
                    "branch_misses_merge",
                    f"`{branch.outcome}` of `{parallel}` may never reach the merge{at}: lead every way to it.",
                    min(branch.loose, default=parallel),
                    f"outcomes.{branch.outcome}" if not branch.loose else "",
                )
    for merge in drawing.of_kind("merge"):
        if not merged[merge]:
            yield Violation(
                "merge_without_parallel",
                f"`{merge}` closes no parallel section: remove it, ways may meet at any node.",
                merge,
            )
        elif merged[merge] > 1:
            yield Violation(
                "merge_shared", f"`{merge}` closes several sections: give each its own merge.", merge
            )


def check_branches_apart(drawing: Drawing) -> Iterator[Violation]:
    """Branches meet at the merge only, and nothing jumps into one."""
    for parallel in drawing.of_kind("parallel"):
        found = [branch for branch in branches(drawing, parallel) if branch.merges]
        for branch in found:
            for node in sorted(branch.nodes):
                for source in drawing.preceding[node]:
                    if source in branch.nodes or (source == parallel):
                        continue
                    other = any(source in b.nodes for b in found)
                    yield Violation(
                        "branches_meet_early" if other else "jump_into_parallel",
                        f"`{source}` leads into the branch `{branch.outcome}` of `{parallel}` at `{node}`: "
                        + (
                            "branches may meet at the merge only."
                            if other
                            else "enter it by the parallel node."
                        ),
                        source,
                        "edges",
                    )
        starts = Counter(edge.target for edge in drawing.edges if edge.source == parallel)
        for node, times in starts.items():
            if times > 1 and drawing.kind(node) != "merge":
                yield Violation(
                    "branches_meet_early",
                    f"{times} branches of `{parallel}` lead to `{node}`: branches may meet at the merge only.",
                    parallel,
                    "edges",
                )


def check_exit_in_parallel(drawing: Drawing) -> Iterator[Violation]:
    """No exit and no ending goal stands in a parallel section."""
    for node, parallel in inside_parallel(drawing).items():
        known = drawing.known.get(node)
        if known is None:
            continue
        ends = known.type.kind == "end" or bool(getattr(known.config, "ends", False))
        if ends:
            yield Violation(
                "exit_in_parallel",
                f"`{node}` would end the journey while other branches of `{parallel}` go on: "
                "put it behind the merge, or use an exit criterion.",
                node,
            )
