"""Conditions, known events and schedules as the console's forms ask for them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.functions.serve_api.conftest import Api

BASE = "/api/v1/conditions"


def test_text_and_tree_are_two_forms_of_one_condition(api: Api) -> None:
    status, read = api.call("POST", f"{BASE}/parse", {"text": "score>=50 AND in segment 'vip'"})
    assert (status, read["text"]) == (200, 'score >= 50 and in segment "vip"')
    assert read["tree"]["items"][1] == {"op": "in_segment", "segment": "vip"}
    status, written = api.call("POST", f"{BASE}/print", {"tree": read["tree"]})
    assert (status, written["text"], written["tree"]) == (200, read["text"], read["tree"])


def test_a_fault_in_the_text_has_its_place(api: Api) -> None:
    status, read = api.call("POST", f"{BASE}/parse", {"text": "score >= "})
    (problem,) = read["problems"]
    assert (status, read["tree"], read["text"]) == (200, None, "score >= ")
    assert (problem["code"], problem["position"], problem["severity"]) == ("condition_syntax", 9, "error")


def test_checks_name_the_place_in_the_tree(api: Api) -> None:
    text = 'score >= 1 and in segment "nobody"'
    problems = api.call("POST", f"{BASE}/parse", {"text": text})[1]["problems"]
    (problem,) = [one for one in problems if one["code"] == "unknown_segment"]
    assert (problem["path"], problem["position"], problem["severity"]) == ("items[1]", None, "error")


@pytest.mark.parametrize("tree", [{}, {"op": "and", "items": []}, {"op": "eq", "left": 1, "right": 2}])
def test_a_tree_that_is_none_is_told(api: Api, tree: dict[str, Any]) -> None:
    status, written = api.call("POST", f"{BASE}/print", {"tree": tree})
    assert (status, written["tree"], written["problems"][0]["code"]) == (200, None, "condition_format")


def test_known_events_have_types_and_synonyms(api: Api) -> None:
    status, page = api.call("GET", "/api/v1/events/known", q="email_open")
    (opened,) = [one for one in page["items"] if one["name"] == "email_opened"]
    assert (status, opened["family"], opened["synonyms"]) == (200, "email", ["email_open"])
    assert opened["properties"]["seconds_after_send"] == "number"


def test_a_drawn_schedule_tells_its_next_runs(api: Api) -> None:
    path = "/api/v1/schedules/preview"
    cron = {"cron": "0 9 ? * MON *", "time_zone": "Europe/Berlin"}
    status, runs = api.call("POST", path, cron, count=3)
    assert (status, runs["expression"], len(runs["next"])) == (200, "cron(0 9 ? * MON *)", 3)
    early = api.call("POST", path, {"at": "2099-03-10T09:00", "lead_time": "9_days", "time_zone": "UTC"})[1]
    assert early["next"] == ["2099-03-01T09:00:00.000Z"]
    wrong = api.call("POST", path, {"cron": "whenever"})[1]
    assert wrong["next"] == []
    assert wrong["problem"]
    assert api.call("POST", path, {"rate": "1 day", "time_zone": "Mars/Base"})[0] == 400
