"""What a workflow's conditions ask of the past; an audience of everybody asks nothing."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.triggers.asking import asked_properties, counted_events
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow


def graph(**trigger: Any) -> Graph:
    nodes = [
        {"id": "clock", "type": "time_based_trigger", "config": {"schedule": {"rate": "1 day"}, **trigger}},
        {"id": "done", "type": "exit"},
    ]
    edges = [{"source": "clock", "target": "done"}]
    return Graph(Workflow.model_validate({"id": "w", "nodes": nodes, "edges": edges}))


@pytest.mark.parametrize("audience", ["all", " all ", ""])
def test_everybody_is_no_condition(audience: str) -> None:
    assert counted_events(graph(audience=audience)) == set()


def test_an_audiences_condition_keeps_what_it_counts() -> None:
    asking = graph(audience="count(purchase where total > 50, 90 days) > 2")
    assert counted_events(asking) == {"purchase"}
    assert asked_properties(asking) == {"total"}
