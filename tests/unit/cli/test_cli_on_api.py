"""The commands against the real API handlers: each is run as a person would, and its effect is looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import Command

pytestmark = pytest.mark.cloud

TEMPLATE = {
    "id": "hello",
    "name": "Hello",
    "subject": "Hello {{ first_name }}",
    "html": "<p>Hi {{ first_name }},</p>\n<p>welcome.</p>",
    "sample": {"first_name": "Ann"},
}


def drawn(workflow: str, *, name: str = "Welcome", template: str = "hello") -> dict[str, Any]:
    return {
        "schema_version": 1,
        "id": workflow,
        "name": name,
        "purpose": "marketing",
        "nodes": [
            {"id": "start", "type": "manual_trigger"},
            {"id": "pause", "type": "delay_action", "config": {"duration": "2_days"}},
            {"id": "mail", "type": "email_send", "config": {"template_id": template}},
        ],
        "edges": ["start -> pause", "pause -> mail"],
    }


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False))
        return path

    return write


@pytest.fixture
def published(cli: Command, write: Any, request: pytest.FixtureRequest) -> str:
    """A published workflow of this test's own."""
    workflow = request.node.name.replace("test_", "w_")[:32].lower().rstrip("_")
    cli("templates", "push", write("hello.yaml", TEMPLATE))
    cli("workflows", "create", write("flow.yaml", drawn(workflow)))
    cli("workflows", "publish", workflow, "--note", "first")
    return workflow


def test_templates(cli: Command, write: Any) -> None:
    file = write("news.yaml", {**TEMPLATE, "id": "news"})
    assert "Saved news" in cli("templates", "push", file).stdout
    cli("templates", "push", write("news.yaml", {**TEMPLATE, "id": "news", "name": "News"}))
    assert "News" in cli("templates", "list", "--text", "news").stdout
    kept = yaml.safe_load(cli("templates", "get", "news").stdout)
    assert kept["html"] == TEMPLATE["html"]
    assert "|" in cli("templates", "get", "news").stdout
    shown = cli.json("templates", "preview", "news", "--contact", write("c.yaml", {"first_name": "Bo"}))
    assert shown["subject"] == "Hello Bo"
    assert cli.json("templates", "get", "news")["rev"] == 2


def test_a_broken_template_is_refused_with_its_place(cli: Command, write: Any) -> None:
    file = write("bad.yaml", {**TEMPLATE, "html": "{% if %}"})
    assert cli.error("templates", "push", file, code=Exit.NO)["violations"]


def test_drafts(cli: Command, write: Any) -> None:
    file = write("flow.yaml", drawn("drafts"))
    assert cli.json("workflows", "create", file)["rev"] == 1
    assert cli.error("workflows", "create", file, code=Exit.CONFLICT)["code"] == "workflow_exists"
    assert "drafts" in cli("workflows", "list", "--text", "draf").stdout
    text = cli("workflows", "get", "drafts").stdout
    assert "start -> pause" in text
    cli("workflows", "diff", "drafts", write("same.yaml", text))
    changed = write("changed.yaml", drawn("drafts", name="Changed"))
    assert "Changed" in cli("workflows", "diff", "drafts", changed, code=Exit.NO).stdout
    assert cli.json("workflows", "push", changed, "--if-rev", "1")["rev"] == 2
    assert cli.error("workflows", "push", file, "--if-rev", "1", code=Exit.CONFLICT)["code"] == "stale_rev"
    assert cli.json("workflows", "push", file)["rev"] == 3
    cli("workflows", "delete", "drafts", "--yes")
    assert cli.error("workflows", "get", "drafts", code=Exit.NOT_FOUND)["code"] == "no_workflow"
    assert cli.error("workflows", "push", file, code=Exit.NOT_FOUND)["code"] == "no_workflow"
    cli("workflows", "push", file, "--create")
    assert "Draft" not in cli("workflows", "get", "drafts", "--info").stdout


def test_publishing_tells_all_that_is_wrong(cli: Command, write: Any) -> None:
    cli("workflows", "create", write("flow.yaml", drawn("wrong", template="absent")))
    error = cli.error("workflows", "publish", "wrong", code=Exit.NO)
    assert any("absent" in v["message"] for v in error["violations"])
    file = write("flow.yaml", drawn("wrong", template="absent"))
    assert cli.json("workflows", "validate", file)["valid"] is True
    asked = cli.json("workflows", "validate", file, "--workspace", "--publishable", code=Exit.NO)
    assert asked["publishable"] is False
    assert "absent" in cli("workflows", "publish", "wrong", code=Exit.NO).stderr


def test_versions(cli: Command, write: Any, published: str) -> None:
    cli("workflows", "push", write("two.yaml", drawn(published, name="Two")))
    assert "would become version 2" in cli("workflows", "publish", published, "--dry-run").stdout
    assert "Two" in cli("workflows", "diff", published, code=Exit.NO).stdout
    cli("workflows", "publish", published, "--in-flight", "migrate", "--map", "mail=mail")
    listed = cli.json("workflows", "versions", published)["items"]
    assert [(v["version"], v["live"]) for v in listed] == [(2, True), (1, False)]
    assert "first" in cli("workflows", "versions", published).stdout
    assert "Two" in cli("workflows", "diff", published, "1..2", code=Exit.NO).stdout
    assert "name: Welcome" in cli("workflows", "get", published, "--version", "1").stdout
    assert cli.json("workflows", "rollback", published, "1")["version"] == 3
    moved = cli.json("workflows", "migrate", published, "--from", "1", "--to", "3", "--dry-run")
    assert moved["dry_run"] is True
    assert (
        "nothing was changed"
        in cli("workflows", "migrate", published, "--from", "1", "--to", "3", "--dry-run").stdout
    )
    assert cli.json("workflows", "migrate", published, "--from", "1", "--to", "3")["job"]


def test_control(cli: Command, published: str) -> None:
    assert cli.json("workflows", "pause", published)["status"] == "paused"
    assert (
        cli.error("workflows", "start", published, "--contact", "a@b.c", code=Exit.CONFLICT)["code"]
        == "not_active"
    )
    assert cli.json("workflows", "resume", published)["status"] == "active"
    assert cli.json("workflows", "eject", published, "--yes")["job"]
    assert "eject" in cli("workflows", "jobs", published).stdout
    assert "Aborted" in cli("workflows", "stop", published, typed="n\n", code=1).output
    assert cli.json("workflows", "stop", published, "--yes")["status"] == "stopped"


def test_contacts_in_a_workflow(cli: Command, write: Any, published: str) -> None:
    csv = write("people.csv", "email,first_name\nann+1@shop.example,Ann\nbo@shop.example,Bo\n")
    assert "enrolled" in cli("workflows", "start", published, "--csv", csv, "--wait").stdout
    assert cli.json("workflows", "counters", published)["version"] == 1
    assert "entered" in cli("workflows", "counters", published).stdout
    started = cli.json("workflows", "start", published, "--contact", "nobody@shop.example")
    assert started["unknown"] == 1
    rows = cli.json("enrollments", "list", published)["items"]
    assert len(rows) == 2
    assert rows[0]["enrollment"] in cli("enrollments", "list", published, "--state", "running").stdout
    of_ann = cli.json("enrollments", "list", "--contact", "ann+1@shop.example")["items"]
    assert [row["workflow"] for row in of_ann] == [published]
    assert "running" in cli("enrollments", "show", of_ann[0]["enrollment"]).stdout.lower()
    told = cli.json("explain", published, "ann+1@shop.example")
    assert told["journeys"][0]["enrollment"] == of_ann[0]["enrollment"]
    assert told["sentence"] in cli("explain", published, "ann+1@shop.example").stdout
    assert cli.json("workflows", "audience", published)["looked_at"] >= 2
    assert "would enter now" in cli("workflows", "audience", published, "--draft").stdout
    assert cli.json("messages", "--workflow", published)["items"] == []
    assert cli.json("messages", "--contact", "ann+1@shop.example", "--outcome", "sent")["items"] == []
    assert "Ended 1" in cli("enrollments", "end", published, "ann+1@shop.example", "--yes").stdout
    missing = cli.error("explain", published, "nobody@shop.example", code=Exit.NOT_FOUND)
    assert missing["code"] == "no_contact"


def test_starting_asks_who_and_whether(cli: Command, published: str) -> None:
    assert cli.error("workflows", "start", published, code=Exit.USAGE)["code"] == "usage"
    both = ("--all", "--condition", "score > 1")
    assert cli.error("workflows", "start", published, *both, code=Exit.USAGE)["code"] == "usage"
    assert "every contact" in cli("workflows", "start", published, "--all", typed="n\n", code=1).output


def follow(cli: Command) -> list[dict[str, Any]]:
    """Follow the tail until it was looked at twice."""
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) > 1:
            raise KeyboardInterrupt

    cli.session = {"sleep": sleep}
    lines = cli("events", "tail", "--follow", "--json").stdout.splitlines()
    cli.session = {}
    return [json.loads(line) for line in lines]


def test_events_and_keys(cli: Command) -> None:
    key = cli.json("keys", "create", "website")
    cli("events", "tail")
    sent = cli.json(
        "events", "send", "order_completed", "--key", key["write_key"], "--contact", "cy@shop.example",
        "--property", "total=12.5",
    )  # fmt: skip
    assert sent["sent"].startswith("cli-")
    cli("events", "send", "identify", "--key", key["write_key"], "--contact", "cy", "--trait", "score=7")
    assert "order_completed" in cli("events", "tail").stdout
    assert cli.json("events", "rejected")["items"] == []
    followed = follow(cli)
    assert [line["name"] for line in followed if line.get("name") == "order_completed"] == ["order_completed"]
    assert "website" in cli("keys", "list").stdout
    assert key["write_key"] not in cli("keys", "list").stdout
    cli("keys", "revoke", key["id"], "--yes")
    assert cli.json("keys", "list")["items"][0]["revoked"] is True
    wrong = cli.error("events", "send", "x", "--key", "wrong", "--contact", "cy", code=Exit.SIGN_IN)
    assert "keys list" in wrong["message"]


def test_poison_that_is_none(cli: Command) -> None:
    assert "None." in cli("poison", "list").stdout
    assert cli.json("poison", "replay", "--all")["records"] == 0


def test_workspace(cli: Command) -> None:
    cli("workspace", "set", "--sender", "Shop <hi@shop.example>", "--postal-address", "1 Road", "--no-opt-in")
    assert "hi@shop.example" in cli("workspace", "show").stdout
    assert cli.json("workspace", "set", "--team", "sales=a@b.c, d@e.f")["teams"] == {
        "sales": ["a@b.c", "d@e.f"]
    }
    assert "workspace.updated" in cli("workspace", "audit", "--action", "workspace.").stdout
    assert "everybody" in cli("workspace", "allowlist").stdout
    cli("workspace", "allowlist", "@shop.example")
    assert cli.json("workspace", "allowlist", "a@b.c", "--add")["allowlist"] == ["@shop.example", "a@b.c"]
    assert cli.json("workspace", "allowlist", "a@b.c", "--remove")["allowlist"] == ["@shop.example"]
    assert "nobody" in cli("workspace", "allowlist", "--nobody").stdout
    assert cli.json("workspace", "allowlist", "--everybody")["allowlist"] is None
    assert cli.error("workspace", "allowlist", "shop", code=Exit.USAGE)["code"] == "usage"
    assert cli.error("workspace", "set", code=Exit.USAGE)["code"] == "usage"
    assert "stopped" in cli("workspace", "stop-everything", "on").stdout
    assert "Everything is stopped" in cli("workspace", "show").stdout
    assert cli.json("workspace", "stop-everything", "off") == {"stopped": False}


def test_a_viewer_may_look_only(cli: Command, write: Any) -> None:
    cli.role = "viewer"
    cli("workflows", "list")
    error = cli.error("workflows", "create", write("flow.yaml", drawn("mine")), code=Exit.SIGN_IN)
    assert error["code"] == "role_needed"


def test_an_unknown_token_asks_to_sign_in(cli: Command) -> None:
    cli.role = ""
    assert "stepwell login" in cli.error("workflows", "list", code=Exit.SIGN_IN)["message"]
