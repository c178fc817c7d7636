"""Every setting that a function reads is set by its stack: `Settings` says which there are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from stepwell.contracts import names
from stepwell.settings import Settings

from stacks.deployment import ROOT
from stacks.functions import WITHOUT_LAYERS
from tests.infrastructure.conftest import Cloud

WIRING = ("bootstrap", "wiring", "management")
# Why a field has no variable in any template.
NOT_OF_A_STACK = {
    "region": "Lambda's own AWS_REGION",
    "local": "set by the local cloud",
    "clock_file": "set by the local cloud",
    "endpoint": "set by the local cloud",
    "federation": "only where a deployment has other identity providers",
    "send_rate": "asked of SES; a test sets it",
}
SWITCHES = {"xray": "xray", "keep_runs": "keep_runs_days", "keep_ended": "keep_ended_days"}
SWITCHES |= {"query_tables": "query_tables"}
# Only whoever sends mail writes links.
OF_THE_ENGINE = {"public_url"}
OF_THE_API = {"user_pool_id", "user_pool_client_id"}
ALL_ON: dict[str, Any] = {
    "xray": True,
    "keep_runs_days": "400",
    "keep_ended_days": "400",
    "query_tables": '{"*": ["orders"]}',
    "reply_domain": "reply.example.com",
}


def variable(field: str) -> str:
    return f"STEPWELL_{SWITCHES.get(field, field).upper()}"


def environments(cloud: Cloud) -> dict[str, dict[str, Any]]:
    return {
        f.properties["FunctionName"]: f.properties.get("Environment", {}).get("Variables", {})
        for f in cloud.resources("AWS::Lambda::Function")
    }


def given(cloud: Cloud, function: str) -> set[str]:
    variables = environments(cloud)[names.function_name("stepwell", function)]
    return {field.name for field in fields(Settings) if variable(field.name) in variables}


@pytest.mark.parametrize("function", [name for name in names.FUNCTIONS if name not in WITHOUT_LAYERS])
def test_every_setting_is_given(function: str, synthesise: Callable[..., Cloud]) -> None:
    cloud = synthesise(**ALL_ON)
    wanted = {field.name for field in fields(Settings)} - set(NOT_OF_A_STACK) - OF_THE_ENGINE - OF_THE_API
    wanted |= (
        OF_THE_ENGINE
        if cloud.named(
            "AWS::Lambda::Function", "FunctionName", names.function_name("stepwell", function)
        ).stack
        == "engine"
        else set()
    )
    wanted |= OF_THE_API if function in {"serve_api", "serve_console"} else set()
    assert wanted <= given(cloud, function)


def test_nothing_is_given_that_nobody_reads(synthesise: Callable[..., Cloud]) -> None:
    known = {variable(field.name) for field in fields(Settings)}
    for name, variables in environments(synthesise(**ALL_ON)).items():
        assert set(variables) <= known, name


def test_switches_are_off_by_default(aws: Cloud) -> None:
    for name, variables in environments(aws).items():
        assert not {variable(field) for field in SWITCHES} & set(variables), name


def test_the_wiring_reads_settings_that_exist() -> None:
    package = Path(ROOT / "layers/core/python/stepwell")
    text = "".join((package / f"{name}.py").read_text() for name in WIRING)
    read = set(re.findall(r"settings\.(?:require\(\"(\w+)\"\)|(\w+))", text))
    read_names = {a or b for a, b in read} - {"require", "function_arn", "Settings"}
    assert read_names <= {field.name for field in fields(Settings)}
    assert {"machine_kms_key", "machine_log_group_arn", "xray", "schedule_dead_letters_arn"} <= read_names


def test_published_machines_are_logged_and_encrypted_like_those_in_git(aws: Cloud) -> None:
    variables = environments(aws)["stepwell-serve-api"]
    (group,) = [
        g for g in aws.resources("AWS::Logs::LogGroup", "engine") if g.logical_id.startswith("WorkflowsLog")
    ]
    assert (
        str(variables["STEPWELL_MACHINE_LOG_GROUP_ARN"]).count(f"{group.properties['LogGroupName']}:*") == 1
    )
    (key,) = aws.resources("AWS::KMS::Key")
    assert key.logical_id in str(variables["STEPWELL_MACHINE_KMS_KEY"])
    for machine in aws.resources("AWS::StepFunctions::StateMachine"):
        encryption = machine.properties["EncryptionConfiguration"]
        assert encryption["Type"] == "CUSTOMER_MANAGED_KMS_KEY"
        assert key.logical_id in str(encryption["KmsKeyId"])
