from __future__ import annotations

from pathlib import Path

from stacks.console_files import FOLDER, ConsoleBundling, console_key
from stacks.deployment import ROOT
from tests.infrastructure.conftest import Cloud

HANDLER = ROOT / "functions" / "serve_console"


def test_the_function_carries_the_built_console_and_the_same_source_is_the_same_console(
    tmp_path: Path,
) -> None:
    for name in "ab":
        assert ConsoleBundling(HANDLER).try_bundle(str(tmp_path / name))
    made = {
        p.relative_to(tmp_path / "a").as_posix(): p.read_bytes()
        for p in (tmp_path / "a").rglob("*")
        if p.is_file()
    }
    again = {
        p.relative_to(tmp_path / "b").as_posix(): p.read_bytes()
        for p in (tmp_path / "b").rglob("*")
        if p.is_file()
    }
    assert made == again
    assert {"handler.py", f"{FOLDER}/index.html"} <= set(made)
    scripts = [name for name in made if name.endswith(".js") and "/assets/" in name]
    assert scripts
    # A compressed copy of everything large.
    assert all(f"{name}.br" in made for name in scripts if len(made[name]) > 2_000)


def test_the_page_holds_no_inline_script(tmp_path: Path) -> None:
    assert ConsoleBundling(HANDLER).try_bundle(str(tmp_path))
    page = (tmp_path / FOLDER / "index.html").read_text()
    assert "<script>" not in page
    assert page.count("<script") == page.count(" src=")


def test_the_key_is_that_of_the_sources() -> None:
    assert console_key(HANDLER) == console_key(HANDLER)


def test_the_console_is_the_default_route(aws: Cloud) -> None:
    (route,) = [
        r for r in aws.resources("AWS::ApiGatewayV2::Route") if r.properties["RouteKey"] == "$default"
    ]
    assert "ServeConsole" in str(
        [
            i.properties
            for i in aws.resources("AWS::ApiGatewayV2::Integration")
            if i.logical_id in str(route.properties["Target"])
        ]
    )


def test_who_serves_the_console_may_do_nothing_but_log(aws: Cloud) -> None:
    (role,) = [r for r in aws.resources("AWS::IAM::Role") if r.logical_id.startswith("ServeConsole")]
    actions = {
        action
        for policy in role.properties["Policies"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in statement["Action"]
    }
    assert actions == {"logs:CreateLogStream", "logs:PutLogEvents"}
