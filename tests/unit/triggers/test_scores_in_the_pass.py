"""Scores in the pass: thresholds are told both ways, by events, by time, by points of nodes and by new versions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.adapters.kinesis_sink import records_of
from stepwell.contracts.fields import fields
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import ProfilePatch
from stepwell.contracts.refreshing import refreshing
from stepwell.contracts.scores import VERSION
from stepwell.publishing import scoring
from stepwell.publishing.rescoring import rescore
from stepwell.scoring.defaults import LEAD, default_rules
from stepwell.scoring.model import read_model
from stepwell.triggers.process import Record
from stepwell.triggers.report import Report

from tests.fakes.publishing import Office
from tests.fakes.rules import rule_ports

from .stage import TENANT, Stage

ANN = profile_id(TENANT, "user", "ann")
TRIAL = {"form_type": "trial"}
FORM = next(rule["event"] for rule in LEAD["rules"] if rule["id"] == "trial_signup")


def on_crossing(where: str) -> dict[str, Any]:
    return {
        "id": "welcome",
        "purpose": "marketing",
        "settings": {"reentry": {"rule": "any_time"}},
        "nodes": [
            {
                "id": "start",
                "type": "event_trigger",
                "config": {"event": "score_threshold_crossed", "where": where},
            },
            {"id": "wait", "type": "delay_action", "config": {"duration": "2_days"}},
        ],
        "edges": [{"source": "start", "target": "wait"}],
    }


@pytest.fixture
def stage() -> Stage:
    stage = Stage()
    stage.rules.documents[TENANT] = {"v": 1, "scores": default_rules()}
    return stage


def score(stage: Stage) -> int:
    profile = stage.profile()
    assert profile is not None
    return int(fields(profile, stage.world.clock.now())["lead_score"])


def asked_again(stage: Stage, why: str) -> Report:
    told = refreshing([ANN], why, stage.world.clock.now())
    return stage.run([Record("9", r.key, r.data) for r in records_of(TENANT, told)])


def test_a_score_and_its_threshold_are_true_within_the_pass_of_the_event(stage: Stage) -> None:
    stage.publish(on_crossing('event.model = "lead" and event.band = "medium" and event.direction = "up"'))
    report = stage.take(stage.event(FORM, properties=TRIAL))
    assert score(stage) == 300
    assert report.enrolled == {"enrolled": 1}
    (token,) = stage.tokens()
    told = token.context["properties"]
    assert (told["from_band"], told["band"], told["score"], told["notification"]) == (
        "low",
        "medium",
        300,
        "sales_team_daily",
    )
    assert stage.take(stage.event("page_view", after=1, properties={"path": "/"})).enrolled == {}


def test_time_alone_brings_it_down_again_once(stage: Stage) -> None:
    stage.publish(on_crossing('event.direction = "down"'))
    stage.take(stage.event(FORM, properties=TRIAL))
    profile = stage.profile()
    assert profile is not None and profile.due
    # 200 points have to become 189.5: half a point and the hysteresis of ten below the threshold.
    days = (profile.due - stage.world.clock.now().timestamp()) / 86_400
    assert 31 < days < 32
    stage.world.clock.advance(timedelta(days=days))
    assert asked_again(stage, "due").enrolled == {"enrolled": 1}
    assert score(stage) == 289
    assert asked_again(stage, "once more").enrolled == {}


def test_points_of_a_node_are_told_by_the_timer_that_follows_them(stage: Stage) -> None:
    stage.publish(on_crossing('event.band = "high"'))
    stage.take(stage.event("page_view", properties={"path": "/"}))
    at = stage.world.clock.now().timestamp()
    stage.world.profiles.patch(TENANT, [ProfilePatch(ANN, "v1", points={"lead": 450, "gone": 5}, at=at)])
    assert stage.tokens() == []
    assert asked_again(stage, "v1").enrolled == {"enrolled": 1}
    profile = stage.profile()
    assert profile is not None
    assert set(profile.scores) == {"lead"}
    assert asked_again(stage, "v1").enrolled == {}


def test_who_got_points_before_the_first_event_stands_at_the_base_without_a_word(stage: Stage) -> None:
    stage.publish(on_crossing(""))
    stage.take(stage.event("unknown"))
    at = stage.world.clock.now().timestamp()
    stage.world.profiles.patch(TENANT, [ProfilePatch(ANN, "v1", points={"lead": 10}, at=at)])
    assert asked_again(stage, "v1").enrolled == {}
    assert score(stage) == 110


def test_a_new_version_reaches_those_of_whom_nothing_is_heard(stage: Stage) -> None:
    stage.publish(on_crossing('event.band = "high"'))
    stage.take(stage.event(FORM, properties=TRIAL))
    office = Office(stage.world)
    ports = rule_ports(office.ports)
    model = read_model(LEAD).model_dump(mode="json")
    for rule in model["rules"]:
        rule["points"] *= 2
    scoring.update(ports, TENANT, "lead", model, 1, "ann")
    stage.rules.documents[TENANT] = dict(ports.rules.read(TENANT)[0])
    assert score(stage) == 300
    before = len(stage.world.sink.emitted)
    ((move, _),) = office.moves.queue
    rescore(ports, stage.world.sink, move)
    told = [document for _, document in stage.world.sink.emitted[before:]]
    report = stage.run([Record("9", r.key, r.data) for r in records_of(TENANT, told)])
    assert (score(stage), report.profiles, report.enrolled) == (500, 1, {"enrolled": 1})
    profile = stage.profile()
    assert profile is not None and profile.scores["lead"][VERSION] == 2
