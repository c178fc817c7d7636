"""The console's types: what is generated, and that a difference is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from stepwell.workflows.nodes import catalogue

from local import api_types

SMALL = {"openapi.d.ts": "export type A = 1;\n", "graph.d.ts": "export type B = 2;\n"}


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_types, "generated", lambda: SMALL)


@pytest.mark.usefixtures("small")
def test_what_was_written_does_not_differ(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert api_types.main([str(tmp_path / "api")]) == 0
    assert (tmp_path / "api" / "graph.d.ts").read_text() == SMALL["graph.d.ts"]
    assert api_types.main([str(tmp_path / "api"), "--check"]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("small")
def test_a_difference_is_told_and_nothing_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "openapi.d.ts").write_text("export type A = 0;\n")
    assert api_types.main([str(tmp_path), "--check"]) == 1
    told = capsys.readouterr().err
    assert "make types" in told and "-export type A = 0;" in told and "+export type A = 1;" in told
    assert not (tmp_path / "graph.d.ts").exists()


def test_a_graph_has_a_node_a_type() -> None:
    schema = api_types.graph_schema()
    kinds = [one["$ref"].rpartition("/")[2] for one in schema["$defs"]["Node"]["anyOf"]]
    assert len(kinds) == len(catalogue())
    delay = schema["$defs"]["DelayActionNode"]["properties"]
    assert delay["type"] == {"const": "delay_action"} and delay["config"] == {
        "$ref": "#/$defs/DelayActionConfig"
    }
    assert "title" not in schema["$defs"]["DelayActionConfig"]["properties"]["duration"]


@pytest.mark.skipif(not shutil.which("json2ts"), reason="needs the Node tools in PATH")
def test_the_real_ones_name_what_the_builder_reads() -> None:
    made = api_types.generated()
    assert 'type: "delay_action"' in made["graph.d.ts"]
    assert "listWorkflows: {" in made["openapi.d.ts"]
