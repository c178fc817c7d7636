"""Limits of AWS, seen before publishing."""

from __future__ import annotations

import json
from collections.abc import Iterator

from stepwell.workflows.checks.base import Drawing, Violation

BYTES_A_NODE = 1_100
"""Size of a node's states in a definition, rounded up from compiled graphs; each further outcome adds to it."""
BYTES_AN_OUTCOME = 220


def check_node_count(drawing: Drawing) -> Iterator[Violation]:
    """A workflow has no more nodes than a machine can be."""
    count = len(drawing.expanded.workflow.nodes) if drawing.expanded else len(drawing.nodes)
    if count > drawing.context.limits.nodes:
        yield Violation(
            "too_many_nodes",
            f"{count} nodes (composites counted by their parts) are more than {drawing.context.limits.nodes}: "
            "split the workflow, e.g. by an event that one emits and the other starts with.",
        )


def check_definition_size(drawing: Drawing) -> Iterator[Violation]:
    """The definition fits Step Functions (1 MB); estimated, the compiler measures it exactly."""
    size = sum(
        BYTES_A_NODE + BYTES_AN_OUTCOME * len(part.type.outcomes(part.config)) for _, part in drawing.parts
    )
    if size > drawing.context.limits.definition_bytes:
        yield Violation(
            "definition_too_large",
            f"The state machine would have about {size:,} bytes, more than "
            f"{drawing.context.limits.definition_bytes:,}: split the workflow.",
        )


def check_outcome_count(drawing: Drawing) -> Iterator[Violation]:
    """No node has more ways out than one may draw."""
    for node in drawing.known:
        count = len(drawing.outcomes(node))
        if count > drawing.context.limits.outcomes:
            yield Violation(
                "too_many_outcomes",
                f"{count} ways out of `{node}` are more than {drawing.context.limits.outcomes}: nest two nodes.",
                node,
                "config",
            )


def check_machine_name(drawing: Drawing) -> Iterator[Violation]:
    """The state machine's name fits."""
    context = drawing.context
    name = f"{context.machine_prefix}-{context.tenant}-{drawing.workflow.id}-v{context.version}"
    if len(name) > context.limits.machine_name:
        yield Violation(
            "machine_name",
            f"The state machine's name `{name}` has {len(name)} characters, {context.limits.machine_name} are "
            "allowed: shorten the workflow's id.",
            "",
            "id",
        )


def check_config_size(drawing: Drawing) -> Iterator[Violation]:
    """The stored version fits DynamoDB (400 KB an item), uncompressed to be on the safe side."""
    size = len(json.dumps([node.config for node in drawing.workflow.nodes], default=str).encode())
    if size > 350_000:
        yield Violation(
            "document_too_large",
            f"The nodes' settings take {size:,} bytes, 350,000 fit: move long texts into templates.",
        )
