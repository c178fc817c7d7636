"""Values that were kept long enough are purged, and the next moment is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from stepwell.profiles.retention import SOURCE, CompiledRetention, Retention
from stepwell.profiles.schema import Attribute, Schema
from stepwell.profiles.writing import MAX_REMOVED

DAY = 86_400_000
NOW = datetime(2026, 11, 23, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)


def of(*attributes: Attribute, **policy: Any) -> CompiledRetention:
    return CompiledRetention(Schema(attributes=attributes).by_name.values(), Retention(**policy))


def test_nothing_to_do_by_default() -> None:
    assert not of().active
    assert of().next_change({"email": "x"}, {}, NOW) is None
    assert of().purge({"email": "x"}, {}, NOW, NOW_MS) == []


def test_a_value_is_purged_when_its_time_is_over_and_leaves_a_tombstone() -> None:
    rules = of(Attribute(name="job", retention_days=30))
    traits, stamps = {"job": "x", "city": "y"}, {"job": (NOW_MS - 30 * DAY + 1, "web"), "city": (1, "web")}
    assert rules.next_change(traits, stamps, NOW) == NOW_MS + 1
    assert rules.purge(traits, stamps, NOW, NOW_MS) == []
    assert rules.purge(traits, stamps, NOW, NOW_MS + 1) == ["job"]
    assert traits == {"city": "y"}
    assert stamps["job"] == (NOW_MS + 1, SOURCE)
    assert rules.next_change(traits, stamps, NOW) is None


def test_a_mention_has_its_age_too_and_a_value_without_stamp_none() -> None:
    rules = of(Attribute(name="a", retention_days=1), Attribute(name="b", retention_days=1))
    traits = {"a": 1, "b": 2}
    assert rules.purge(traits, {"a": (-(NOW_MS - DAY), "web")}, NOW, NOW_MS) == ["a"]
    assert traits == {"b": 2}


def test_rules_that_only_gather_begin_anew() -> None:
    rules = of(Attribute(name="a", rule="max", retention_days=1))
    stamps = {"a": (NOW_MS - DAY, "web")}
    assert rules.purge({"a": 1}, stamps, NOW, NOW_MS) == ["a"]
    assert stamps == {}


def test_who_is_not_heard_of_loses_what_tells_who_it_is() -> None:
    rules = of(inactive_days=365)
    traits, stamps = {"email": "x", "first_name": "y", "city": "z"}, {"email": (5, "web")}
    last = NOW - timedelta(days=365)
    assert rules.next_change(traits, stamps, last) == NOW_MS
    assert rules.purge(traits, stamps, last + timedelta(seconds=1), NOW_MS) == []
    assert rules.purge(traits, stamps, None, NOW_MS) == []
    assert rules.purge(traits, stamps, last, NOW_MS) == ["email", "first_name"]
    assert traits == {"city": "z"}
    assert rules.next_change(traits, stamps, last) is None


def test_or_all_it_has() -> None:
    rules = of(inactive_days=1, purge="all")
    traits: dict[str, Any] = {f"f{n}": n for n in range(MAX_REMOVED + 10)}
    stamps: dict[str, Any] = {}
    assert len(rules.purge(traits, stamps, NOW - timedelta(days=1), NOW_MS)) == MAX_REMOVED + 10
    assert traits == {}
    assert len(stamps) == MAX_REMOVED


@given(
    st.dictionaries(st.sampled_from("abcde"), st.integers(0, 60), min_size=1),
    st.integers(0, 60),
    st.integers(1, 40),
    st.sampled_from(["personal", "all"]),
)
def test_asked_at_the_told_moments_nothing_is_kept_too_long(
    told: dict[str, int], seen: int, inactive: int, purge: Any
) -> None:
    attributes = [
        Attribute(name=name, retention_days=n + 5 if n % 2 else None, pii=n % 3 == 0)
        for n, name in enumerate("abcde")
    ]
    rules = of(*attributes, inactive_days=inactive, purge=purge)
    start = NOW_MS - 60 * DAY
    traits: dict[str, Any] = dict.fromkeys(told, "x")
    stamps = {name: (start + day * DAY, "web") for name, day in told.items()}
    last = NOW - timedelta(days=60 - seen)
    moments = 0
    while (at := rules.next_change(traits, stamps, last)) is not None:
        before = dict(traits)
        assert rules.purge(traits, stamps, last, at - 1) == []
        assert rules.purge(traits, stamps, last, at)
        assert len(traits) < len(before)
        moments += 1
        assert moments <= 6
    assert rules.purge(traits, stamps, last, NOW_MS + 10_000 * DAY) == []
