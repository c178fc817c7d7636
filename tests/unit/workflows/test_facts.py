"""What conditions read at a node."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from stepwell.conditions import Activity, ConditionError
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import Workspace
from stepwell.workflows.facts import compiled, holds, member_facts, profile_facts, read_condition, wake_events

from tests.unit.workflows.graphs import NOW, member, moment


def test_the_trigger_event_is_at_hand_unless_another_is():
    who = member(context={"name": "order", "properties": {"total": 5}})
    assert holds("event.total = 5", who, moment())
    assert not holds("event.total = 5", who, moment(), {"name": "visit", "properties": {}})
    assert holds("enrollment.event.total = 5", who, moment(), {"name": "visit", "properties": {}})
    assert not holds("event.total = 5", member(), moment())


def test_history_and_engagement_come_from_the_profile():
    activity = Activity()
    for hour in range(3):
        activity.add("page_view", NOW - timedelta(hours=hour), {"url": f"/{hour}"})
    history, recent = activity.to_profile()
    who = member(history=history, recent=recent)
    assert holds("count(page_view, 7 days) = 3", who, moment())
    assert holds('count(page_view where url = "/1") = 1', who, moment())
    assert holds("engagement_score > 0.5", who, moment())
    assert not holds("engagement_score > 0.5", member(), moment())


def test_segments_zones_and_loops():
    who = member({"segments": ["vips"]})
    assert holds('in segment "vips"', who, moment())
    circumstances = moment(workspace=Workspace("acme", time_zone="Asia/Tokyo"), loop={"l": 2})
    facts = member_facts(who, circumstances)
    assert facts.zone == ZoneInfo("Asia/Tokyo")
    assert facts.enrollment["loop"] == {"l": 2}
    assert not profile_facts(Profile("p", traits={"segments": "no list"})).segments


def test_conditions_are_compiled_once_a_text():
    assert compiled("score > 1") is compiled("score > 1")
    assert read_condition('{"op": "did", "event": "x"}') == read_condition("did(x)")
    for text in ("score >", "{", '{"op": "?"}'):
        with pytest.raises(ConditionError):
            read_condition(text)


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("did(purchase)", {"purchase"}),
        ("count(a) > 1 or did(b)", {"a", "b"}),
        ("did(a) and score > 5", {"*"}),
        ('in segment "x"', {"*"}),
        ("engagement_score > 0.5", {"*"}),
        ("event.total > 5", {"*"}),
    ],
)
def test_what_may_wake_a_wait(text, events):
    assert wake_events(text) == events
