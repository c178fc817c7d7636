"""The whole pass over stores that die: the same profiles, scores, lists and rows, however events come; and in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pytest import approx
from stepwell.adapters.kinesis_sink import records_of
from stepwell.conditions import Facts, compile_condition, parse, to_json
from stepwell.conditions.event_list import EventList
from stepwell.conditions.times import millis_of
from stepwell.contracts.computed import value_of
from stepwell.contracts.events import Event
from stepwell.contracts.scores import exact
from stepwell.runtime.sweeping import sweep
from stepwell.triggers.process import Record

from tests.fakes.world import Crash

from .stage import TENANT, Stage

USERS = ("ann", "bob")
SEGMENTS = {
    "active": "did(visit, 7 days)",
    "busy": "count(visit, 3 days) >= 2",
    "lapsed": "did(visit) and not did(visit, 2 days)",
    "pro": 'plan = "pro"',
    "warm": "lead_score >= 115",
    "spender": "spent >= 40",
    "recent": "visits_7 >= 2",
    "core": 'in segment "active" and not in segment "lapsed"',
    "best": '(in segment "core" or in segment "pro") and in segment "spender"',
}
RULES: dict[str, Any] = {
    "v": 1,
    "computed": [
        {"name": "spent", "kind": "sum", "event": "bought", "property": "total"},
        {"name": "visits_7", "kind": "count", "event": "visit", "window_days": 7},
        {"name": "largest", "kind": "max", "event": "bought", "property": "total"},
    ],
    "scores": {
        "lead": {
            "version": 1,
            "model": {
                "id": "lead",
                "name": "Lead",
                "rules": [
                    {"id": "visit", "code": "v", "event": "visit", "points": 5},
                    {
                        "id": "bought",
                        "code": "b",
                        "event": "bought",
                        "points": 20,
                        "where": "event.total > 10",
                    },
                ],
                "bands": [{"id": "low", "threshold": 100}, {"id": "high", "threshold": 115}],
            },
        }
    },
    "segments": {
        name: {"id": name, "kind": "dynamic", "condition": to_json(parse(text))}
        for name, text in SEGMENTS.items()
    },
}
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["visit", "bought", "identify"]),
        st.sampled_from(USERS),
        st.integers(0, 12 * 24 * 60),
        st.integers(0, 50),
    ),
    max_size=14,
)


def prepared() -> Stage:
    stage = Stage()
    stage.rules.documents[TENANT] = RULES
    return stage


def drawn(stage: Stage, steps: Sequence[tuple[str, str, int, int]]) -> list[Event]:
    return [
        stage.event(
            name,
            user,
            after=-60 * minutes,
            message_id=f"m{number}",
            kind="identify" if name == "identify" else "track",
            anonymous_id=f"dev-{user}",
            traits={"plan": ("free", "pro", None)[value % 3]} if name == "identify" else {},
            properties={"total": value} if name == "bought" else {},
        )
        for number, (name, user, minutes, value) in enumerate(steps)
    ]


def outcome(stage: Stage, score: Callable[[float], Any] = float) -> Any:
    """What must be the same: what profiles say, and the rows of members.

    Points are kept to four decimals, so that scores are compared as what one side makes of them by `score`.
    """
    now = stage.world.clock.now()
    people = {}
    for user in USERS:
        profile = stage.profile(user)
        if profile is None:
            continue
        people[user] = (
            dict(profile.traits),
            dict(profile.stamps),
            {name: value_of(state, millis_of(now)) for name, state in profile.computed.items()},
            {name: score(exact(state, now.timestamp())) for name, state in profile.scores.items()},
            sorted(profile.segments),
            {
                name: track[0]
                for name, track in profile.history.get("e", {}).items()
                if name in ("visit", "bought")
            },
            (profile.first_seen, profile.last_seen),
        )
    rows = {
        name: sorted(m.profile for m in stage.members.page(TENANT, name, None, 50)[0]) for name in SEGMENTS
    }
    return people, rows


@settings(max_examples=60)
@given(
    _STEPS,
    st.randoms(use_true_random=False),
    st.integers(1, 5),
    st.lists(st.tuples(st.integers(1, 12), st.booleans()), max_size=4),
)
def test_any_order_batching_repetition_and_death_end_alike(
    steps: list[Any], random: Any, size: int, crashes: list[tuple[int, bool]]
):
    plain, dying = prepared(), prepared()
    plain.run(plain.records(*drawn(plain, steps)))
    records = dying.records(*drawn(dying, steps))
    random.shuffle(records)
    waiting = list(crashes)
    for start in range(0, len(records), size):
        batch = records[start : start + size]
        batch = [*batch, *random.choices(batch, k=random.randrange(2))]
        if waiting:
            nth, after = waiting.pop()
            dying.world.crash_at(nth, after=after)
        with suppress(Crash):
            dying.run(batch)
        dying.world.calm()
        assert dying.run(batch).failed == {}
    assert outcome(dying) == outcome(plain, lambda points: approx(points, abs=0.01))


@settings(max_examples=60)
@given(_STEPS, st.lists(st.integers(1, 3 * 24 * 60), min_size=1, max_size=4))
def test_after_every_event_and_every_wait_membership_is_what_all_events_say(
    steps: list[Any], waits: list[int]
):
    stage = prepared()
    events = sorted(drawn(stage, steps), key=lambda event: event.when)
    start = stage.world.clock.at
    if events:
        stage.world.clock.at = events[0].when
    for number, event in enumerate(events, 1):
        # Time passes until the event; what was due is asked before it, as on the stream.
        to(stage, event.when)
        stage.take(event)
        agree(stage, events[:number])
    to(stage, start)
    for minutes in waits:
        to(stage, stage.world.clock.at + timedelta(minutes=minutes))
        agree(stage, events)


def to(stage: Stage, at: datetime) -> None:
    stage.world.clock.at = max(at, stage.world.clock.at)
    while sweep(TENANT, stage.ports).timers:
        told = [document for _, document in stage.world.sink.emitted]
        stage.world.sink.emitted.clear()
        stage.run([Record(f"t{n}", r.key, r.data) for n, r in enumerate(records_of(TENANT, told))])


def agree(stage: Stage, events: Sequence[Event]) -> None:
    """Compare membership with what all events say now; five minutes late is as late as it may be."""
    now = stage.world.clock.now()
    for user in USERS:
        mine = [event for event in events if event.user_id == user]
        profile = stage.profile(user)
        assert (profile is None) == (not mine)
        if profile is not None:
            found, late = from_scratch(mine, now), from_scratch(mine, now - timedelta(minutes=5))
            # Fewer than twenty events: whatever the pass derives beside them, all of them are kept whole.
            assert "x" not in profile.history
            for segment in SEGMENTS:
                assert (segment in profile.segments) in (segment in found, segment in late), (segment, user)


def from_scratch(events: Sequence[Event], now: datetime) -> set[str]:
    bought = [e.properties["total"] for e in events if e.name == "bought"]
    points = [
        (5 if e.name == "visit" else 20) * 0.95 ** (max((now - e.when).total_seconds(), 0) / (30 * 86_400))
        for e in events
        if e.name == "visit" or (e.name == "bought" and e.properties["total"] > 10)
    ]
    day = now.date().toordinal()
    fields: dict[str, Any] = {
        "spent": sum(bought),
        "visits_7": sum(e.name == "visit" and day - e.when.date().toordinal() < 7 for e in events),
    }
    if points:
        fields["lead_score"] = int(100 + sum(points) + 0.5)
    told = [(event.when, event.traits["plan"]) for event in events if event.traits]
    if told:
        # Of what was told at the same time by the same source, the greater value stays; a removal is the least.
        fields["plan"] = max(told, key=lambda one: (one[0], one[1] or ""))[1]
    facts = Facts(fields, history=EventList.of((e.name, e.when, e.properties) for e in events))
    inside: set[str] = set()
    for name, text in SEGMENTS.items():
        facts.segments = inside
        if compile_condition(parse(text))(facts, now):
            inside.add(name)
    return inside
