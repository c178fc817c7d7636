from __future__ import annotations

import platform
import sys

import pytest
from stepwell.contracts import names

from stacks import api, engine
from stacks.deployment import ROOT
from stacks.functions import SIZES
from tests.infrastructure.conftest import Cloud


@pytest.mark.parametrize("name", names.FUNCTIONS)
def test_the_code_of_every_function_exists(name: str) -> None:
    assert (ROOT / "functions" / name / "handler.py").is_file()


def test_every_function_is_in_exactly_one_stack() -> None:
    assert sorted([*api.FUNCTIONS, *engine.FUNCTIONS]) == sorted(names.FUNCTIONS)
    assert set(SIZES) == set(names.FUNCTIONS)


def test_every_function_is_deployed(aws: Cloud, local: Cloud) -> None:
    for cloud in (aws, local):
        found = {f.properties["FunctionName"] for f in cloud.resources("AWS::Lambda::Function")}
        assert found == {names.function_name("stepwell", name) for name in names.FUNCTIONS}


def test_functions_run_python_3_13_on_arm_in_aws(aws: Cloud) -> None:
    for function in aws.resources("AWS::Lambda::Function"):
        assert function.properties["Runtime"] == "python3.13"
        assert function.properties["Architectures"] == ["arm64"]


def test_functions_run_on_the_host_locally(local: Cloud) -> None:
    arm = platform.machine().lower() in {"arm64", "aarch64"}
    for function in local.resources("AWS::Lambda::Function"):
        assert function.properties["Runtime"] == f"python{sys.version_info.major}.{sys.version_info.minor}"
        assert function.properties["Architectures"] == ["arm64" if arm else "x86_64"]


def test_the_environment_is_stepwells_own(aws: Cloud) -> None:
    for function in aws.resources("AWS::Lambda::Function"):
        variables = function.properties.get("Environment", {}).get("Variables", {})
        assert all(key.startswith("STEPWELL_") for key in variables), function.logical_id


def test_logs_end_after_30_days(aws: Cloud) -> None:
    groups = aws.resources("AWS::Logs::LogGroup")
    assert all(g.properties["RetentionInDays"] == 30 for g in groups)
    assert {f"/aws/lambda/{names.function_name('stepwell', n)}" for n in names.FUNCTIONS} <= {
        g.properties["LogGroupName"] for g in groups
    }


def test_alarms_reach_the_topic(aws: Cloud) -> None:
    alarms = aws.resources("AWS::CloudWatch::Alarm")
    assert all(a.properties["AlarmActions"] for a in alarms)
    assert {"stepwell-stuck-runs", "stepwell-stream-late", "stepwell-bounces", "stepwell-complaints"} <= {
        a.properties["AlarmName"] for a in alarms
    }


def test_idle_alarms_stay_cheap(aws: Cloud) -> None:
    # $0.10 each and month: the idle bill may be $15, of which the stream takes $11 and the key $1.
    assert len(aws.resources("AWS::CloudWatch::Alarm")) <= 20
