"""Publishing's adapters on moto: the same behaviour as the fakes in `tests.fakes.publishing`."""

from __future__ import annotations

from typing import Any

import boto3
import pytest
from stepwell.adapters.config_store import ConfigStore
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.job_store import DynamoJobs
from stepwell.adapters.machine_deployer import StepFunctionsDeployer
from stepwell.adapters.move_queue import SqsMoves, StepFunctionsBroadcasts
from stepwell.adapters.profile_pages import DynamoProfilePages
from stepwell.adapters.publishing_store import (
    FIELDS,
    REGISTRY,
    ConfigInventory,
    ConfigTriggers,
    ConfigVersions,
    ConfigWorkflows,
)
from stepwell.adapters.scheduler import Schedules
from stepwell.adapters.trigger_schedules import TriggerSchedules
from stepwell.adapters.workspace_store import DynamoVersions
from stepwell.contracts.clock import ManualClock
from stepwell.errors import Conflict, InvalidInput
from stepwell.publishing.records import Move, Schedule, Version, WorkflowRecord
from stepwell.runtime.jobs import Job

from tests.fakes.cloud_tables import create_table
from tests.fakes.segments import MemoryRules
from tests.unit.adapters.conftest import NOW, REGION

ROLE = "arn:aws:iam::123456789012:role/stepwell-workflow-machines"
MACHINES = f"arn:aws:states:{REGION}:123456789012:stateMachine:stepwell-"
ASL = '{"StartAt": "a", "States": {"a": {"Type": "Succeed"}}}'


@pytest.fixture
def store(config_table: str, clock: ManualClock) -> ConfigStore:
    return ConfigStore(config_table, REGION, clock)


@pytest.fixture
def table(config_table: str) -> DynamoTable:
    return DynamoTable(boto3.client("dynamodb", region_name=REGION), config_table)


def record(**changes: Any) -> WorkflowRecord:
    return WorkflowRecord("welcome", {"id": "welcome", "nodes": []}, NOW, NOW, **changes)


def test_workflows_are_saved_by_rev(store: ConfigStore) -> None:
    workflows = ConfigWorkflows(store)
    assert workflows.get("acme", "welcome") is None
    assert workflows.save("acme", record())
    assert not workflows.save("acme", record())
    stored = workflows.get("acme", "welcome")
    assert stored == record(rev=1)
    assert workflows.save("acme", stored.evolve(live=2, machines=(1, 2), published_at=NOW))
    again = workflows.get("acme", "welcome")
    assert again is not None and (again.rev, again.live, again.machines) == (2, 2, (1, 2))
    assert [r.id for r in workflows.all("acme")] == ["welcome"] and workflows.all("other") == []
    assert not workflows.delete("acme", "welcome", 1) and workflows.delete("acme", "welcome", 2)


def test_versions_never_change_and_the_runtime_reads_them(store: ConfigStore, table: DynamoTable) -> None:
    versions = ConfigVersions(store)
    first = Version("welcome", 1, {"id": "welcome"}, {"id": "drawn"}, NOW, published_by="ann", note="First")
    assert versions.put("acme", first) and versions.put("acme", first)
    other = Version("welcome", 1, {"id": "other"}, {"id": "drawn"}, NOW)
    assert not versions.put("acme", other)
    assert versions.get("acme", "welcome", 1) == first
    assert versions.get("acme", "welcome", 2) is None
    assert [(v.number, v.note) for v in versions.all("acme", "welcome")] == [(1, "First")]
    assert DynamoVersions(table).document("acme", "welcome", 1) == {"id": "welcome"}


def test_the_trigger_index_is_saved_by_rev(store: ConfigStore) -> None:
    triggers = ConfigTriggers(store)
    assert triggers.read("acme") == ({}, 0)
    assert triggers.write("acme", {"v": 1}, 0)
    assert not triggers.write("acme", {"v": 2}, 0)
    assert triggers.read("acme") == ({"v": 1}, 1)


def test_the_inventory_knows_templates_and_fields(store: ConfigStore) -> None:
    rules = MemoryRules()
    inventory = ConfigInventory(store, rules)
    store.save_document("acme", "TPL", "hello", 0, {"id": "hello"})
    store.save_document("acme", "TPL", "hello_text", 0, {"id": "hello_text", "channel": "sms"})
    assert inventory.known("acme").channels == {"hello": "email", "hello_text": "sms"}
    assert (
        inventory.known("acme").templates == {"hello", "hello_text"} and inventory.known("acme").open_fields
    )
    rules.write(
        "acme",
        {
            "schema": {"attributes": [{"name": "seats", "type": "number"}]},
            "computed": [{"name": "visits", "kind": "count"}],
        },
        0,
    )
    known = dict(inventory.known("acme").fields or {})
    assert {known[name] for name in ("seats", "visits", "lead_score", "age", "churn_risk")} == {"number"}
    assert (known["lifecycle_stage"], known["interests"], known["company"]) == ("text", "list", "any")
    rules.write("acme", {"schema": {"unknown": "reject"}}, 1)
    assert not inventory.known("acme").open_fields and "seats" not in (inventory.known("acme").fields or {})
    rules.write("acme", {}, 2)
    store.save_document("acme", REGISTRY, FIELDS, 0, {"score": "number"})
    assert not inventory.known("acme").open_fields
    assert (inventory.known("acme").fields or {})["score"] == "number"
    assert inventory.known("acme").models == {"lead"}
    store.save_document("acme", "SCORE", "product", 0, {"id": "product"})
    assert inventory.known("acme").models == {"product"}
    found = inventory.known("acme").fields or {}
    assert "product_score" in found and "lead_score" not in found
    assert inventory.workspace("acme").tenant == "acme"


def test_jobs_sum_their_parts_once(table: DynamoTable, clock: ManualClock) -> None:
    jobs = DynamoJobs(table, clock)
    job = Job("b1", "broadcast", "welcome", "preparing", NOW, details={"version": 1})
    assert jobs.put("acme", job) and not jobs.put("acme", job)
    jobs.update("acme", "b1", "running", total=500, parts=2)
    jobs.add("acme", "b1", "0", {"enrolled": 250})
    jobs.add("acme", "b1", "0", {"enrolled": 250})
    half = jobs.get("acme", "b1")
    assert half is not None and (half.state, half.parts_done, half.counts) == (
        "running",
        1,
        {"enrolled": 250},
    )
    jobs.add("acme", "b1", "1", {"enrolled": 200, "filtered": 50})
    (done,) = jobs.of_workflow("acme", "welcome", 10)
    assert (done.state, done.counts) == ("done", {"enrolled": 450, "filtered": 50})
    jobs.update("acme", "nothing", "done")
    assert jobs.get("acme", "nothing") is None and jobs.get("other", "b1") is None


def test_profile_pages_walk_one_tenant_s_profiles(aws: None) -> None:
    from stepwell.adapters.items.messaging import encode_record
    from stepwell.adapters.items.profiles import encode_pointer, encode_profile
    from stepwell.contracts.messages import MessagingRecord
    from stepwell.contracts.profiles import Profile

    client = boto3.client("dynamodb", region_name=REGION)
    create_table(client, "profiles")
    profiles = DynamoTable(client, "profiles")
    ids = [
        f"{n:02d}".replace("0", "a").replace("1", "b").replace("8", "x").replace("9", "y").ljust(16, "c")
        for n in range(25)
    ]
    profiles.write_many(
        [encode_profile("acme", Profile(i, traits={"n": 1}), rev=1) for i in ids]
        + [encode_profile("other", Profile(i), rev=1) for i in ids]
        + [encode_pointer("acme", "z" * 16, ids[0])]
        + [encode_record("acme", MessagingRecord(ids[0]), rev=1)]
    )
    pages, cursor, found = DynamoProfilePages(profiles), None, []
    while True:
        page, cursor = pages.page("acme", 7, cursor)
        assert len(page) <= 7
        found += [p.id for p in page]
        if cursor is None:
            break
    assert sorted(found) == sorted(ids)
    _, cursor = pages.page("acme", 7, None)
    with pytest.raises(InvalidInput):
        pages.page("other", 7, cursor)


def test_machines_are_made_once_with_role_and_tags(aws: None) -> None:
    client = boto3.client("stepfunctions", region_name=REGION)
    deployer = StepFunctionsDeployer(
        client,
        prefix="stepwell",
        arn_prefix=MACHINES,
        function_arn_prefix=f"arn:aws:lambda:{REGION}:123456789012:function:stepwell-",
        role_arn=ROLE,
        log_group_arn=f"arn:aws:logs:{REGION}:123456789012:log-group:/stepwell:*",
        kms_key="alias/stepwell",
        xray=True,
    )
    assert deployer.partition == "aws"
    assert deployer.functions["step_cohort"].endswith(":function:stepwell-step-cohort")
    arn = deployer.deploy("acme", "welcome", 1, ASL)
    assert arn == f"{MACHINES}acme-welcome-v1" and deployer.deploy("acme", "welcome", 1, ASL) == arn
    described = client.describe_state_machine(stateMachineArn=arn)
    assert described["roleArn"] == ROLE and described["type"] == "STANDARD"
    assert described["loggingConfiguration"]["includeExecutionData"] is False
    tags = {t["key"]: t["value"] for t in client.list_tags_for_resource(resourceArn=arn)["tags"]}
    assert tags["stepwell:tenant"] == "acme" and tags["stepwell:version"] == "1"
    deployer.delete("acme", "welcome", 1)
    deployer.delete("acme", "welcome", 1)


class Taken:
    """A Step Functions that has another machine of this name."""

    def create_state_machine(self, **_: Any) -> Any:
        from botocore.exceptions import ClientError

        answer = {"Error": {"Code": "StateMachineAlreadyExists"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
        raise ClientError(answer, "CreateStateMachine")  # type: ignore[arg-type]

    def describe_state_machine(self, **_: Any) -> Any:
        return {"definition": "{}", "status": "ACTIVE"}


def test_a_name_taken_by_another_definition_is_a_conflict() -> None:
    deployer = StepFunctionsDeployer(
        Taken(), prefix="stepwell", arn_prefix=MACHINES, function_arn_prefix="arn:", role_arn=ROLE
    )
    with pytest.raises(Conflict):
        deployer.deploy("acme", "welcome", 1, ASL)
    assert deployer._same("arn", "{}", InvalidInput("x")) == "arn"


def test_schedules_ask_for_the_trigger_s_audience(aws: None) -> None:
    client = boto3.client("scheduler", region_name=REGION)
    client.create_schedule_group(Name="stepwell")
    schedules = TriggerSchedules(Schedules(client, group="stepwell", role_arn=ROLE), "arn:aws:lambda:x")
    made = Schedule(
        "newsletter.weekly", "cron(0 9 ? * MON *)", "Europe/Berlin", "acme", "newsletter", "weekly"
    )
    schedules.put(made)
    schedules.put(made)
    (listed,) = client.list_schedules(GroupName="stepwell")["Schedules"]
    told = client.get_schedule(Name=listed["Name"], GroupName="stepwell")
    assert told["ScheduleExpressionTimezone"] == "Europe/Berlin"
    assert '"audience":{"kind":"trigger"}' in told["Target"]["Input"]
    schedules.delete("acme", "newsletter.weekly")
    schedules.delete("acme", "newsletter.weekly")
    assert client.list_schedules(GroupName="stepwell")["Schedules"] == []


def test_moves_travel_through_a_queue(aws: None) -> None:
    import json

    client = boto3.client("sqs", region_name=REGION)
    url = client.create_queue(QueueName="moves")["QueueUrl"]
    move = Move("migrate", "acme", "welcome", old=1, new=2, nodes={"a": "b"}, cursor="c", job="j")
    SqsMoves(client, url).send(move)
    (message,) = client.receive_message(QueueUrl=url)["Messages"]
    assert Move.parse(json.loads(message["Body"])) == move


def test_a_broadcast_started_twice_is_one(aws: None) -> None:
    client = boto3.client("stepfunctions", region_name=REGION)
    arn = client.create_state_machine(name="stepwell_broadcast", definition=ASL, roleArn=ROLE)[
        "stateMachineArn"
    ]
    machine = StepFunctionsBroadcasts(client, arn)
    machine.start("b1", {"key": "x"})
    machine.start("b1", {"key": "x"})
    assert len(client.list_executions(stateMachineArn=arn)["executions"]) == 1
