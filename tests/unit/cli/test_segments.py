"""Segments by the command, on the real API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import TEMPLATES, Command

pytestmark = pytest.mark.cloud


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def put(name: str, document: Any) -> str:
        path = tmp_path / name
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        return str(path)

    return put


def test_a_rule_from_its_file_to_its_end(cli: Command, write: Any) -> None:
    broken = write("broken.yaml", {"id": "pros", "condition": "in segment 'nobody'"})
    assert "unknown_segment" in cli("segments", "check", broken, code=Exit.NO).stdout
    file = write("pros.yaml", {"id": "pros", "name": "Pros", "condition": "plan = 'pro'"})
    assert "unknown field `plan`" in cli("segments", "check", file).stdout
    assert "Saved pros" in cli("segments", "push", file).stdout
    changed = write("again.yaml", {"id": "pros", "name": "Pro users", "condition": "plan = 'pro'"})
    assert cli.json("segments", "push", changed)["rev"] == 2
    assert "Pro users" in cli("segments", "list", "--kind", "dynamic").stdout
    assert 'plan = "pro"' in cli("segments", "show", "pros").stdout
    told = cli.json("segments", "estimate", "plan = 'pro'")
    assert told["estimate"]["exact"]
    for command in (("history", "pros"), ("suggest", "pros"), ("members", "pros")):
        assert cli.json("segments", *command)["cursor"] is None
    assert cli.json("segments", "analytics", "pros")["size"] == 0
    assert cli.json("segments", "overlap", "pros", "pros")["both"] >= 0
    assert cli.json("segments", "settle", "pros")["job"]
    cli("segments", "delete", "pros", "--yes")
    assert cli.error("segments", "show", "pros", code=Exit.NOT_FOUND)["code"] == "no_segment"


def test_a_list(cli: Command) -> None:
    cli("segments", "push", str(TEMPLATES / "segments" / "account_based_marketing.yaml"))
    told = cli.json("segments", "add", "account_based_marketing", "nobody@example.com")
    assert told == {"asked": 0, "unknown": ["nobody@example.com"]}
    assert cli.json("segments", "remove", "account_based_marketing", "nobody@example.com")["asked"] == 0
    cli("segments", "delete", "account_based_marketing", "--yes")
