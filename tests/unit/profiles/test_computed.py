"""Computed attributes: exact against a plain computation over all events, in any order, as stored."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.conditions import Activity
from stepwell.conditions.times import millis_of, time_of
from stepwell.contracts.computed import DAY_MS, SKETCH, next_change, value_of
from stepwell.contracts.fields import LiveFields, fields
from stepwell.contracts.profiles import Profile
from stepwell.profiles.computed import CompiledComputed
from stepwell.profiles.live import LiveFacts
from stepwell.profiles.schema import Computed, rfm

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
KINDS = (
    "count",
    "sum",
    "min",
    "max",
    "average",
    "first",
    "last",
    "distinct",
    "days_since",
    "frequency",
    "monetary",
)
WINDOWED = frozenset(KINDS) - {"first", "last", "days_since"}
amounts = st.one_of(st.integers(-50, 500), st.sampled_from([0.1, 0.2, 0.3, 19.99, 1e-3]))
purchases = st.lists(
    st.tuples(st.integers(0, 60 * 86_400), amounts).map(
        lambda drawn: (NOW - timedelta(seconds=drawn[0]), drawn[1])
    ),
    max_size=25,
)


def definition(kind: str, window: int | None = None, **more: Any) -> Computed:
    return Computed.model_validate(
        {"name": "x", "kind": kind, "event": "purchase", "property": "total", "window_days": window, **more}
    )


def facts(states: dict[str, Any]) -> LiveFacts:
    return LiveFacts(LiveFields({}, states, {}, 0), Activity(), (), UTC)


def state(of: Computed, events: list[tuple[datetime, Any]], cut: int = 0) -> Any:
    states: dict[str, Any] = {}
    compiled = CompiledComputed([of])
    for number, (at, total) in enumerate(events):
        if number == cut:
            states = json.loads(json.dumps(states))
        found = facts(states)
        found.event = {"name": of.event, "properties": {"total": total}}
        compiled.on_event(states, of.event, millis_of(at), {"total": total}, found, at)
    return json.loads(json.dumps(states)).get("x")


def naive(of: Computed, events: list[tuple[datetime, Any]], now: datetime) -> Any:
    today = millis_of(now) // DAY_MS
    inside = [
        (at, total)
        for at, total in events
        if not of.window_days or today - of.window_days < millis_of(at) // DAY_MS
    ]
    totals = [total for _, total in inside]
    match of.kind:
        case "count" | "frequency":
            return len(totals)
        case "sum" | "monetary":
            return pytest.approx(sum(totals), abs=1e-6)
        case "average":
            return pytest.approx(sum(totals) / len(totals), abs=1e-6) if totals else None
        case "min":
            return min(totals, default=None)
        case "max":
            return max(totals, default=None)
        case "distinct":
            return len({json.dumps(total) for total in totals})
        case "days_since":
            return (millis_of(now) - max(millis_of(at) for at, _ in inside)) // DAY_MS
    moments = sorted((millis_of(at), json.dumps(total)) for at, total in inside)
    return json.loads(moments[0 if of.kind == "first" else -1][1])


@settings(max_examples=300)
@given(
    st.sampled_from(KINDS),
    st.one_of(st.none(), st.integers(1, 40)),
    purchases,
    st.integers(0, 45),
    st.randoms(),
)
def test_as_computed_from_all_events_in_any_order(
    kind: str, window: int | None, events: list[Any], later: int, random: Any
) -> None:
    of = definition(kind, window if kind in WINDOWED else None)
    one = state(of, events)
    random.shuffle(events)
    assert state(of, events, cut=len(events) // 2) == one or json.dumps(one, sort_keys=True) == json.dumps(
        state(of, events, cut=len(events) // 2), sort_keys=True
    )
    now = NOW + timedelta(days=later)
    if one is None:
        assert events == []
        return
    assert value_of(one, millis_of(now)) == naive(of, events, now)


@given(st.sampled_from(sorted(WINDOWED | {"days_since"})), st.integers(1, 40), purchases.filter(bool))
def test_between_two_changes_the_value_stands(kind: str, window: int, events: list[Any]) -> None:
    of = definition(kind, window if kind in WINDOWED else None)
    found = state(of, events)
    now = millis_of(NOW)
    at = next_change(found, now)
    if at is None:
        assert value_of(found, now) == value_of(found, now + 500 * DAY_MS)
        return
    assert at > now
    assert value_of(found, at - 1) == value_of(found, now)
    if kind in ("count", "frequency", "days_since"):
        assert value_of(found, at) != value_of(found, now)


def test_many_distinct_values_are_estimated() -> None:
    events = [(NOW - timedelta(minutes=n), f"sku-{n}") for n in range(1_000)]
    found = state(definition("distinct"), events)
    assert len(found[3]) == SKETCH
    assert 700 < value_of(found, millis_of(NOW)) < 1_300


def test_filters_and_values_of_no_use() -> None:
    of = definition("sum", where="event.total > 10")
    assert value_of(state(of, [(NOW, 5), (NOW, 20), (NOW, 30)]), 0) == 50
    assert state(definition("sum"), [(NOW, "a lot"), (NOW, None), (NOW, True), (NOW, 1e300)]) is None


def test_another_definition_begins_anew_and_what_is_gone_is_dropped() -> None:
    states: dict[str, Any] = {}
    for window, expected in ((None, 1), (None, 2), (7, 1)):
        compiled = CompiledComputed([definition("count", window)])
        compiled.on_event(states, "purchase", millis_of(NOW), {}, facts(states), NOW)
        assert value_of(states["x"], millis_of(NOW)) == expected
    CompiledComputed([]).tidy(states)
    assert states == {}


def test_rfm_is_three_attributes() -> None:
    states: dict[str, Any] = {}
    compiled = CompiledComputed(rfm())
    for days, total in ((40, 10), (3, 15.5)):
        at = NOW - timedelta(days=days)
        compiled.on_event(states, "purchase", millis_of(at), {"total": total}, facts(states), at)
    told = fields(Profile("p", traits={"plan": "pro"}, computed=states), NOW)
    assert dict(told) == {"plan": "pro", "recency_days": 3, "frequency": 2, "monetary": 25.5}
    live = LiveFields({"plan": "pro"}, states, {}, millis_of(NOW))
    assert (dict(live), live.get("gone"), len(live)) == (dict(told), None, 4)


@pytest.mark.parametrize(("kind", "bad"), [("sum", {"property": None}), ("last", {"window_days": 3})])
def test_definitions_are_complete(kind: str, bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=kind):
        Computed.model_validate({"name": "x", "kind": kind, "event": "purchase", "property": "total", **bad})


def test_times_of_first_and_last() -> None:
    of = Computed(name="x", kind="first", event="purchase")
    assert value_of(state(of, [(NOW, 1), (time_of(0), 2)]), 0) == "1970-01-01T00:00:00.000Z"
