"""Rules of the drawing itself: ids, types, configs, edges, outcomes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, Final

from stepwell.contracts.ids import RESERVED_NODE_IDS
from stepwell.errors import InvalidInput, NotFound
from stepwell.workflows.checks.base import Drawing, Violation
from stepwell.workflows.expansion import expand
from stepwell.workflows.nodes import node_type_names
from stepwell.workflows.nodes._fields import widgets
from stepwell.workflows.nodes.wait_until import TIMED_OUT
from stepwell.workflows.nodes.wait_until import Config as WaitUntil

_TOO_LITTLE: Final = ("string_pattern_mismatch", "string_too_short", "too_short")
"""What a field says to nothing where it wants something."""


def check_ids(drawing: Drawing) -> Iterator[Violation]:
    """Node ids are unique and none is a name of the machine's own."""
    for node, times in Counter(node.id for node in drawing.workflow.nodes).items():
        if times > 1:
            yield Violation("duplicate_id", f"{times} nodes have the id `{node}`: rename all but one.", node)
        if node in RESERVED_NODE_IDS:
            yield Violation(
                "reserved_id", f"`{node}` is a name the engine needs itself: rename the node.", node
            )


def check_part_ids(drawing: Drawing) -> Iterator[Violation]:
    """No drawn id is one that a composite needs for its parts."""
    if drawing.expanded is not None or drawing.faults or len(drawing.types) < len(drawing.nodes):
        return
    try:
        expand(drawing.workflow)
    except (InvalidInput, NotFound) as error:
        if error.code == "duplicate_id":
            yield Violation("duplicate_id", error.message, str(error.details.get("part", "")))


def check_types(drawing: Drawing) -> Iterator[Violation]:
    """Every node's type is in the catalogue."""
    for node in drawing.nodes.values():
        if node.id not in drawing.types:
            close = get_close_matches(node.type, node_type_names(), n=1)
            hint = f"; did you mean `{close[0]}`?" if close else "; choose one from the node library."
            yield Violation("unknown_type", f"There is no node type `{node.type}`{hint}", node.id, "type")


def check_configs(drawing: Drawing) -> Iterator[Violation]:
    """Every config fits its type's model; all faults of a node at once."""
    for node, error in drawing.faults.items():
        for fault in error.errors():
            yield _config_violation(drawing, node, fault)


def _config_violation(drawing: Drawing, node: str, fault: Any) -> Violation:
    # Members of unions and the like are no places that an author knows.
    path = ".".join(str(part) for part in fault["loc"] if "[" not in str(part) and "(" not in str(part))
    message = fault["msg"].removeprefix("Value error, ")
    field = f"config.{path}" if path else "config"
    if _is_left_out(fault):
        if drawing.kind(node) == "wait" and path == "time_limit":
            return Violation(
                "unbounded_wait",
                "This wait may last for ever: set `time_limit`, e.g. `7_days`; `timed_out` is the way on then.",
                node,
                field,
            )
        if widgets(drawing.types[node].config).get(str(fault["loc"][0])) == "template":
            return Violation("missing_template", "Choose a message.", node, field)
        return Violation("missing_field", f"`{path}` is missing: fill it in.", node, field)
    if fault["type"] == "extra_forbidden":
        names = [info.alias or name for name, info in drawing.types[node].config.model_fields.items()]
        close = get_close_matches(str(fault["loc"][-1]), names, n=1)
        hint = f"; did you mean `{close[0]}`?" if close else "; remove it."
        return Violation(
            "unknown_setting", f"`{drawing.types[node].name}` has no `{path}`{hint}", node, field
        )
    if "longer than two years" in message:
        return Violation("wait_too_long", f"{message}.", node, field)
    return Violation("config", f"`{path or 'config'}`: {message}.", node, field)


def _is_left_out(fault: Any) -> bool:
    """Tell whether a field is not there, or holds nothing where it must hold something."""
    return fault["type"] == "missing" or (fault["type"] in _TOO_LITTLE and not fault["input"])


def check_own_rules(drawing: Drawing) -> Iterator[Violation]:
    """Rules that a type has for its own config."""
    for node, known in drawing.known.items():
        for found in known.type.checks(known.config):
            field = f"config.{found.field}" if found.field else "config"
            yield Violation(found.code, found.message, node, field)


def check_retry(drawing: Drawing) -> Iterator[Violation]:
    """A retry policy stands only where something can be tried again."""
    for node, kind in drawing.types.items():
        if drawing.nodes[node].retry is not None and not kind.can_defer and kind.kind != "composite":
            yield Violation(
                "retry_without_effect",
                f"`{kind.name}` calls nobody, so there is nothing to retry: remove the retry policy.",
                node,
                "retry",
                severity="warning",
            )


def check_edges(drawing: Drawing) -> Iterator[Violation]:
    """Edges lead from a node's outcome to a node that is no trigger, one a outcome."""
    seen: set[tuple[str, str]] = set()
    for edge in drawing.workflow.edges:
        where = f"`{edge.source}.{edge.outcome} -> {edge.target}`"
        for end in (edge.source, edge.target):
            if end not in drawing.nodes:
                yield Violation(
                    "edge_to_nowhere",
                    f"{where}: there is no node `{end}`; draw it or remove the edge.",
                    edge.source if edge.source in drawing.nodes else "",
                    "edges",
                )
        if drawing.kind(edge.target) == "trigger":
            yield Violation(
                "edge_into_trigger",
                f"{where}: nothing can lead into a trigger; to go round again use a loop.",
                edge.source,
                "edges",
            )
        if (edge.source, edge.outcome) in seen:
            yield Violation(
                "outcome_twice",
                f"{where}: `{edge.outcome}` leads somewhere already; use parallel_execution to go two ways.",
                edge.source,
                "edges",
            )
        seen.add((edge.source, edge.outcome))
        outcomes = drawing.outcomes(edge.source)
        if edge.source in drawing.known and edge.outcome not in outcomes:
            has = ", ".join(f"`{name}`" for name in outcomes) or "none"
            yield Violation(
                "unknown_outcome",
                f"{where}: `{edge.source}` has no outcome `{edge.outcome}`; it has {has}.",
                edge.source,
                "edges",
            )


def check_outcomes_wired(drawing: Drawing) -> Iterator[Violation]:
    """Every outcome of a logic node, and a trigger's, leads somewhere; others end the journey when unwired."""
    wired = {(edge.source, edge.outcome) for edge in drawing.workflow.edges}
    for node in drawing.known:
        for outcome in _needed(drawing, node):
            if (node, outcome) not in wired:
                yield Violation(
                    "missing_outcome",
                    f"`{outcome}` of `{node}` leads nowhere: connect it, to an exit if the journey ends there.",
                    node,
                    f"outcomes.{outcome}",
                )


def _needed(drawing: Drawing, node: str) -> tuple[str, ...]:
    known = drawing.known[node]
    kind = drawing.kind(node)
    outcomes = drawing.outcomes(node)
    if isinstance(known.config, WaitUntil):
        if any(way.open_ended for way in known.config.ways):
            return outcomes
        return tuple(outcome for outcome in outcomes if outcome != TIMED_OUT)
    return outcomes if kind in ("split", "loop", "parallel", "trigger") else ()
