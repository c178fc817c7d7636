from __future__ import annotations

import urllib.error
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from local.faults import NamedFaults, SesFaults
from local.testing import LocalCloud, eventually, make_function, make_machine


def test_rate_refills_with_time() -> None:
    now = [0.0]
    faults = SesFaults(2, lambda: now[0])
    assert [faults.admit(1) for _ in range(3)] == [True, True, False]
    now[0] = 0.5
    assert [faults.admit(1) for _ in range(2)] == [True, False]
    now[0] = 1000
    assert [faults.admit(1) for _ in range(3)] == [True, True, False]


def test_a_message_to_more_recipients_than_the_rate_passes() -> None:
    assert SesFaults(2).admit(50)


def test_named_faults_are_counted_down() -> None:
    faults = NamedFaults("fail")
    faults.configure({"fail": {"send": 1}})
    assert not faults.take("fail", "other")
    assert faults.take("fail", "x-send_email")
    assert not faults.take("fail", "x-send_email")
    with pytest.raises(ValueError, match="unknown fault"):
        faults.configure({"crash": {}})


@pytest.fixture(scope="module")
def table(shared_cloud: LocalCloud) -> str:
    shared_cloud.client("dynamodb").create_table(
        TableName="faulty",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return "faulty"


@pytest.mark.cloud
@pytest.mark.parametrize(("kind", "kept"), [("drop_before", False), ("drop_after", True)])
def test_a_lost_call_did_or_did_not_happen(cloud: LocalCloud, table: str, kind: str, kept: bool) -> None:
    cloud.post("/_stepwell/faults", {"api": {kind: {"PutItem": 1}}})
    item = {"pk": {"S": kind}}
    with pytest.raises(ConnectionClosedError):
        cloud.client("dynamodb").put_item(TableName=table, Item=item)
    assert ("Item" in cloud.client("dynamodb").get_item(TableName=table, Key=item)) is kept


@pytest.mark.cloud
def test_a_failed_call(cloud: LocalCloud, table: str) -> None:
    cloud.post("/_stepwell/faults", {"api": {"fail": {"DynamoDB_20120810.PutItem": 1}}})
    with pytest.raises(ClientError, match="asked for"):
        cloud.client("dynamodb").put_item(TableName=table, Item={"pk": {"S": "x"}})


@pytest.mark.cloud
def test_functions_fail_before_and_after_their_work(cloud: LocalCloud) -> None:
    code = "import sys\nn = 0\ndef handler(e, c):\n    global n\n    n += 1\n    print(n, file=sys.stderr)\n"
    code += "    return n\n"
    arn = make_function(cloud, "crashing", code)
    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 5}]
    machine = make_machine(
        cloud, "crashing", {"t": {"Type": "Task", "Resource": arn, "Retry": retry, "End": True}}, "t"
    )
    wanted = {"fail_before": {"crashing": 1}, "fail_after": {"crashing": 1}, "throttle": {"crashing": 1}}
    cloud.post("/_stepwell/faults", {"functions": wanted})
    sfn = cloud.client("stepfunctions")
    execution = sfn.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    cloud.post("/_stepwell/clock/run", {"max_real_s": 20})
    found: Any = eventually(lambda: sfn.describe_execution(executionArn=execution))
    # Throttled, not run, run but lost, run again: the second run of the same process.
    assert (found["status"], found["output"]) == ("SUCCEEDED", "2")
    assert cloud.get("/_stepwell/counters")["totals"]["states"]["transitions"] == 4


@pytest.mark.cloud
def test_unknown_faults_are_refused(cloud: LocalCloud) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400"):
        cloud.post("/_stepwell/faults", {"sqs": {}})
