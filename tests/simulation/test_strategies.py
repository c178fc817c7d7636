"""Drawn graphs are valid, compile, and the oracle walks them to an end."""

from __future__ import annotations

from hypothesis import given, settings
from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.workflows.checks import CheckContext, run_checks
from stepwell.workflows.compiler import CompileTargets, compile_workflow
from stepwell.workflows.graph import Graph
from stepwell.workflows.interpreter import simulate
from stepwell.workflows.model import Workflow

from tests.simulation.asl_definition import Machine, check_assigns
from tests.simulation.audiences import START, TENANT, Person, people
from tests.simulation.strategies import FIXED, workflows

TARGETS = CompileTargets(TENANT, 1, {name: name for name in NODE_FUNCTIONS})
KNOWN = CheckContext(templates=frozenset({"hello", "news"}), now=START)


@settings(FIXED, max_examples=100)
@given(workflows(), people())
def test_a_drawn_graph_passes_the_checks_compiles_and_every_contact_comes_to_an_end(
    workflow: Workflow, audience: tuple[Person, ...]
) -> None:
    assert not [found for found in run_checks(workflow, KNOWN) if found.severity == "error"]
    machine = Machine(compile_workflow(Graph(workflow), TARGETS).asl)
    check_assigns(machine)
    for person in audience:
        journey = simulate(workflow, person.contact, START, 4000, tenant=TENANT)
        assert journey.end_reason, workflow
