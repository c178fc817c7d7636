"""In which order segments are evaluated: those that others refer to first. A circle has no order and is refused."""

from __future__ import annotations

from collections.abc import Mapping, Set


def in_order(references: Mapping[str, Set[str]]) -> tuple[list[str], list[str]]:
    """Sort segments by their references.

    Args:
        references: By segment id, the ids that its condition names; unknown ones are ignored.

    Returns:
        Ids, each after those that it refers to, in alphabetical order where that leaves a choice; and the first
        circle, from a segment back to itself (empty: none). What stands in or behind a circle is not in the order.
    """
    order: list[str] = []
    done: set[str] = set()
    waiting = {
        segment: {r for r in named if r in references} for segment, named in sorted(references.items())
    }
    while ready := [segment for segment, named in waiting.items() if named <= done]:
        for segment in ready:
            order.append(segment)
            done.add(segment)
            del waiting[segment]
    return order, _circle(waiting)


def _circle(waiting: Mapping[str, Set[str]]) -> list[str]:
    if not waiting:
        return []
    # Each of these waits for another of these, so a walk along them must come back to where it was.
    walk = [min(waiting)]
    while True:
        following = min(r for r in waiting[walk[-1]] if r in waiting)
        if following in walk:
            return [*walk[walk.index(following) :], following]
        walk.append(following)
