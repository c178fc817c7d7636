"""Segments in the pass: members move, rows follow, workflows start and end by it, time does its part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.adapters.kinesis_sink import records_of
from stepwell.conditions import parse, to_json
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.contracts.tokens import TokenState
from stepwell.publishing.segment_settling import refresh
from stepwell.triggers.process import Record
from stepwell.triggers.report import Report

from .stage import TENANT, Stage

ANN = profile_id(TENANT, "user", "ann")


def form(segment: str, text: str = "", **more: Any) -> dict[str, Any]:
    if not text:
        return {"id": segment, "kind": "static"}
    return {"id": segment, "kind": "dynamic", "condition": to_json(parse(text)), **more}


def on_segment(event: str = "segment_entered", where: str = "event.segment = 'pros'") -> dict[str, Any]:
    return {
        "id": "welcome",
        "purpose": "marketing",
        "settings": {
            "reentry": {"rule": "any_time"},
            "exit_criteria": [{"event": "segment_left", "where": "event.segment = 'pros'"}],
        },
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": event, "where": where}},
            {"id": "wait", "type": "delay_action", "config": {"duration": "2_days"}},
            {"id": "mail", "type": "email_send", "config": {"template_id": "hello"}},
        ],
        "edges": [{"source": "start", "target": "wait"}, {"source": "wait", "target": "mail"}],
    }


@pytest.fixture
def stage() -> Stage:
    return Stage()


def have(stage: Stage, *forms: dict[str, Any]) -> None:
    stage.rules.documents[TENANT] = {"v": 1, "segments": {one["id"]: one for one in forms}}


def identify(stage: Stage, after: float = 0, **traits: Any) -> Event:
    return stage.event(
        "identify", kind="identify", traits=traits, after=after, message_id=f"i{after}{traits}"
    )


def asked_again(stage: Stage) -> Report:
    """Process what a settling puts on the stream, as the sweeper's due rows do."""
    before = len(stage.world.sink.emitted)
    refresh(stage.world.sink, TENANT, [ANN], "test", stage.world.clock.now())
    told = [document for _, document in stage.world.sink.emitted[before:]]
    return stage.run([Record("9", r.key, r.data) for r in records_of(TENANT, told)])


def rows(stage: Stage, segment: str) -> list[str]:
    return [member.profile for member in stage.members.page(TENANT, segment, None, 9)[0]]


def test_who_enters_a_segment_enters_its_workflow(stage: Stage) -> None:
    have(stage, form("pros", "plan = 'pro'"), form("others", "plan = 'free'"))
    stage.publish(on_segment())
    stage.take(identify(stage, plan="free"))
    assert stage.tokens() == []
    report = stage.take(identify(stage, after=1, plan="pro"))
    assert report.enrolled == {"enrolled": 1}
    (token,) = stage.tokens()
    assert token.context["name"] == "segment_entered"
    assert (rows(stage, "pros"), rows(stage, "others")) == ([ANN], [])
    assert stage.members.sizes(TENANT, ["pros", "others"]) == {"pros": 1, "others": 0}


def test_who_leaves_it_leaves_the_workflow(stage: Stage) -> None:
    have(stage, form("pros", "plan = 'pro'"))
    stage.publish(on_segment())
    stage.take(identify(stage, plan="pro"))
    stage.take(identify(stage, after=1, plan="free"))
    (token,) = stage.tokens()
    assert (token.state, token.end_reason) == (TokenState.ENDED, "exit_criteria")
    assert rows(stage, "pros") == []


def test_leaving_may_begin_a_workflow(stage: Stage) -> None:
    have(stage, form("pros", "plan = 'pro'"))
    document = on_segment("segment_left")
    document["settings"].pop("exit_criteria")
    stage.publish(document)
    stage.take(identify(stage, plan="pro"))
    assert stage.take(identify(stage, after=1, plan="free")).enrolled == {"enrolled": 1}


def test_somebody_leaves_by_doing_nothing(stage: Stage) -> None:
    have(stage, form("active", "did(page_view, 7 days)"))
    stage.publish(on_segment("segment_left", "event.segment = 'active'"))
    stage.take(stage.event("page_view"))
    profile = stage.profile()
    assert profile is not None
    assert rows(stage, "active") == [ANN]
    ends = stage.world.clock.now() + timedelta(days=7)
    assert 0 < profile.due - ends.timestamp() <= 300
    stage.world.clock.advance(timedelta(days=7, minutes=6))
    assert asked_again(stage).enrolled == {"enrolled": 1}
    assert rows(stage, "active") == []


def test_who_belonged_before_is_not_enrolled(stage: Stage) -> None:
    stage.publish(on_segment())
    stage.take(identify(stage, plan="pro"))
    until = int(stage.world.clock.now().timestamp()) + 3_600
    have(stage, form("pros", "plan = 'pro'", quiet_until=until))
    asked_again(stage)
    assert rows(stage, "pros") == [ANN]
    assert stage.tokens() == []


def test_a_trigger_may_ask_for_those_who_belonged_before(stage: Stage) -> None:
    stage.publish(on_segment(where="event.segment = 'pros' and event.backfill is true"))
    stage.take(identify(stage, plan="pro"))
    until = int(stage.world.clock.now().timestamp()) + 3_600
    have(stage, form("pros", "plan = 'pro'", quiet_until=until))
    assert asked_again(stage).enrolled == {"enrolled": 1}


def test_a_list_is_changed_through_the_stream(stage: Stage) -> None:
    have(stage, form("pros"), form("both", "in segment 'pros' and plan = 'pro'"))
    stage.publish(on_segment())
    stage.take(identify(stage, plan="pro"))

    def listed(name: str) -> Event:
        more: dict[str, Any] = {"kind": "engagement", "properties": {"segment": "pros"}}
        return stage.event(name, None, profile=ANN, **more)

    assert stage.take(listed("segment_list_added")).enrolled == {"enrolled": 1}
    assert (rows(stage, "pros"), rows(stage, "both")) == ([ANN], [ANN])
    stage.take(listed("segment_list_removed"))
    assert (rows(stage, "pros"), rows(stage, "both")) == ([], [])


def test_a_redelivered_record_moves_nobody_twice(stage: Stage) -> None:
    have(stage, form("pros", "plan = 'pro'"))
    stage.publish(on_segment())
    records = stage.records(identify(stage, plan="pro"))
    stage.run(records)
    stage.run(records)
    assert len(stage.tokens()) == 1
    assert stage.members.sizes(TENANT, ["pros"]) == {"pros": 1}


def test_a_segment_knows_at_once_what_followed_from_the_event(stage: Stage) -> None:
    have(stage, form("done", "did(browsed_twice)"))
    twice = {
        "id": "twice",
        "steps": [{"event": "page_view"}] * 2,
        "within": "1_hour",
        "emit": "browsed_twice",
    }
    stage.rules.documents[TENANT] |= {"sequences": {"twice": twice}}
    stage.take(stage.event("page_view"), stage.event("page_view", after=60))
    assert rows(stage, "done") == [ANN]
