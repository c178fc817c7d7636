"""All contacts asked at once by Athena, merges through the API, and erasing somebody, on the deployed platform."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from stepwell.conditions import parse, to_json
from stepwell_cli.errors import CliError

from tests.cloud.graphs import chain, delay, node
from tests.cloud.platform import Platform, Tenant
from tests.cloud.test_segments import members, page_view, settle

N = 40


def people() -> list[dict[str, Any]]:
    return [
        {
            "email": f"p{n}@people.example",
            "user_id": f"user-{n:04d}",
            "traits": {"plan": "Pro" if n % 3 == 0 else "free", "seats": n, "tags": ["a", "b"][: n % 3]},
        }
        for n in range(N)
    ]


def snapshot(platform: Platform, tenant: Tenant) -> None:
    wait_for(platform, tenant, tenant.api.post("/lake/snapshots")["job"])


def wait_for(platform: Platform, tenant: Tenant, job: str) -> None:
    for _ in range(30):
        platform.run(30)
        state = tenant.api.get(f"/jobs/{job}")
        if state["state"] in ("done", "failed"):
            break
        time.sleep(1)
    assert state["state"] == "done", state


def full(tenant: Tenant, body: dict[str, Any]) -> Any:
    answer = tenant.api.post("/segments/estimate/full", body)
    for _ in range(20):
        if answer["state"] == "done":
            return answer
        answer = tenant.api.get(f"/segments/estimate/full/{answer['query']}")
    raise AssertionError(answer)


def test_the_lake_says_what_the_memberships_say(platform: Platform, tenant: Tenant) -> None:
    tenant.api.post("/contacts", {"contacts": people()})
    tenant.batch([page_view(f"user-{n:04d}") for n in range(0, N, 2) for _ in range(1 + n % 3)])
    platform.run(60)
    rules = {
        "pros": "plan = 'pro' and seats >= 6",
        "busy": "count(page_view, 7 days) >= 2 or tags contains 'b'",
        "both": "in segment 'pros' and not in segment 'busy'",
        "quiet": "not did(page_view) and plan = 'free'",
    }
    for segment, rule in rules.items():
        tenant.api.post("/segments", {"segment": {"id": segment, "condition": rule}})
        settle(platform, tenant, segment)
    snapshot(platform, tenant)
    assert tenant.api.get("/lake/snapshots/latest")["contacts"] == N
    for segment in rules:
        told = full(tenant, {"segment": segment})
        incremental = members(tenant, segment)
        assert (told["contacts"], told["members"], told["differing"]) == (N, len(incremental), 0), segment
        assert 0 < len(incremental) < N
        assert {one["email"] for one in told["sample"]} <= incremental
    free = full(tenant, {"condition": to_json(parse("plan = 'FREE'"))})
    assert free["members"] == N - len([n for n in range(N) if n % 3 == 0])
    # Another workspace cannot read it, whoever told it the query's id.
    stranger = platform.workspace(f"x{tenant.id}"[:12])
    with pytest.raises(CliError) as refused:
        stranger.api.get(f"/segments/estimate/full/{free['query']}")
    assert refused.value.code == "no_query"


def test_what_the_profile_forgot_is_in_the_lake(platform: Platform, tenant: Tenant) -> None:
    tenant.api.post("/contacts", {"contacts": people()[:1]})
    for part in range(3):
        tenant.batch([{**page_view("user-0000"), "messageId": f"m{part}-{n}"} for n in range(10)])
        platform.run(60 + part)
    newest = tenant.api.get("/contacts/user-0000/timeline", limit=200)["items"]
    assert 0 < len(newest) <= 20
    # The raw copy lies under the hour in which it was written, by the real clock.
    today = datetime.now(UTC).date().isoformat()
    job = tenant.api.post("/lake/days", {"first": today, "last": today})["jobs"][0]
    wait_for(platform, tenant, job)
    told = tenant.api.get("/contacts/user-0000/timeline", older="true", limit=200)
    while told["state"] == "still_running":
        told = tenant.api.get("/contacts/user-0000/timeline", older="true", limit=200, query=told["query"])
    kept = [one["kept_in"] for one in told["items"]]
    assert (kept.count("profile"), len(kept)) == (len(newest), 30)
    shop = tenant.api.get("/contacts/user-0000/timeline", source="shop", limit=200)
    assert len(shop["items"]) == 30 and {one["source"] for one in shop["items"]} == {"shop"}


def test_two_contacts_become_one_and_two_again(platform: Platform, tenant: Tenant) -> None:
    tenant.api.post("/contacts", {"contacts": people()[:2]})
    one, other = (tenant.api.get(f"/contacts/p{n}@people.example") for n in range(2))
    told = tenant.api.post(f"/contacts/{one['id']}/merge", {"with": other["id"]})
    stayed = told["contact"]["id"]
    assert {tenant.api.get(f"/contacts/{i}")["id"] for i in (one["id"], other["id"])} == {stayed}
    tenant.batch([page_view("user-0000"), page_view("user-0001")])
    platform.run(60)
    seen = tenant.api.get(f"/contacts/{stayed}")["recent_events"]
    assert [event["name"] for event in seen] == ["page_view", "page_view"]
    tenant.api.post(f"/merges/{told['merge']['id']}/undo")
    parted = {tenant.api.get(f"/contacts/p{n}@people.example")["id"] for n in range(2)}
    assert parted == {one["id"], other["id"]}


def test_somebody_is_erased(platform: Platform, tenant: Tenant) -> None:
    tenant.api.post("/contacts", {"contacts": people()[:3]})
    tenant.publish(chain("party", node("go", "manual_trigger"), delay("rest", "1_hour")))
    tenant.start("party", [f"p{n}@people.example" for n in range(3)])
    platform.quiet(60)
    gone = tenant.api.get("/contacts/p1@people.example")["id"]
    data = tenant.api.get("/contacts/p1@people.example/data")
    assert {one["name"]: one["value"] for one in data["attributes"]}["email"] == "p1@people.example"
    assert data["enrollments"][0]["workflow"] == "party"
    preview = tenant.api.get("/contacts/p1@people.example/erasure")
    assert preview["deleted"]["active_enrollments"] == 1

    begun = tenant.api.post("/contacts/p1@people.example/erasure")
    for _ in range(30):
        platform.quiet()
        if tenant.api.get(f"/jobs/{begun['job']}")["parts_done"] >= 3:
            break
        time.sleep(1)
    # The last round comes a quarter of an hour later: its message is given by hand.
    last = {"v": 1, "kind": "erase", "tenant": tenant.id, "workflow": f"erasure/{begun['erasure']}"}
    body = json.dumps({**last, "round": 4, "job": begun["job"], "actor": "admin"})
    platform.invoke("move-enrollments", {"Records": [{"body": body, "messageId": "m1"}]})

    with pytest.raises(CliError) as absent:
        tenant.api.get("/contacts/p1@people.example")
    assert absent.value.code == "no_contact"
    tables = platform.cloud.client("dynamodb")
    for name in ("engine", "runs", "profiles", "config"):
        items = tables.scan(TableName=f"proof-{name}")["Items"]
        whole = repr([item for item in items if item["pk"]["S"].startswith(f"{tenant.id}#")])
        assert gone not in whole and "p1@people.example" not in whole, name
    assert tenant.states("party") == {"PARKED": 2}
    audit = [entry["action"] for entry in tenant.api.get("/audit", limit=50)["items"]]
    assert {"contact.erasure_started", "contact.erased"} <= set(audit)
    assert platform.denied() == []
