"""What the conditions of a published workflow ask of a contact's past: what its profile must go on remembering."""

from __future__ import annotations

from collections.abc import Iterator

from stepwell.conditions import Condition, referenced
from stepwell.profiles.computed import event_properties
from stepwell.segments.reading import properties_of
from stepwell.workflows.facts import read_condition
from stepwell.workflows.graph import Graph
from stepwell.workflows.nodes._fields import marked

EVERYBODY = "all"
"""What an audience may say instead of a condition."""


def asked_properties(graph: Graph) -> set[str]:
    """Return the event properties that a workflow's conditions ask for.

    Of past events too: filters of counts do, and so does a wait for what came in while its contact was parked.
    """
    found: set[str] = set()
    for condition in _all_conditions(graph):
        found |= event_properties(referenced(condition).fields) | properties_of(condition)
    return found


def counted_events(graph: Graph) -> set[str]:
    """Return the events that a workflow's conditions count."""
    return {name for condition in _all_conditions(graph) for name in referenced(condition).events}


def _all_conditions(graph: Graph) -> Iterator[Condition]:
    settings = graph.workflow.settings
    for node in graph.nodes.values():
        yield from (
            read_condition(text) for _, text in marked(node.config, "condition") if text.strip() != EVERYBODY
        )
    texts = [settings.filter, *(e.where for e in settings.exit_criteria), *(g.where for g in settings.goals)]
    yield from (read_condition(text) for text in texts if text)
