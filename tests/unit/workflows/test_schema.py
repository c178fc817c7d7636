"""The exported schemas hold together, and the reference page is current."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from stepwell.workflows.nodes import node_type_names
from stepwell.workflows.schema import export, main, markdown, workflow_schema

ROOT = Path(__file__).parents[3]


def references(value):
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_every_reference_of_the_schema_leads_somewhere():
    schema = workflow_schema()
    for reference in references(schema):
        assert reference.removeprefix("#/$defs/") in schema["$defs"], reference
    assert schema["$defs"]["Node"]["properties"]["type"]["enum"] == node_type_names()
    assert len(schema["$defs"]["Node"]["allOf"]) == len(node_type_names())


def test_the_builder_gets_every_type_with_its_form():
    exported = export()
    assert [node["type"] for node in exported["nodes"]] == node_type_names()
    json.dumps(exported)
    mail = next(node for node in exported["nodes"] if node["type"] == "email_send")
    assert mail["widgets"]["template_id"] == "template"
    assert mail["config"]["properties"]["template_id"]["x-widget"] == "template"
    assert mail["config"]["properties"]["template_id"]["examples"]
    assert (mail["available"], mail["sends"]) == (True, "email")
    push = next(node for node in exported["nodes"] if node["type"] == "web_push")
    assert (push["available"], push["sends"]) == (True, "push")
    post = next(node for node in exported["nodes"] if node["type"] == "social_post")
    assert (post["available"], bool(post["missing"])) == (True, False)


def test_the_reference_page_is_current():
    page = (ROOT / "docs/reference/nodes.md").read_text(encoding="utf-8")
    assert page == markdown(), "run: python -m stepwell.workflows.schema --markdown > docs/reference/nodes.md"


def test_the_command_prints_both(capsys):
    assert main(["--markdown"]) == 0
    assert capsys.readouterr().out.startswith("# Node types")
    assert main([]) == 0
    assert json.loads(capsys.readouterr().out)["schema_version"] == 1


@pytest.mark.parametrize("module", ["wait_until", "email_send", "if_condition"])
def test_a_lambda_loads_only_the_types_it_runs(module):
    code = (
        f"import sys; from stepwell.workflows.nodes import node_type; node_type('{module}');"
        "print(' '.join(m.rsplit('.', 1)[1] for m in sys.modules if m.startswith('stepwell.workflows.nodes.')))"
    )
    out = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT / "layers/core/python")},
    )
    loaded = {name for name in out.stdout.split() if not name.startswith("_")}
    assert loaded == {"base", module}
