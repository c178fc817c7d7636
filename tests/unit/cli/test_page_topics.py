"""Topics of pages by the command, on the real API."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.harness import Command

pytestmark = pytest.mark.cloud


def test_a_list_is_pushed_and_printed_as_it_was(cli: Command, tmp_path: Path) -> None:
    file = tmp_path / "pages.yaml"
    file.write_text("pages:\n  - match: /pricing*\n    topic: pricing\n    tags: [sales]\n")
    assert cli.json("page-topics", "push", str(file))["rev"] == 1
    assert cli.json("page-topics", "get")["pages"]["pages"][0]["topic"] == "pricing"
    printed = tmp_path / "printed.yaml"
    printed.write_text(cli("page-topics", "get").stdout)
    assert cli.json("page-topics", "push", str(printed))["rev"] == 2
