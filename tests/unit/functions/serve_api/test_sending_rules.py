"""Caps, quiet hours and the control group of a workspace over the API."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Api

BASE = "/api/v1/workspace/sending"
RULES: dict[str, Any] = {
    "caps": [{"channel": "all", "limit": 3, "per": "week", "tag": ""}],
    "quiet_hours": {
        "sms": {"start": "20:00", "end": "09:00", "otherwise": "next_open_time", "closed_days": ["sun"]}
    },
    "control_group": [0, 499],
    "text_proof": {"DE": "double", "*": "written"},
}


def test_rules_are_saved_and_stand_in_the_workspace(api: Api):
    assert api.call("GET", BASE) == (
        200, {"caps": [], "quiet_hours": {}, "control_group": None, "text_proof": {}}
    )  # fmt: skip
    assert api.call("PUT", BASE, RULES) == (200, RULES)
    assert api.call("GET", "/api/v1/workspace")[1]["sending"] == RULES
    assert api.call("PUT", "/api/v1/workspace", {"name": "Other"})[1]["sending"] == RULES
    assert api.call("GET", "/api/v1/audit", action="workspace.sending")[0] == 200


@pytest.mark.parametrize(
    "rules",
    [
        {"control_group": [500, 499]},
        {"control_group": [0, 10_000]},
        {"control_group": [1]},
        {"caps": [{"limit": 0}]},
        {"text_proof": {"Germany": "double"}},
        {"text_proof": {"DE": "any"}},
        {"caps": [{"limit": 1, "channel": "smoke"}]},
        {"quiet_hours": {"sms": {"start": "24:00", "end": "09:00"}}},
        {"quiet_hours": {"sms": {"start": "20:00", "end": "09:00", "closed_days": ["x"]}}},
    ],
)
def test_rules_with_faults_are_refused(api: Api, rules: dict[str, Any]):
    assert api.call("PUT", BASE, rules)[0] == 422


def test_hours_of_texts_by_region_say_where_they_are_from(api: Api):
    status, found = api.call("GET", f"{BASE}/regions", role="viewer")
    rows = {row["code"]: row for row in found["regions"]}
    assert (status, rows["*"]["hours"][0], rows["US-TX"]["hours"][6]) == (
        200, ["08:00", "21:00"], ["12:00", "21:00"]
    )  # fmt: skip
    assert all(row["source"] and row["since"] and len(row["hours"]) == 7 for row in rows.values())
