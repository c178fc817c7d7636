from __future__ import annotations

from pathlib import Path

import pytest

from local import daemon
from local.testing import LocalCloud, make_function, make_machine

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
        cloud.client("sesv2").send_email(**mail)
        cloud.kill()

        cloud.start()
        assert cloud.get("/_stepwell/inbox.json")["total"] == 2
    finally:
        cloud.stop()
