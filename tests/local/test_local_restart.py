from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from local import daemon
from local.testing import LocalCloud, eventually, make_function, make_machine

pytestmark = pytest.mark.cloud


def test_a_clean_stop_keeps_everything_and_a_kill_keeps_the_outbox(tmp_path: Path) -> None:
    cloud = LocalCloud(tmp_path).start()
    try:
        ses = cloud.client("sesv2")
        ses.create_email_identity(EmailIdentity="shop.example")
        mail = {
            "FromEmailAddress": "a@shop.example",
            "Destination": {"ToAddresses": ["b@client.example"]},
            "Content": {"Simple": {"Subject": {"Data": "S"}, "Body": {"Text": {"Data": "t"}}}},
        }
        ses.send_email(**mail)
        make_function(cloud, "kept", "def handler(e, c):\n    return 1\n")
        cloud.client("s3").create_bucket(Bucket="kept")
        cloud.client("s3").put_object(Bucket="kept", Key="k", Body=b"v")
        machine = make_machine(cloud, "kept", {"w": {"Type": "Wait", "Seconds": 99999, "End": True}}, "w")
        sfn = cloud.client("stepfunctions")
        execution = sfn.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
        queue = cloud.client("sqs").create_queue(QueueName="status")["QueueUrl"]
        events = cloud.client("events")
        events.put_rule(
            Name="status", EventPattern='{"source": ["aws.states"], "detail": {"status": ["FAILED"]}}'
        )
        events.put_targets(
            Rule="status", Targets=[{"Id": "q", "Arn": "arn:aws:sqs:us-east-1:000000000000:status"}]
        )
        cloud.post("/_stepwell/clock", {"offset_s": 86400})
        assert daemon.up(cloud.settings) == "running"
        assert cloud.stop() == "stopped"
        assert daemon.down(cloud.settings) == "absent"

        cloud.start()
        assert cloud.get("/_stepwell/clock")["offset_s"] == 86400
        assert cloud.client("lambda").invoke(FunctionName="kept")["Payload"].read() == b"1"
        assert cloud.client("s3").get_object(Bucket="kept", Key="k")["Body"].read() == b"v"
        found = cloud.client("stepfunctions").describe_execution(executionArn=execution)
        assert (found["status"], found["error"]) == ("FAILED", "States.ServiceRestart")
        received = cloud.client("sqs").receive_message
        message = eventually(lambda: received(QueueUrl=queue).get("Messages"))[0]
        assert json.loads(message["Body"])["detail"]["error"] == "States.ServiceRestart"
        cloud.client("sesv2").send_email(**mail)
        make_function(cloud, "saved", "def handler(e, c):\n    return 2\n")
        cloud.save()
        make_function(cloud, "unsaved", "def handler(e, c):\n    return 3\n")
        cloud.kill()

        cloud.start()
        names = {f["FunctionName"] for f in cloud.client("lambda").list_functions()["Functions"]}
        assert names == {"kept", "saved"}
        assert cloud.get("/_stepwell/inbox.json")["total"] == 2
    finally:
        cloud.stop()


def test_a_taken_port_is_reported(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        cloud = LocalCloud(tmp_path, port=other.getsockname()[1])
        with pytest.raises(daemon.LocalCloudError, match=r"(?s)ended at start.*in use"):
            cloud.start()
