"""Which events show an interest, which end one, and what strangers cannot do with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from stepwell.catalog.interests import MOST, Interest, interests_of
from stepwell.contracts.events import Event

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHOP = {"id": "products", "kind": "product", "days": 90}
BLOG = {"id": "blog", "kind": "content", "days": 30}


def event(name: str, at: datetime = NOW, **properties: Any) -> Event:
    more = {key: properties.pop(key) for key in ("machine", "source") if key in properties}
    return Event(
        message_id="m",
        kind="track",
        name=name,
        properties=properties,
        occurred_at=at,
        received_at=NOW,
        **more,
    )


def rows(*events: Event, catalogs: Any = (SHOP, BLOG)) -> list[tuple[str, str, int]]:
    found = interests_of([("p", events)], catalogs, int(NOW.timestamp()))
    assert all(row.profile == "p" for row in found)
    return [
        (row.key, row.why, round((row.until - NOW.timestamp()) / 86_400) if row.until else 0) for row in found
    ]


def test_looking_carting_noting_subscribing() -> None:
    assert rows(
        event("product_viewed", product_id="a"),
        event("product_carted", sku="a"),
        event("product_wishlisted", product="b", catalog="products"),
        event("item_subscribed", item_id=7),
    ) == [
        ("i#products#a", "viewed", 90),
        ("i#products#a", "carted", 90),
        ("i#products#b", "wished", 90),
        ("i#products#7", "subscribed", 365),
    ]


def test_a_page_of_content_shows_what_it_is_about() -> None:
    view = event("page_view", catalog="blog", item_id="post", content_tags=["AI", "ai "], topic="Sales")
    assert rows(view) == [
        ("i#blog#post", "viewed", 30),
        ("w#ai", "about", 30),
        ("w#sales", "about", 30),
    ]
    assert rows(view, catalogs=[SHOP]) == []


def test_a_purchase_ends_all_interest_in_what_was_bought_and_nothing_else() -> None:
    bought = event("purchase", items=[{"product_id": "a"}, "b", {"x": 1}, None, 3])
    found = rows(event("product_viewed", product_id="a"), event("product_viewed", product_id="c"), bought)
    assert found[0] == ("i#products#c", "viewed", 90)
    assert {(key, until) for key, _, until in found[1:]} == {("i#products#a", 0), ("i#products#b", 0)}
    assert len(found) == 1 + 8
    assert rows(event("item_unsubscribed", item_id="a")) == [("i#products#a", "subscribed", 0)]


def test_what_an_import_tells_of_the_past_ends_nothing() -> None:
    assert rows(event("purchase", product="a", source="import", backfill=True)) == []
    # Whoever only says so is no import.
    assert rows(event("purchase", product="a", source="web", backfill=True)) != []


def test_an_interest_counts_from_its_event() -> None:
    assert rows(event("product_viewed", NOW - timedelta(days=60), product="a")) == [
        ("i#products#a", "viewed", 30)
    ]
    assert rows(event("product_viewed", NOW - timedelta(days=91), product="a")) == []


def test_machines_and_nonsense_show_nothing() -> None:
    assert rows(event("product_viewed", product="a", machine=True)) == []
    for wrong in ("", "a b", "a#b", "x" * 129, None, True, ["a"], {"a": 1}):
        assert rows(event("product_viewed", product=wrong)) == []
    assert rows(event("product_viewed", product="a", catalog="others")) == []
    assert rows(event("product_viewed", product="a", catalog=["products"])) == []
    assert rows(event("signup", product="a")) == []


def test_nobody_fills_the_table() -> None:
    many = [event("product_viewed", product=f"a{n}") for n in range(500)]
    found = interests_of([("p", many), ("q", many[:1])], [SHOP], int(NOW.timestamp()))
    assert len(found) == MOST + 1
    assert found[MOST - 1].key == "i#products#a499"
    tags = event("page_view", content_tags=[f"t{n}" for n in range(500)])
    assert len(rows(tags)) == 10


def test_the_later_event_stands() -> None:
    found = interests_of(
        [
            (
                "p",
                [
                    event("product_viewed", product="a"),
                    event("purchase", product="a"),
                    event("product_viewed", product="a"),
                ],
            )
        ],
        [SHOP],
        int(NOW.timestamp()),
    )
    (viewed,) = (row for row in found if row.why == "viewed")
    assert viewed == Interest("i#products#a", "p", "viewed", int((NOW + timedelta(days=90)).timestamp()))
