"""People, reviews, senders and promotion by the command, against the real handlers."""

from __future__ import annotations

from pathlib import Path

import pytest
from stepwell_cli.errors import Exit

from tests.unit.cli.harness import Command

DRAWN = """
id: promoted
purpose: marketing
nodes:
  - {id: start, type: manual_trigger}
  - {id: wait, type: delay_action, config: {duration: 2_days}}
edges: [start -> wait]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "promoted.yaml"
    made.write_text(DRAWN)
    return made


def test_a_workflow_is_promoted(cli: Command, file: Path, tmp_path: Path) -> None:
    cli("workflows", "create", file)
    bundle = tmp_path / "bundle.yaml"
    bundle.write_text(cli("promote", "export", "promoted").stdout)
    told = cli.json("promote", "preview", bundle)
    assert [(d["id"], d["action"]) for d in told["items"]] == [("promoted", "same")]
    bundle.write_text(bundle.read_text().replace("2_days", "3_days"))
    refused = cli("promote", "import", bundle, code=Exit.CONFLICT)
    assert "workflows/promoted" in refused.stderr
    cli("promote", "import", bundle, "--replace-all")
    assert "3_days" in cli("workflows", "get", "promoted").stdout
    cli("reviews", "request", "promoted", "--note", "Look")
    assert [r["note"] for r in cli.json("reviews", "list")["items"]] == ["Look"]
    refused = cli("reviews", "approve", "promoted", "2", code=None)
    assert refused.exit_code == Exit.SIGN_IN and "Somebody else" in refused.stderr


def test_people_and_senders(cli: Command) -> None:
    cli("team", "invite", "kim@acme.example", "--role", "editor")
    told = cli.json("team", "change", "kim@acme.example", "--role", "publisher", "--disable")
    assert (told["role"], told["state"]) == ("publisher", "disabled")
    assert "kim@acme.example" in cli("team", "list").stdout
    cli("team", "reset-second-factor", "kim@acme.example")
    cli("team", "remove", "kim@acme.example", "--yes")
    cli("team", "remove", "kim@acme.example", "--yes", code=Exit.NOT_FOUND)
    assert "_domainkey" in cli("senders", "add", "promoted.example").stdout
    assert "promoted.example" in cli("senders", "list").stdout
