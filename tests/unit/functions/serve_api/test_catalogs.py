"""Catalogs and their items over the API."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stepwell.catalog.interests import Interest, item_key
from stepwell.publishing.catalog_telling import carry_on

from tests.fakes.publishing import TENANT
from tests.unit.publishing.stage import person

from .conftest import Api

SHOP = {
    "id": "products",
    "kind": "product",
    "currency": "EUR",
    "fields": [{"name": "name", "required": True}, {"name": "sizes", "type": "number"}],
    "keys": {"title": "name"},
}
ITEMS = "/catalogs/products/items"


@pytest.fixture
def shop(api: Api) -> Api:
    api.ok("POST", "/catalogs", {"catalog": SHOP})
    return api


def test_a_catalog_from_its_making_to_its_end(api: Api) -> None:
    made = api.ok("POST", "/catalogs", {"catalog": SHOP}, role="publisher")
    assert (made["rev"], made["kind"], made["updated_by"]) == (1, "product", "ann")
    assert "price_dropped" in made["told"]
    rules = api.wired.segments.rules.read(TENANT)[0]
    assert rules["catalogs"] == [{"id": "products", "kind": "product", "days": 90}]
    assert api.call("POST", "/api/v1/catalogs", {"catalog": SHOP})[1]["code"] == "catalog_exists"
    changed = {**SHOP, "low_stock": 5, "interest_days": 30}
    body = {"catalog": changed, "rev": 1}
    assert api.ok("PUT", "/catalogs/products", body)["low_stock"] == 5
    assert api.call("PUT", "/api/v1/catalogs/products", body)[1]["code"] == "stale_rev"
    assert api.wired.segments.rules.read(TENANT)[0]["catalogs"][0]["days"] == 30
    other = {"catalog": {**SHOP, "kind": "content"}, "rev": 2}
    assert api.call("PUT", "/api/v1/catalogs/products", other)[:2][1]["code"] == "fixed_field"
    api.ok("POST", "/catalogs", {"catalog": {"id": "blog", "kind": "content"}})
    assert [one["id"] for one in api.ok("GET", "/catalogs")["items"]] == ["blog", "products"]
    assert [one["id"] for one in api.ok("GET", "/catalogs", kind="content")["items"]] == ["blog"]
    assert api.ok("GET", "/catalogs", tenant="other")["items"] == []
    api.ok("POST", ITEMS, {"items": [{"id": "a", "name": "A"}]})
    assert api.ok("DELETE", "/catalogs/products", rev=2) == {"deleted": "products"}
    assert api.call("GET", "/api/v1/catalogs/products")[0] == 404
    assert [one["id"] for one in api.wired.segments.rules.read(TENANT)[0]["catalogs"]] == ["blog"]
    # Its items go first.
    assert api.call("POST", "/api/v1/catalogs", {"catalog": SHOP})[1]["code"] == "busy"
    move, _ = api.moves.queue.pop(0)
    carry_on(api.wired.catalogs, api.world.sink, api.world.profiles, move)
    assert api.ok("POST", "/catalogs", {"catalog": SHOP})["rev"] == 1
    actions = [entry["action"] for entry in api.ok("GET", "/audit", limit=50)["items"]]
    assert {"catalog.created", "catalog.updated", "catalog.deleted", "items.written"} <= set(actions)


def test_a_catalog_with_faults_says_which(api: Api) -> None:
    wrong = {"id": "Shop", "kind": "product", "audience": "vips", "low_stock": -1}
    status, told = api.call("POST", "/api/v1/catalogs", {"catalog": wrong})
    assert (status, {one["place"] for one in told["details"]["violations"]}) == (422, {"id", "low_stock"})
    status, told = api.call("POST", "/api/v1/catalogs", {"catalog": {**SHOP, "audience": "vips"}})
    assert (status, told["details"]["violations"][0]["code"]) == (422, "unknown_segment")


def test_items_are_written_read_found_and_deleted(shop: Api) -> None:
    done = shop.ok(
        "POST", ITEMS, {"items": [{"id": f"s{n}", "name": f"Shoe {n}", "tags": ["red"]} for n in range(3)]}
    )
    assert done == {"created": 3, "updated": 0, "unchanged": 0, "stale": [], "rejected": [], "news": []}
    one = shop.ok("GET", f"{ITEMS}/s1")
    assert (one["fields"], one["published"], one["open"]) == ({"name": "Shoe 1", "tags": ["red"]}, True, [])
    put = {"item": {"name": "Shoe 1", "price": 10, "_revision": 10**14}}
    assert shop.ok("PUT", f"{ITEMS}/s1", put)["updated"] == 1
    assert shop.ok("PUT", f"{ITEMS}/s1", put)["unchanged"] == 1
    late = {"item": {"name": "Shoe 1", "price": 5, "_revision": 10**13}}
    assert shop.ok("PUT", f"{ITEMS}/s1", late)["stale"] == ["s1"]
    status, told = shop.call("PUT", f"/api/v1{ITEMS}/s1", {"item": {"price": "x"}})
    assert (status, [v["place"] for v in told["details"]["violations"]]) == (
        422,
        ["items[0].price", "items[0].name"],
    )
    assert shop.call("PUT", f"/api/v1{ITEMS}/s1", {"item": {"id": "s2"}})[1]["code"] == "other_id"
    assert [i["id"] for i in shop.ok("GET", ITEMS, tag="red")["items"]] == ["s0", "s2"]
    first = shop.ok("GET", ITEMS, limit=2)
    rest = shop.ok("GET", ITEMS, limit=2, cursor=first["cursor"])
    assert [i["id"] for i in first["items"] + rest["items"]] == ["s0", "s1", "s2"]
    assert shop.call("GET", f"/api/v1{ITEMS}", cursor="nonsense")[0] == 400
    assert shop.ok("DELETE", f"{ITEMS}/s1", revision=5) == {"id": "s1", "outcome": "stale"}
    assert shop.ok("DELETE", f"{ITEMS}/s1") == {"id": "s1", "outcome": "deleted"}
    assert shop.call("DELETE", f"/api/v1{ITEMS}/s1")[1]["code"] == "no_item"
    assert shop.call("GET", f"/api/v1{ITEMS}/s1")[1]["code"] == "no_item"
    assert shop.call("GET", "/api/v1/catalogs/none/items")[1]["code"] == "no_catalog"


def test_files_of_items(shop: Api) -> None:
    lines = [json.dumps({"id": "a", "name": "A", "price": 1}), "", json.dumps({"id": "b", "name": "B\u2028"})]
    assert shop.ok("POST", ITEMS, {"ndjson": "\r\n".join(lines)})["created"] == 2
    rows = 'id,name,price,tags,stock\r\nc,"C, big",9.5,red| blue,\r\nd,D,dear,,3\r\n'
    done = shop.ok("POST", ITEMS, {"csv": "\ufeff" + rows})
    assert (done["created"], done["rejected"][0]["violations"][0]["place"]) == (1, "items[1].price")
    fields = shop.ok("GET", f"{ITEMS}/c")["fields"]
    assert fields == {"name": "C, big", "price": 9.5, "tags": ["red", "blue"]}
    for body, code in (
        ({"ndjson": "{}\nno"}, "bad_line"),
        ({"ndjson": "[1]"}, "bad_line"),
        ({"csv": "name\nA"}, "bad_csv"),
        ({"csv": 'id,name\n"a'}, "bad_csv"),
        ({"csv": ""}, "bad_csv"),
        ({}, "one_form"),
        ({"csv": "id\na", "items": []}, "one_form"),
        ({"ndjson": "{}\n" * 501}, "too_many_items"),
    ):
        assert shop.call("POST", f"/api/v1{ITEMS}", body)[1]["code"] == code, body
    assert shop.call("POST", f"/api/v1{ITEMS}", {"items": [{}] * 501})[0] == 422


def test_a_price_that_drops_reaches_the_stream_once(shop: Api) -> None:
    ann = person(1)
    shop.world.profiles.put(TENANT, [ann])
    shop.interests.put(TENANT, [Interest(item_key("products", "a"), ann.id, "carted", 2**33)])
    shop.ok("POST", ITEMS, {"items": [{"id": "a", "name": "A", "price": 10}]})
    for _ in range(2):
        shop.ok("POST", ITEMS, {"items": [{"id": "a", "name": "A", "price": 8}]})
        while shop.moves.queue:
            move, _ = shop.moves.queue.pop(0)
            carry_on(shop.wired.catalogs, shop.world.sink, shop.world.profiles, move)
    ((tenant, told),) = shop.world.sink.emitted
    assert (tenant, told["name"], told["profile"]) == (TENANT, "price_dropped", ann.id)
    (news,) = shop.ok("GET", f"{ITEMS}/a")["told"]
    assert (news["name"], news["contacts"]) == ("price_dropped", 1)
    quiet: dict[str, Any] = {"items": [{"id": "a", "name": "A", "price": 1}], "quiet": True}
    assert shop.ok("POST", ITEMS, quiet)["news"] == []
    assert shop.moves.queue == []


def test_hostile_items_get_reasons(shop: Api) -> None:
    deep: Any = "x"
    for _ in range(60):
        deep = [deep]
    hostile = [
        {"id": "a#b", "name": "x"},
        {"id": ["a"], "name": "x"},
        {"id": "a", "name": {"a": 1}},
        {"id": "a", "name": deep},
        {"id": "a", "name": "x", "price": 1e300},
        {"id": "a", "name": "\ud800"},
        {"id": "a", "name": "x", "__proto__": 1},
        {"id": "a", "name": "x", "_revision": -1},
        {"id": "a", "name": "x", "_revision": True},
        {"id": "a", "name": "x", "_updated_at": "99999999"},
    ]
    done = shop.ok("POST", ITEMS, {"items": hostile})
    assert [one["index"] for one in done["rejected"]] == list(range(len(hostile)))
    assert all(one["violations"] for one in done["rejected"])
