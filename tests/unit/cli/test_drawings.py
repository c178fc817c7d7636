from __future__ import annotations

import json
from pathlib import Path

import pytest
from stepwell.workflows.documents import load_yaml
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import TEMPLATES, Command

WELCOME = TEMPLATES / "lead_welcome_v1.yaml"
BROKEN = """
id: broken
nodes:
  - {id: start, type: event_trigger, config: {event: signup}}
  - {id: check, type: if_condition, config: {condition: "score >="}}
  - {id: lost, type: email_send, config: {template_id: hello}}
edges: [start -> check]
"""


def test_compile_is_deterministic_and_maps_states_to_nodes(run: Command) -> None:
    text = run("workflows", "compile", WELCOME).stdout
    assert text == run("workflows", "compile", WELCOME).stdout
    states = set(json.loads(text)["States"])
    mapped = json.loads(run("workflows", "compile", WELCOME, "--source-map").stdout)
    assert set(mapped) <= states
    assert {"welcome", "guide"} <= set(mapped.values())


def test_compile_takes_functions_of_a_deployment(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "functions.json"
    file.write_text('{"send_email": "arn:aws:lambda:eu-west-1:111122223333:function:mine"}')
    assert "111122223333" in run("workflows", "compile", WELCOME, "--functions", file).stdout


def test_compile_refuses_what_breaks_rules(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN)
    assert "lost" in run("workflows", "compile", file, code=Exit.NO).stderr


@pytest.mark.parametrize("file", sorted(TEMPLATES.glob("*.yaml")), ids=lambda f: f.stem)
def test_the_templates_are_valid(run: Command, file: Path) -> None:
    assert run.json("workflows", "validate", file)["valid"] is True


def test_validate_shows_all_violations(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(BROKEN)
    answer = run.json("workflows", "validate", file, code=Exit.NO)
    assert {"check", "lost"} <= {v.get("node") for v in answer["violations"]}
    assert all(v["message"] for v in answer["violations"])
    shown = run("workflows", "validate", file, code=Exit.NO).stdout
    assert all(v["code"] in shown for v in answer["violations"])


def test_validate_tells_the_place_of_what_is_no_workflow(run: Command) -> None:
    answer = run.json("workflows", "validate", "-", typed="id: a\nid: b\n", code=Exit.NO)
    assert answer["violations"][0]["line"] == 2
    assert ":2:" in run("workflows", "validate", "-", typed="id: a\nid: b\n", code=Exit.NO).stdout


def test_a_missing_integration_fails_only_when_asked_to_be_publishable(run: Command) -> None:
    file = TEMPLATES / "lead_qualification_v1.yaml"
    assert "not publishable yet" in run("workflows", "validate", file).stdout
    run("workflows", "validate", file, "--publishable", code=Exit.NO)


def test_expand_writes_plain_nodes(run: Command) -> None:
    expanded = load_yaml(run("workflows", "expand", TEMPLATES / "product_launch_drip_v1.yaml").stdout)
    assert "email_sequence" not in {node.type for node in expanded.nodes}
    assert json.loads(run("workflows", "expand", WELCOME, "--json").stdout)["id"] == "lead_welcome_v1"


def test_schema(run: Command) -> None:
    assert json.loads(run("workflows", "schema").stdout)["$schema"].startswith("https://json-schema.org/")
    assert "nodes" in json.loads(run("workflows", "schema", "--catalogue").stdout)


def test_diff_of_files_ends_as_diff_does(run: Command, tmp_path: Path) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(WELCOME.read_text().replace("duration: 2_days", "duration: 4_days"))
    assert "No difference" in run("workflows", "diff", WELCOME, WELCOME).stdout
    result = run.json("workflows", "diff", WELCOME, changed, code=Exit.NO)
    assert result["changed"][0]["node"] == "wait_2_days"
    assert "4_days" in run("workflows", "diff", WELCOME, changed, code=Exit.NO).stdout


def test_a_file_that_is_not_there(run: Command, tmp_path: Path) -> None:
    assert "cannot be read" in run("workflows", "compile", tmp_path / "none.yaml", code=Exit.USAGE).stderr


def test_a_files_preview_finds_what_lies_beside_it_and_tells_what_does_not(
    run: Command, tmp_path: Path
) -> None:
    files = {
        "messages/hello.yaml": {
            "id": "hello",
            "subject": "Hi {{ block('hero') }}",
            "purpose": "transactional",
            "html": "{% include 'header' %}<p>{{ connected('weather').sky }}</p>{{ block('gone') }}",
        },
        "snippets/any_name.yaml": {"id": "header", "source": "<h1>Acme</h1>{% include 'mark' %}"},
        "messages/snippets/mark.yml": {"id": "mark", "source": "<i>nearer</i>"},
        "blocks/hero.yaml": {"id": "hero", "choices": [], "default": {"id": "all", "html": "<b>Ann</b>"}},
        "sources/weather.yaml": {
            "id": "weather",
            "url": "https://api.example.com/now",
            "sample": {"sky": "sunny"},
        },
    }
    for place, document in files.items():
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document))
    file = str(tmp_path / "messages" / "hello.yaml")
    answer = run.json("templates", "preview", file)
    assert answer["subject"] == "Hi Ann"
    assert all(part in answer["html"] for part in ("<h1>Acme</h1>", "<i>nearer</i>", "<p>sunny</p>"))
    assert answer["not_beside"] == ["block `gone` (blocks/gone.yaml)"]
    assert "blocks/gone.yaml" in run("templates", "preview", file).stdout
    (tmp_path / "snippets" / "any_name.yaml").unlink()
    refused = run("templates", "preview", file, code=1)
    assert "snippets/header.yaml" in refused.output + refused.stderr


def test_templates_are_previewed_from_files(run: Command, tmp_path: Path) -> None:
    file = tmp_path / "hello.yaml"
    file.write_text("id: hello\nsubject: Hi {{ name }}\nhtml: <p>Hello {{ name }} of {{ city }}</p>\n")
    sample = tmp_path / "ann.yaml"
    sample.write_text("name: '[Ann]'\n")
    answer = run.json("templates", "preview", file, "--contact", sample)
    assert answer["subject"] == "Hi [Ann]"
    assert "city" in answer["missing"]
    shown = run("templates", "preview", file, "--contact", sample).stdout
    assert "Hi [Ann]" in shown
    assert "<p>" in run("templates", "preview", file, "--html").stdout


def test_help_and_version(run: Command) -> None:
    assert "Exit codes" in run("--help").stdout
    assert "stepwell" in run("--version").stdout
    for group in ("workflows", "enrollments", "templates", "events", "poison", "workspace", "keys"):
        assert "Commands" in run(group, "--help").stdout or "Files" in run(group, "--help").stdout
