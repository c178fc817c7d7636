"""Athena's SQL says of everybody what the closures say: run on DuckDB, brought into its dialect by sqlglot.

Not covered so: what Athena's engine does differently from DuckDB with the same function. Used are comparisons, CASE,
coalesce, IN, strpos, substr, length, greatest, regexp_like, contains (of arrays), power, sum and max.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stepwell.conditions import Condition, compile_condition, parse
from stepwell.contracts.profiles import Profile
from stepwell.lake.athena import Tables, athena
from stepwell.workflows.facts import profile_facts

from jobs.evaluate_segments.frames import Frames, frames_of
from tests.unit.conditions.audiences import NOW, ZONES, conditions
from tests.unit.jobs.evaluate_segments.crowds import crowds

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


def asked(frames: Frames, conditions: dict[str, Condition]) -> list[dict[str, Any]]:
    tables = Tables(
        set(frames.contacts.columns), set(frames.recents.columns), set(frames.contacts["zone"].unique())
    )
    (query,) = sqlglot.transpile(athena(tables, conditions, NOW), read="athena", write="duckdb")
    with duckdb.connect() as db:
        for name in ("contacts", "tracks", "days", "recents"):
            db.register(name, getattr(frames, name).to_arrow())
        found = db.execute(query)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in sorted(found.fetchall())]


@pytest.mark.slow
@settings(max_examples=120, deadline=None, suppress_health_check=SLOW)
@given(st.lists(conditions, min_size=1, max_size=3), crowds(), st.sampled_from(ZONES))
def test_athena_agrees_with_the_closures(
    wanted: list[Condition], everybody: list[Profile], zone_name: str
) -> None:
    zone = ZoneInfo(zone_name)
    named = {f"s{number}": condition for number, condition in enumerate(wanted)}
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
    assert asked(frames_of(everybody, zone, NOW), named) == expected


def test_segments_of_segments() -> None:
    people = [Profile("a", traits={"plan": "pro"}), Profile("b", traits={"plan": 'it\'s "odd"'})]
    named = {
        "top": parse("not in segment 'base'"),
        "base": parse("plan = 'PRO'"),
        "odd": parse('plan = "it\'s \\"odd\\""'),
    }
    assert asked(frames_of(people, UTC, NOW), named) == [
        {"profile": "a", "base": True, "odd": False, "top": False},
        {"profile": "b", "base": False, "odd": True, "top": True},
    ]


@pytest.mark.parametrize("prefix", ["", "lake."])
def test_the_query_is_one_of_athena(prefix: str) -> None:
    tables = Tables({"profile", "zone", "segments", "f_plan__s", "dropped"}, {"at_ms"}, {"UTC"}, prefix)
    query = athena(tables, {"a": parse("plan = 'pro' and count(open, 7 days) >= 2")}, NOW)
    assert f"FROM {prefix}contacts" in query
    assert sqlglot.parse_one(query, read="athena").sql(dialect="athena")
