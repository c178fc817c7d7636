"""The processor's handler with all its real adapters, on the local cloud: one record from the stream to a run."""

from __future__ import annotations

import base64
import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from stepwell.bootstrap import Container, container
from stepwell.contracts.ids import profile_id
from stepwell.contracts.names import (
    machine_name,
)
from stepwell.triggers.index import with_workflow, workflow_entry
from stepwell.triggers.poison import replay
from stepwell.workflows.graph import Graph
from stepwell.workflows.model import Workflow

from local.testing import LocalCloud
from tests.fakes.cloud_tables import RUNS_INDEXES, create_table

pytestmark = pytest.mark.cloud

# PynamoDB keeps a connection a table name for the life of the process: no other test may use this one.
TENANT, PREFIX = "acme", "passcloud"
DOCUMENT = {
    "id": "welcome",
    "nodes": [
        {"id": "start", "type": "event_trigger", "config": {"event": "signup", "where": "event.total > 10"}},
        {"id": "mark", "type": "data_update", "config": {"set": {"welcomed": True}}},
    ],
    "edges": [{"source": "start", "target": "mark"}],
}


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[LocalCloud]:
    with LocalCloud(tmp_path) as running:
        yield running


@pytest.fixture
def wired(cloud: LocalCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Container]:
    for name, value in cloud.environment.items():
        monkeypatch.setenv(name, value)
    dynamodb = cloud.client("dynamodb")
    for table in ("engine", "profiles", "config"):
        create_table(dynamodb, f"{PREFIX}-{table}")
    create_table(dynamodb, f"{PREFIX}-runs", RUNS_INDEXES)
    cloud.client("kinesis").create_stream(StreamName=f"{PREFIX}-events", ShardCount=1)
    queue = cloud.client("sqs").create_queue(QueueName="poison")["QueueUrl"]
    machine = cloud.client("stepfunctions").create_state_machine(
        name=machine_name(PREFIX, TENANT, "welcome", 1),
        definition=json.dumps({"StartAt": "end", "States": {"end": {"Type": "Succeed"}}}),
        roleArn="arn:aws:iam::000000000000:role/x",
    )["stateMachineArn"]
    monkeypatch.setenv("STEPWELL_PREFIX", PREFIX)
    monkeypatch.setenv("STEPWELL_POISON_QUEUE_URL", queue)
    monkeypatch.setenv("STEPWELL_MACHINE_ARN_PREFIX", machine.rpartition(":")[0] + f":{PREFIX}-")
    container.cache_clear()
    yield container()
    container.cache_clear()


def records(*data: bytes) -> dict[str, Any]:
    return {
        "Records": [
            {
                "kinesis": {
                    "sequenceNumber": str(number),
                    "partitionKey": "acme#x",
                    "data": base64.b64encode(part).decode(),
                }
            }
            for number, part in enumerate(data)
        ]
    }


def batch(name: str, message: str, **more: Any) -> bytes:
    at = "2026-03-02T09:00:00Z"
    event = {"message_id": message, "kind": "track", "name": name, "user_id": "ann"}
    event |= {"occurred_at": at, "received_at": at, **more}
    return json.dumps({"v": 1, "tenant": TENANT, "events": [event]}).encode()


def run(event: dict[str, Any]) -> Any:
    return importlib.import_module("functions.process_events.handler").handler(event, None)


def test_a_record_becomes_a_profile_an_enrollment_and_an_execution(wired: Container, cloud: LocalCloud):
    graph = Graph(Workflow.model_validate(DOCUMENT))
    wired.config.publish(TENANT, "welcome", DOCUMENT)
    index = with_workflow({}, "welcome", workflow_entry(graph, 1, "active"))
    wired.config.save_triggers(TENANT, 0, index)
    event = records(
        b"nonsense",
        batch("signup", "m1", properties={"total": 11.5}, traits={"email": "Ann@X.de"}, anonymous_id="dev"),
        batch("visit", "m2"),
    )
    assert run(event) == {"batchItemFailures": []}
    assert run(event) == {"batchItemFailures": []}
    who, device = profile_id(TENANT, "user", "ann"), profile_id(TENANT, "anonymous", "dev")
    found = wired.profiles.get(TENANT, [who, device])
    assert found[who] == found[device]
    assert (found[who].email, len(found[who].pending), len(found[who].seen)) == ("ann@x.de", 1, 2)
    (token,) = wired.tokens.of_profile(TENANT, "welcome", who)
    stored = wired.runs.get(TENANT, token.run)
    assert stored is not None and stored.cohort == (f"{token.id}:1",)
    machine = wired.settings.machine_arn_prefix + machine_name(PREFIX, TENANT, "welcome", 1).removeprefix(
        f"{PREFIX}-"
    )
    listed = cloud.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    assert [e["name"] for e in listed] == [stored.execution_name]
    # Poison was set aside at both deliveries; replayed, it is on the stream again.
    done = replay(wired.poison, wired.sink, 10)
    assert (done.records, done.reasons) == (1, {"undecodable": 1})
