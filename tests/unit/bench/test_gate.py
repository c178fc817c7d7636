"""The gate's price a message, counted as DynamoDB bills."""

from __future__ import annotations

from bench.gate import gate


def test_a_message_costs_a_unit_of_each_at_most() -> None:
    figures = {result.name: result for result in gate()}
    assert set(figures) == {"gate_wru_per_message", "gate_rru_per_message"}
    assert all(result.met for result in figures.values()), figures
