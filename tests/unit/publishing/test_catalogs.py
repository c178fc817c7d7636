"""Items written and told, on fakes: once each, whoever dies in between."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from stepwell.catalog.addresses import page_key
from stepwell.catalog.interests import Interest, item_key, word_key
from stepwell.catalog.model import read_catalog
from stepwell.catalog.ports import PageItem
from stepwell.contracts.names import CATALOG_WORKFLOW
from stepwell.contracts.profiles import Profile
from stepwell.errors import NotFound
from stepwell.publishing import catalog_telling
from stepwell.publishing.catalog_items import delete_item, put_items
from stepwell.publishing.catalog_looking import find_items, read_item
from stepwell.publishing.catalog_ports import CatalogPorts
from stepwell.publishing.catalog_telling import carry_on
from stepwell.publishing.records import Move
from stepwell.runtime.ports import DueRow
from stepwell.runtime.sweeping import sweep

from tests.fakes.catalogs import MemoryInterests, MemoryItems
from tests.fakes.publishing import TENANT
from tests.fakes.segments import MemoryRules
from tests.unit.publishing.stage import Stage

SHOP = {"id": "products", "kind": "product", "currency": "EUR", "low_stock": 3}
SHOE = {"id": "shoe", "title": "Shoe", "price": 100, "stock": 10, "tags": ["red"]}


class MemoryDocuments:
    """Documents of one workspace."""

    def __init__(self) -> None:
        self.catalogs: dict[str, Any] = {}

    def document(self, tenant: str, kind: str, id_: str) -> Any:
        if id_ not in self.catalogs:
            raise NotFound("none")
        return self.catalogs[id_]


class Shop(Stage):
    """A stage with catalogs."""

    def __init__(self, **more: Any) -> None:
        super().__init__()
        self.items, self.interests = MemoryItems(), MemoryInterests(self.world.clock)
        self.documents = MemoryDocuments()
        self.catalogs = CatalogPorts(
            documents=self.documents,  # type: ignore[arg-type]
            rules=MemoryRules(),
            items=self.items,
            interests=self.interests,
            parking=self.world.parking,
            publishing=self.ports,
        )
        self.catalog = read_catalog({**SHOP, **more})
        from stepwell.contracts.workspace import Document

        body = self.catalog.document()
        self.documents.catalogs[self.catalog.id] = Document(
            "CAT", self.catalog.id, 1, body, self.world.clock.now()
        )

    def put(self, *documents: dict[str, Any], **more: Any) -> Any:
        return put_items(self.catalogs, TENANT, self.catalog, documents, **more)

    def want(self, key: str, *profiles: str, why: str = "viewed") -> None:
        until = int((self.world.clock.now() + timedelta(days=30)).timestamp())
        self.interests.put(TENANT, [Interest(key, profile, why, until) for profile in profiles])

    def people(self, count: int, **traits: Any) -> list[str]:
        ids = [
            f"{'abcdefgh'[n % 8]}{n:015}".replace("0", "q")
            .replace("1", "r")
            .replace("8", "s")
            .replace("9", "t")
            for n in range(count)
        ]
        self.world.profiles.put(TENANT, [Profile(one, **traits) for one in ids])
        return ids

    def tell(self, most: int = 100) -> int:
        """Carry out all queued commands; return how many there were."""
        for done in range(most):
            if not self.moves.queue:
                return done
            move, _ = self.moves.queue.pop(0)
            assert Move.parse(move.document()) == move
            carry_on(self.catalogs, self.world.sink, self.world.profiles, move)
        raise AssertionError("it never ends")

    @property
    def told(self) -> list[dict[str, Any]]:
        return [dict(event) for _, event in self.world.sink.emitted]

    def ids(self) -> set[str]:
        return {str(event["message_id"]) for event in self.told}


def test_a_price_that_drops_is_told_to_those_interested_once() -> None:
    shop = Shop()
    ann, bob, eve = shop.people(3)
    shop.want(item_key("products", "shoe"), ann, bob)
    shop.want(item_key("products", "shoe"), ann, why="subscribed")
    shop.want(item_key("products", "other"), eve)
    assert shop.put(SHOE).news == []
    assert (shop.tell(), shop.told) == (0, [])
    done = shop.put({**SHOE, "price": 75})
    assert (done.outcomes, done.news) == ({"shoe": "updated"}, [{"id": "shoe", "name": "price_dropped"}])
    shop.tell()
    first, second = sorted(shop.told, key=lambda event: str(event["profile"]))
    assert (first["kind"], first["name"], first["source"]) == ("engagement", "price_dropped", "stepwell")
    assert first["properties"] == {
        "catalog": "products", "item_id": "shoe", "title": "Shoe", "price": 75, "currency": "EUR",
        "stock": 10, "tags": ["red"], "old_price": 100, "change": -25, "change_percent": -25.0,
        "interest": "subscribed",
    }  # fmt: skip
    assert (second["profile"], second["properties"]["interest"]) == (bob, "viewed")
    kept = read_item(shop.catalogs, TENANT, shop.catalog, "shoe")
    assert (kept.open, kept.told[0]["contacts"]) == ((), 2)
    # The same once more changes nothing and tells nobody.
    assert shop.put({**SHOE, "price": 75}).outcomes == {"shoe": "unchanged"}
    assert (shop.tell(), len(shop.told)) == (0, 2)


def test_a_command_that_is_delivered_twice_makes_the_same_events(monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop()
    shop.want(item_key("products", "shoe"), *shop.people(3))
    shop.put(SHOE)
    shop.put({**SHOE, "stock": 0})
    move, _ = shop.moves.queue.pop(0)
    items = dict(shop.items.items)
    for _ in range(2):
        shop.items.items = dict(items)
        carry_on(shop.catalogs, shop.world.sink, shop.world.profiles, move)
    assert len(shop.told) == 6
    assert len(shop.ids()) == 3
    # Once it is told, another delivery finds nothing to tell.
    carry_on(shop.catalogs, shop.world.sink, shop.world.profiles, move)
    assert len(shop.told) == 6


def test_many_are_told_page_by_page_wherever_it_dies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog_telling, "PAGE", 7)
    monkeypatch.setattr(catalog_telling, "ROWS", 14)
    shop = Shop()
    people = shop.people(60)
    shop.want(item_key("products", "shoe"), *people)
    shop.want(item_key("products", "shoe"), *people[:10], why="carted")
    shop.put(SHOE)
    shop.put({**SHOE, "price": 90, "stock": 2})
    messages = 0
    while shop.moves.queue:
        move, _ = shop.moves.queue.pop(0)
        before = list(shop.moves.queue)
        carry_on(shop.catalogs, shop.world.sink, shop.world.profiles, move)
        messages += 1
        if messages in (2, 5, 8):
            # It died after its work and before the message was taken off the queue: all of it comes again.
            shop.moves.queue[:] = before
            carry_on(shop.catalogs, shop.world.sink, shop.world.profiles, move)
    assert messages > 5
    by_name = {(event["name"], event["profile"]) for event in shop.told}
    assert by_name == {(name, person) for name in ("price_dropped", "low_stock") for person in people}
    assert len(shop.ids()) == 120


def test_news_that_were_not_told_within_the_hour_are_found_by_their_due_row() -> None:
    shop = Shop()
    (ann,) = shop.people(1)
    shop.want(item_key("products", "shoe"), ann)
    shop.put(SHOE)
    shop.put({**SHOE, "price": 50})
    shop.moves.queue.clear()  # the process died before it asked for the telling
    looked: list[str] = []

    class Publications:
        def due(self, tenant: str, items: Any) -> None:
            looked.extend(items)
            pairs = tuple((item.partition("/")[2], 0) for item in items)
            shop.moves.send(Move("catalog", tenant, "catalog/products", items=pairs))

    ports = shop.world.ports(publications=Publications())
    sweep(TENANT, ports)
    assert looked == []
    shop.world.clock.advance(timedelta(minutes=62))
    sweep(TENANT, ports)
    assert looked == ["products/shoe"]
    shop.tell()
    assert [event["name"] for event in shop.told] == ["price_dropped"]
    looked.clear()
    sweep(TENANT, ports)
    assert looked == []


def test_who_repeats_a_call_that_failed_has_it_told() -> None:
    shop = Shop()
    shop.want(item_key("products", "shoe"), *shop.people(1))
    shop.put(SHOE)
    shop.put({**SHOE, "price": 50})
    shop.moves.queue.clear()
    assert shop.put({**SHOE, "price": 50}).outcomes == {"shoe": "unchanged"}
    shop.tell()
    assert len(shop.told) == 1


def test_content_is_told_to_those_interested_in_its_words_or_to_a_segment() -> None:
    shop = Shop(id="blog", kind="content")
    ann, bob, eve, joe = shop.people(4)
    shop.want(word_key("ai"), ann, bob, why="about")
    shop.want(word_key("sales"), bob, eve, why="about")
    shop.put({"id": "post", "title": "P", "tags": ["AI"], "category": "Sales"})
    shop.tell()
    assert Counter(event["profile"] for event in shop.told) == {ann: 1, bob: 1, eve: 1}
    shop = Shop(id="blog", kind="content", announce_to="readers")
    ann, bob, eve, joe = shop.people(4)
    shop.members.move(TENANT, [("readers", joe, True, 1), ("readers", "gone" * 4, True, 1)])
    shop.want(word_key("ai"), ann, why="about")
    shop.put({"id": "post", "title": "P", "tags": ["ai"]})
    shop.tell()
    assert [(event["profile"], event["properties"]["interest"]) for event in shop.told] == [(joe, "segment")]


def test_content_of_later_is_told_when_its_time_comes() -> None:
    shop = Shop(id="blog", kind="content")
    shop.want(word_key("ai"), *shop.people(1), why="about")
    at = shop.world.clock.now() + timedelta(hours=5)
    shop.put({"id": "post", "title": "P", "tags": ["ai"], "published_at": at.isoformat()})
    assert shop.tell() == 0
    look = Move("catalog", TENANT, "catalog/blog", items=(("post", 0),))
    shop.moves.send(look)
    shop.tell()
    assert shop.told == []
    buckets = shop.world.parking.due_buckets(TENANT, at + timedelta(minutes=1))
    rows = [
        row
        for bucket, shards in buckets
        for s in shards
        for row in shop.world.parking.due_rows(TENANT, bucket, s, 9)
    ]
    assert rows == [DueRow(CATALOG_WORKFLOW, "blog/post", 0, at)]
    shop.world.clock.advance(timedelta(hours=5))
    for _ in range(2):
        shop.moves.send(look)
        shop.tell()
    assert [event["name"] for event in shop.told] == ["new_content"]


def test_audience_and_cap_bound_who_is_told() -> None:
    shop = Shop(audience="vips")
    people = shop.people(6)
    vip = Profile(people[2], segments={"vips": 1}, rev=1)
    shop.world.profiles.put(TENANT, [vip])
    shop.want(item_key("products", "shoe"), *people)
    shop.put(SHOE)
    shop.put({**SHOE, "price": 50})
    shop.tell()
    assert [event["profile"] for event in shop.told] == [people[2]]
    shop = Shop(most=4)
    shop.want(item_key("products", "shoe"), *shop.people(6))
    shop.put(SHOE)
    shop.put({**SHOE, "price": 50, "stock": 0})
    shop.tell()
    assert Counter(event["name"] for event in shop.told) == {"price_dropped": 4, "out_of_stock": 4}


def test_who_was_merged_is_told_once_as_who_he_is() -> None:
    shop = Shop()
    (ann,) = shop.people(1)
    shop.world.profiles.link(TENANT, {"anon" * 4: ann})
    shop.want(item_key("products", "shoe"), ann, "anon" * 4, "nobody22" * 2)
    shop.put(SHOE)
    shop.put({**SHOE, "price": 50})
    shop.tell()
    assert [event["profile"] for event in shop.told] == [ann]


def test_one_bad_item_costs_no_other_and_an_id_twice_is_written_in_order() -> None:
    shop = Shop()
    done = shop.put(
        {"id": "a", "price": 1},
        {"id": "", "price": 1},
        {"id": "a", "price": 2},
        {"id": "b", "_revision": "x"},
    )
    assert done.outcomes == {"a": "updated"}
    assert [(one["index"], one["violations"][0]["code"]) for one in done.rejected] == [
        (1, "invalid_id"),
        (3, "invalid_revision"),
    ]
    assert read_item(shop.catalogs, TENANT, shop.catalog, "a").fields == {"price": 2}
    late = {"id": "c", "price": 1, "_updated_at": "2026-01-02T00:00:00Z"}
    assert shop.put(late).outcomes == {"c": "created"}
    assert shop.put({**late, "price": 2, "_updated_at": "2026-01-01T00:00:00Z"}).outcomes == {"c": "stale"}


def test_two_who_write_at_once_both_get_through() -> None:
    shop = Shop()
    shop.put({**SHOE, "_revision": 1})
    save, raced = shop.items.save, []

    def racing(tenant: str, records: Any) -> set[str]:
        if not raced:
            raced.append(1)
            shop.items.save = save  # type: ignore[method-assign]
            shop.put({**SHOE, "price": 80, "_revision": 3})
        return save(tenant, records)

    shop.items.save = racing  # type: ignore[method-assign]
    assert shop.put({**SHOE, "price": 90, "_revision": 2}).outcomes == {"shoe": "stale"}
    assert read_item(shop.catalogs, TENANT, shop.catalog, "shoe").fields["price"] == 80


def test_pages_follow_their_items() -> None:
    shop = Shop()
    old, new = "https://shop.example/a", "https://shop.example/b"
    shop.put({**SHOE, "url": old, "category": "Shoes"})
    assert shop.items.shows == {(TENANT, page_key(old)): PageItem("products", "shoe", ("red",), "Shoes")}
    shop.put({**SHOE, "url": new})
    assert list(shop.items.shows) == [(TENANT, page_key(new))]
    # Another item took the page over: the first one's end does not end it.
    shop.put({"id": "boot", "url": new})
    delete_item(shop.catalogs, TENANT, shop.catalog, "shoe", None)
    assert shop.items.shows[TENANT, page_key(new)].item == "boot"
    with pytest.raises(NotFound):
        read_item(shop.catalogs, TENANT, shop.catalog, "shoe")


def test_items_are_found_by_prefix_title_tag_and_category() -> None:
    shop = Shop()
    shop.put(
        *(
            {"id": f"n{n:03}", "title": f"Shoe {n}", "tags": ["even" if n % 2 == 0 else "odd"]}
            for n in range(450)
        )
    )

    def ids(**more: Any) -> list[str]:
        found, cursor = find_items(shop.catalogs, TENANT, shop.catalog, **more)
        every = list(found)
        while cursor:
            assert len(found) <= more.get("limit", 50)
            found, cursor = find_items(shop.catalogs, TENANT, shop.catalog, **more, cursor=cursor)
            every += found
        return [one.id for one in every]

    assert ids(limit=60) == [f"n{n:03}" for n in range(450)]
    assert ids(tag="EVEN", limit=50) == [f"n{n:03}" for n in range(0, 450, 2)]
    assert ids(prefix="n44") == [f"n{n}" for n in range(440, 450)]
    assert ids(text="shoe 44", limit=7) == ["n044", *(f"n{n}" for n in range(440, 450))]
    assert ids(category="x") == []


def test_a_catalog_that_is_gone_takes_its_items_along_and_tells_nothing() -> None:
    shop = Shop()
    shop.want(item_key("products", "shoe"), *shop.people(1))
    for start in range(0, 5_000, 500):
        shop.put(*({"id": f"i{n}"} for n in range(start, start + 500)))
    shop.put(SHOE)
    shop.put({**SHOE, "price": 1})
    purge = Move("catalog", TENANT, "catalog/products", reason="purge")
    # While the catalog is there nothing is deleted.
    carry_on(shop.catalogs, shop.world.sink, shop.world.profiles, purge)
    assert len(shop.items.items) == 5_001
    shop.documents.catalogs.clear()
    shop.moves.send(purge)
    shop.tell()
    assert (shop.items.items, shop.told) == ({}, [])
