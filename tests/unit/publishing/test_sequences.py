"""Sequences as people work on them."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.errors import Conflict, LimitExceeded, NotFound, ValidationFailed
from stepwell.publishing import sequences
from stepwell.triggers.sequence_model import MAX_SEQUENCES
from stepwell.triggers.sequences import CompiledSequences

from tests.fakes.publishing import TENANT, Office
from tests.fakes.rules import rule_ports

CART: dict[str, Any] = {
    "id": "cart",
    "name": "Cart left",
    "steps": [{"event": "cart_updated"}],
    "absent": [{"event": "order_completed"}],
    "for": "1_hours",
    "same": "cart_id",
    "emit": "cart_abandoned",
}


class Desk(Office):
    def __init__(self) -> None:
        super().__init__()
        self.rules = rule_ports(self.ports)

    def create(self, **changes: Any) -> sequences.RuleRecord:
        return sequences.create(self.rules, TENANT, {**CART, **changes}, "ann")

    def kept(self) -> dict[str, Any]:
        return dict(self.rules.rules.read(TENANT)[0].get("sequences", {}))


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_each_save_writes_what_the_pass_compiles(desk: Desk) -> None:
    made = desk.create()
    assert (made.rev, made.version) == (1, 1)
    assert desk.kept()["cart"]["for"] == "1_hours"
    assert CompiledSequences(desk.kept()).events == {"cart_updated", "order_completed"}
    saved = sequences.update(desk.rules, TENANT, "cart", {**CART, "for": "2_hours"}, 1, "ann", "Later")
    assert (saved.rev, desk.kept()["cart"]["for"]) == (2, "2_hours")
    with pytest.raises(Conflict):
        sequences.update(desk.rules, TENANT, "cart", CART, 1, "ann")
    with pytest.raises(Conflict):
        sequences.update(desk.rules, TENANT, "cart", {**CART, "id": "other"}, 2, "ann")
    with pytest.raises(ValidationFailed):
        sequences.update(desk.rules, TENANT, "cart", {**CART, "absent": []}, 2, "ann")
    with pytest.raises(Conflict):
        desk.create()
    sequences.delete(desk.rules, TENANT, "cart", 2, "ann")
    assert desk.kept() == {}
    with pytest.raises(NotFound):
        sequences.read(desk.rules, TENANT, "cart")
    assert [entry.action for entry in desk.audit.entries] == [
        "sequence.created",
        "sequence.updated",
        "sequence.deleted",
    ]


def test_lists_are_filtered(desk: Desk) -> None:
    desk.create()
    desk.create(id="trial", name="Trial", steps=[{"event": "trial_started"}], same="", emit="trial_idle")
    found = sequences.search(desk.rules, TENANT, event="trial_started")
    assert [one.id for one in found.items] == ["trial"]
    assert [one.id for one in sequences.search(desk.rules, TENANT, text="left").items] == ["cart"]
    assert sequences.search(desk.rules, TENANT, sort="name", descending=True).items[0].id == "trial"


def test_there_are_at_most_fifty(desk: Desk) -> None:
    for number in range(MAX_SEQUENCES):
        desk.create(id=f"s{number}")
    with pytest.raises(LimitExceeded):
        desk.create()
