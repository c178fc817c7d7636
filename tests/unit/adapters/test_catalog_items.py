"""Items of catalogs and interests as they lie in the table."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from stepwell.adapters.items.catalog import interest_key, read_interest, read_item, write_item
from stepwell.adapters.items.personal import needles, of_config
from stepwell.catalog.interests import ABOUT, RANKS, Interest
from stepwell.catalog.items import Change, ItemRecord
from stepwell.publishing.erasing_ports import Erasure

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
_VALUES = st.one_of(
    st.text(max_size=30), st.integers(-(10**9), 10**9), st.booleans(), st.lists(st.text(max_size=5))
)
_FIELDS = st.dictionaries(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), _VALUES, max_size=5)


@given(_FIELDS, st.integers(1, 10**15), st.booleans(), st.booleans(), st.integers(0, 3))
def test_an_item_comes_back_as_it_was(
    fields: dict[str, Any], rev: int, public: bool, gone: bool, changes: int
) -> None:
    change = Change("price_dropped", rev, NOW, {"old_price": 2}, fields)
    record = ItemRecord("products", "a", fields, rev, 4, NOW, public, (change,) * changes, (), gone)
    assert read_item("products", write_item("acme", record)) == record.evolve(writes=5)


def test_a_contacts_rows_stand_together_strongest_first() -> None:
    rows = [Interest("i#products#a", "p" * 16, why, 1) for why in (*RANKS, ABOUT)]
    keys = [interest_key("acme", row) for row in rows]
    assert keys == sorted(keys)
    assert [read_interest({"sk": sk}) for _, sk in keys] == [("p" * 16, why) for why in (*RANKS, ABOUT)]


def test_interests_of_who_is_erased_are_found_and_nobody_elses() -> None:
    erased, other = "a" * 16, "b" * 16
    erasure = Erasure(
        id="e", job="j", at=NOW, people=(erased,), identities=(), values=("ann@x.example",),
        emails=("ann@x.example",), phones=(), due=0,
    )  # fmt: skip
    for profile, verdict in ((erased, "delete"), (other, "keep")):
        pk, sk = interest_key("acme", Interest("i#products#a", profile, "viewed", 1))
        assert of_config("acme", {"pk": pk, "sk": sk, "ttl": 1}, erasure, needles([erased])) == verdict
