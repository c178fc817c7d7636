"""Whose value stands: the same one whatever the order, number and grouping of what was told."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stepwell.profiles.schema import Attribute
from stepwell.profiles.writing import MAX_REMOVED, write

RULES = ("latest", "first", "source_priority", "max", "min", "union")
values = st.one_of(st.none(), st.integers(-3, 3), st.sampled_from(["a", "b", "2026-01-02"]))
lists = st.lists(st.sampled_from(["a", "b", 1, 2]), max_size=3)
told = st.lists(
    st.tuples(st.one_of(values, lists), st.integers(-3, 5).filter(bool), st.sampled_from(["crm", "web", ""])),
    max_size=8,
)


def attribute(rule: Any = "latest", **more: Any) -> Attribute:
    return Attribute(name="x", rule=rule, **more)


def kept(tellings: list[tuple[Any, int, str]], of: Attribute) -> tuple[dict[str, Any], dict[str, Any]]:
    traits: dict[str, Any] = {}
    stamps: dict[str, tuple[int, str]] = {}
    for value, at, source in tellings:
        write(traits, stamps, "x", value, (at, source), of)
    return traits, stamps


@given(st.sampled_from(RULES), told, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(rule: str, tellings: list[Any], random: Any) -> None:
    of = attribute(rule, sources=("crm", "web"))
    if rule == "union":
        tellings = [(value if isinstance(value, list) else [value], at, s) for value, at, s in tellings]
    shuffled = [*tellings, *tellings]
    random.shuffle(shuffled)
    assert kept(shuffled, of) == kept(tellings, of)


@pytest.mark.parametrize(
    ("rule", "value"),
    [("latest", 1), ("first", 3), ("source_priority", 2), ("max", 3), ("min", 1), ("union", [1, 2, 3])],
)
def test_each_rule(rule: str, value: Any) -> None:
    tellings = [(3, 10, "web"), (2, 20, "crm"), (1, 30, "web")]
    assert kept(tellings, attribute(rule, sources=("crm",)))[0] == {"x": value}


def test_a_late_older_value_does_not_bring_a_removed_one_back() -> None:
    traits, stamps = kept([("pro", 10, "web"), (None, 20, "web"), ("free", 15, "web")], attribute())
    assert (traits, stamps) == ({}, {"x": (20, "web")})
    assert kept([(None, 20, "web"), ("new", 21, "web")], attribute())[0] == {"x": "new"}


def test_at_one_moment_the_better_source_stands() -> None:
    of = attribute(sources=("crm", "web"))
    assert kept([("a", 5, "crm"), ("z", 5, "web")], of)[0] == kept([("z", 5, "web"), ("a", 5, "crm")], of)[0]
    assert kept([("a", 5, "crm"), ("z", 5, "web")], of)[0] == {"x": "a"}


def test_a_mention_fills_a_gap_and_gives_way_to_what_is_told() -> None:
    assert kept([("first", -5, ""), ("second", -9, "")], attribute())[0] == {"x": "first"}
    assert kept([("told", 2, "web"), ("mentioned", -1, "")], attribute())[0] == {"x": "told"}
    assert kept([("mentioned", -1, ""), ("told", 2, "web")], attribute())[0] == {"x": "told"}


def test_values_from_before_stamps_give_way() -> None:
    traits: dict[str, Any] = {"x": "old"}
    stamps: dict[str, tuple[int, str]] = {}
    write(traits, stamps, "x", "mentioned", (-4, ""), attribute())
    assert traits == {"x": "old"}
    write(traits, stamps, "x", "told", (4, ""), attribute())
    assert traits == {"x": "told"}


@example(MAX_REMOVED + 5)
@given(st.integers(1, 60))
def test_few_removed_fields_are_remembered(count: int) -> None:
    traits: dict[str, Any] = {}
    stamps: dict[str, tuple[int, str]] = {}
    for number in range(count):
        write(traits, stamps, f"f{number}", None, (number + 1, ""), attribute())
    assert len(stamps) == min(count, MAX_REMOVED)
    assert f"f{count - 1}" in stamps
