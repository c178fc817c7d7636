"""Catalogs and items: what is accepted, what is refused, and with which code at which place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.catalog.addresses import page_key
from stepwell.catalog.items import read_fields, role, shown, words
from stepwell.catalog.model import OF_PRODUCTS, Catalog, read_catalog
from stepwell.errors import ValidationFailed

SHOP: dict[str, Any] = {
    "id": "products",
    "kind": "product",
    "currency": "EUR",
    "fields": [
        {"name": "name", "required": True},
        {"name": "cost", "type": "number"},
        {"name": "sale", "type": "boolean"},
    ],
    "keys": {"title": "name", "price": "cost"},
}


def shop(**more: Any) -> Catalog:
    return read_catalog({**SHOP, **more})


def faults(catalog: Catalog, item: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(ValidationFailed) as caught:
        read_fields(catalog, item, "items[3]")
    return [(one["code"], one["place"]) for one in caught.value.details["violations"]]


def test_a_catalog_tells_what_its_kind_does_unless_it_says_otherwise() -> None:
    assert shop().told == set(OF_PRODUCTS)
    assert read_catalog({"id": "blog", "kind": "content"}).told == {"new_content"}
    assert shop(tells=["new_content", "price_dropped"]).told == {"new_content", "price_dropped"}
    assert shop().rule() == {"id": "products", "kind": "product", "days": 90}


@pytest.mark.parametrize(
    "more",
    [
        {"id": "Shop"},
        {"kind": "people"},
        {"fields": [{"name": "a"}, {"name": "a"}]},
        {"fields": [{"name": "id"}]},
        {"fields": [{"name": "price", "type": "text"}], "keys": {}},
        {"keys": {"title": "same", "category": "same"}},
        {"currency": "Euro"},
        {"audience": "No segment"},
        {"tells": ["everything"]},
        {"interest_days": 0},
        {"surprise": 1},
    ],
)
def test_what_no_catalog_is(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationFailed) as caught:
        shop(**more)
    assert {one["code"] for one in caught.value.details["violations"]} == {"invalid_catalog"}


def test_an_item_is_read_by_the_types_of_its_fields() -> None:
    item = {
        "id": 42,
        "name": "Shoe",
        "cost": 10,
        "sale": True,
        "tags": ["new", "new", "red"],
        "published_at": "2026-01-02T03:04:05+01:00",
        "url": "https://shop.example/shoe",
        "category": None,
    }
    id_, fields = read_fields(shop(), item)
    assert id_ == "42"
    assert fields == {
        "name": "Shoe",
        "cost": 10,
        "sale": True,
        "tags": ["new", "red"],
        "published_at": "2026-01-02T02:04:05.000Z",
        "url": "https://shop.example/shoe",
    }
    assert (role(shop(), fields, "price"), role(shop(), fields, "currency")) == (10, "EUR")
    told = shown(shop(), id_, fields)
    assert (told["catalog"], told["item_id"], told["title"], told["price"]) == ("products", "42", "Shoe", 10)
    assert words({"tags": ["Red ", "red"], "category": "Shoes"}) == ["red", "shoes"]


def test_all_faults_of_an_item_come_at_once_with_their_places() -> None:
    item = {
        "id": "a b",
        "cost": -1,
        "sale": 1,
        "tags": "red",
        "url": "javascript:alert(1)",
        "published_at": "soon",
        "currency": "eur",
        "stock": float("nan"),
        "colour": "red",
    }
    assert sorted(faults(shop(), item)) == [
        ("invalid_id", "items[3].id"),
        ("invalid_value", "items[3].cost"),
        ("invalid_value", "items[3].currency"),
        ("invalid_value", "items[3].published_at"),
        ("invalid_value", "items[3].sale"),
        ("invalid_value", "items[3].stock"),
        ("invalid_value", "items[3].tags"),
        ("invalid_value", "items[3].url"),
        ("missing_field", "items[3].name"),
        ("unknown_field", "items[3].colour"),
    ]


def test_other_fields_are_kept_where_they_are_accepted_and_size_is_bounded() -> None:
    free = shop(unknown="accept")
    assert read_fields(free, {"id": "a", "name": "x", "more": {"a": [1]}})[1]["more"] == {"a": [1]}
    assert faults(free, {"id": "a", "name": "x", "more": "y" * 17_000}) == [("item_too_big", "items[3].")]
    assert faults(shop(), {"id": "a", "name": "x" * 4_001})[0] == ("invalid_value", "items[3].name")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=10,
)
_NAMES = st.sampled_from(
    ["id", "name", "cost", "sale", "tags", "url", "stock", "published_at", "currency", "x"]
)


@given(st.dictionaries(_NAMES, _JSON, max_size=8), st.sampled_from(["accept", "reject"]))
def test_whatever_comes_is_an_item_or_refused_with_reasons(item: dict[str, Any], unknown: str) -> None:
    catalog = shop(unknown=unknown)
    try:
        id_, fields = read_fields(catalog, item)
    except ValidationFailed as error:
        assert error.details["violations"]
        return
    assert read_fields(catalog, {**fields, "id": id_}) == (id_, fields)
    shown(catalog, id_, fields)


def test_pages_are_the_same_whatever_campaigns_add() -> None:
    key = page_key("https://www.Shop.example/shoes/42/?utm_source=x#top")
    assert key == page_key("http://shop.example/shoes/42")
    assert key != page_key("https://shop.example/shoes/43")
    assert page_key("https://shop.example") == page_key("https://shop.example/")
    for no in (None, 3, "", "/shoes", "ftp://shop.example/a", "https://", "https://[::1", "x" * 3_000):
        assert page_key(no) == ""
