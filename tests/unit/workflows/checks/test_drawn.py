"""Graphs that are drawn valid break no rule, and survive being written down."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from stepwell.workflows.checks import run_checks
from stepwell.workflows.diff import diff
from stepwell.workflows.documents import dump_json, dump_yaml, load_json, load_yaml
from stepwell.workflows.model import Workflow

from tests.simulation.strategies import workflows


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(workflows(20))
def test_a_valid_graph_breaks_no_rule(workflow: Workflow) -> None:
    assert [v for v in run_checks(workflow) if v.severity == "error"] == []
    assert load_yaml(dump_yaml(workflow)) == workflow
    assert diff(load_json(dump_json(workflow)), workflow).empty
