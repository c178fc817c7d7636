"""Forms, stages, retention, enrichment and checks by the command: without a deployment, and on the real API."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import Command, Deployed

FORM: dict[str, Any] = {
    "id": "demo",
    "name": "Ask for a demo",
    "form_type": "lead_gen",
    "fields": [{"name": "phone", "type": "tel", "consent": "You may call me."}],
}
SETTINGS: dict[str, Any] = {
    "legal_basis": "consent",
    "providers": {"clearbit": {"enabled": True, "budget": {"calls_per_day": 5}}},
    "triggers": [{"id": "ready", "condition": "lead_score >= 300"}],
}


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path

    return write


def test_a_form_is_checked_without_a_deployment(run: Command, write: Any) -> None:
    assert run.json("forms", "check", write("demo.yaml", FORM)) == {"valid": True, "id": "demo"}
    bad = write("bad.yaml", {**FORM, "fields": [{"name": "a", "type": "select"}]})
    assert run.error("forms", "check", bad, code=Exit.NO)["code"] == "validation_failed"


@pytest.mark.cloud
def test_all_of_it_on_the_real_api(cli: Command, deployed: Deployed, write: Any) -> None:
    del deployed
    assert "No form yet" in cli("forms", "list").stdout
    cli("forms", "push", write("demo.yaml", FORM))
    cli("forms", "push", write("demo.yaml", {**FORM, "name": "Demo"}))
    assert cli.json("forms", "list")["items"][0]["rev"] == 2
    assert yaml.safe_load(cli("forms", "get", "demo").stdout)["name"] == "Demo"
    stages = yaml.safe_load(cli("stages", "get").stdout)
    assert stages["stages"][0]["id"] == "initial_capture"
    assert "3 stages" in cli("stages", "push", write("stages.yaml", stages)).stdout
    told = cli.json("retention", "set", "--attribute", "phone=365", "--inactive-days", "730")
    assert told == {"inactive_days": 730, "purge": "personal", "attributes": {"phone": 365}}
    assert cli.json("retention", "apply")["asked"] >= 0
    assert cli.json("retention", "get") == told
    cli("enrichment", "push", write("settings.yaml", SETTINGS))
    kept = yaml.safe_load(cli("enrichment", "get").stdout)
    assert kept["triggers"][0]["condition"] == "lead_score >= 300"
    cli("enrichment", "push", write("again.yaml", kept))
    (clearbit,) = (one for one in cli.json("enrichment", "usage")["items"] if one["provider"] == "clearbit")
    assert (clearbit["calls_per_day"], clearbit["calls_today"]) == (5, 0)
    assert "Nothing was measured" in cli("enrichment", "accuracy").stdout
    assert cli.json("enrichment", "accuracy", "--review", "clearbit")["items"][0]["verdict"] == "unknown"
    secret = json.dumps({"key": "sk-never-shown"})
    told_of = cli("enrichment", "credentials", "clearbit", typed=secret)
    assert "sk-never-shown" not in told_of.stdout + cli("enrichment", "get", "--json").stdout
    assert "Nobody waits" in cli("checks", "list").stdout
    assert cli.error("checks", "decide", "a" * 16, "approve", code=Exit.NOT_FOUND)["code"] == "not_waiting"
    assert "Deleted demo" in cli("forms", "delete", "demo").stdout
