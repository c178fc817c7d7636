"""What is news of an item: once each, whatever is sent twice, late or out of order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.catalog.changing import MAX_OPEN, news, publish, remove, told, write
from stepwell.catalog.items import ItemRecord
from stepwell.catalog.model import read_catalog
from stepwell.errors import Throttled

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHOP = read_catalog({"id": "products", "kind": "product", "currency": "EUR", "low_stock": 3})
BLOG = read_catalog({"id": "blog", "kind": "content"})


def names(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [name for name, _ in news(SHOP, before, after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"price": 10}, {"price": 8}, ["price_dropped"]),
        ({"price": 10}, {"price": 10.5}, ["price_raised"]),
        ({"price": 10}, {"price": 10.0}, []),
        ({}, {"price": 8}, []),
        ({"price": 10}, {}, []),
        ({"price": 10, "currency": "EUR"}, {"price": 8, "currency": "USD"}, []),
        ({"price": 10}, {"price": 8, "currency": "EUR"}, ["price_dropped"]),
        ({"stock": 0}, {"stock": 9}, ["back_in_stock"]),
        ({"stock": 0}, {"stock": 1}, ["back_in_stock"]),
        ({"stock": 9}, {"stock": 0}, ["out_of_stock"]),
        ({"stock": 9}, {"stock": -2}, ["out_of_stock"]),
        ({"stock": 4}, {"stock": 3}, ["low_stock"]),
        ({"stock": 3}, {"stock": 2}, []),
        ({"stock": 2}, {"stock": 9}, []),
        ({}, {"stock": 2}, []),
        ({"stock": False}, {"stock": True}, ["back_in_stock"]),
        ({"stock": True}, {"stock": False}, ["out_of_stock"]),
        ({"price": 10, "stock": 0}, {"price": 5, "stock": 5}, ["price_dropped", "back_in_stock"]),
    ],
)
def test_what_is_news(before: dict[str, Any], after: dict[str, Any], expected: list[str]) -> None:
    assert names(before, after) == expected


def test_a_change_of_price_says_by_how_much() -> None:
    ((_, more),) = news(SHOP, {"price": 80}, {"price": 59.99})
    assert more == {"old_price": 80, "change": -20.01, "change_percent": -25.01}
    ((_, free),) = news(SHOP, {"price": 0}, {"price": 5})
    assert free == {"old_price": 0, "change": 5}


def put(stored: ItemRecord | None, fields: dict[str, Any], rev: int | None = None, **more: Any) -> Any:
    decision = write(
        more.pop("catalog", SHOP), stored, "a", fields, rev=rev, now=more.pop("now", NOW), **more
    )
    record = decision.record
    return decision.outcome, stored if record is None else record.evolve(writes=record.writes + 1)


def test_the_same_again_changes_nothing_and_an_older_one_is_late() -> None:
    outcome, first = put(None, {"price": 10}, 5)
    assert (outcome, first.open, first.public) == ("created", (), True)
    assert put(first, {"price": 10}, 5) == ("unchanged", first)
    assert put(first, {"price": 10}) == ("unchanged", first)
    assert put(first, {"price": 1}, 4) == ("stale", first)
    assert put(first, {"price": 1}, 5) == ("stale", first)
    outcome, second = put(first, {"price": 8}, 6)
    assert (outcome, [(c.name, c.rev) for c in second.open]) == ("updated", [("price_dropped", 6)])
    # Nothing new but the revision: what is older than that is late all the same.
    outcome, third = put(second, {"price": 8}, 9)
    assert (outcome, third.open, third.rev) == ("unchanged", second.open, 9)
    assert put(third, {"price": 1}, 8) == ("stale", third)


def test_without_revisions_what_comes_is_newer() -> None:
    _, first = put(None, {"price": 10})
    _, second = put(first, {"price": 9})
    assert second.rev > first.rev
    _, later = put(second, {"price": 8}, now=NOW - timedelta(days=1))
    assert later.rev > second.rev


_PRICES = st.lists(st.integers(1, 5), min_size=1, max_size=8)


@given(_PRICES, st.randoms(use_true_random=False))
def test_any_order_and_repetition_ends_at_the_newest_and_tells_each_revision_once(
    prices: list[int], random: Any
) -> None:
    writes = [(rev, price) for rev, price in enumerate(prices, 1)]
    sent = [*writes, *random.sample(writes, random.randint(0, len(writes)))]
    random.shuffle(sent)
    stored: ItemRecord | None = None
    seen: list[tuple[int, str]] = []
    for rev, price in sent:
        _, stored = put(stored, {"price": price}, rev)
        assert stored is not None
        seen += [(change.rev, change.name) for change in stored.open]
        stored = stored.evolve(open=())
    assert stored is not None
    assert stored.fields == {"price": prices[-1]}
    assert len({rev for rev, _ in seen}) == len(seen)


@given(_PRICES)
def test_in_order_each_move_of_the_price_is_told(prices: list[int]) -> None:
    stored: ItemRecord | None = None
    count = 0
    for price in prices:
        _, stored = put(stored, {"price": price})
        assert stored is not None
        count += len(stored.open)
        stored = stored.evolve(open=())
    assert count == sum(a != b for a, b in pairwise(prices))


def test_content_is_new_once_even_if_it_is_deleted_and_comes_back() -> None:
    outcome, first = put(None, {"title": "A"}, catalog=BLOG)
    assert (outcome, [c.name for c in first.open]) == ("created", ["new_content"])
    _, second = put(first.evolve(open=()), {"title": "B"}, catalog=BLOG)
    assert second.open == ()
    gone = remove(second, None, NOW).record
    assert gone is not None
    assert gone.gone
    assert remove(gone, None, NOW).record is None
    outcome, back = put(gone, {"title": "B"}, catalog=BLOG)
    assert (outcome, back.open, back.gone) == ("created", (), False)


def test_a_deletion_that_comes_late_deletes_nothing_and_a_late_write_does_not_bring_back() -> None:
    _, first = put(None, {"price": 10}, 5)
    assert remove(first, 4, NOW).outcome == "stale"
    gone = remove(first, 6, NOW).record
    assert gone is not None
    assert put(gone, {"price": 10}, 5)[0] == "stale"
    assert put(gone, {"price": 10}, 7)[0] == "created"


def test_content_of_tomorrow_is_new_tomorrow() -> None:
    at = "2026-11-24T12:00:00.000Z"
    _, first = put(None, {"title": "A", "published_at": at}, catalog=BLOG)
    assert (first.public, first.open) == (False, ())
    assert publish(BLOG, first, NOW) is None
    due = publish(BLOG, first, NOW + timedelta(days=1))
    assert due is not None
    assert [c.name for c in due.open] == ["new_content"]
    assert publish(BLOG, due, NOW + timedelta(days=2)) is None
    # Written again after its time, before anybody looked: told by that write, and not a second time.
    _, late = put(first, {"title": "B", "published_at": at}, catalog=BLOG, now=NOW + timedelta(days=2))
    assert [c.name for c in late.open] == ["new_content"]
    assert publish(BLOG, late, NOW + timedelta(days=3)) is None


def test_a_quiet_write_tells_nobody_ever() -> None:
    _, first = put(None, {"title": "A"}, catalog=BLOG, quiet=True)
    assert (first.public, first.open) == (True, ())
    assert put(first, {"title": "B"}, catalog=BLOG)[1].open == ()


def test_what_was_told_is_noted_and_what_came_meanwhile_stays_open() -> None:
    _, stored = put(None, {"price": 10}, 1)
    for rev, price in ((2, 9), (3, 8)):
        _, stored = put(stored, {"price": price}, rev)
    done = told(stored, {2: {"price_dropped": 7}}, "2026-11-23T12:00:00.000Z")
    assert [change.rev for change in done.open] == [3]
    assert done.told == (
        {"name": "price_dropped", "rev": 2, "at": "2026-11-23T12:00:00.000Z", "contacts": 7},
    )


def test_who_changes_faster_than_can_be_told_is_asked_to_wait() -> None:
    _, stored = put(None, {"price": 100}, 1)
    for step in range(MAX_OPEN):
        _, stored = put(stored, {"price": 99 - step}, 2 + step)
    with pytest.raises(Throttled):
        put(stored, {"price": 1}, 50)
