"""Routes of the lake: a snapshot is started, everybody is asked, slow answers are fetched later."""

from __future__ import annotations

import json
from typing import Any

from stepwell.conditions import parse, to_json
from stepwell.lake.snapshots import latest_key

from tests.fakes.lake import MemoryLakeFiles, MemoryLakeQueries
from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import Api
from tests.unit.publishing.stage import person

FULL = "/api/v1/segments/estimate/full"


def manifest(api: Api) -> tuple[MemoryLakeFiles, MemoryLakeQueries]:
    files, queries = api.wired.lake.files, api.wired.lake.queries
    told: dict[str, Any] = {
        "v": 1,
        "id": "snap-1",
        "now": "2026-01-05T09:00:00Z",
        "contacts": 3,
        "zones": ["UTC"],
        "facts": ["f_plan__s"],
        "properties": [],
    }
    files.put(latest_key(TENANT), json.dumps(told).encode())
    return files, queries


def test_a_snapshot_is_started_and_noted(api: Api) -> None:
    status, told = api.call("POST", "/api/v1/lake/snapshots", role="publisher")
    assert status == 202 and told["job"].startswith("snap-")
    entries = api.parts.logs.audit_entries(TENANT)[0]
    assert entries[0].action == "lake.snapshot_started"


def test_without_a_snapshot_nothing_is_asked(api: Api) -> None:
    status, told = api.call("POST", FULL, {"condition": to_json(parse("plan = 'pro'"))})
    assert (status, told["code"]) == (404, "no_snapshot")


def test_everybody_is_counted(api: Api) -> None:
    ann = person(1)
    api.world.profiles.put(TENANT, [ann])
    _, queries = manifest(api)
    queries.answers.append([{"contacts": 3, "members": 1, "differing": 0, "p0": ann.id}])
    status, told = api.call("POST", FULL, {"condition": to_json(parse("plan = 'pro'"))})
    assert (status, told["state"], told["members"], told["contacts"]) == (200, "done", 1, 3)
    assert told["sample"][0]["email"] == ann.email
    assert f"tenant = '{TENANT}'" in queries.statements[0] and "f_plan__s" in queries.statements[0]


def test_a_slow_answer_is_fetched_later_and_by_its_workspace_alone(api: Api) -> None:
    _, queries = manifest(api)
    queries.answers.append(None)
    _, told = api.call("POST", FULL, {"condition": to_json(parse("plan = 'pro'"))})
    assert told["state"] == "still_running"
    queries.answers[0] = [{"contacts": 3, "members": 2, "differing": 0}]
    status, again = api.call("GET", f"{FULL}/{told['query']}")
    assert (status, again["members"]) == (200, 2)
    status, refused = api.call("GET", f"{FULL}/{told['query']}", tenant="other")
    assert (status, refused["code"]) == (404, "no_query")


def test_a_condition_or_a_segment(api: Api) -> None:
    manifest(api)
    assert api.call("POST", FULL, {})[1]["code"] == "condition_or_segment"
    assert api.call("POST", FULL, {"segment": "nope"})[1]["code"] == "no_segment"
