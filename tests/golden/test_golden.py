"""Graph in, exact ASL out. Old goldens stay: executions outlive deploys.

`UPDATE_GOLDENS=1 pytest tests/golden` writes the files anew; read the difference before you commit it.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.workflows.compiler import Compiled, CompileTargets, compile_workflow
from stepwell.workflows.documents import load_yaml
from stepwell.workflows.expansion import expand
from stepwell.workflows.graph import Graph

from tests.simulation.asl_definition import Machine, check_assigns

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GRAPHS = sorted([*(ROOT / "statemachines/templates").glob("*.yaml"), *(HERE / "graphs").glob("*.yaml")])
TARGETS = CompileTargets(
    tenant="acme",
    version=1,
    functions={
        name: f"arn:aws:lambda:us-east-1:111122223333:function:stepwell-{name.replace('_', '-')}"
        for name in NODE_FUNCTIONS
    },
)


def compiled(path: Path) -> Compiled:
    return compile_workflow(Graph(expand(load_yaml(path.read_text()))), TARGETS)


@pytest.mark.parametrize("path", GRAPHS, ids=lambda p: p.stem)
def test_the_machine_is_exactly_the_golden(path):
    text = compiled(path).text(indent=1) + "\n"
    golden = HERE / "asl" / f"{path.stem}.asl.json"
    if os.environ.get("UPDATE_GOLDENS"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text)
    assert text == golden.read_text(), f"{golden.name} differs; see this file's docstring"


@pytest.mark.parametrize("path", GRAPHS, ids=lambda p: p.stem)
def test_every_state_leads_somewhere_and_maps_to_its_node(path):
    machine = compiled(path)
    states = machine.asl["States"]
    named = set()
    for state in states.values():
        named |= {state[key] for key in ("Next", "Default") if key in state}
        named |= {choice["Next"] for choice in state.get("Choices", ())}
        named |= {catch["Next"] for catch in state.get("Catch", ())}
    assert named <= set(states)
    assert set(states) - named <= {"dispatch"}
    nodes = {n.id for n in expand(load_yaml(path.read_text())).nodes} | {"finish"}
    assert set(machine.source_map.values()) <= nodes


@pytest.mark.parametrize("path", GRAPHS, ids=lambda p: p.stem)
def test_no_assign_depends_on_the_order_of_its_entries(path):
    check_assigns(Machine(compiled(path).asl))


def test_all_goldens_pass_the_validator_of_step_functions():
    node = ROOT / ".venv/bin/node"
    validator = ROOT / "node_modules/.bin/asl-validator"
    if not validator.exists():
        pytest.skip("node_modules is not installed: `make node_modules`")
    files = sorted((HERE / "asl").glob("*.json"))
    arguments = [argument for file in files for argument in ("--json-path", str(file))]
    found = subprocess.run([node, validator, *arguments], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_same_graph_gives_the_same_bytes_whatever_the_hash_seed():
    script = (
        "import sys; sys.path[:0] = ['.', 'layers/core/python'];"
        "from tests.golden.test_golden import GRAPHS, compiled;"
        "import hashlib;"
        "print(hashlib.sha256(''.join(compiled(p).text() for p in GRAPHS).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [ROOT / ".venv/bin/python", "-c", script],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(digests) == 1


def test_old_goldens_are_still_json():
    for file in (HERE / "asl").glob("*.json"):
        json.loads(file.read_text())
