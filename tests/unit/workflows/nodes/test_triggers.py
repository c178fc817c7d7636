"""Triggers name their events and schedules."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from stepwell.workflows.nodes import node_type


def parse(kind, **config):
    return node_type(kind).config.model_validate(config)


def events(kind, **config):
    return tuple(node_type(kind).events(parse(kind, **config)))


def test_events():
    assert events("event_trigger", event="email_click") == ("email_clicked",)
    assert events("behavioral_trigger", events=["page_view", "email_open"]) == ("page_view", "email_opened")
    assert events("webhook_trigger", hook="deal") == ("webhook:deal",)


def test_a_schedule_may_lead_a_named_date():
    config = parse(
        "time_based_trigger",
        schedule={"at": "2027-09-10T09:00"},
        date_name="product_launch_date",
        lead_time="9_days",
    )
    assert config.expression == "at(2027-09-01T09:00:00)"
    assert config.properties == {"product_launch_date": "2027-09-10T09:00"}
    assert config.everybody
    assert not parse("time_based_trigger", schedule={"rate": "1 day"}, audience="score > 5").everybody


def test_a_lead_needs_a_date():
    kind = node_type("time_based_trigger")
    config = parse("time_based_trigger", schedule={"rate": "1 day"}, lead_time="9_days")
    assert [fault.code for fault in kind.checks(config)] == ["date_without_at"]


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        ("time_based_trigger", {"schedule": {}}),
        ("time_based_trigger", {"schedule": {"at": "2027-09-10T09:00", "rate": "1 day"}}),
        ("time_trigger", {"schedule": {"rate": "1 day"}, "event": "x"}),
        ("behavioral_trigger", {"events": []}),
        ("webhook_trigger", {"hook": "a/b"}),
    ],
)
def test_configs_that_cannot_be(kind, config):
    with pytest.raises(ValidationError):
        parse(kind, **config)
