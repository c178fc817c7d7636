"""Catalogs on the deployed platform: a price drops, whoever looked is told by mail, once."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from tests.cloud.graphs import chain, mail, node
from tests.cloud.platform import Platform, Tenant

ITEMS = "/catalogs/products/items"
SHOE = {
    "id": "shoe",
    "title": "Shoe",
    "url": "https://shop.example/shoe",
    "price": 100,
    "stock": 4,
    "tags": ["red"],
}


def view(user: str, **properties: Any) -> dict[str, Any]:
    return {"type": "track", "event": "product_viewed", "userId": user, "properties": properties}


def told(platform: Platform, tenant: Tenant, count: int) -> list[dict[str, Any]]:
    """Wait until news were told: the queue delivers in real time."""
    for _ in range(30):
        platform.run(5)
        item = tenant.api.get(f"{ITEMS}/shoe")
        if len(item["told"]) >= count and not item["open"]:
            platform.run(30)
            return list(item["told"])
        time.sleep(1)
    raise AssertionError(tenant.api.get(f"{ITEMS}/shoe"))


def test_a_price_that_drops_is_told_once_to_those_who_looked(platform: Platform, tenant: Tenant) -> None:
    tenant.template(
        "cheaper",
        subject="{{ event.title }} {{ catalog(event.catalog, event.item_id).price }} for {{ email }}",
    )
    people = [{"email": f"p{n}@people.example", "user_id": f"u{n}", "traits": {}} for n in range(4)]
    tenant.api.post("/contacts", {"contacts": people})
    trigger = node("dropped", "event_trigger", event="price_drop", where="event.change_percent <= -10")
    tenant.publish(chain("cheaper", trigger, mail("cheaper"), reentry={"rule": "any_time"}))
    tenant.api.post("/catalogs", {"catalog": {"id": "products", "kind": "product", "currency": "EUR"}})
    assert tenant.api.post(ITEMS, {"items": [SHOE, {"id": "boot", "price": 50}]})["created"] == 2
    platform.quiet()
    # The pass believes the rules that it has for two seconds.
    time.sleep(3)

    tenant.batch(
        [
            view("u0", product_id="shoe"),
            view("u1", product_id="boot"),
            {
                "type": "page",
                "userId": "u2",
                "name": "Shoe",
                "properties": {"url": f"{SHOE['url']}?utm_source=x"},
            },
        ]
    )
    platform.run(10)
    cheaper = {"item": {**SHOE, "price": 75}}
    assert tenant.api.put(f"{ITEMS}/shoe", cheaper)["news"] == [{"id": "shoe", "name": "price_dropped"}]
    (news,) = told(platform, tenant, 1)
    assert (news["name"], news["contacts"]) == ("price_dropped", 2)
    expected = {f"Shoe 75 for p{n}@people.example" for n in (0, 2)}
    assert sorted(m["subject"] for m in tenant.inbox()) == sorted(expected)

    # The same again tells nobody; news that no trigger asks for reach nobody; a stranger makes none up.
    assert tenant.api.put(f"{ITEMS}/shoe", cheaper)["unchanged"] == 1
    tenant.api.put(f"{ITEMS}/shoe", {"item": {**SHOE, "price": 75, "stock": 0}})
    assert len(told(platform, tenant, 2)) == 2
    forged = {
        "type": "track",
        "event": "price_dropped",
        "userId": "u1",
        "properties": {"change_percent": -90},
    }
    answer = tenant.send("/v1/batch", {"batch": [forged]}).json()
    assert len(answer["rejected"]) == 1
    platform.run(60)
    assert len(tenant.inbox()) == 2
    assert platform.denied() == []


def test_content_of_later_is_told_when_its_time_has_come(platform: Platform, tenant: Tenant) -> None:
    tenant.template("fresh", subject="{{ event.title }} for {{ email }}")
    people = [{"email": f"p{n}@people.example", "user_id": f"u{n}", "traits": {}} for n in range(2)]
    tenant.api.post("/contacts", {"contacts": people})
    trigger = node("published", "event_trigger", event="new_content")
    tenant.publish(chain("fresh", trigger, mail("fresh"), reentry={"rule": "any_time"}))
    tenant.api.post("/catalogs", {"catalog": {"id": "articles", "kind": "content"}})
    platform.quiet()
    time.sleep(3)
    tenant.batch(
        [
            {"type": "page", "userId": "u0", "name": "A", "properties": {"content_tags": ["Sales"]}},
            {"type": "page", "userId": "u1", "name": "B", "properties": {"content_tags": ["Cooking"]}},
        ]
    )
    platform.run(10)
    at = (datetime.fromisoformat(platform.now) + timedelta(hours=2)).isoformat()
    item = {"id": "post", "title": "Post", "tags": ["sales"], "published_at": at}
    assert tenant.api.post("/catalogs/articles/items", {"items": [item]})["news"] == []
    platform.run(3_600)
    assert tenant.inbox() == []
    platform.run(3_900)
    for _ in range(30):
        if tenant.api.get("/catalogs/articles/items/post")["told"]:
            break
        platform.run(5)
        time.sleep(1)
    platform.run(60)
    assert [m["subject"] for m in tenant.inbox()] == ["Post for p0@people.example"]
    assert platform.denied() == []
