"""Scoring models and sequences by the command: checked without a deployment, managed on the real API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from stepwell.scoring.defaults import LEAD
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import TEMPLATES, URL, Command, Deployed

MODEL: dict[str, Any] = {
    "id": "product",
    "name": "Product use",
    "base_score": 0,
    "rules": [{"id": "report", "event": "report_made", "points": 10, "where": "event.pages > 3"}],
    "bands": [{"id": "active", "threshold": 50}],
}


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(name: str, content: Any) -> Path:
        path = tmp_path / name
        path.write_text(yaml.safe_dump(content), encoding="utf-8")
        return path

    return write


def test_files_are_checked_without_a_deployment(run: Command, write: Any) -> None:
    assert "17 rules, 3 bands" in run("scoring", "check", write("lead.yaml", LEAD)).stdout
    bad = write("bad.yaml", {**MODEL, "base_score": 5_000})
    assert run.error("scoring", "check", bad, code=Exit.NO)["code"] == "validation_failed"
    for file in sorted((TEMPLATES / "sequences").glob("*.yaml")):
        assert run.json("sequences", "check", file)["id"] == file.stem
    lonely = write("lonely.yaml", {"id": "x", "steps": [{"event": "a"}]})
    assert run.error("sequences", "check", lonely, code=Exit.NO)["code"] == "validation_failed"


@pytest.mark.cloud
def test_a_model_and_a_contacts_score_on_the_real_api(cli: Command, deployed: Deployed, write: Any) -> None:
    assert "lead_score" in cli("scoring", "list").stdout
    file = write("product.yaml", MODEL)
    assert "version 1" in cli("scoring", "push", file).stdout
    twice = write("twice.yaml", {**MODEL, "rules": [{**MODEL["rules"][0], "points": 20}]})
    assert "version 2" in cli("scoring", "push", twice, "--note", "Twice").stdout
    kept = yaml.safe_load(cli("scoring", "get", "product").stdout)
    assert kept["rules"][0] == {
        "id": "report",
        "code": "a",
        "event": "report_made",
        "where": "event.pages > 3",
        "points": 20.0,
    }
    assert (
        yaml.safe_load(cli("scoring", "get", "product", "--version", "1").stdout)["rules"][0]["points"] == 10
    )
    assert "rules.report.points: 10.0 -> 20.0" in cli("scoring", "diff", "product", "1").stdout
    assert "No difference" in cli("scoring", "diff", "product", "2").stdout
    assert "version 1 again" in cli("scoring", "rollback", "product", "1").stdout
    assert "Twice" in cli("scoring", "versions", "product").stdout
    assert "running" in cli("scoring", "progress", "product").stdout

    with httpx.Client(transport=deployed.transport("admin"), base_url=URL) as client:
        client.post("/api/v1/contacts", json={"contacts": [{"email": "ann@x.example"}]}).raise_for_status()
    adjusted = cli("scoring", "adjust", "ann@x.example", "product", "25", "--reason", "Met at the fair")
    assert "product is now 25" in adjusted.stdout
    explained = cli("scoring", "explain", "ann@x.example").stdout
    assert "product: 25" in explained and "adjusted" in explained and "in 30 days 24" in explained
    assert cli.json("scoring", "try", twice)["model"] == "product"
    assert "median" in cli("scoring", "try", twice).stdout
    assert cli.error("scoring", "explain", "nobody", code=Exit.NOT_FOUND)["code"] == "no_contact"
    cli("scoring", "delete", "product", "--yes")
    assert cli.error("scoring", "get", "product", code=Exit.NOT_FOUND)["code"] == "no_scoring_model"


@pytest.mark.cloud
def test_a_sequence_from_an_example_to_its_end(cli: Command, write: Any) -> None:
    assert "cart_abandonment" in cli("sequences", "examples").stdout
    text = cli("sequences", "examples", "page_abandonment").stdout
    document = yaml.safe_load(text)
    assert document["steps"][0]["where"].startswith("event.path starts with")
    file = write("page.yaml", document)
    assert "Saved page_abandonment" in cli("sequences", "push", file).stdout
    cli("sequences", "push", write("again.yaml", {**document, "for": "2_hours"}))
    assert yaml.safe_load(cli("sequences", "get", "page_abandonment").stdout)["for"] == "2_hours"
    assert "page_abandonment" in cli("sequences", "list", "--event", "purchase").stdout
    assert cli.error("sequences", "examples", "none", code=Exit.NOT_FOUND)["code"] == "no_example"
    cli("sequences", "delete", "page_abandonment", "--yes")
    assert cli.error("sequences", "get", "page_abandonment", code=Exit.NOT_FOUND)["code"] == "no_sequence"
