"""How fast our own code is: compiling a long graph, splitting a cohort, importing a node function.

Processor time, best of several: the clock on the wall says more about the neighbours than about the code.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import process_time
from typing import Any

from stepwell.contracts.clock import ManualClock
from stepwell.contracts.ids import profile_id
from stepwell.contracts.names import NODE_FUNCTIONS
from stepwell.contracts.node_io import NodeTask
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import Run, Token, TokenState, Via
from stepwell.contracts.workspace import Control, Workspace
from stepwell.runtime.effects import Delivery, Ports
from stepwell.runtime.stepping import run_task
from stepwell.workflows.compiler import CompileTargets, compile_workflow
from stepwell.workflows.facts import holds
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow
from stepwell.workflows.nodes.base import Member, Moment

from bench.graphs import chain, reference
from bench.results import Result

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
COMPILE_BAR_MS = 100.0
SPLIT_BAR = 100_000.0
IMPORT_BAR_MS = 150.0
COHORT = 250
_ROUNDS = 7
_STORES = (
    *("tokens", "parking", "runs", "profiles", "messaging", "versions", "workspaces", "machines"),
    *("rate", "mailer", "events", "templates", "secrets", "http", "topics"),
)


def best(work: Callable[[], object], rounds: int = _ROUNDS) -> float:
    """Return the least processor time of several rounds, in seconds."""
    found = []
    for _ in range(rounds):
        started = process_time()
        work()
        found.append(process_time() - started)
    return min(found)


def compiling() -> list[Result]:
    """Time the compiler on 125, 250 and 500 nodes."""
    targets = CompileTargets("acme", 1, {name: name for name in NODE_FUNCTIONS})
    times = {}
    for nodes in (125, 250, 500):
        workflow = chain(nodes)
        times[nodes] = best(lambda w=workflow: compile_workflow(Graph(w), targets)) * 1000  # type: ignore[misc]
    note = "Graph and compile_workflow on a validated model; processor time, best of 7"
    growth = times[500] / times[125]
    return [
        Result("compile_500_nodes_ms", times[500], "ms", note=note, bar=COMPILE_BAR_MS),
        Result("compile_250_nodes_ms", times[250], "ms", note=note),
        Result("compile_125_nodes_ms", times[125], "ms", note=note),
        Result("compile_growth_125_to_500", growth, "×", note="4 is linear, 16 quadratic"),
    ]


class _Still:
    """Stores that answer at once with what was laid ready."""

    def __init__(self, tokens: Mapping[str, Token], profiles: Mapping[str, Profile], document: Any) -> None:
        self._tokens, self._profiles, self._document = tokens, profiles, document
        cohort = tuple(f"{token}:1" for token in tokens)
        self._run = Run("r" * 16, "split", 1, "ask", Via(), NOW, NOW, cohort)

    def get(self, *asked: Any, **_: Any) -> Any:
        if len(asked) == 3:
            return self._tokens
        return self._run if isinstance(asked[1], str) else self._profiles

    def attempt(self, *_: Any) -> int:
        return 1

    def trace(self, *_: Any) -> None:
        return None

    def put_trace(self, *asked: Any) -> Any:
        return asked[1]

    def document(self, *_: Any) -> Any:
        return self._document

    def workspace(self, tenant: str) -> Workspace:
        return Workspace(tenant)

    def control(self, *_: Any) -> Control:
        return Control()


def splitting() -> list[Result]:
    """Time `run_task` of an if_condition on a full cohort, stores costing nothing."""
    graph = _split_graph()
    profiles = {
        p.id: p
        for number in range(COHORT)
        for p in [Profile(profile_id("acme", "user", str(number)), 1, {"score": number % 100, "plan": "pro"})]
    }
    tokens = {
        f"{p}.0.1": Token(f"{p}.0.1", TokenState.RUNNING, 1, "r" * 16, "ask", 1, NOW, NOW) for p in profiles
    }
    still: Any = _Still(tokens, profiles, graph.model_dump(mode="json"))
    ports = Ports(
        **dict.fromkeys(_STORES, still),
        clock=ManualClock(NOW),
        queries={},
        delivery=Delivery("https://example.com"),
    )
    payload = {
        "tenant": "acme",
        "workflow": "split",
        "version": 1,
        "node": "ask",
        "run": "r" * 16,
        "attempt": 1,
        "loop": {},
        "steps": 1,
        "part": 0,
        "cohort": [f"{token}:1" for token in tokens],
    }

    def cohorts() -> None:
        for _ in range(20):
            run_task(NodeTask.parse(payload), ports, "call").payload()

    def one_by_one() -> None:
        for element in payload["cohort"]:  # type: ignore[attr-defined]
            run_task(NodeTask.parse({**payload, "cohort": [element]}), ports, "call").payload()

    moment = Moment(NOW, "acme", "split", 1, "ask", Workspace("acme"))
    members = [Member(t, profiles[t.id[:16]]) for t in tokens.values()]

    def conditions_only() -> None:
        for _ in range(20):
            for member in members:
                holds("score >= 50", member, moment)

    cohorts()
    rate = 20 * COHORT / best(cohorts)
    single = COHORT / best(one_by_one, 3)
    asked = 20 * COHORT / best(conditions_only)
    return [
        Result(
            "split_contact_nodes_per_s_core",
            rate,
            "contact-nodes/s",
            single,
            "run_task with its payload parsed and written, if_condition `score >= 50`, 250 contacts, stores that "
            "answer at once; baseline: the same for one contact a call",
            SPLIT_BAR,
            "above",
        ),
        Result(
            "conditions_per_s_core",
            asked,
            "conditions/s",
            note="the condition alone, which no split can be faster than",
            better="above",
        ),
    ]


def _split_graph() -> Workflow:
    def node(id_: str, type_: str, **config: Any) -> dict[str, Any]:
        return {"id": id_, "type": type_, "config": config}

    return Workflow.model_validate(
        {
            "schema_version": 1,
            "id": "split",
            "name": "split",
            "purpose": "marketing",
            "nodes": [
                node("start", "event_trigger", event="go"),
                node("ask", "if_condition", condition="score >= 50"),
                node("yes", "scoring_update", score_increment=1),
                node("no", "scoring_update", score_increment=-1),
            ],
            "edges": [
                {"source": "start", "outcome": "next", "target": "ask"},
                {"source": "ask", "outcome": "true", "target": "yes"},
                {"source": "ask", "outcome": "false", "target": "no"},
            ],
        }
    )


_BOTO = """
import time; s = time.process_time()
import boto3; boto3.session.Session().client("dynamodb", region_name="us-east-1")
"""
_NODE = """
import functions.step_cohort.handler
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow
import json
Graph(Workflow.model_validate(json.loads({document!r})))
"""
_LAP = "\nlap = time.process_time()"
_END = "\nprint(lap - s, time.process_time() - lap)"


def importing(rounds: int = 9) -> list[Result]:
    """Time what a cold start of `step_cohort` adds to boto3: the handler, and the reference graph's node types."""
    node = _NODE.format(document=reference().model_dump_json())
    _fresh(_BOTO + _LAP + node + _END)  # writes the bytecode that the layers carry
    laps = [_fresh(_BOTO + _LAP + node + _END) for _ in range(rounds)]
    alone, node_s = min(lap[0] for lap in laps), min(lap[1] for lap in laps)
    return [
        Result(
            "node_import_ms_over_boto3",
            node_s * 1000,
            "ms",
            alone * 1000,
            "fresh interpreters with bytecode, processor time, best of 9: importing functions.step_cohort.handler "
            "and reading the reference graph, after boto3 and a DynamoDB client (the baseline)",
            IMPORT_BAR_MS,
        )
    ]


def _fresh(code: str) -> tuple[float, float]:
    env = {
        "PYTHONPATH": f"{ROOT / 'layers/core/python'}:{ROOT}",
        "PATH": "/usr/bin:/bin",
        "STEPWELL_PREFIX": "bench",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, cwd=ROOT, check=True, capture_output=True, text=True
    )
    before, after = done.stdout.strip().splitlines()[-1].split()
    return float(before), float(after)
