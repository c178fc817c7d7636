"""The node type on the development page is a whole one: it is run from the page."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.workflows import nodes
from stepwell.workflows.checks import run_checks
from stepwell.workflows.compiler import CompileTargets, compile_workflow
from stepwell.workflows.expansion import expand
from stepwell.workflows.graph import Graph
from stepwell.workflows.nodes.base import NodeType, Nothing, PatchProfile
from stepwell.workflows.schema import example_config, workflow_schema

from tests.unit.workflows.graphs import member, moment, wf

PAGE = Path(__file__).parents[2] / "docs/development.md"


@pytest.fixture
def added(tmp_path: Path) -> Iterator[NodeType[Any]]:
    """The catalogue with the page's file in it."""
    (source,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    (tmp_path / "copy_field.py").write_text(source, encoding="utf-8")
    nodes.__path__.append(str(tmp_path))
    try:
        yield nodes.node_type("copy_field")
    finally:
        nodes.__path__.remove(str(tmp_path))
        sys.modules.pop("stepwell.workflows.nodes.copy_field", None)
        nodes.node_type.cache_clear()


def test_the_file_is_all_that_the_catalogue_needs(added: NodeType[Any]) -> None:
    assert "copy_field" in nodes.node_type_names()
    assert nodes.catalogue()["copy_field"] is added
    assert example_config(added) == {"source": "plan", "target": "plan_at_signup"}
    assert "copy_field" in json.dumps(workflow_schema())


def test_it_does_what_it_says(added: NodeType[Any]) -> None:
    config = added.config.model_validate(example_config(added))
    assert added.act is not None
    assert added.act(config, member({"plan": "pro"}), moment()) == PatchProfile(set={"plan_at_signup": "pro"})
    assert added.act(config, member(), moment()) == Nothing(reason="no_value")
    twice = added.config.model_validate({"source": "plan", "target": "plan"})
    assert [found.code for found in added.checks(twice)] == ["same_field"]


def test_a_workflow_with_it_is_checked_and_compiled(added: NodeType[Any]) -> None:
    drawn = wf("start->copy", "copy->exit", nodes={"copy": (added.name, example_config(added))})
    assert [v for v in run_checks(drawn) if v.node == "copy"] == []
    targets = CompileTargets(
        tenant="acme", version=1, functions=dict.fromkeys(NODE_FUNCTIONS, "arn:aws:lambda:::x")
    )
    assert "copy" in compile_workflow(Graph(expand(drawn)), targets).asl["States"]
