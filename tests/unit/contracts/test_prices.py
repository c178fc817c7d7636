"""The frozen price list."""

import pytest
from stepwell.contracts.prices import PRICES, REGION, cost


def test_every_row_names_its_page_its_unit_and_its_day() -> None:
    for name, row in PRICES.items():
        assert row.name == name
        assert row.source.startswith("https://aws.amazon.com/")
        assert row.source.endswith("/")
        assert len(row.date) == len("2026-01-31")
        assert row.unit
        assert row.region == REGION
        assert row.usd > 0


def test_no_price_is_listed_twice() -> None:
    names = [row.name for row in PRICES.values()]

    assert len(names) == len(set(names))


def test_a_million_transitions_cost_twenty_five_dollars() -> None:
    assert cost("sfn_transition", 1_000_000) == pytest.approx(25.0)


def test_a_shard_costs_eleven_dollars_a_month() -> None:
    assert cost("kinesis_shard_hour", 730) == pytest.approx(10.95)


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        cost("coffee", 1)
