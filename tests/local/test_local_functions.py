from __future__ import annotations

import json
import time
from typing import Any

import pytest

from local.testing import LocalCloud, eventually, make_function, make_machine

pytestmark = pytest.mark.cloud

COUNT = """
import sys
seen = []
def handler(event, context):
    print(len(seen), file=sys.stderr)
    if "read" in event:
        return seen
    seen.append(event.get("detail-type") or len(event["Records"]))
"""


def read(cloud: LocalCloud, name: str) -> Any:
    return json.load(cloud.client("lambda").invoke(FunctionName=name, Payload=b'{"read": 1}')["Payload"])


def test_unread_records_are_not_lost_when_older_ones_expire(cloud: LocalCloud) -> None:
    kinesis = cloud.client("kinesis")
    arn = make_function(cloud, "expiry", COUNT)
    kinesis.create_stream(StreamName="expiry", ShardCount=1)

    def summary() -> Any:
        return kinesis.describe_stream_summary(StreamName="expiry")["StreamDescriptionSummary"]

    eventually(lambda: summary()["StreamStatus"] == "ACTIVE")
    cloud.client("lambda").create_event_source_mapping(
        FunctionName=arn, EventSourceArn=summary()["StreamARN"], StartingPosition="TRIM_HORIZON", BatchSize=10
    )
    kinesis.put_records(StreamName="expiry", Records=[{"Data": b"x", "PartitionKey": "k"}] * 3)
    eventually(lambda: sum(read(cloud, "expiry")) == 3)
    cloud.post("/_stepwell/clock", {"advance_s": 30 * 3600})
    kinesis.put_records(StreamName="expiry", Records=[{"Data": b"x", "PartitionKey": "k"}] * 2)
    eventually(lambda: sum(read(cloud, "expiry")) == 5)


def test_records_are_not_skipped_when_others_expire_while_a_batch_is_under_way(cloud: LocalCloud) -> None:
    kinesis = cloud.client("kinesis")
    arn = make_function(
        cloud,
        "slow_expiry",
        COUNT.replace("    seen.append", "    import time; time.sleep(0.7)\n    seen.append"),
    )
    kinesis.create_stream(StreamName="slow_expiry", ShardCount=1)

    def put(number: int) -> None:
        records = [{"Data": b"x", "PartitionKey": "k"}] * number
        kinesis.put_records(StreamName="slow_expiry", Records=records)

    summary = kinesis.describe_stream_summary(StreamName="slow_expiry")["StreamDescriptionSummary"]
    eventually(lambda: summary["StreamStatus"] in ("ACTIVE", "CREATING"))
    cloud.client("lambda").create_event_source_mapping(
        FunctionName=arn, EventSourceArn=summary["StreamARN"], StartingPosition="TRIM_HORIZON", BatchSize=10
    )
    put(3)
    eventually(lambda: sum(read(cloud, "slow_expiry")) == 3)
    put(2)
    time.sleep(0.2)  # the batch of two is under way
    cloud.post("/_stepwell/clock", {"advance_s": 30 * 3600})
    put(4)
    eventually(lambda: sum(read(cloud, "slow_expiry")) == 9)


def test_executions_queue_for_a_bounded_number_of_processes_with_shared_code(cloud: LocalCloud) -> None:
    code = (
        "import os, sys, time\ndef handler(e, c):\n    print(1, file=sys.stderr)\n    time.sleep(0.1)\n"
        "    return [os.getpid(), os.getcwd()]\n"
    )
    task = {"Type": "Task", "Resource": make_function(cloud, "queued", code), "End": True}
    machine = make_machine(cloud, "queued", {"t": task}, "t")
    sfn = cloud.client("stepfunctions")
    started = [sfn.start_execution(stateMachineArn=machine, input="{}")["executionArn"] for _ in range(20)]
    assert cloud.post("/_stepwell/clock/run", {"max_real_s": 20})["state"] == "idle"
    answers = [json.loads(sfn.describe_execution(executionArn=e)["output"]) for e in started]
    assert len({pid for pid, _ in answers}) <= cloud.settings.lambda_processes
    assert {directory.startswith(str(cloud.settings.home / "unpacked")) for _, directory in answers} == {True}


def test_events_are_delivered_again_to_a_function_that_failed(cloud: LocalCloud) -> None:
    arn = make_function(cloud, "again", COUNT)
    events = cloud.client("events")
    events.put_rule(Name="again", EventPattern='{"source": ["shop"]}')
    events.put_targets(Rule="again", Targets=[{"Id": "f", "Arn": arn}])
    cloud.post("/_stepwell/faults", {"functions": {"fail_before": {"again": 1}}})
    events.put_events(Entries=[{"Source": "shop", "DetailType": "Bought", "Detail": "{}"}])
    assert cloud.get("/_stepwell/clock")["busy"].get("async_invocation") == 1
    eventually(lambda: not cloud.get("/_stepwell/clock")["busy"])
    assert read(cloud, "again") == ["Bought"]


def test_api_calls_and_time_are_counted(cloud: LocalCloud) -> None:
    make_function(
        cloud, "counted", "import sys\ndef handler(e, c):\n    print(1, file=sys.stderr)\n", MemorySize=512
    )
    cloud.client("lambda").invoke(FunctionName="counted", Payload=b"{}")
    counted = cloud.post("/_stepwell/counters")
    one = counted["functions"]["counted"]
    assert one["invocations"] == 1
    assert one["gb_seconds"] == pytest.approx(one["seconds"] / 2, abs=0.001)
    assert counted["operations"]["lambda"]
    assert cloud.get("/_stepwell/counters")["totals"] == {}
