"""Text messages by the command, on the real API."""

from __future__ import annotations

import pytest

from tests.unit.cli.harness import Command

pytestmark = pytest.mark.cloud


def test_a_text_is_measured(cli: Command) -> None:
    told = cli.json("texts", "segments", "Sale today – 20 % off", "--country", "us")
    assert (told["segments"], told["encoding"]) == (1, "UCS-2")
    shown = cli("texts", "segments", "Sale – " + "x" * 70, "--country", "us").stdout
    assert "2 segments, UCS-2" in shown
    assert "EN DASH" in shown
    assert "1 segments as: Sale - xxx" in shown
    assert "US: price not known" in shown
