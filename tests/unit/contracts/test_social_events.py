from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.social_events import with_reach


@pytest.mark.parametrize(
    ("properties", "more"),
    [
        ({"followers": 200}, {"reach": 200, "amplification": 200}),
        ({"followers": 200, "reach": 1_000, "engagement": 12}, {"amplification": 12_000}),
        ({"reach": 50, "engagement": 0}, {"amplification": 50}),
        ({"reach": 50, "amplification": 7}, {}),
        ({"reach": "many"}, {}),
        ({}, {}),
    ],
)
def test_how_far_a_post_carries(properties: dict[str, Any], more: dict[str, Any]) -> None:
    assert with_reach("social_share", properties) == {**properties, **more}
    assert with_reach("social_follow", properties) == properties


_VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)


@given(st.dictionaries(st.sampled_from(["reach", "followers", "engagement", "amplification"]), _VALUES))
def test_any_values_are_borne(properties: dict[str, Any]) -> None:
    told = with_reach("social_mention", properties)
    assert set(properties) <= set(told)
    assert told.get("amplification") is properties.get("amplification") or told["amplification"] >= 0
