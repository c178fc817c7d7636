from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.errors import InvalidInput
from stepwell.profiles.matching.model import (
    Explanation,
    FieldEvidence,
    MatchCandidate,
    MatchSettings,
    probability_of,
)


@pytest.mark.parametrize(
    "wrong",
    [
        {"threshold": 1.0},
        {"threshold": 0.0},
        {"threshold": 0.4, "review_floor": 0.5},
        {"review_floor": 0.0},
        {"largest_group": 1},
        {"pairs_per_profile": 0},
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        MatchSettings(**wrong)  # type: ignore[arg-type]


def test_a_pair_names_two_profiles_in_order() -> None:
    for left, right in (("b", "a"), ("a", "a")):
        with pytest.raises(InvalidInput):
            MatchCandidate(left, right, 0.5, Explanation(0.0))


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_more_evidence_never_makes_a_pair_less_likely(one: float, other: float) -> None:
    low, high = sorted((one, other))

    assert 0 <= probability_of(low) <= probability_of(high) <= 1


def test_evidence_adds_up() -> None:
    made = Explanation(
        -2.0, (FieldEvidence("city", "same", 3.0, 0.5), FieldEvidence("email", "different", -1.5))
    )

    assert made.bits == 0.0
    assert isclose(made.probability, 0.5)
