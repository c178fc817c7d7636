"""What a cold start of a node function loads. Structure only: times depend on the machine, names do not.

`bench` measures the milliseconds; this says which imports must not come back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# Everything that one node function or none needs, and that is slow to import.
FORBIDDEN = {
    "aws_lambda_powertools",  # its package loads logger, metrics and tracer; `observability.Lines` is enough
    "hypothesis",
    "httpx",
    "jinja2",
    "phonenumbers",
    "pydantic.networks",
    "pydantic.type_adapter",
    "pynamodb",
    "stepwell.conditions.checker",
    "stepwell.conditions.explainer",
    "stepwell.conditions.schema",
    "stepwell.content",
    "stepwell.channels",
    "stepwell.consent",
    "stepwell.management",
    "stepwell.powertools_log",
    "stepwell.profiles",
    "stepwell.publishing",
    "stepwell.runtime.calling",
    "stepwell.runtime.enrolling",
    "stepwell.runtime.explaining",
    "stepwell.runtime.migration",
    "stepwell.runtime.notifying",
    "stepwell.runtime.querying",
    "stepwell.runtime.sending",
    "stepwell.triggers",
    "stepwell.workflows.checks",
    "stepwell.workflows.compiler",
    "stepwell.workflows.documents",
    "stepwell.workflows.expansion",
    "stepwell.workflows.interpreter",
    "stepwell.workflows.schema",
    "yaml",
}
# One node of each type that step_cohort runs most, with a condition and an event to wait for.
DOCUMENT = {
    "id": "journey",
    "nodes": [
        {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
        {"id": "draw", "type": "random_split", "config": {"weights": {"a": 50, "b": 50}}},
        {"id": "ask", "type": "if_condition", "config": {"condition": "score >= 50"}},
        {"id": "note", "type": "data_update", "config": {"set": {"stage": "warm"}}},
        {"id": "rest", "type": "delay_action", "config": {"duration": "2_days"}},
        {
            "id": "until",
            "type": "wait_until",
            "config": {"ways": [{"event": "purchase"}], "time_limit": "7_days"},
        },
        {"id": "won", "type": "goal", "config": {"event": "purchase", "ends": True}},
        {"id": "gone", "type": "exit", "config": {"reason": "cold"}},
    ],
    "edges": [
        {"source": "start", "target": "draw"},
        {"source": "draw", "outcome": "a", "target": "ask"},
        {"source": "draw", "outcome": "b", "target": "note"},
        {"source": "ask", "outcome": "true", "target": "note"},
        {"source": "ask", "outcome": "false", "target": "rest"},
        {"source": "note", "target": "rest"},
        {"source": "rest", "target": "until"},
        {"source": "until", "outcome": "matched", "target": "won"},
        {"source": "until", "outcome": "timed_out", "target": "gone"},
        {"source": "won", "target": "gone"},
    ],
}
FIRST_TASK = """
import json, sys
import handler
from stepwell.runtime.published import published
from stepwell.workflows.facts import compiled

class Versions:
    def document(self, tenant, workflow, version):
        return json.loads(sys.argv[1])

version = published(Versions(), "acme", "journey", 1)
assert version.graph["until"].outcomes
compiled("score >= 50")
print(json.dumps(sorted(sys.modules)))
"""


def loaded(code: str, *arguments: str, function: str = "step_cohort", **environment: str) -> set[str]:
    paths = os.pathsep.join([str(ROOT / "layers" / "core" / "python"), str(ROOT / "functions" / function)])
    run = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": paths, **environment},
    )
    return set(json.loads(run.stdout))


def within(modules: set[str], names: set[str]) -> set[str]:
    return {name for name in modules for parent in names if name == parent or name.startswith(f"{parent}.")}


def test_the_first_task_of_logic_loads_nothing_but_logic() -> None:
    modules = loaded(FIRST_TASK, json.dumps(DOCUMENT))
    assert "stepwell.workflows.nodes.wait_until" in modules, "the types of the graph are loaded"
    assert "stepwell.workflows.nodes.email_send" not in modules, "others are not"
    assert within(modules, FORBIDDEN) == set()


def test_reading_the_handler_builds_no_schema() -> None:
    code = (
        "import json, handler, stepwell.workflows.nodes.wait_until\n"
        "from stepwell.workflows.model import Workflow\n"
        "from stepwell.workflows.nodes.wait_until import Config\n"
        "print(json.dumps([m.__name__ for m in (Workflow, Config) if m.__pydantic_complete__]))"
    )
    assert loaded(code) == set()


@pytest.mark.parametrize("function", ["send_email", "call_api", "query_database", "notify_team"])
def test_no_node_function_loads_authoring_or_management(function: str) -> None:
    modules = loaded("import json, sys, handler; print(json.dumps(sorted(sys.modules)))", function=function)
    assert within(modules, FORBIDDEN) == set()


def test_the_collector_leaves_imported_objects_alone() -> None:
    code = (
        "import gc, json, handler; print(json.dumps([str(gc.isenabled()), str(gc.get_freeze_count() > 0)]))"
    )
    assert loaded(code) == {"True"}


def test_lambda_makes_the_clients_while_it_starts() -> None:
    code = "import json, sys, handler; print(json.dumps([name for name in sys.modules if name == 'boto3']))"
    assert loaded(code) == set()
    lambda_environment = {
        "AWS_LAMBDA_FUNCTION_NAME": "stepwell-step_cohort",
        "AWS_REGION": "eu-central-1",
        "AWS_DEFAULT_REGION": "eu-central-1",
    }
    assert loaded(code, **lambda_environment) == {"boto3"}
    everything = "import json, sys, handler; print(json.dumps(sorted(sys.modules)))"
    assert within(loaded(everything, **lambda_environment), FORBIDDEN) == set()


@pytest.mark.parametrize(
    ("module", "not_loaded"),
    [
        # Tracking calls know nothing of webhooks, and most webhooks need neither certificates nor the language.
        ("stepwell.triggers.ingest", {"stepwell.sources", "jsonata", "cryptography", "regex"}),
        ("stepwell.triggers.webhooks", {"jsonata", "cryptography", "regex", "stepwell.triggers.mapping"}),
    ],
)
def test_ingestion_loads_what_a_call_needs(module: str, not_loaded: set[str]) -> None:
    modules = loaded(f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))")
    assert within(modules, not_loaded) == set()
