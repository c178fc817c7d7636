"""Text messages by the command, on the real API."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.harness import Command

pytestmark = pytest.mark.cloud


def test_a_text_is_measured(cli: Command) -> None:
    told = cli.json("texts", "segments", "Sale today – 20 % off", "--country", "us")
    assert told["segments"] == 1
    shown = cli("texts", "segments", "Sale ☀ " + "x" * 70, "--country", "us").stdout
    assert "2 segments, UCS-2" in shown
    assert "BLACK SUN WITH RAYS" in shown
    assert "Sent as: Sale - xxx" in cli("texts", "segments", "Sale – " + "x" * 70).stdout
    assert "US: price not known" in shown
    assert "No prices are entered: stepwell texts prices FILE" in shown


def test_prices_are_taken_from_a_list(cli: Command, tmp_path: Path) -> None:
    prices = tmp_path / "prices.csv"
    prices.write_text("\ufeffCountry;Price\nus;0.0083\nDE;0,09\n", encoding="utf-8")
    told = ("--as-of", "2026-11-01", "--source", "our contract")
    assert "Saved prices of 2 countries." in cli("texts", "prices", str(prices), *told).stdout
    shown = cli("texts", "segments", "Hello", "--country", "us", "--country", "de", "--country", "fr").stdout
    assert "US: 0.0083 USD" in shown and "DE: 0.09 USD" in shown and "FR: price not known" in shown
    assert "our contract, 2026-11-01" in shown
    for wrong in ("Country;Price\nUSA;0.1\n", "Country;Price\nUS;cheap\n", "Land;Preis\nUS;0.1\n", ""):
        prices.write_text(wrong, encoding="utf-8")
        cli("texts", "prices", str(prices), *told, code=1)
    # What was there before stays.
    kept = cli.json("channels", "get", "sms")
    assert kept["settings"]["prices"]["segment"] == {"US": "0.0083", "DE": "0.09"}
