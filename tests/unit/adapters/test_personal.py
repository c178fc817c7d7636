"""The rules of an erasure's sweep, item by item."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.adapters.items.config import read_body, write_body
from stepwell.adapters.items.personal import (
    cohort_without,
    needles,
    of_config,
    of_profiles,
    redacted,
    text_of,
    without_ids,
)
from stepwell.adapters.items.wire import Plain
from stepwell.publishing.erasing_ports import Erasure

ME, OLD, PHONE_ID, OTHER = ("abcdefghijklmnop", "bbcdefghijklmnop", "cbcdefghijklmnop", "dbcdefghijklmnop")
ERASURE = Erasure(
    "e1",
    "erase-e1",
    datetime(2026, 1, 5, tzinfo=UTC),
    people=(ME, OLD),
    identities=(PHONE_ID,),
    values=("ann@example.com", "u7"),
    emails=("ann@example.com",),
)
FOUND = needles((*ERASURE.values, *ERASURE.ids))
addresses = st.emails().filter(lambda one: one.isascii())


@given(addresses, st.text(), st.text())
def test_no_address_is_left_in_an_audit_entry(address: str, before: str, after: str) -> None:
    body = {
        "actor": "eve",
        "action": "x",
        "target": f"contact/{ME}",
        "details": {"told": [f"{before} {address.upper()} {after}", {address: 1}]},
    }
    found = needles((address, ME))
    left = redacted({"pk": "t#AUDIT", "sk": "1", "body": write_body(body)}, found)
    told = json.dumps(read_body(left["body"]), ensure_ascii=False).lower()
    assert ME not in told
    assert not any(address.lower() == word.lower() for word in told.replace('"', " ").split())
    assert not found.search(text_of(left))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ann@example.com", True),
        ("mail <Ann@Example.com>, please", True),
        ("joann@example.com", False),
        ("ann@example.com.au", True),
        ("u7", False),
    ],
)
def test_a_name_is_found_as_a_word(text: str, names: bool) -> None:
    # Rather one word too many than one left: an address that goes on after a dot is taken for his.
    assert bool(FOUND.search(text)) is names


@pytest.mark.parametrize(
    ("item", "verdict", "returned"),
    [
        ({"pk": f"t#P#{PHONE_ID}", "sk": "p", "to": ME}, "delete", "keep"),
        ({"pk": f"t#P#{OTHER}", "sk": "p", "to": OLD}, "delete", "keep"),
        ({"pk": f"t#P#{OTHER}", "sk": "p", "b": "{}"}, "keep", "keep"),
        ({"pk": f"t#P#{PHONE_ID}", "sk": "p", "to": OTHER}, "keep", "keep"),
        ({"pk": f"t#P#{OLD}", "sk": "m"}, "delete", "delete"),
        ({"pk": "t#SEG#vip#3", "sk": ME}, "delete", "keep"),
        ({"pk": "t#SEG#vip#3", "sk": OTHER}, "keep", "keep"),
        ({"pk": "t#MERGES#1", "sk": f"0000000000001#{OLD}", "w": ME}, "delete", "delete"),
        ({"pk": "t#MERGES#1", "sk": f"0000000000001#{OTHER}", "w": ME}, "delete", "delete"),
        ({"pk": "t#REVIEW#MERGE", "sk": f"{ME}.{OTHER}"}, "delete", "delete"),
        ({"pk": "t#REVIEWED#MERGE", "sk": f"{OTHER}.{OTHER}"}, "keep", "keep"),
        ({"pk": "t#S#email#hash", "sk": "s"}, "keep", "keep"),
    ],
)
def test_items_of_profiles(item: Plain, verdict: str, returned: str) -> None:
    assert of_profiles("t", item, ERASURE, returned=False) == verdict
    assert of_profiles("t", item, ERASURE, returned=True) == returned


@pytest.mark.parametrize(
    ("pk", "sk", "body", "verdict"),
    [
        ("t#SAID#clearbit", ME, {}, "delete"),
        ("t#SAID#clearbit", OTHER, {}, "keep"),
        ("t#C", f"VERIFY#{ME}", {}, "delete"),
        ("t#C", "WORKSPACE", {"people": ["ann@example.com"]}, "mentioned"),
        ("t#C", "WF#hello", {"name": "Hello"}, "keep"),
        ("t#TAIL", "1", {"email": "ann@example.com"}, "delete"),
        ("t#AUDIT", "1", {"target": f"contact/{OLD}", "filler": "x" * 900}, "redact"),
        ("t#ERASING", "e1", {"emails": ["ann@example.com"]}, "keep"),
    ],
)
def test_items_of_config(pk: str, sk: str, body: dict[str, object], verdict: str) -> None:
    assert of_config("t", {"pk": pk, "sk": sk, "body": write_body(body)}, ERASURE, FOUND) == verdict


def test_places_in_a_cohort_stay() -> None:
    cohort = f"{OTHER}.0.1:1 {ME}.0.1:2 {OLD}.h.3/p.1:4"
    left = cohort_without(cohort, ERASURE.people)
    assert left == f"{OTHER}.0.1:1 erased1.0.1:2 erased2.h.3/p.1:4"
    item = {"pk": "t#R#r1", "sk": "t#mail##0", "o": f'{{"sent":"0!{ME}.0.1"}}', "n": 2}
    assert without_ids(item, ERASURE.people) == {"o": '{"sent":"0!erased.0.1"}'}


@pytest.mark.parametrize("key", ["MENTION#abc/-", "MENTIONS/0001#abc", "SPOKETO#twitter#42/t1"])
def test_what_somebody_wrote_on_networks_goes_with_them(key: str) -> None:
    pk, _, sk = key.partition("/")
    item: Plain = {"pk": f"acme#{pk}", "sk": sk, "b": write_body({"text": "Hi"})}
    erasure = Erasure(
        "e", "j", datetime(2026, 3, 2, tzinfo=UTC), ("aaaaaaaaaaaaaaaa",), ("bbbbbbbbbbbbbbbb",)
    )
    for who, verdict in (("bbbbbbbbbbbbbbbb", "delete"), ("cccccccccccccccc", "keep")):
        assert of_config("acme", {**item, "w": who}, erasure, needles([])) == verdict
