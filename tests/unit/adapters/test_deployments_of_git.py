"""What deployments of workflows in git reach: CloudFormation, the config table, state machines."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import boto3
import pytest
from moto import mock_aws
from stepwell.adapters.cloudformation import MAX_REASON_BYTES, ResourceRequest, StackStates, reason
from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.git_store import ConfigMessages
from stepwell.adapters.machine_deployer import StepFunctionsDeployer
from stepwell.adapters.publishing_store import ConfigVersions, ConfigWorkflows
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.workspace import GIT, Workspace
from stepwell.errors import Conflict, NotFound, Unavailable, ValidationFailed
from stepwell.publishing.records import Version, WorkflowRecord

from tests.unit.adapters.conftest import NOW, REGION

ASL = '{"StartAt": "a", "States": {"a": {"Type": "Succeed"}}}'
STACK = "arn:aws:cloudformation:us-east-1:123456789012:stack/stepwell-engine/1"


@pytest.fixture
def store(config_table: str, clock: ManualClock) -> ConfigStore:
    return ConfigStore(config_table, REGION, clock)


def test_messages_are_saved_by_rev(store: ConfigStore) -> None:
    kept = ConfigMessages(store)
    assert not kept.exists("acme")
    store.save_workspace(Workspace("acme"))
    assert kept.exists("acme")
    with pytest.raises(NotFound):
        kept.document("acme", "hello")
    assert kept.save("acme", "hello", 0, {"id": "hello"}, GIT).rev == 1
    assert kept.document("acme", "hello").by == GIT
    with pytest.raises(Conflict):
        kept.save("acme", "hello", 0, {"id": "hello"}, GIT)


def test_who_manages_a_workflow_and_where_a_version_came_from_are_kept(store: ConfigStore) -> None:
    workflows, versions = ConfigWorkflows(store), ConfigVersions(store)
    record = WorkflowRecord(
        "welcome",
        {"id": "welcome"},
        NOW,
        NOW,
        managed_by=GIT,
        git={"live": 1, "status": "active", "ours": True},
    )
    assert workflows.save("acme", record)
    assert workflows.get("acme", "welcome") == record.evolve(rev=1)
    version = Version("welcome", 1, {"id": "welcome"}, {"id": "welcome"}, NOW, source="abc")
    assert versions.put("acme", version)
    stored = versions.get("acme", "welcome", 1)
    assert stored is not None and stored.source == "abc"


@mock_aws
def test_a_machine_is_found_until_it_is_deleted() -> None:
    prefix = f"arn:aws:states:{REGION}:123456789012:stateMachine:stepwell-"
    deployer = StepFunctionsDeployer(
        boto3.client("stepfunctions", region_name=REGION),
        prefix="stepwell",
        arn_prefix=prefix,
        function_arn_prefix=f"arn:aws:lambda:{REGION}:123456789012:function:stepwell-",
        role_arn="arn:aws:iam::123456789012:role/stepwell-workflow-machines",
    )
    with pytest.raises(NotFound):
        deployer.find("acme", "welcome", 1)
    arn = deployer.deploy("acme", "welcome", 1, ASL)
    assert deployer.find("acme", "welcome", 1) == (arn, ASL)
    deployer.delete("acme", "welcome", 1)
    with pytest.raises(NotFound):
        deployer.find("acme", "welcome", 1)


class Stacks:
    def __init__(self, status: str) -> None:
        self.status = status

    def describe_stacks(self, **asked: str) -> dict[str, Any]:
        assert asked == {"StackName": STACK}
        return {"Stacks": [{"StackStatus": self.status}]}


@pytest.mark.parametrize(
    ("status", "back"),
    [
        ("CREATE_IN_PROGRESS", False),
        ("UPDATE_IN_PROGRESS", False),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", False),
        ("DELETE_IN_PROGRESS", False),
        ("ROLLBACK_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_IN_PROGRESS", True),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", True),
    ],
)
def test_a_stack_goes_on_or_back(status: str, back: bool) -> None:
    assert StackStates(Stacks(status)).rolling_back(STACK) is back


class Answers:
    """Where CloudFormation waits for an answer."""

    def __init__(self) -> None:
        self.told: list[tuple[str, dict[str, Any]]] = []
        self.status = 200
        answers = self

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                answers.told.append((self.headers.get("content-type") or "", json.loads(body)))
                assert len(body) <= 4096
                self.send_response(answers.status)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/answer"


@pytest.fixture
def answers() -> Iterator[Answers]:
    made = Answers()
    yield made
    made.server.shutdown()
    made.server.server_close()


def request(url: str) -> ResourceRequest:
    return ResourceRequest.parse(
        {
            "RequestType": "Create",
            "ResourceType": "Custom::StepwellVersion",
            "RequestId": "r1",
            "StackId": STACK,
            "LogicalResourceId": "welcome",
            "ResponseURL": url,
            "ResourceProperties": {"Tenant": "acme"},
        }
    )


def test_answers_reach_cloudformation(answers: Answers) -> None:
    request(answers.url).answer("acme/welcome", {"Version": "3"})
    request(answers.url).answer("acme/welcome", failed="ü" * 9_000)
    (kind, done), (_, failed) = answers.told
    assert kind == "" and (done["Status"], done["Data"], done["RequestId"]) == (
        "SUCCESS",
        {"Version": "3"},
        "r1",
    )
    assert failed["Status"] == "FAILED" and failed["Reason"] == "ü" * (MAX_REASON_BYTES // 2)


def test_an_answer_that_is_not_taken_is_an_error(answers: Answers) -> None:
    answers.status = 403
    with pytest.raises(Unavailable):
        request(answers.url).answer("acme/welcome")


def test_a_reason_names_the_first_violations() -> None:
    violations = [{"code": "x", "node": f"n{n}", "place": "to", "message": f"Wrong {n}."} for n in range(20)]
    told = reason(ValidationFailed("It breaks rules.", violations))
    assert told.splitlines()[:2] == ["It breaks rules. (validation_failed)", "- n0 to: Wrong 0."]
    assert told.endswith("- and 12 more")
