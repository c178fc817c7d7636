from __future__ import annotations

from pathlib import Path

import aws_cdk as cdk
import pytest

from stacks.deployment import Deployment


def read(**context: object) -> Deployment:
    return Deployment.from_context(cdk.App(context=context).node)


def test_defaults() -> None:
    deployment = read()
    assert deployment == Deployment()
    assert (deployment.target, deployment.prefix, deployment.xray) == ("aws", "stepwell", False)


def test_context_is_read() -> None:
    deployment = read(
        target="local", prefix="stepwell-test", shards="2", xray="true", public_url="https://x.example/"
    )
    assert deployment.is_local
    assert deployment.name("engine") == "stepwell-test-engine"
    assert (deployment.shards, deployment.xray) == (2, True)
    assert deployment.public_url == "https://x.example"


@pytest.mark.parametrize(
    "context",
    [
        {"target": "azure"},
        {"stream_mode": "both"},
        {"event_window_s": "9"},
        {"event_parallelism": "0"},
        {"prefix": "Step_well"},
        {"prefix": "a" * 25},
    ],
)
def test_nonsense_is_refused_at_once(context: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="context"):
        read(**context)


def test_two_deployments_have_two_api_ids() -> None:
    assert Deployment(prefix="a").api_id != Deployment(prefix="b").api_id


def test_data_survives_its_stack_on_aws_only() -> None:
    assert Deployment().removal == cdk.RemovalPolicy.RETAIN
    assert Deployment(target="local").removal == cdk.RemovalPolicy.DESTROY


def test_functions_come_from_the_repository() -> None:
    assert Deployment().functions.name == "functions"
    assert isinstance(Deployment().functions, Path)
