"""Interests that the pass notes, pages that ingestion names by item, and who may say what of items."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
from stepwell.catalog.addresses import page_key
from stepwell.catalog.interests import item_key
from stepwell.catalog.ports import PageItem
from stepwell.contracts.event_catalogue import EVENT_TYPES
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.errors import Unavailable
from stepwell.triggers.page_items import with_items
from stepwell.triggers.tracking import parse

from tests.fakes.catalogs import MemoryInterests, MemoryItems

from .stage import TENANT, Stage

CATALOGS = [{"id": "products", "kind": "product", "days": 90}]
ANN, BOB = profile_id(TENANT, "user", "ann"), profile_id(TENANT, "user", "bob")
NEWS = [known.name for known in EVENT_TYPES.values() if known.family == "catalog"]


class Shop(Stage):
    """A pass with interests."""

    def __init__(self, catalogs: Any = CATALOGS) -> None:
        super().__init__()
        self.interests = MemoryInterests(self.world.clock)
        self.rules.documents[TENANT] = {"v": 1, **({"catalogs": catalogs} if catalogs else {})}

    @property
    def pass_ports(self) -> Any:
        from dataclasses import replace

        return replace(super().pass_ports, interests=self.interests)


def test_a_batch_writes_its_interests_at_once() -> None:
    shop = Shop()
    shop.take(
        shop.event("product_viewed", "ann", properties={"product_id": "a"}),
        shop.event("product_carted", "ann", properties={"product_id": "a"}),
        shop.event("product_viewed", "bob", properties={"product_id": "a"}),
        shop.event("signup", "eve"),
    )
    assert shop.interests.writes == 1
    found, _ = shop.interests.interested(TENANT, item_key("products", "a"), 10, None)
    assert sorted(found) == sorted([(ANN, "carted"), (ANN, "viewed"), (BOB, "viewed")])
    shop.take(shop.event("signup", "ann"))
    assert shop.interests.writes == 1


def test_redelivery_and_purchase() -> None:
    shop = Shop()
    records = shop.records(
        shop.event("product_viewed", "ann", properties={"product_id": "a"}),
        shop.event("purchase", "ann", after=1, properties={"items": [{"product_id": "a"}]}),
    )
    for _ in range(2):
        assert shop.run(records).failed == {}
        assert shop.interests.rows == {}


def test_without_a_catalog_nothing_is_noted_and_nothing_asked() -> None:
    shop = Shop(catalogs=None)
    shop.interests.failing = AssertionError("must not be asked")
    assert shop.take(shop.event("product_viewed", properties={"product_id": "a"})).failed == {}


def test_interests_that_cannot_be_written_are_delivered_again() -> None:
    shop = Shop()
    records = shop.records(shop.event("product_viewed", properties={"product_id": "a"}))
    shop.interests.failing = Unavailable("DynamoDB is down.")
    assert len(shop.run(records).failed) == 1
    shop.interests.failing = None
    assert shop.run(records).failed == {}
    assert len(shop.interests.rows) == 1


def test_news_of_an_item_enroll_by_what_they_say() -> None:
    shop = Shop()
    document = {
        "id": "drops",
        "purpose": "marketing",
        "settings": {},
        "nodes": [
            {
                "id": "start",
                "type": "event_trigger",
                "config": {
                    "event": "price_drop",
                    "where": 'event.catalog = "products" and event.change_percent <= -10 and event.tags contains "red"',
                },
            },
            {"id": "mail", "type": "email_send", "config": {"template_id": "hello"}},
        ],
        "edges": [{"source": "start", "target": "mail"}],
    }
    shop.publish(document)
    shop.take(shop.event("signup"), shop.event("signup", "bob"))
    told = {"catalog": "products", "item_id": "a", "tags": ["red", "blue"], "price": 75}

    def news(profile: str, percent: float, **more: Any) -> Event:
        properties = {**told, "change_percent": percent, **more}
        return shop.event(
            "price_dropped",
            None,
            kind="engagement",
            profile=profile,
            properties=properties,
            source="stepwell",
        )

    assert shop.take(news(ANN, -25.0)).enrolled == {"enrolled": 1}
    assert shop.take(news(BOB, -5.0)).enrolled == {}
    assert shop.take(news(BOB, -25.0, tags=["blue"])).enrolled == {}


@pytest.mark.parametrize("name", [*NEWS, "price_drop", "content_published"])
def test_who_has_a_write_key_cannot_make_up_news(name: str) -> None:
    at = datetime.fromisoformat("2026-11-23T12:00:00+00:00")
    body = {"event": name, "userId": "ann", "properties": {"item_id": "a"}}
    parsed = parse("/v1/track", body, at, "web", len(json.dumps(body)))
    assert parsed.events == ()
    assert len(parsed.rejected) == 1


class Pages(MemoryItems):
    """Pages as ingestion asks for them."""

    down = False
    known = True

    def has_catalogs(self, tenant: str) -> bool:
        return self.known

    def pages(self, tenant: str, keys: Any) -> Any:
        if self.down:
            raise Unavailable("DynamoDB is down.")
        self.asked += 1
        return super().pages(tenant, keys)


def test_a_view_and_a_click_name_the_item_of_their_page() -> None:
    stage, pages = Stage(), Pages()
    shoe, boot = "https://shop.example/shoe", "https://shop.example/boot"
    pages.show(TENANT, {page_key(shoe): PageItem("products", "shoe", ("red",), "Shoes")})
    pages.show(TENANT, {page_key(boot): PageItem("products", "boot")})
    events = [
        stage.event("page_view", properties={"page_url": f"{shoe}?utm_source=x"}),
        stage.event(
            "page_view", after=1, properties={"page_url": shoe, "topic": "Own", "content_tags": ["own"]}
        ),
        stage.event("cta_click", properties={"page_url": shoe, "href": boot}),
        stage.event("cta_click", after=1, properties={"page_url": shoe, "href": "https://else.example"}),
        stage.event("page_view", after=2, properties={"page_url": shoe, "item_id": "own"}),
        stage.event("page_view", after=3, properties={"page_url": "https://shop.example/help"}),
        stage.event("signup", properties={"page_url": shoe}),
        stage.event("email_clicked", kind="engagement", properties={"link": f"{boot}?utm_medium=email"}),
        stage.event("email_opened", kind="engagement", properties={"link": boot}),
    ]
    named = [event.properties for event in with_items(events, TENANT, pages)]
    assert named[0] == {
        "page_url": f"{shoe}?utm_source=x", "catalog": "products", "item_id": "shoe",
        "content_tags": ["red"], "topic": "Shoes",
    }  # fmt: skip
    assert (named[1]["topic"], named[1]["content_tags"], named[1]["item_id"]) == ("Own", ["own"], "shoe")
    assert [one.get("item_id") for one in named[2:]] == ["boot", "shoe", "own", None, None, "boot", None]
    assert pages.asked == 1


def test_a_workspace_without_catalogs_asks_nothing_and_a_fault_holds_nothing_up() -> None:
    stage, pages = Stage(), Pages()
    events = (stage.event("page_view", properties={"page_url": "https://shop.example/a"}),)
    pages.known = False
    assert with_items(events, TENANT, pages) == events
    assert pages.asked == 0
    pages.known, pages.down = True, True
    assert with_items(events, TENANT, pages) == events
    assert with_items(events, TENANT, None) == events
