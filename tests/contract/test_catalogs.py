"""Items, pages and interests: fakes and adapters alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stepwell.adapters.catalog_store import DynamoInterests, DynamoItems, KeptPages
from stepwell.adapters.items.config import document_key
from stepwell.catalog.interests import Interest, item_key, word_key
from stepwell.catalog.items import Change, ItemRecord
from stepwell.catalog.ports import InterestStore, ItemStore, PageItem
from stepwell.contracts.clock import ManualClock
from stepwell.errors import InvalidInput

from tests.contract.conftest import Emulator
from tests.fakes.catalogs import MemoryInterests, MemoryItems

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
T = "acme"


@pytest.fixture(params=["memory", "dynamo"])
def items(request: pytest.FixtureRequest) -> ItemStore:
    if request.param == "memory":
        return MemoryItems()
    emulator: Emulator = request.getfixturevalue("emulator")
    return DynamoItems(emulator.table("config"))


@pytest.fixture(params=["memory", "dynamo"])
def interests(request: pytest.FixtureRequest) -> InterestStore:
    if request.param == "memory":
        return MemoryInterests(ManualClock(NOW))
    emulator: Emulator = request.getfixturevalue("emulator")
    return DynamoInterests(emulator.table("config"), ManualClock(NOW))


def record(name: str, **more: Any) -> ItemRecord:
    return ItemRecord("products", name, {"price": 9.5, "tags": ["a"]}, 7, 0, NOW, **more)


def test_an_item_is_written_by_compare_and_set_and_comes_back_whole(items: ItemStore) -> None:
    change = Change("price_dropped", 7, NOW, {"old_price": 12, "change": -2.5}, {"title": "Shoe ä"})
    told = ({"name": "low_stock", "rev": 3, "at": "2026-01-01T00:00:00.000Z", "contacts": 4},)
    whole = record("a.1", public=True, open=(change,), told=told)
    assert items.save(T, [whole, record("b")]) == {"a.1", "b"}
    assert items.save(T, [whole]) == set()
    assert items.get(T, "products", ["a.1", "zz"]) == {"a.1": whole.evolve(writes=1)}
    newer = whole.evolve(writes=1, open=(), fields={"price": 1}, gone=True)
    assert items.save(T, [newer, newer.evolve(id="never", writes=5)]) == {"a.1"}
    assert items.get(T, "products", ["a.1"])["a.1"] == newer.evolve(writes=2)
    assert items.get("other", "products", ["a.1"]) == {}


def test_items_are_paged_by_id_without_deleted_ones_and_dropped(items: ItemStore) -> None:
    names = [f"n{n:02}" for n in range(30)]
    items.save(T, [record(name, gone=name == "n03") for name in names])
    found, cursor = items.page(T, "products", prefix="n", limit=10, cursor=None)
    while cursor:
        more, cursor = items.page(T, "products", prefix="n", limit=10, cursor=cursor)
        found += more
    assert [one.id for one in found] == [name for name in names if name != "n03"]
    ones, _ = items.page(T, "products", prefix="n1", limit=50, cursor=None)
    assert [one.id for one in ones] == names[10:20]
    _, cursor = items.page(T, "products", prefix="", limit=5, cursor=None)
    with pytest.raises(InvalidInput):
        items.page(T, "articles", prefix="", limit=5, cursor=cursor)
    assert items.drop(T, "products", 20) == 20
    assert items.drop(T, "products", 20) == 10
    assert items.drop(T, "products", 20) == 0


def test_pages_show_items_until_they_do_not(items: ItemStore) -> None:
    shown = PageItem("products", "a", ("x", "y"), "Shoes")
    items.show(T, {"k1": shown, "k2": PageItem("products", "b")})
    assert items.pages(T, ["k1", "k3"]) == {"k1": shown}
    items.show(T, {"k1": None})
    assert items.pages(T, ["k1", "k2"]) == {"k2": PageItem("products", "b")}
    assert items.pages("other", ["k2"]) == {}


def test_interests_are_read_by_contact_strongest_first_until_they_end(interests: InterestStore) -> None:
    later = int((NOW + timedelta(days=9)).timestamp())
    key = item_key("products", "a")
    rows = [Interest(key, f"p{n:02}", "viewed", later) for n in range(25)]
    rows += [Interest(key, "p03", "subscribed", later), Interest(key, "p04", "carted", later)]
    rows += [
        Interest(key, "old", "viewed", int(NOW.timestamp()) - 1),
        Interest(word_key("x"), "p", "about", later),
    ]
    interests.put(T, rows)
    interests.put(T, rows)
    interests.put(T, [Interest(key, "p05", "viewed", 0), Interest(key, "p06", "wished", 0)])
    found: list[tuple[str, str]] = []
    page, cursor = interests.interested(T, key, 10, None)
    found += page
    while cursor:
        page, cursor = interests.interested(T, key, 10, cursor)
        found += page
    assert [one for one in found if one[0] == "p03"] == [("p03", "subscribed"), ("p03", "viewed")]
    assert {profile for profile, _ in found} == {f"p{n:02}" for n in range(25) if n != 5}
    assert interests.interested(T, word_key("x"), 10, None) == ([("p", "about")], None)
    # What was taken away comes back when it is shown again.
    interests.put(T, [Interest(key, "p05", "viewed", later)])
    assert ("p05", "viewed") in [*interests.interested(T, key, 100, None)[0]]


def test_a_row_that_was_just_written_costs_nothing(emulator: Emulator) -> None:
    store = DynamoInterests(emulator.table("config"), ManualClock(NOW))
    later = int((NOW + timedelta(days=9)).timestamp())
    rows = [Interest("w#x", f"p{n}", "about", later) for n in range(5)]
    store.put(T, rows)
    emulator.calls.clear()
    store.put(T, [row._replace(until=later + 60) for row in rows])
    assert emulator.calls == []
    store.put(T, [row._replace(until=later + 90_000) for row in rows])
    assert emulator.calls == ["BatchWriteItem"]


def test_pages_are_kept_for_a_minute_and_asked_only_where_there_is_a_catalog(emulator: Emulator) -> None:
    table = emulator.table("config")
    now = [0.0]
    kept = KeptPages(table, monotonic=lambda: now[0])
    assert not kept.has_catalogs(T)
    pk, sk = document_key(T, "CAT", "products")
    table.put({"pk": pk, "sk": sk, "rev": 1})
    assert not kept.has_catalogs(T)
    now[0] = 61
    assert kept.has_catalogs(T)
    DynamoItems(table).show(T, {"k": PageItem("products", "a")})
    assert kept.pages(T, ["k", "none"]) == {"k": PageItem("products", "a")}
    emulator.calls.clear()
    assert kept.pages(T, ["k", "none"]) == {"k": PageItem("products", "a")}
    assert emulator.calls == []
    DynamoItems(table).show(T, {"k": None})
    now[0] = 122
    assert kept.pages(T, ["k"]) == {}
