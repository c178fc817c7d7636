from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from stepwell.contracts import names
from stepwell.transfers.importing import PART_ROWS
from stepwell.transfers.ports import PARTS_AT_ONCE

from stacks.constructs import transfers
from stacks.constructs.broadcast import DEFINITION
from stacks.deployment import ROOT
from stacks.environment import ROOM_OF_A_SHARD
from stacks.functions import SIZES
from tests.infrastructure.conftest import Cloud
from tests.infrastructure.test_permissions import as_list, statements


def validate(definition: dict[str, Any], folder: Path) -> None:
    path = folder / "machine.asl.json"
    path.write_text(json.dumps(definition))
    validator = ROOT / "node_modules" / ".bin" / "asl-validator"
    node = ROOT / ".venv" / "bin" / "node"
    done = subprocess.run(
        [str(node), str(validator), "--json-path", str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_broadcast_machine_is_valid(tmp_path: Path) -> None:
    text = DEFINITION.read_text()
    text = text.replace(
        "${StartCohort}", "arn:aws:lambda:us-east-1:000000000000:function:stepwell-start-cohort"
    )
    text = text.replace(
        "${DeadCohorts}", "https://sqs.us-east-1.amazonaws.com/000000000000/stepwell-cohorts-dead"
    )
    validate(yaml.safe_load(text), tmp_path)


def test_the_validator_can_say_no(tmp_path: Path) -> None:
    broken = yaml.safe_load(DEFINITION.read_text())
    del broken["States"]["cohorts"]["ItemProcessor"]["StartAt"]
    with pytest.raises(AssertionError):
        validate(broken, tmp_path)


def test_a_cohort_that_cannot_be_started_does_not_stop_the_others() -> None:
    child = yaml.safe_load(DEFINITION.read_text())["States"]["cohorts"]["ItemProcessor"]
    assert child["States"]["start"]["Catch"][0]["Next"] == "set_aside"
    assert child["ProcessorConfig"] == {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}


def test_a_child_ends_its_tries_before_express_ends_it() -> None:
    # An Express execution has five minutes; one that runs out of them fails the Map and with it all other cohorts.
    start = yaml.safe_load(DEFINITION.read_text())["States"]["cohorts"]["ItemProcessor"]["States"]["start"]
    (retry,) = start["Retry"]
    pauses = [
        min(retry["IntervalSeconds"] * retry["BackoffRate"] ** n, retry["MaxDelaySeconds"])
        for n in range(retry["MaxAttempts"])
    ]
    longest = (retry["MaxAttempts"] + 1) * start["TimeoutSeconds"] + sum(pauses)
    assert longest <= 300 - 30, "half a minute is left to set the cohort aside"
    assert start["TimeoutSeconds"] >= SIZES["start_cohort"].timeout_s


def test_a_map_may_write_results_and_start_its_children(aws: Cloud) -> None:
    machine = aws.named(
        "AWS::StepFunctions::StateMachine",
        "StateMachineName",
        names.system_machine_name("stepwell", "broadcast"),
    )
    logical_id = machine.properties["RoleArn"]["Fn::GetAtt"][0]
    (role,) = [r for r in aws.resources("AWS::IAM::Role") if r.logical_id == logical_id]
    actions = {a for s in statements(role) for a in as_list(s["Action"])}
    # Step Functions guide, "IAM policies for Distributed Map" and "ResultWriter".
    assert actions >= {
        "states:StartExecution", "states:DescribeExecution", "states:StopExecution", "lambda:InvokeFunction",
        "s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload",
        "kms:Decrypt", "kms:GenerateDataKey", "sqs:SendMessage",
    }  # fmt: skip


def test_the_platforms_machine_is_not_watched_as_a_workflow(aws: Cloud) -> None:
    name = names.system_machine_name("stepwell", "broadcast")
    aws.named("AWS::StepFunctions::StateMachine", "StateMachineName", name)
    assert not name.startswith("stepwell-")


def test_the_machine_of_transfers_is_valid_and_keeps_to_the_rate(tmp_path: Path) -> None:
    definition = yaml.safe_load(transfers.DEFINITION.read_text())
    validate(definition, tmp_path)
    parts = definition["States"]["parts"]
    assert parts["MaxConcurrency"] == PARTS_AT_ONCE
    part = parts["ItemProcessor"]["States"]["part"]
    (retry,) = part["Retry"]
    pauses = retry["MaxDelaySeconds"] * retry["MaxAttempts"]
    assert (retry["MaxAttempts"] + 1) * part["TimeoutSeconds"] + pauses <= 300 - 30
    # A part must be through well before it is given up, at the rate of the smallest stream.
    assert 0.6 * part["TimeoutSeconds"] > PART_ROWS / (ROOM_OF_A_SHARD / PARTS_AT_ONCE)


def test_the_machine_of_transfers_reaches_its_two_functions_only(aws: Cloud) -> None:
    name = names.system_machine_name("stepwell", "transfers")
    machine = aws.named("AWS::StepFunctions::StateMachine", "StateMachineName", name)
    logical_id = machine.properties["RoleArn"]["Fn::GetAtt"][0]
    (role,) = [r for r in aws.resources("AWS::IAM::Role") if r.logical_id == logical_id]
    (invoke,) = [s for s in statements(role) if "lambda:InvokeFunction" in as_list(s["Action"])]
    told = json.dumps(invoke["Resource"])
    assert told.count("function:") == 2
    assert "import-profiles" in told
    assert "export-profiles" in told
