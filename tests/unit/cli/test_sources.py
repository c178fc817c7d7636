"""Sources by the command: mappings tried without a deployment; sources on the real API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import Command

SECRET = "a-secret-that-nobody-may-see"
MAPPING = '{"event": "paid", "email": email, "properties": {"total": total}}'


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    return write


def test_a_mapping_is_tried_without_a_deployment(run: Command, write: Any) -> None:
    sample = write("sample.json", {"email": "ann@x.example", "total": 5})
    mapping = write("m.jsonata", MAPPING)
    told = run.json("sources", "try", sample, "--mapping", mapping)
    assert told["events"][0]["email"] == "ann@x.example"
    shown = run("sources", "try", sample, "--mapping", mapping).stdout
    assert "paid" in shown
    assert "ann@x.example" in shown


def test_a_mapping_that_fails_says_where(run: Command, write: Any) -> None:
    sample = write("sample.json", {})
    shown = run("sources", "try", sample, "--mapping", write("m.jsonata", "a +"), code=Exit.NO).stdout
    assert "character 3" in shown
    shown = run(
        "sources",
        "try",
        sample,
        "--mapping",
        write("n.jsonata", '[{"event": "x"}, {"evnt": 1}]'),
        code=Exit.NO,
    )
    assert "[0]: It names nobody" in shown.stdout
    assert "unknown_field" in shown.stdout
    assert "no event" in run("sources", "try", sample, "--mapping", write("o.jsonata", "a")).stdout


def test_ready_made_mappings(run: Command, write: Any) -> None:
    assert "sendgrid" in run("sources", "presets").stdout
    text = run("sources", "presets", "sendgrid").stdout
    sample = write("grid.json", [{"event": "open", "email": "ann@x.example", "timestamp": 1}])
    mapping = write("m.jsonata", text)
    assert run.json("sources", "try", sample, "--preset", "sendgrid")["ok"]
    assert run.json("sources", "try", sample, "--mapping", mapping, "--callback")["ok"]
    assert run.error("sources", "presets", "nothing", code=Exit.NOT_FOUND)["code"] == "no_preset"
    assert run.json("sources", "presets", "x")["items"][0]["mapping"].startswith("/*")


def test_a_form_is_tried_as_one(run: Command, write: Any) -> None:
    form = write("sms.txt", "MessageSid=SM1&MessageStatus=delivered&To=%2B4915112345678")
    label = "application/x-www-form-urlencoded"
    told = json.loads(
        run("sources", "try", form, "--preset", "twilio", "--content-type", label, "--json", code=None).stdout
    )
    assert told["events"][0]["name"] == "sms_status"
    assert told["events"][0]["traits"] == {"phone": "+4915112345678"}


@pytest.mark.parametrize("options", [[], ["--preset", "x", "--source", "y"]])
def test_one_mapping_is_named(run: Command, write: Any, options: list[str]) -> None:
    assert run.error("sources", "try", write("s.json", {}), *options, code=Exit.USAGE)["code"] == "usage"


@pytest.mark.cloud
def test_a_source_from_its_file_to_its_end(cli: Command, write: Any) -> None:
    document = {"id": "billing", "name": "Billing", "webhook": {"verify": {"scheme": "github"}}}
    file = write("billing.yaml", yaml.safe_dump(document))
    mapping = write("m.jsonata", MAPPING)
    shown = cli("sources", "push", file, "--mapping", mapping, "--secret-stdin", typed=SECRET)
    assert "/v1/webhooks/acme/billing" in shown.stdout
    assert "github" in cli("sources", "list", "--kind", "github").stdout
    sample = write("sample.json", {"email": "ann@x.example", "total": 5})
    assert cli.json("sources", "try", sample, "--source", "billing")["ok"]
    again = write("again.yaml", yaml.safe_dump({**document, "name": "Invoices"}))
    assert cli.json("sources", "push", again)["name"] == "Invoices"
    both = cli.json(
        "sources", "secret", "billing", "--secret-stdin", "--keep-hours", "2", typed="the-next-secret"
    )
    assert len(both["secrets"]) == 2
    assert len(cli.json("sources", "secret", "billing", "--end-previous")["secrets"]) == 1
    shown = cli("sources", "show", "billing").stdout
    assert "Invoices" in shown
    assert SECRET not in shown
    cli("sources", "delete", "billing", "--yes")
    assert cli.error("sources", "show", "billing", code=Exit.NOT_FOUND)["code"] == "no_source"
