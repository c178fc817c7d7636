"""What follows from events in the pass: the same whatever the order and grouping, and nothing lost or told twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import convert
from stepwell.adapters.items.profiles import decode_profile, encode_profile
from stepwell.adapters.items.wire import from_wire, to_wire
from stepwell.conditions import parse, to_json
from stepwell.conditions.times import millis_of
from stepwell.contracts.computed import value_of
from stepwell.contracts.events import Event, EventBatch
from stepwell.contracts.fields import fields
from stepwell.contracts.profiles import Profile
from stepwell.contracts.scores import exact
from stepwell.runtime.sweeping import sweep
from stepwell.triggers.index import TriggerIndex
from stepwell.triggers.person import Delivery, Folded, Person, in_order
from stepwell.triggers.rules import TenantRules

from tests.fakes.world import Crash
from tests.unit.triggers.stage import TENANT, Stage

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
WELCOME = {
    "id": "welcome",
    "purpose": "marketing",
    "nodes": [
        {"id": "start", "type": "event_trigger", "config": {"event": "segment_entered"}},
        {"id": "rest", "type": "delay_action", "config": {"duration": "2_days"}},
    ],
    "edges": [{"source": "start", "target": "rest"}],
}


def segment(name: str, text: str) -> dict[str, Any]:
    return {"id": name, "condition": to_json(parse(text))}


RULES: dict[str, Any] = {
    "v": 1,
    "computed": [
        {"name": "orders", "kind": "count", "event": "purchase"},
        {"name": "spent_30", "kind": "sum", "event": "purchase", "property": "total", "window_days": 30},
    ],
    "lifecycle": {
        "stages": [
            {"name": "subscriber"},
            {"name": "customer", "condition": "orders >= 1"},
            {"name": "regular", "condition": "orders >= 3"},
        ]
    },
    "scores": {
        "lead": {
            "version": 1,
            "model": {
                "id": "lead",
                "name": "Lead",
                "rules": [{"id": "bought", "event": "purchase", "points": 120}],
                "bands": [{"id": "low", "threshold": 100}, {"id": "high", "threshold": 300}],
            },
        }
    },
    "segments": {
        one["id"]: one
        for one in (
            segment("buyers", "orders >= 1"),
            segment("spenders", "spent_30 > 100"),
            segment("hot", "lead_score >= 300"),
            segment("core", 'in segment "buyers" and in segment "hot"'),
            segment("pro", 'plan == "pro"'),
        )
    },
}
SOURCES = ("web", "crm")


def event(number: int, name: str, minutes: int, total: int = 0, plan: str | None = None) -> Event:
    at = NOW - timedelta(minutes=minutes)
    return Event(
        message_id=f"m{number}",
        kind="identify" if name == "identify" else "track",
        name=name,
        user_id="ann",
        traits={"plan": plan} if name == "identify" else {},
        properties={"total": total} if name == "purchase" else {},
        occurred_at=at,
        received_at=NOW,
        source=SOURCES[number % 2],
    )


drawn = st.lists(
    st.tuples(
        st.sampled_from(["purchase", "identify", "page_view"]),
        st.integers(0, 50_000),
        st.integers(0, 90),
        st.sampled_from(["free", "pro", None]),
    ),
    max_size=12,
)


def stored(profile: Profile) -> Profile:
    return decode_profile(from_wire(to_wire(encode_profile(TENANT, profile, rev=profile.rev))))


def fold(profile: Profile | None, batch: Sequence[Event], rules: TenantRules, now: datetime = NOW) -> Folded:
    person = Person("abcdefghijklmnop")
    delivery = Delivery("1", "k", b"", EventBatch(tenant=TENANT, events=tuple(batch)))
    person.items = in_order([delivery])
    return person.fold(profile, TriggerIndex({}), rules, now)


def state(profile: Profile | None) -> Any:
    if profile is None:
        return None
    told = dict(fields(profile, NOW))
    scores = {
        name: pytest.approx(exact(one, NOW.timestamp()), abs=0.01) for name, one in profile.scores.items()
    }
    computed = {name: value_of(one, millis_of(NOW)) for name, one in profile.computed.items()}
    return told, dict(profile.stamps), computed, scores, sorted(profile.segments)


@settings(max_examples=150)
@given(drawn, st.randoms(use_true_random=False), st.lists(st.integers(0, 20), max_size=4))
def test_any_order_duplication_and_batching_ends_alike(
    drawn: list[Any], random: Any, cuts: list[int]
) -> None:
    rules = TenantRules(RULES)
    events = [event(number, *one) for number, one in enumerate(drawn)]
    at_once = fold(None, events, rules).profile if events else None
    shuffled = [*events, *random.choices(events, k=len(events))] if events else []
    random.shuffle(shuffled)
    profile: Profile | None = None
    edges = sorted({0, len(shuffled), *(min(cut, len(shuffled)) for cut in cuts)})
    for start, end in pairwise(edges):
        profile = stored(fold(profile, shuffled[start:end], rules).profile)
    assert state(profile) == state(None if at_once is None else stored(at_once))


def names(folded: Folded, *, fresh: bool | None = None) -> list[str]:
    return [
        f"{s.event.name}:{s.event.properties.get('segment') or s.event.properties.get('stage') or ''}"
        for s in folded.seen
        if s.event.kind == "derived" and (fresh is None or s.fresh is fresh)
    ]


def test_in_the_order_of_the_decision() -> None:
    folded = fold(None, [event(n, "purchase", 5, 60) for n in range(2)], TenantRules(RULES))
    assert names(folded)[:2] == ["score_threshold_crossed:", "lifecycle_stage_changed:customer"]
    entered = [move[0] for move in folded.moves]
    assert names(folded)[2:] == [f"segment_entered:{segment}" for segment in entered]
    assert sorted(entered) == ["buyers", "core", "hot", "spenders"]
    assert entered.index("core") > max(entered.index("buyers"), entered.index("hot"))
    history = folded.profile.history["e"]
    assert history["segment_entered"][0] == 4


def test_what_was_derived_is_told_again_to_a_redelivery_and_then_forgotten() -> None:
    rules = TenantRules(RULES)
    batch = [event(n, "purchase", 5, 60) for n in range(2)]
    first = fold(None, batch, rules)
    again = fold(stored(first.profile), batch, rules)
    assert (again.changed, names(again, fresh=False), again.moves) == (False, names(first), first.moves)
    assert [s.event.message_id for s in again.seen if s.event.kind == "derived"] == [
        s.event.message_id for s in first.seen if s.event.kind == "derived"
    ]
    assert again.due == first.profile.due > 0
    mixed = fold(stored(first.profile), [*batch, event(9, "identify", 1, plan="pro")], rules)
    assert names(mixed, fresh=False) == names(first)
    assert names(mixed, fresh=True) == ["segment_entered:pro"]
    assert len(mixed.profile.derived) == len(first.profile.derived) + 1
    later = fold(stored(mixed.profile), [event(10, "page_view", 0)], rules)
    assert (names(later), later.profile.derived) == ([], ())


def test_time_alone_ends_a_membership_through_the_due_index() -> None:
    stage = Stage()
    stage.rules.documents[TENANT] = {"v": 1, "segments": {"active": segment("active", "did(visit, 7 days)")}}
    stage.publish(WELCOME)
    assert stage.take(stage.event("visit")).enrolled == {"enrolled": 1}
    profile = stage.profile()
    assert profile is not None
    assert list(profile.segments) == ["active"]
    due = datetime.fromtimestamp(profile.due, UTC)
    assert timedelta(days=7) <= due - stage.world.clock.now() <= timedelta(days=7, minutes=5)
    assert sweep(TENANT, stage.ports).timers == 0
    stage.world.clock.at = due
    assert sweep(TENANT, stage.ports).timers == 1
    (timer,) = [document for _, document in stage.world.sink.emitted]
    stage.take(convert(timer, Event))
    profile = stage.profile()
    assert profile is not None
    assert (dict(profile.segments), profile.due) == ({}, 0)
    assert [name for name, _, _ in profile.derived] == ["segment_left"]
    assert sweep(TENANT, stage.ports).timers == 0


def test_a_later_due_time_waits_until_the_earlier_one_fires() -> None:
    stage = Stage()
    stage.rules.documents[TENANT] = {"v": 1, "segments": {"active": segment("active", "did(visit, 7 days)")}}
    stage.take(stage.event("visit"))
    first = stage.profile()
    writes = len(stage.world.writes)
    stage.take(stage.event("visit", after=86_400))
    second = stage.profile()
    assert first is not None
    assert second is not None
    assert second.due == first.due
    assert not any(label.startswith("parking") for label in stage.world.writes[writes:])
    stage.world.clock.at = datetime.fromtimestamp(first.due, UTC)
    sweep(TENANT, stage.ports)
    stage.take(convert(stage.world.sink.emitted[-1][1], Event))
    third = stage.profile()
    assert third is not None
    assert list(third.segments) == ["active"]
    assert third.due - first.due == 86_400


@pytest.mark.parametrize("after", [False, True])
def test_a_crash_at_any_write_loses_and_doubles_no_derived_event(after: bool) -> None:
    crashes = 0
    for nth in range(1, 30):
        stage = Stage()
        stage.rules.documents[TENANT] = RULES
        stage.publish(WELCOME)
        records = stage.records(stage.event("purchase", properties={"total": 200}))
        stage.world.crash_at(nth, after=after)
        try:
            stage.run(records)
        except Crash:
            crashes += 1
        else:
            stage.world.calm()
        stage.run(records)
        profile = stage.profile()
        assert profile is not None
        assert [(name, p.get("segment")) for name, _, p in profile.derived] == [
            ("lifecycle_stage_changed", None),
            ("segment_entered", "buyers"),
            ("segment_entered", "spenders"),
        ]
        assert profile.history["e"]["segment_entered"][0] == 2
        assert len(stage.tokens()) == 1, "two segments, one workflow that is entered once"
        assert {m.profile for m in stage.members.page(TENANT, "buyers", None, 10)[0]} == {profile.id}
        rows = [row for key in stage.world.engine.items if "#DUE#" in key[0] for row in [key[1]]]
        assert [row for row in rows if row.startswith("_profile#")] == [f"_profile#{profile.id}:0"]
    assert crashes > 5
