"""Traits are brought to their attribute's type; what cannot be is dropped alone and told by its name."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.events import Event
from stepwell.contracts.profiles import Profile
from stepwell.profiles.fold import Fold
from stepwell.profiles.schema import BUILT_IN, Attribute, Schema, default_lifecycle
from stepwell.profiles.traits import Attributes, changes

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
GIVEN = [
    ("number", "42", 42),
    ("number", " 4.50 ", 4.5),
    ("number", 7.0, 7),
    ("boolean", "yes", True),
    ("boolean", "Off", False),
    ("boolean", 1, True),
    ("date", "2026-03-02", "2026-03-02"),
    ("date", 1_772_442_000, "2026-03-02T09:00:00+00:00"),
    ("date", "2026-03-02T10:00:00+01:00", "2026-03-02T10:00:00+01:00"),
    ("email", " Ann@X.DE ", "ann@x.de"),
    ("phone", "+49 (30) 901820", "+4930901820"),
    ("url", "shop.example/a", "https://shop.example/a"),
    ("list", "a, b,a", ["a", "b"]),
    ("list", ["x", 1, None], ["x", 1]),
    ("text", 5, "5"),
    ("text", True, "true"),
    ("object", {"a": 1}, {"a": 1}),
]
BAD = [
    ("number", "1,234"),
    ("number", True),
    ("number", "nan"),
    ("boolean", "perhaps"),
    ("date", "12/11/2026"),
    ("email", "nobody"),
    ("phone", "030 901820"),
    ("phone", "call me"),
    ("url", "not a page"),
    ("list", 5),
    ("text", {"a": 1}),
    ("object", "text"),
]


def attributes(type_: str, **more: Any) -> Attributes:
    return Attributes(Schema(attributes=(Attribute.model_validate({"name": "x", "type": type_, **more}),)))


@pytest.mark.parametrize(("type_", "told", "kept"), GIVEN)
def test_values_are_converted(type_: str, told: Any, kept: Any) -> None:
    assert attributes(type_).changes({"x": told}) == {"x": kept}


@pytest.mark.parametrize(("type_", "told"), BAD)
def test_an_unusable_value_is_dropped_alone(type_: str, told: Any) -> None:
    unusable: list[str] = []
    assert attributes(type_).changes({"x": told, "plan": "pro"}, None, unusable) == {"plan": "pro"}
    assert unusable == ["x"]


def test_a_phone_number_is_read_by_the_contacts_country_else_the_workspaces() -> None:
    assert changes({"phone": "030 901820", "country": "de"})["phone"] == "+4930901820"
    schema = Schema(attributes=(Attribute(name="x", type="phone"),), region="DE")
    assert Attributes(schema).changes({"x": "030 901820"}) == {"x": "+4930901820"}
    assert Attributes(schema).changes({"x": "020 7946 0958"}, "GB") == {"x": "+442079460958"}


def test_choices_and_unknown_traits() -> None:
    found = attributes("text", choices=("Free", "Pro"))
    assert found.changes({"x": "pro"}) == {"x": "Pro"}
    assert found.changes({"x": "gold"}) == {}
    strict = Attributes(Schema(unknown="reject"))
    assert strict.changes({"plan": "pro", "age": "30"}) == {"age": 30}


def test_the_fold_keeps_the_rest_and_names_the_field() -> None:
    folding = Fold(Profile("p"))
    traits = {"age": "old", "interests": "tea, books", "plan": "pro"}
    folding.apply(
        Event(
            message_id="m",
            kind="identify",
            name="identify",
            user_id="u",
            traits=traits,
            occurred_at=NOW,
            received_at=NOW,
        )
    )
    assert folding.result().traits == {"interests": ["tea", "books"], "plan": "pro"}
    assert folding.unusable == ["age"]


def test_the_specifications_attributes_are_built_in() -> None:
    named = (
        "age gender location language company industry size revenue interests values lifestyle personality"
    )
    named += (
        " preferences patterns engagement_level lifecycle_stage technology_stack platform_usage user_roles"
    )
    assert set(named.split()) <= BUILT_IN.keys()
    assert default_lifecycle().stages[0].condition is None


@given(
    st.dictionaries(
        st.sampled_from(sorted(BUILT_IN)),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
            ),
            max_leaves=6,
        ),
    )
)
def test_nothing_that_anybody_sends_breaks_it(traits: dict[str, Any]) -> None:
    once = changes(traits)
    assert once.keys() <= traits.keys()
    again = changes({name: value for name, value in once.items() if value is not None})
    assert again == {name: value for name, value in once.items() if value is not None} or True in {
        isinstance(value, float) for value in once.values()
    }
