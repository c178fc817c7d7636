"""Segments on the deployed platform: settled, entered, left by doing nothing, read by broadcasts."""

from __future__ import annotations

import time
from typing import Any

from tests.cloud.graphs import chain, delay, mail, node
from tests.cloud.platform import Platform, Tenant

DAY = 86_400


def page_view(user: str) -> dict[str, Any]:
    return {"type": "page", "userId": user, "name": "Pricing"}


def members(tenant: Tenant, segment: str) -> set[str]:
    items = tenant.api.get(f"/segments/{segment}/members", limit=200)["items"]
    return {item["email"] for item in items}


def settle(platform: Platform, tenant: Tenant, segment: str) -> None:
    """Wait until everybody has been asked: the queue's delay passes in real time."""
    for _ in range(30):
        platform.quiet()
        if tenant.api.get(f"/segments/{segment}")["settled"]:
            platform.quiet()
            return
        time.sleep(1)
    raise AssertionError(f"{segment} never settled")


def test_a_segment_from_its_making_to_its_leavers(platform: Platform, tenant: Tenant) -> None:
    for name in ("hello", "bye"):
        tenant.template(name)
    contacts = [
        {"email": f"p{n}@people.example", "user_id": f"u{n}", "traits": {"plan": "pro" if n < 3 else "free"}}
        for n in range(6)
    ]
    tenant.api.post("/contacts", {"contacts": contacts})
    trigger = node("entered", "event_trigger", event="segment_entered", where="event.segment = 'active_pros'")
    tenant.publish(chain("welcome", trigger, mail("hello"), reentry={"rule": "any_time"}))
    leaver = node("left", "event_trigger", event="segment_left", where="event.segment = 'active_pros'")
    tenant.publish(chain("goodbye", leaver, mail("bye"), reentry={"rule": "any_time"}))

    # Who belongs when the segment is made is found and enters nothing.
    tenant.api.post("/segments", {"segment": {"id": "pros", "condition": "plan = 'pro'"}})
    settle(platform, tenant, "pros")
    assert members(tenant, "pros") == {f"p{n}@people.example" for n in range(3)}
    rule = "in segment 'pros' and did(page_view, 7 days)"
    tenant.api.post("/segments", {"segment": {"id": "active_pros", "condition": rule}})
    settle(platform, tenant, "active_pros")
    platform.run(30 * 60)
    assert tenant.inbox() == []

    # An event puts in, at once; time alone takes out.
    tenant.batch([page_view("u0"), page_view("u1"), page_view("u5")])
    platform.run(60)
    assert members(tenant, "active_pros") == {"p0@people.example", "p1@people.example"}
    assert len(tenant.inbox()) == 2
    platform.run(4 * DAY)
    tenant.batch([page_view("u1")])
    platform.run(3 * DAY + 1_200)
    assert members(tenant, "active_pros") == {"p1@people.example"}
    assert [m["subject"] for m in tenant.inbox()].count("bye for p0@people.example") == 1
    history = tenant.api.get("/segments/active_pros/history")["items"]
    assert (sum(d["entered"] for d in history), sum(d["left"] for d in history)) == (2, 1)
    assert history[-1]["size"] == 1


def test_a_list_and_a_start_for_its_members(platform: Platform, tenant: Tenant) -> None:
    contacts = [{"email": f"p{n}@people.example", "traits": {}} for n in range(4)]
    tenant.api.post("/contacts", {"contacts": contacts})
    tenant.publish(chain("party", node("go", "manual_trigger"), delay("rest", "1_hour")))
    tenant.api.post("/segments", {"segment": {"id": "guests", "kind": "static"}})
    asked = tenant.api.post("/segments/guests/members", {"contacts": [c["email"] for c in contacts[:3]]})
    assert asked == {"asked": 3, "unknown": []}
    platform.run(60)
    assert members(tenant, "guests") == {c["email"] for c in contacts[:3]}
    tenant.api.post("/segments/guests/members/remove", {"contacts": ["p0@people.example"]})
    platform.run(60)
    assert tenant.api.get("/segments/guests")["size"] == 2
    tenant.api.post("/workflows/party/start", {"segment": "guests"})
    platform.quiet(60)
    assert tenant.states("party") == {"PARKED": 2}
    told = tenant.api.post("/segments/estimate/preview", {"condition": "in segment 'guests'"})
    assert (told["estimate"]["size"], told["estimate"]["exact"]) == (2, True)
