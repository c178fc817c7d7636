"""The local cloud's Step Functions and the simulation's interpreter run compiled machines alike.

The proof of the engine (`tests/simulation`) rests on that interpreter; here it is held to an independent one.
The same scripted functions answer both: what a node does to its cohort follows from the payload alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.workflows.compiler import CompileTargets, compile_workflow
from stepwell.workflows.documents import load_yaml
from stepwell.workflows.expansion import expand
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow
from stepwell.workflows.plan import Plan

from local.testing import ROLE, LocalCloud, eventually, make_function
from tests.golden.test_golden import GRAPHS
from tests.simulation.asl import Execution
from tests.simulation.asl_definition import Machine
from tests.simulation.strategies import workflows

DRAWN = 18
COHORT = [f"{chr(97 + n) * 16}.0.1:1" for n in range(7)]
STUB = """
import hashlib, json, sys
TABLE = json.loads(%r)

def pick(most, *parts):
    return hashlib.sha256("/".join(map(str, parts)).encode()).digest()[0] %% most

def handler(task, context=None):
    print("asked", file=sys.stderr)
    node = TABLE[task["workflow"]].get(task["node"], {"outcomes": [], "kind": "end", "defers": False, "forks": False})
    cohort = list(dict.fromkeys(task["cohort"]))
    if task.get("arrivals"):
        cohort = [t for t in cohort if task["cohort"].count(t) >= task["arrivals"]]
    outcomes, kind = node["outcomes"], node["kind"]
    out = {outcome: [] for outcome in outcomes}
    answer = {"out": out, "later": [], "wait_s": 0, "due": "", "stay": "", "echo": task}
    if node["defers"] and task["part"] == 0:
        answer["later"] = [t for t in cohort if pick(3, t, task["node"]) == 0]
    going = [t for t in cohort if t not in answer["later"]]
    if kind == "parallel" and "fork" not in task:
        return {**answer, "out": {outcome: going for outcome in outcomes}}
    if node["forks"] and kind in ("parallel", "merge"):
        return answer
    for token in going:
        if kind == "loop":
            again = task["steps"] < 40 and pick(3, token, task["steps"])
            out["body" if again else next(o for o in outcomes if o != "body")].append(token)
        elif outcomes:
            out[outcomes[0 if kind == "wait" else pick(len(outcomes), token, task["node"])]].append(token)
    if kind == "wait" and "fork" not in task and pick(2, task["node"], "due"):
        answer["due"] = "2026-03-01T09:00:00Z"
    if "fork" in task and going:
        answer["stay"] = max(out, key=lambda outcome: len(out[outcome]))
        answer["out"] = {o: tokens if o == answer["stay"] else [] for o, tokens in out.items()}
    return answer
"""


@dataclass(frozen=True)
class Told:
    """What an execution did.

    Attributes:
        states: Names of the states entered, in order.
        asked: Payloads of the Lambda calls, in order.
        status: How it ended.
    """

    states: list[str]
    asked: list[Any]
    status: str


def drawn() -> list[Workflow]:
    """Draw graphs, the same ones each time."""
    found: list[Workflow] = []

    @settings(
        max_examples=DRAWN,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(workflows(14))
    def draw(workflow: Workflow) -> None:
        found.append(workflow.model_copy(update={"id": f"drawn_{len(found)}"}))

    draw()
    return found


def written() -> list[Workflow]:
    """The templates and the graph with every shape."""
    return [expand(load_yaml(Path(path).read_text())) for path in GRAPHS]


def table(graphs: list[Graph]) -> dict[str, Any]:
    """What the scripted functions know of the nodes."""
    return {
        graph.workflow.id: {
            name: {
                "outcomes": list(graph[name].outcomes),
                "kind": graph[name].type.kind,
                "defers": graph[name].type.can_defer,
                "forks": name in plan.forks or plan.merges.get(name) in plan.forks,
            }
            for name in graph.order
        }
        for graph, plan in ((graph, Plan(graph)) for graph in graphs)
    }


def entries(graph: Graph) -> list[str]:
    """Where contacts may come in: behind the trigger, and in the middle."""
    nodes = [name for name in graph.order if graph[name].type.kind != "trigger"]
    return list(dict.fromkeys([nodes[0], nodes[len(nodes) // 2]]))


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    with LocalCloud(tmp_path_factory.mktemp("asl")) as started:
        yield started


def test_both_interpreters_tell_the_same(cloud: LocalCloud) -> None:
    graphs = [Graph(workflow) for workflow in [*written(), *drawn()]]
    assert len(graphs) >= 20
    code = STUB % json.dumps(table(graphs))
    arn = make_function(cloud, "scripted", code)
    scope: dict[str, Any] = {}
    exec(code, scope)
    client = cloud.client("stepfunctions", attempts=3)
    targets = CompileTargets("acme", 1, dict.fromkeys(NODE_FUNCTIONS, arn))
    wanted: dict[str, tuple[str, Told]] = {}
    for graph in graphs:
        asl = compile_workflow(graph, targets).asl
        machine = client.create_state_machine(
            name=graph.workflow.id.replace("_", "-"), roleArn=ROLE, definition=json.dumps(asl)
        )["stateMachineArn"]
        for entry in entries(graph):
            data = {"entry": entry, "run": "r", "attempt": 1, "cohort": COHORT, "loop": {}}
            started = client.start_execution(stateMachineArn=machine, input=json.dumps(data))
            where = f"{graph.workflow.id} from {entry}"
            wanted[started["executionArn"]] = where, simulated(Machine(asl), data, scope["handler"])
    for execution, (where, want) in wanted.items():
        eventually(
            lambda e=execution: client.describe_execution(executionArn=e)["status"] != "RUNNING", timeout_s=60
        )
        got = told(client, execution)
        assert got.status == want.status == "SUCCEEDED", where
        assert got.states == want.states, where
        assert got.asked == want.asked, where


def simulated(machine: Machine, data: Any, handler: Any) -> Told:
    """Run a machine on the simulation's interpreter."""
    asked: list[Any] = []

    def invoke(_function: str, payload: Any) -> Any:
        asked.append(payload)
        return handler(payload)

    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    execution = Execution(machine, "simulated", data, invoke, now)
    while execution.running:
        execution.step(max(now, execution.wake or now))
    return Told(execution.visited, asked, execution.status)


def told(client: Any, execution: str) -> Told:
    """Read what an execution of the local cloud did."""
    pages = client.get_paginator("get_execution_history").paginate(executionArn=execution)
    events = [event for page in pages for event in page["events"]]
    return Told(
        [
            event["stateEnteredEventDetails"]["name"]
            for event in events
            if "stateEnteredEventDetails" in event
        ],
        [
            json.loads(event["taskSucceededEventDetails"]["output"])["Payload"]["echo"]
            for event in events
            if "taskSucceededEventDetails" in event
        ],
        client.describe_execution(executionArn=execution)["status"],
    )
