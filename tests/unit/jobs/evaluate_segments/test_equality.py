"""The bulk evaluation says of everybody what the closures say."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stepwell.conditions import Condition, compile_condition
from stepwell.contracts.profiles import Profile
from stepwell.workflows.facts import profile_facts

from jobs.evaluate_segments.evaluating import evaluate
from jobs.evaluate_segments.frames import frames_of
from tests.unit.conditions.audiences import NOW, ZONES, conditions
from tests.unit.jobs.evaluate_segments.crowds import crowds

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
@given(st.lists(conditions, min_size=1, max_size=4), crowds(), st.sampled_from(ZONES))
def test_polars_agrees_with_the_closures(
    asked: list[Condition], everybody: list[Profile], zone_name: str
) -> None:
    zone = ZoneInfo(zone_name)
    named = {f"s{number}": condition for number, condition in enumerate(asked)}
    found = evaluate(frames_of(everybody, zone, NOW), named, NOW).sort("profile").to_dicts()
    expected = [
        {
            "profile": profile.id,
            **{
                segment: compile_condition(condition)(profile_facts(profile, zone), NOW)
                for segment, condition in named.items()
            },
        }
        for profile in sorted(everybody, key=lambda p: p.id)
    ]
    assert found == expected
