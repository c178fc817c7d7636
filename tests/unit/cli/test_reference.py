from __future__ import annotations

from stepwell_cli.reference import page

from tests.unit.cli.harness import ROOT


def test_the_reference_page_is_current() -> None:
    kept = (ROOT / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert kept == page(), "python -m stepwell_cli.reference > docs/reference/cli.md"


def test_every_command_and_option_says_what_it_does() -> None:
    empty = [line for line in page().splitlines() if line.startswith("| `") and line.endswith("|  |")]
    assert empty == []
