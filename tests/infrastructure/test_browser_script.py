from __future__ import annotations

import gzip
from pathlib import Path

from stacks.browser_script import NAMES, ScriptBundling, build_scripts
from stacks.deployment import ROOT
from tests.infrastructure.conftest import Cloud


def test_the_function_that_serves_the_script_carries_it(tmp_path: Path) -> None:
    assert ScriptBundling(ROOT / "functions" / "ingest_events").try_bundle(str(tmp_path))
    assert {p.name for p in tmp_path.iterdir()} == {"handler.py", *NAMES}
    assert all(len(gzip.compress((tmp_path / name).read_bytes())) < 8 * 1024 for name in NAMES)


def test_the_same_source_is_the_same_script(tmp_path: Path) -> None:
    first, second = ([p.read_bytes() for p in build_scripts(tmp_path / name)] for name in "ab")
    assert first == second


def test_the_browser_client_is_public(aws: Cloud) -> None:
    (route,) = [
        r
        for r in aws.resources("AWS::ApiGatewayV2::Route")
        if r.properties["RouteKey"] == "ANY /sdk/{proxy+}"
    ]
    assert route.properties.get("AuthorizationType", "NONE") == "NONE"
    assert "IngestEvents" in str(
        [
            i
            for i in aws.resources("AWS::ApiGatewayV2::Integration")
            if i.logical_id in str(route.properties["Target"])
        ]
    )
