"""Active hours and what the best time gains, over the API."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.timing.arms import outcome_of
from stepwell.timing.hours import noted

from tests.fakes.publishing import TENANT
from tests.unit.publishing.stage import person

from .conftest import Api


def test_when_a_contact_is_active(api: Api) -> None:
    state: Any = ()
    start = int(api.world.clock.now().timestamp()) // 86_400 * 24
    for day in range(1, 30):
        state = noted(state, (start - day * 24 + 20) * 3_600_000, 0)
    owl = person(1, time_zone="Europe/Berlin").evolve(hours=state)
    api.world.profiles.put(TENANT, [owl, person(2)])
    status, told = api.call("GET", f"/api/v1/contacts/{owl.id}/hours")
    assert status == 200
    assert (told["time_zone"], told["best_hour"], len(told["hours"])) == ("Europe/Berlin", 20, 24)
    assert told["hours"][20]["counted"] > 20
    assert told["hours"][20]["share"] > told["hours"][20]["group"] == pytest.approx(1 / 24)
    nobody = api.call("GET", f"/api/v1/contacts/{person(2).id}/hours")[1]
    assert (nobody["best_hour"], nobody["own_share"]) == (None, 0)
    assert api.call("GET", "/api/v1/contacts/nobody/hours")[0] == 404


def test_when_the_workspace_is_active(api: Api) -> None:
    status, told = api.call("GET", "/api/v1/analytics/hours")
    assert (status, told["at"], told["contacts"], len(told["hours"])) == (200, None, 0, 24)
    api.wired.console.send_times.refresh(TENANT)
    assert api.call("GET", "/api/v1/analytics/hours")[1]["at"]


def test_what_the_best_time_gains(api: Api) -> None:
    document = {
        "id": "timed",
        "purpose": "marketing",
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
            {
                "id": "mail",
                "type": "email_send",
                "config": {"template_id": "hello", "send_time_optimization": "ai_powered"},
            },
        ],
        "edges": ["start -> mail"],
    }
    api.create(document)
    assert api.call("GET", "/api/v1/workflows/timed/send-times")[1]["items"] == []
    api.publish("timed")
    counts = {("mail", outcome_of("best", "accepted")): 90, ("mail", outcome_of("best", "opened")): 30}
    counts |= {("mail", outcome_of("control", "accepted")): 10, ("mail", outcome_of("control", "opened")): 1}
    api.parts.counters.add(TENANT, "timed", 1, counts)
    (found,) = api.call("GET", "/api/v1/workflows/timed/send-times")[1]["items"]
    assert (found["node"], found["control"]) == ("mail", 10)
    assert found["open_gain"]["difference"] == pytest.approx(1 / 3 - 1 / 10)
    assert found["open_gain"]["low"] < found["open_gain"]["difference"] < found["open_gain"]["high"]
    assert found["click_gain"]["difference"] == 0
    assert api.call("GET", "/api/v1/workflows/nothing/send-times")[0] == 404
