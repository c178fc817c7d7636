from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.clock import iso
from local.testing import ROLE, LocalCloud, eventually, make_function, make_machine

pytestmark = pytest.mark.cloud

RECORD = """
import json, os, sys, time, boto3
table = boto3.resource("dynamodb").Table("seen")
def handler(event, context):
    print("seen", file=sys.stderr)
    offset = json.load(open(os.environ["STEPWELL_CLOCK_FILE"]))["offset_s"]
    table.put_item(Item={"id": context.aws_request_id, "kind": "%s", "event": json.dumps(event),
                         "at": str(time.time() + offset)})
    return {"ok": True}
"""


@pytest.fixture(scope="module")
def seen(shared_cloud: LocalCloud) -> Any:
    """A table into which the recording functions write."""
    shared_cloud.client("dynamodb").create_table(
        TableName="seen",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )

    def of(kind: str) -> list[dict[str, Any]]:
        items = shared_cloud.client("dynamodb").scan(TableName="seen")["Items"]
        plain = [{k: v["S"] for k, v in item.items()} for item in items]
        return sorted((i for i in plain if i["kind"] == kind), key=lambda i: float(i["at"]))

    return of


def in_days(n: float) -> str:
    return (datetime.now(UTC) + timedelta(days=n)).isoformat()


def test_a_fourteen_day_journey_takes_as_long_as_its_work(cloud: LocalCloud, seen: Any) -> None:
    arn = make_function(cloud, "journey", RECORD % "journey")
    task = {"Type": "Task", "Resource": arn, "Arguments": {"step": 1}, "Next": "later"}
    states = {
        "first": task,
        "later": {"Type": "Wait", "Seconds": 14 * 86400, "Next": "both"},
        "both": {
            "Type": "Parallel",
            "Branches": [
                {"StartAt": "w", "States": {"w": {"Type": "Wait", "Seconds": 3600, "End": True}}},
                {"StartAt": "p", "States": {"p": {"Type": "Pass", "End": True}}},
            ],
            "Next": "last",
        },
        "last": {**{k: v for k, v in task.items() if k != "Next"}, "Arguments": {"step": 2}, "End": True},
    }
    machine = make_machine(cloud, "journey", states, "first")
    sfn = cloud.client("stepfunctions")
    began = time.monotonic()
    execution = sfn.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    outcome = cloud.post("/_stepwell/clock/run", {"max_real_s": 30})
    assert outcome["state"] == "idle"
    assert time.monotonic() - began < 20
    found = sfn.describe_execution(executionArn=execution)
    assert found["status"] == "SUCCEEDED"
    assert found["stopDate"] - found["startDate"] >= timedelta(days=14, hours=1)
    first, last = seen("journey")
    assert float(last["at"]) - float(first["at"]) == pytest.approx(14 * 86400 + 3600, abs=15)
    totals = cloud.get("/_stepwell/counters")["totals"]
    assert totals["states"] == {"executions": 1, "transitions": 6}
    assert totals["lambda"]["invocations"] == 2


def test_stepped_mode_steps_by_itself(cloud: LocalCloud) -> None:
    machine = make_machine(cloud, "auto", {"w": {"Type": "Wait", "Seconds": 30 * 86400, "End": True}}, "w")
    cloud.post("/_stepwell/clock", {"mode": "stepped"})
    sfn = cloud.client("stepfunctions")
    execution = sfn.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    eventually(lambda: sfn.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")
    assert cloud.get("/_stepwell/clock")["offset_s"] > 29 * 86400


def test_run_stops_at_until_and_a_stopped_execution_is_not_waited_for(cloud: LocalCloud) -> None:
    machine = make_machine(
        cloud, "until", {"w": {"Type": "Wait", "Timestamp": in_days(10), "End": True}}, "w"
    )
    sfn = cloud.client("stepfunctions")
    execution = sfn.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    eventually(lambda: cloud.get("/_stepwell/clock")["waits"] == 1)
    cloud.post("/_stepwell/clock/run", {"until": in_days(9), "max_real_s": 20})
    assert sfn.describe_execution(executionArn=execution)["status"] == "RUNNING"
    sfn.stop_execution(executionArn=execution)
    eventually(lambda: cloud.get("/_stepwell/clock")["waits"] == 0)
    assert cloud.post("/_stepwell/clock/run", {"max_real_s": 20})["steps"] == 0


def test_due_markers_are_swept(cloud: LocalCloud, seen: Any) -> None:
    dynamodb = cloud.client("dynamodb")
    dynamodb.create_table(
        TableName="stepwell-engine",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    make_function(cloud, "stepwell-sweep_due", RECORD % "sweep")
    bucket = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y%m%d%H%M")
    dynamodb.put_item(TableName="stepwell-engine", Item={"pk": {"S": "acme#DUE"}, "sk": {"S": bucket}})
    try:
        outcome = cloud.post("/_stepwell/clock/run", {"max_real_s": 20})
        # The marker is never cleared: it is swept at the start and the end of its minute, then left alone.
        assert (outcome["state"], outcome["steps"]) == ("idle", 2)
        start = datetime.strptime(bucket, "%Y%m%d%H%M").replace(tzinfo=UTC).timestamp()
        assert [float(s["at"]) - start for s in seen("sweep")] == pytest.approx([0, 60], abs=5)
    finally:
        cloud.client("lambda").delete_function(FunctionName="stepwell-sweep_due")
        dynamodb.delete_table(TableName="stepwell-engine")


def test_schedules_follow_virtual_time_and_their_zone(cloud: LocalCloud, seen: Any) -> None:
    arn = make_function(cloud, "scheduled", RECORD % "schedule")
    at = (datetime.now(UTC) + timedelta(days=5)).replace(microsecond=0)
    local = at + timedelta(hours=9)
    cloud.client("scheduler").create_schedule(
        Name="once",
        ScheduleExpression=f"at({local:%Y-%m-%dT%H:%M:%S})",
        ScheduleExpressionTimezone="Asia/Tokyo",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": arn, "RoleArn": ROLE, "Input": '{"at": "<aws.scheduler.scheduled-time>"}'},
        ActionAfterCompletion="DELETE",
    )
    assert cloud.post("/_stepwell/clock/run", {"max_real_s": 20})["state"] == "idle"
    found = eventually(lambda: seen("schedule"))
    assert json.loads(found[0]["event"]) == {"at": iso(at.timestamp())[:19] + "Z"}
    assert float(found[0]["at"]) == pytest.approx(at.timestamp(), abs=10)
    assert cloud.client("scheduler").list_schedules()["Schedules"] == []


def test_status_events_reach_a_rule(cloud: LocalCloud) -> None:
    events, sqs = cloud.client("events"), cloud.client("sqs")
    url = sqs.create_queue(QueueName="status")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    events.put_rule(
        Name="status", EventPattern=json.dumps({"source": ["aws.states"], "detail": {"status": ["FAILED"]}})
    )
    events.put_targets(Rule="status", Targets=[{"Id": "q", "Arn": arn}])
    machine = make_machine(cloud, "fails", {"f": {"Type": "Fail", "Error": "Boom"}}, "f")
    cloud.client("stepfunctions").start_execution(stateMachineArn=machine, input="{}")
    message = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))[0]
    assert json.loads(message["Body"])["detail"]["error"] == "Boom"


def test_stream_mappings_do_not_wait_for_each_other(cloud: LocalCloud, seen: Any) -> None:
    kinesis, functions = cloud.client("kinesis"), cloud.client("lambda")
    slow = (
        "import time, sys\ndef handler(event, context):\n    print('s', file=sys.stderr)\n    time.sleep(3)\n"
    )
    for name, code in (("slow", slow), ("quick", RECORD % "quick")):
        arn = make_function(cloud, name, code)
        kinesis.create_stream(StreamName=name, ShardCount=1)
        source = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamARN"]
        eventually(lambda name=name: _active(kinesis, name))
        functions.create_event_source_mapping(
            FunctionName=arn, EventSourceArn=source, StartingPosition="TRIM_HORIZON", BatchSize=10
        )
    kinesis.put_record(StreamName="slow", Data=b"x", PartitionKey="k")
    time.sleep(0.7)
    began = time.monotonic()
    kinesis.put_record(StreamName="quick", Data=b"y", PartitionKey="k")
    eventually(lambda: seen("quick"))
    assert time.monotonic() - began < 2.5
    assert cloud.get("/_stepwell/counters")["totals"]["kinesis"]["records"] == 2


def _active(kinesis: Any, name: str) -> bool:
    status = kinesis.describe_stream_summary(StreamName=name)["StreamDescriptionSummary"]["StreamStatus"]
    return bool(status == "ACTIVE")


def test_reads_cost_by_size(cloud: LocalCloud) -> None:
    dynamodb = cloud.client("dynamodb")
    dynamodb.create_table(
        TableName="sized",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        BillingMode="PAY_PER_REQUEST",
    )
    for n in range(10):
        item = {"pk": {"S": "a"}, "sk": {"S": str(n)}, "v": {"S": "x" * 2000}}
        dynamodb.put_item(TableName="sized", Item=item)
    query = {
        "TableName": "sized",
        "KeyConditionExpression": "pk = :a",
        "ExpressionAttributeValues": {":a": {"S": "a"}},
        "ReturnConsumedCapacity": "TOTAL",
    }
    assert dynamodb.query(**query)["ConsumedCapacity"]["CapacityUnits"] == 2.5
    assert dynamodb.query(**query, ConsistentRead=True)["ConsumedCapacity"]["CapacityUnits"] == 5
    key = {"pk": {"S": "a"}, "sk": {"S": "1"}}
    put = [{"Put": {"TableName": "sized", "Item": {**key, "v": {"S": "y"}}}}]
    assert "ConsumedCapacity" not in dynamodb.transact_write_items(TransactItems=put)
    totals = cloud.get("/_stepwell/counters")["totals"]["dynamodb"]
    assert totals["read_units"] == 7.5
    assert totals["write_units"] == 10 * 2 + 4


def test_stacks_set_time_to_live(cloud: LocalCloud) -> None:
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": "with-ttl",
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
            "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
        },
    }
    cloudformation = cloud.client("cloudformation")
    cloudformation.create_stack(StackName="ttl", TemplateBody=json.dumps({"Resources": {"T": table}}))
    eventually(
        lambda: (
            cloudformation.describe_stacks(StackName="ttl")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
        )
    )
    found = cloud.client("dynamodb").describe_time_to_live(TableName="with-ttl")["TimeToLiveDescription"]
    assert found == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}


def test_new_code_replaces_the_running_one(cloud: LocalCloud) -> None:
    import io
    import zipfile

    functions = cloud.client("lambda")
    make_function(
        cloud, "redeployed", "def handler(e, c):\n    return 1\n", Environment={"Variables": {"A": "1"}}
    )

    def call() -> Any:
        return json.load(functions.invoke(FunctionName="redeployed", Payload=b"{}")["Payload"])

    assert call() == 1
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("main.py", "import os\ndef handler(e, c):\n    return os.environ['A']\n")
    functions.update_function_code(FunctionName="redeployed", ZipFile=file.getvalue())
    assert call() == "1"
    functions.update_function_configuration(FunctionName="redeployed", Environment={"Variables": {"A": "2"}})
    assert call() == "2"


POISON = """
import base64, json, sys
def handler(event, context):
    bodies = [base64.b64decode(r["kinesis"]["data"]).decode() for r in event["Records"]]
    print(bodies, file=sys.stderr)
    bad = [r for r, b in zip(event["Records"], bodies) if b == "bad"]
    return {"batchItemFailures": [{"itemIdentifier": r["kinesis"]["sequenceNumber"]} for r in bad[:1]]}
"""


def test_a_poison_record_is_passed_over_and_described(cloud: LocalCloud) -> None:
    kinesis, sqs = cloud.client("kinesis"), cloud.client("sqs")
    arn = make_function(cloud, "poison", POISON)
    kinesis.create_stream(StreamName="poison", ShardCount=1)
    eventually(lambda: _active(kinesis, "poison"))
    source = kinesis.describe_stream_summary(StreamName="poison")["StreamDescriptionSummary"]["StreamARN"]
    url = sqs.create_queue(QueueName="poison")["QueueUrl"]
    target = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    cloud.client("lambda").create_event_source_mapping(
        FunctionName=arn,
        EventSourceArn=source,
        StartingPosition="TRIM_HORIZON",
        BatchSize=10,
        MaximumRetryAttempts=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        DestinationConfig={"OnFailure": {"Destination": target}},
    )
    records = [{"Data": data, "PartitionKey": "k"} for data in (b"ok", b"ok", b"bad")]
    kinesis.put_records(StreamName="poison", Records=records)
    message = eventually(lambda: sqs.receive_message(QueueUrl=url).get("Messages"))[0]
    found = json.loads(message["Body"])
    assert found["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert found["KinesisBatchInfo"]["batchSize"] == 1
    eventually(lambda: "kinesis" not in cloud.get("/_stepwell/clock")["busy"])


def test_records_carry_virtual_time(cloud: LocalCloud) -> None:
    kinesis = cloud.client("kinesis")
    kinesis.create_stream(StreamName="timed", ShardCount=1)
    eventually(lambda: _active(kinesis, "timed"))
    cloud.post("/_stepwell/clock", {"advance_s": 86400 * 30})
    kinesis.put_record(StreamName="timed", Data=b"x", PartitionKey="k")
    shard = kinesis.get_shard_iterator(
        StreamName="timed", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )
    record = kinesis.get_records(ShardIterator=shard["ShardIterator"])["Records"][0]
    assert record["ApproximateArrivalTimestamp"] - datetime.now(UTC) > timedelta(days=29)
