"""What a provider says fills gaps; what the person says stands, whenever it was said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.profiles.schema import BUILT_IN, Attribute
from stepwell.profiles.writing import write

tellings = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c"]),
        st.integers(-3, 5).filter(bool),
        st.sampled_from(["clearbit", "zoominfo", "web", "crm"]),
    ),
    max_size=8,
)


def kept(told: list[tuple[Any, int, str]], of: Attribute) -> tuple[dict[str, Any], dict[str, Any]]:
    traits: dict[str, Any] = {}
    stamps: dict[str, tuple[int, str]] = {}
    for value, at, source in told:
        write(traits, stamps, "x", value, (at, source), of)
    return traits, stamps


@given(tellings, st.sampled_from(["latest", "first", "source_priority"]), st.randoms(use_true_random=False))
def test_in_any_order_a_providers_word_never_replaces_what_was_told(
    told: list[tuple[str, int, str]], rule: Any, random: Any
) -> None:
    of = Attribute(name="x", rule=rule)
    shuffled = [*told, *told]
    random.shuffle(shuffled)
    traits, stamps = kept(shuffled, of)
    assert (traits, stamps) == kept(told, of)
    people = [one for one in told if one[2] in ("web", "crm") and one[1] >= 0]
    if people:
        assert (traits, stamps) == kept(people, of)


@pytest.mark.parametrize("rule", ["latest", "first", "source_priority"])
def test_it_stands_before_a_mention_and_is_renewed(rule: Any) -> None:
    of = Attribute(name="x", rule=rule)
    assert kept([("mentioned", -5, "web"), ("said", 1, "clearbit")], of)[0] == {"x": "said"}
    newest = kept([("old", 1, "clearbit"), ("new", 2, "zoominfo")], of)[0]["x"]
    assert newest == ("old" if rule == "first" else "new")


def test_a_removed_value_is_not_brought_back_by_a_provider() -> None:
    traits, _ = kept([("a", 1, "web"), (None, 2, "web"), ("b", 9, "clearbit")], Attribute(name="x"))
    assert traits == {}


def test_a_workspace_may_rank_a_provider_by_name() -> None:
    of = Attribute(name="x", rule="source_priority", sources=("clearbit",))
    assert kept([("a", 9, "web"), ("b", 1, "clearbit")], of)[0] == {"x": "b"}


def test_enrichment_fields_are_in_the_registry() -> None:
    types = {name: BUILT_IN[name].type for name in ("company_revenue", "employee_count", "technologies")}
    assert types == {"company_revenue": "number", "employee_count": "number", "technologies": "list"}
