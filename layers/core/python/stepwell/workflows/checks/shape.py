"""Rules of the graph's shape: triggers, reachability, cycles."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from stepwell.workflows.checks.base import Drawing, Violation


def check_trigger(drawing: Drawing) -> Iterator[Violation]:
    """There is a way in."""
    if not drawing.of_kind("trigger"):
        yield Violation("no_trigger", "Nobody can enter: add a trigger and connect it to the first step.")


def check_ambiguous_triggers(drawing: Drawing) -> Iterator[Violation]:
    """No event enrolls by two triggers at once."""
    events = dict(drawing.trigger_events())
    for one, other in combinations(events, 2):
        for event in sorted(set(events[one]) & set(events[other])):
            both = all(_has_condition(drawing, node) for node in (one, other))
            yield Violation(
                "ambiguous_triggers",
                f"`{event}` starts the journey by `{one}` and by `{other}`: "
                + (
                    "make sure that their conditions never hold together."
                    if both
                    else "keep one, or give both a condition that excludes the other."
                ),
                other,
                "config",
                severity="warning" if both else "error",
            )


def _has_condition(drawing: Drawing, node: str) -> bool:
    config = drawing.nodes[node].config
    return bool(config.get("where") or config.get("condition"))


def check_reachable(drawing: Drawing) -> Iterator[Violation]:
    """Every node can be reached from a trigger."""
    triggers = drawing.of_kind("trigger")
    if not triggers:
        return
    reached = drawing.reach(triggers)
    for node in drawing.nodes:
        if node not in reached:
            yield Violation(
                "unreachable", f"No way leads from a trigger to `{node}`: connect it or remove it.", node
            )


def check_way_out(drawing: Drawing) -> Iterator[Violation]:
    """From every node the journey can come to an end."""
    if illegal_cycles(drawing):
        return  # what leads into a cycle has no way out either: one cause, one violation
    free = drawing.reach([node for node in drawing.nodes if drawing.ends(node)], backward=True)
    for node in drawing.nodes:
        if node not in free:
            yield Violation(
                "no_way_out", f"From `{node}` the journey never ends: lead a way on to an exit.", node
            )


def check_cycles(drawing: Drawing) -> Iterator[Violation]:
    """The only cycles are those of loop_iterator."""
    for cycle in illegal_cycles(drawing):
        names = " → ".join(f"`{node}`" for node in cycle[:6]) + (" → …" if len(cycle) > 6 else "")
        yield Violation(
            "cycle",
            f"{names} go round in a circle: only the body of a loop_iterator may lead back, to the loop itself.",
            cycle[0],
        )


def check_loop_bodies(drawing: Drawing) -> Iterator[Violation]:
    """A loop's body comes back to the loop, and is entered through it alone."""
    for loop in drawing.of_kind("loop"):
        start = drawing.target(loop, "body")
        if start is None:
            continue
        body = drawing.loop_body(loop)
        if not body and start != loop:
            yield Violation(
                "loop_body_open",
                f"The body of `{loop}` never comes back, so nothing repeats: lead its last step to `{loop}`.",
                loop,
                "outcomes.body",
                severity="warning",
            )
        for node in sorted(body):
            for source in drawing.preceding[node]:
                if source not in body and (source != loop or node != start):
                    yield Violation(
                        "jump_into_loop",
                        f"`{source}` leads into the middle of the loop `{loop}`: lead it to `{loop}`.",
                        source,
                        "edges",
                    )


def illegal_cycles(drawing: Drawing) -> list[list[str]]:
    """Return the cycles that remain without the legal edges from loop bodies back to their loops."""
    bodies = {loop: drawing.loop_body(loop) for loop in drawing.of_kind("loop")}
    steps = {
        node: [t for t in targets if node not in bodies.get(t, ())]
        for node, targets in drawing.following.items()
    }
    rank = {node: index for index, node in enumerate(drawing.nodes)}
    found = [
        sorted(component, key=rank.__getitem__)
        for component in _components(steps)
        if len(component) > 1 or component[0] in steps[component[0]]
    ]
    return sorted(found, key=lambda cycle: rank[cycle[0]])


def _components(steps: dict[str, list[str]]) -> list[list[str]]:
    """Strongly connected components (Tarjan), without recursion: graphs may be deep."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    held: set[str] = set()
    found: list[list[str]] = []
    for root in steps:
        if root in index:
            continue
        work = [(root, 0)]
        while work:
            node, at = work.pop()
            if at == 0:
                index[node] = low[node] = len(index)
                stack.append(node)
                held.add(node)
            if at < len(steps[node]):
                work.append((node, at + 1))
                target = steps[node][at]
                if target not in index:
                    work.append((target, 0))
                elif target in held:
                    low[node] = min(low[node], index[target])
                continue
            if low[node] == index[node]:
                component = []
                while True:
                    member = stack.pop()
                    held.discard(member)
                    component.append(member)
                    if member == node:
                        break
                found.append(component)
            if work:
                above = work[-1][0]
                low[above] = min(low[above], low[node])
    return found
