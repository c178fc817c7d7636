"""Settings, and a container that makes nothing before it is asked."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from stepwell.adapters.clock import SystemClock
from stepwell.adapters.dynamo_tokens import DynamoTokens
from stepwell.adapters.stepfunctions import StepFunctionsMachines
from stepwell.bootstrap import Container
from stepwell.errors import NotReady
from stepwell.settings import Settings

ENV = {
    "AWS_REGION": "eu-central-1",
    "STEPWELL_PREFIX": "sw-dev",
    "STEPWELL_LOCAL": "1",
    "STEPWELL_CLOCK_FILE": "/tmp/clock.json",
    "STEPWELL_MACHINE_ARN_PREFIX": "arn:aws:states:eu-central-1:1:stateMachine:sw-dev-",
    "STEPWELL_FUNCTION_ARN_PREFIX": "arn:aws:lambda:eu-central-1:1:function:sw-dev-",
    "STEPWELL_PUBLIC_URL": "https://x.example/",
    "STEPWELL_KEEP_RUNS_DAYS": "30",
    "STEPWELL_SEND_RATE": "14",
}


def test_settings_come_from_the_environment() -> None:
    settings = Settings.from_env(ENV)
    assert settings.region == "eu-central-1"
    assert settings.local
    assert settings.clock_file == Path("/tmp/clock.json")
    assert settings.engine_table == "sw-dev-engine"
    assert settings.stream == "sw-dev-events"
    assert settings.signing_secret == "sw-dev/signing"
    assert settings.public_url == "https://x.example"
    assert settings.keep_runs == timedelta(days=30)
    assert settings.keep_ended is None
    assert settings.function_arn("step_cohort").endswith(":function:sw-dev-step-cohort")
    assert settings.require("stream") == "sw-dev-events"
    with pytest.raises(NotReady, match="STEPWELL_EVENT_BUS"):
        settings.require("event_bus")


def test_a_wrong_value_is_named() -> None:
    with pytest.raises(NotReady, match="could not convert"):
        Settings.from_env({"STEPWELL_SEND_RATE": "fast"})


def test_the_container_makes_each_port_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    container = Container(Settings.from_env(ENV))
    assert isinstance(container.tokens, DynamoTokens)
    assert container.tokens is container.tokens
    assert isinstance(container.clock, SystemClock)
    assert isinstance(container.machines, StepFunctionsMachines)
    assert container.templates is container.workspaces
    names = ("parking", "runs", "profiles", "messaging", "versions", "config", "keys", "logs", "counters")
    for name in (*names, "rate", "mailer", "sink", "secrets", "http", "topics"):
        assert getattr(container, name) is getattr(container, name)


def test_all_ports_of_a_step_without_a_client_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-central-1")
    container = Container(Settings.from_env(ENV))
    ports = container.ports
    assert "sink" not in vars(container)
    assert "http" not in vars(container)
    assert ports.delivery.public_url == "https://x.example"
    assert ports.events.emit == container.sink.emit


@pytest.mark.slow
def test_what_moves_cohorts_imports_little_over_boto3() -> None:
    """Adapters, wiring and logging of step_cohort, in CPU time, for other work may share the machine."""
    code = """
import sys, time
import boto3, botocore.config
start = time.process_time()
import stepwell.bootstrap, stepwell.observability
import stepwell.adapters.clock, stepwell.adapters.dynamo_tokens, stepwell.adapters.dynamo_parking
import stepwell.adapters.dynamo_runs, stepwell.adapters.dynamo_profiles, stepwell.adapters.dynamo_messaging
import stepwell.adapters.workspace_store, stepwell.adapters.stepfunctions, stepwell.adapters.kinesis_sink
took = time.process_time() - start
heavy = {"pynamodb", "httpx", "jinja2", "pydantic", "phonenumbers"} & set(sys.modules)
print(round(took * 1000), *sorted(heavy))
"""
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_env())
        for _ in range(3)
    ]
    milliseconds = min(int(run.stdout.split()[0]) for run in runs)
    assert runs[0].stdout.split()[1:] == []
    assert milliseconds <= 150


def _env() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": "layers/core/python"}
