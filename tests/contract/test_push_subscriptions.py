"""Subscriptions of browsers: the fake and the adapter behave alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from stepwell.adapters.push_subscriptions import DynamoSubscriptions
from stepwell.channels.push.ports import MAX_SUBSCRIPTIONS, Kept, SubscriptionBook
from stepwell.channels.push.subscriptions import PUSH_SERVICES, subscription_id
from stepwell.contracts.messages import Subscription

from tests.contract.conftest import Emulator
from tests.fakes.push import MemorySubscriptions
from tests.fakes.world import START

T = "acme"
SETTINGS = {"providers": [{"kind": "web_push", "options": {"hosts": ["push.example.com"]}}, {"kind": "fcm"}]}


def document(tenant: str, kind: str, id_: str) -> Mapping[str, Any] | None:
    return SETTINGS if (tenant, kind, id_) == (T, "CHAN", "push") else None


@pytest.fixture(params=["fake", "adapter"])
def book(request: pytest.FixtureRequest, emulator: Emulator) -> SubscriptionBook:
    if request.param == "adapter":
        return DynamoSubscriptions(emulator.table("profiles"), document)
    fake = MemorySubscriptions()
    fake.own_hosts[T] = ("push.example.com",)
    return fake


def kept(n: int, profile: str = "p1", after_s: int = 0) -> Kept:
    endpoint = f"https://fcm.googleapis.com/fcm/send/{n}"
    at = START + timedelta(seconds=after_s)
    subscription = Subscription(
        subscription_id(endpoint), "web_push", endpoint, "point", "secret", ("sales", "a,b")
    )
    return Kept(subscription, profile, at, at, "Firefox")


def test_what_is_kept_comes_back(book: SubscriptionBook) -> None:
    one = kept(1)
    assert book.keep(T, one)
    assert book.of(T, ["p1"]) == [one]
    assert book.live(T, {"p1": ["p1"], "p2": ["p2"]}) == {"p1": (one.subscription,)}
    assert book.live("other", {"p1": ["p1"]}) == {}
    fcm = Kept(Subscription("f1", "fcm", "token"), "p1", one.since, one.since)
    assert book.keep(T, fcm)
    assert fcm in book.of(T, ["p1"])


def test_keeping_again_notes_when_it_was_told_last(book: SubscriptionBook) -> None:
    book.keep(T, kept(1))
    later = kept(1, after_s=60)
    assert not book.keep(T, later)
    assert not book.keep(T, kept(1, after_s=30))
    assert book.of(T, ["p1"]) == [replace(later, since=START, seen=later.seen)]


def test_a_browser_belongs_to_who_used_it_last(book: SubscriptionBook) -> None:
    book.keep(T, kept(1))
    assert book.keep(T, kept(1, "p2", 5))
    assert book.of(T, ["p1"]) == []
    assert [one.profile for one in book.of(T, ["p2"])] == ["p2"]
    # What the former owner's browser says does not take it from the new one.
    book.drop(T, ["p1"], [kept(1).subscription.id])
    assert len(book.of(T, ["p2"])) == 1
    assert book.keep(T, kept(1, "p1", 9))
    assert book.of(T, ["p2"]) == []


def test_a_merged_contact_has_the_browsers_of_all_its_identities(book: SubscriptionBook) -> None:
    book.keep(T, kept(1, "p1", 1))
    book.keep(T, kept(2, "p2", 2))
    ids = ["p1", "p2"]
    assert book.live(T, {"p1": ids}) == {"p1": (kept(2).subscription, kept(1).subscription)}
    book.drop(T, ids, [kept(2).subscription.id, "unknown"])
    assert book.live(T, {"p1": ids}) == {"p1": (kept(1).subscription,)}
    book.drop(T, ids, [])
    # Taken apart again, each has what it had.
    assert len(book.of(T, ["p1"])) == 1


def test_of_too_many_the_oldest_go(book: SubscriptionBook) -> None:
    for n in range(MAX_SUBSCRIPTIONS + 3):
        book.keep(T, kept(n, after_s=n))
    found = book.of(T, ["p1"])
    assert len(found) == MAX_SUBSCRIPTIONS
    assert kept(2).subscription not in [one.subscription for one in found]


def test_many_contacts_at_once(book: SubscriptionBook) -> None:
    for n in range(30):
        book.keep(T, kept(n, f"p{n}"))
    wanted = {f"p{n}": [f"p{n}"] for n in range(40)}
    assert book.live(T, wanted) == {f"p{n}": (kept(n).subscription,) for n in range(30)}
    assert book.live(T, {}) == {}


def test_which_push_services_may_be_called(book: SubscriptionBook) -> None:
    assert {*PUSH_SERVICES, "push.example.com"} <= set(book.hosts(T))
    assert "push.example.com" not in book.hosts("other")


def test_the_hot_profile_does_not_grow(emulator: Emulator) -> None:
    table = emulator.table("profiles")
    DynamoSubscriptions(table, document).keep(T, kept(1))
    assert table.get((f"{T}#P#p1", "p")) is None
    assert {item["sk"] for item in table.query(f"{T}#P#p1").items} == {f"s#{kept(1).subscription.id}"}
