"""The pass's view of segments: who belongs, what is told, when it may change by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.conditions import Condition, EventList, Facts, compile_condition, parse, to_json
from stepwell.contracts import scores
from stepwell.contracts.events import Event
from stepwell.segments.compiled import CompiledSegments

from tests.unit.conditions.audiences import NOW, conditions, contacts

SINCE = int(NOW.timestamp())
OPENED = EventList.of([("open", NOW - timedelta(days=1), {})])


def form(segment: str, text: str = "", **more: Any) -> dict[str, Any]:
    if not text:
        return {"id": segment, "kind": "static"}
    return {"id": segment, "kind": "dynamic", "condition": to_json(parse(text)), **more}


def listed(name: str, segment: object, at: datetime = NOW, kind: Any = "engagement") -> Event:
    return Event(
        message_id=f"{name}-{segment}",
        kind=kind,
        name=name,
        properties={"segment": segment},
        occurred_at=at,
        received_at=at,
    )


def test_who_begins_to_belong_is_told_once() -> None:
    segments = CompiledSegments([form("pros", "plan = 'pro'")])
    members, told = segments.evaluate({}, Facts(profile={"plan": "pro"}), NOW)
    assert (members, told) == ({"pros": SINCE}, [("segment_entered", {"segment": "pros"})])
    later = NOW + timedelta(days=1)
    assert segments.evaluate(members, Facts(profile={"plan": "pro"}), later) == ({"pros": SINCE}, [])
    assert segments.evaluate(members, Facts(profile={}), later) == (
        {},
        [("segment_left", {"segment": "pros"})],
    )


def test_segments_of_segments_follow_within_one_evaluation() -> None:
    segments = CompiledSegments(
        [
            form("a_top", "in segment 'z_base' and not in segment 'm_list'"),
            form("z_base", "did(open, 7 days)"),
            form("m_list"),
        ]
    )
    facts = Facts(profile={}, history=OPENED)
    members, told = segments.evaluate({}, facts, NOW)
    assert set(members) == {"z_base", "a_top"}
    assert [properties["segment"] for _, properties in told] == ["z_base", "a_top"]
    later = NOW + timedelta(days=8)
    members, told = segments.evaluate(members, facts, later)
    assert members == {}
    assert {name for name, _ in told} == {"segment_left"}


def test_what_depends_on_a_fading_segment_wakes_with_it() -> None:
    segments = CompiledSegments(
        [form("base", "did(open, 7 days)"), form("top", "in segment 'base' and count(open, 3 days) >= 1")]
    )
    facts = Facts(profile={}, history=OPENED)
    assert segments.next_change(facts, NOW) == NOW + timedelta(days=2, microseconds=1)
    assert CompiledSegments([form("base", "plan = 'x'")]).next_change(facts, NOW) is None


def test_lists_change_by_trusted_events_alone() -> None:
    segments = CompiledSegments([form("vips"), form("pros", "plan = 'pro'")])
    members: dict[str, int] = {}
    assert not segments.on_event(members, listed("segment_list_added", "vips", kind="track"))
    assert not segments.on_event(members, listed("segment_list_added", "pros"))
    assert not segments.on_event(members, listed("segment_list_added", 7))
    assert not segments.on_event(members, listed("email_opened", "vips"))
    assert members == {}
    assert segments.on_event(members, listed("segment_list_added", "vips"))
    assert not segments.on_event(members, listed("segment_list_added", "vips"))
    members, told = segments.evaluate(members, Facts(profile={}), NOW)
    assert (members, told) == ({"vips": SINCE}, [("segment_entered", {"segment": "vips"})])
    assert segments.evaluate(members, Facts(profile={}), NOW) == ({"vips": SINCE}, [])
    assert segments.on_event(members, listed("segment_list_removed", "vips"))
    assert not segments.on_event(members, listed("segment_list_removed", "vips"))
    assert segments.evaluate(members, Facts(profile={}), NOW) == (
        {},
        [("segment_left", {"segment": "vips"})],
    )


def test_moves_that_undo_each_other_are_not_told() -> None:
    segments = CompiledSegments([form("vips")])
    members: dict[str, int] = {}
    segments.on_event(members, listed("segment_list_added", "vips"))
    segments.on_event(members, listed("segment_list_removed", "vips"))
    assert segments.evaluate(members, Facts(profile={}), NOW) == ({}, [])
    members = {"vips": 5}
    segments.on_event(members, listed("segment_list_removed", "vips"))
    segments.on_event(members, listed("segment_list_added", "vips"))
    after, told = segments.evaluate(members, Facts(profile={}), NOW)
    assert (set(after), told) == ({"vips"}, [])


def test_members_of_a_deleted_segment_fade_without_a_word() -> None:
    segments = CompiledSegments([])
    old, young = SINCE - 7_200, SINCE - 60
    assert segments.evaluate({"gone": old, "new": young}, Facts(profile={}), NOW) == ({"new": young}, [])


def test_who_belonged_before_is_marked_while_a_new_segment_settles() -> None:
    segments = CompiledSegments([form("pros", "plan = 'pro'", quiet_until=SINCE + 60)])
    facts = Facts(profile={"plan": "pro"})
    assert segments.evaluate({}, facts, NOW)[1] == [
        ("segment_entered", {"segment": "pros", "backfill": True})
    ]
    assert segments.evaluate({}, facts, NOW + timedelta(minutes=2))[1] == [
        ("segment_entered", {"segment": "pros"})
    ]


def test_properties_are_those_that_filters_ask_for() -> None:
    segments = CompiledSegments(
        [form("a", "did(buy where total > 5 and item.kind = 'x', 7 days) and event_total > 1"), form("b")]
    )
    assert segments.properties == {"total", "item"}


def test_scores_wake_when_decay_brings_them_to_the_number() -> None:
    segments = CompiledSegments([form("hot", "lead_score >= 150")])
    state = scores.new_state(1, SINCE)
    scores.add(state, "a", 80, SINCE)
    facts = Facts(profile=Scored({"lead_score": 180}, {"lead_score": state}))
    at = segments.next_change(facts, NOW)
    assert at is not None
    assert scores.value_of(state, at.timestamp() - 1) == 150
    assert scores.value_of(state, at.timestamp() + 1) == 149
    assert segments.next_change(facts, at + timedelta(seconds=1)) is None


def test_scores_as_plain_values_wake_hourly() -> None:
    segments = CompiledSegments([form("hot", "lead_score > 50"), form("kept", "revenue > 5")], {"revenue"})
    assert segments.next_change(Facts(profile={"lead_score": 60}), NOW) == NOW + timedelta(hours=1)
    assert segments.next_change(Facts(profile={"revenue": 60}), NOW) == NOW + timedelta(hours=1)
    assert segments.next_change(Facts(profile={}), NOW) is None
    told = [form("kept", "revenue > 5", moving=["revenue"])]
    assert CompiledSegments(told).next_change(Facts(profile={"revenue": 60}), NOW) is not None


class Scored(dict[str, Any]):
    def __init__(self, values: dict[str, Any], states: dict[str, Any]) -> None:
        super().__init__(values)
        self._states = states

    def score_state(self, name: str) -> Any:
        return self._states.get(name)


@settings(max_examples=150)
@given(st.lists(conditions, min_size=1, max_size=4), contacts(), st.integers(0, 10**10))
def test_membership_equals_asking_each_condition(asked: list[Condition], facts: Facts, ms: int) -> None:
    names = ["a", "b", "c", "d"][: len(asked)]
    # Each may refer to those before it only, so that no circle arises.
    forms = []
    expected: dict[str, bool] = {}
    now = NOW + timedelta(milliseconds=ms)
    for name, condition in zip(names, asked, strict=True):
        if not {"a", "b"}.intersection(named(condition)) - set(expected):
            forms.append({"id": name, "kind": "dynamic", "condition": to_json(condition)})
            inside = frozenset(segment for segment, holds in expected.items() if holds)
            expected[name] = compile_condition(condition)(replace(facts, segments=inside), now)
    members, told = CompiledSegments(reversed(forms)).evaluate({}, replace(facts, segments=()), now)
    assert {name: name in members for name in expected} == expected
    assert {properties["segment"] for _, properties in told} == set(members)


def named(condition: Condition) -> frozenset[str]:
    from stepwell.conditions import referenced

    return referenced(condition).segments


@settings(max_examples=150)
@given(st.lists(conditions, min_size=1, max_size=3), contacts(), st.floats(0, 1))
def test_nobody_moves_before_the_next_change(asked: list[Condition], facts: Facts, part: float) -> None:
    names = ["x", "b", "a"]
    forms = [
        {"id": name, "kind": "dynamic", "condition": to_json(condition)}
        for name, condition in zip(names, asked, strict=False)
        if not named(condition) & {"a", name}
    ]
    segments = CompiledSegments(forms)
    facts = replace(facts, segments=())
    members, _ = segments.evaluate({}, facts, NOW)
    bound = segments.next_change(facts, NOW)
    assert bound is None or bound > NOW
    end = datetime(2027, 3, 1, tzinfo=UTC) if bound is None else bound - timedelta(microseconds=1)
    for at in (NOW + (end - NOW) * part, end):
        assert segments.evaluate(members, facts, at) == (members, [])


@settings(max_examples=200)
@given(
    st.lists(
        st.tuples(st.integers(-200, 400), st.integers(0, 90), st.sampled_from([None, 50.0, 120.0])),
        max_size=4,
    ),
    st.integers(0, 600),
    st.floats(0, 1),
)
def test_a_scores_answer_holds_until_the_bound(
    earned: list[tuple[int, int, float | None]], number: int, part: float
) -> None:
    state = scores.new_state(1, SINCE - 90 * 86_400)
    for rule, (points, days, limit) in enumerate(earned):
        scores.add(state, f"r{rule}", points, SINCE - days * 86_400, limit)
    segments = CompiledSegments([form("hot", f"lead_score >= {number}")])

    def holds(at: datetime) -> bool:
        return scores.value_of(state, at.timestamp()) >= number

    now = NOW
    for _ in range(6):
        facts = Facts(
            profile=Scored({"lead_score": scores.value_of(state, now.timestamp())}, {"lead_score": state})
        )
        bound = segments.next_change(facts, now)
        assert bound is None or bound > now
        end = NOW + timedelta(days=400) if bound is None else bound - timedelta(milliseconds=1)
        if end > now:
            assert {holds(now), holds(now + (end - now) * part), holds(end)} == {holds(now)}
        if bound is None:
            return
        now = bound
