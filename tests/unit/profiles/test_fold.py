"""The fold: traits, history, identities; the same profile whatever the order and number of deliveries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.adapters.items.profiles import encode_profile
from stepwell.adapters.items.wire import size_of
from stepwell.conditions import Activity
from stepwell.contracts.events import Event, EventBatch
from stepwell.contracts.profiles import Profile
from stepwell.profiles.fold import Fold, small
from stepwell.profiles.fold_events import fold
from stepwell.profiles.identity import Directory, identities, partition
from stepwell.profiles.marks import BIG_BATCH, SEEN_KEPT, batch_mark
from stepwell.profiles.traits import changes, normal_email

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def event(name: str, minute: float = 0, **more: Any) -> Event:
    at = NOW + timedelta(minutes=minute)
    fields: dict[str, Any] = {
        "message_id": f"{name}-{minute}",
        "kind": "track",
        "name": name,
        "user_id": "ann",
        "occurred_at": at,
        "received_at": at,
    }
    return Event(**{**fields, **more})


def identify(minute: float = 0, **traits: Any) -> Event:
    return event("identify", minute, kind="identify", traits=traits)


def test_reserved_traits_get_our_names():
    traits = {"firstName": "Ann", "createdAt": "2026-01-01", "email": " A@X.De ", "plan": "pro", "age": 30}
    assert changes(traits) == {
        "first_name": "Ann",
        "created_at": "2026-01-01",
        "email": "a@x.de",
        "plan": "pro",
        "age": 30,
    }


def test_null_removes_and_a_bad_address_never_replaces_a_good_one():
    known = Profile("p", traits={"plan": "pro", "email": "a@x.de"})
    assert fold(known, [identify(plan=None, email="nonsense")]).traits == {"email": "a@x.de"}
    assert fold(known, [identify(email=None)]).traits == {"plan": "pro"}


@pytest.mark.parametrize("text", ["", "x", "a b@x.de", "@x.de", "a@", None, 7, "a@b@c"])
def test_no_address(text: Any):
    assert normal_email(text) == ""


def test_history_engagement_and_times():
    profile = fold(
        Profile("p"),
        [
            event("purchase", 3, properties={"total": 5, "items": [1]}),
            event("email_opened", 2, kind="engagement", machine=True),
            event("email_opened", 1, kind="engagement"),
            identify(0, plan="pro"),
        ],
    )
    activity = Activity.from_profile(profile.history, profile.recent)
    assert activity.history.count("purchase", None, None) == 1
    assert activity.history.count("email_opened", None, None) == 1
    assert activity.history.count("identify", None, None) == 0
    assert activity.engagement.totals[1] == 1
    assert [row[0] for row in profile.recent] == ["email_opened", "purchase"]
    assert profile.recent[-1][2] == {"total": 5}
    assert (profile.first_seen, profile.last_seen) == (NOW, NOW + timedelta(minutes=3))


def test_the_address_of_an_event_fills_a_gap_only():
    assert fold(Profile("p"), [event("x", email="a@x.de")]).email == "a@x.de"
    assert fold(Profile("p", traits={"email": "b@x.de"}), [event("x", email="a@x.de")]).email == "b@x.de"


def test_a_browser_tells_the_time_zone():
    zoned = {"timezone": "Europe/Berlin"}
    assert fold(Profile("p"), [event("x", context=zoned)]).traits["time_zone"] == "Europe/Berlin"
    assert fold(Profile("p"), [event("x", context={"timezone": "Moon/Base"})]).traits == {}


def test_nothing_new_is_the_same_object():
    profile = fold(Profile("p"), [event("x")])
    assert fold(profile, [event("x")]) is profile


_EVENTS = st.lists(
    st.builds(
        lambda kind, minute, value: (
            identify(minute, plan=value)
            if kind == "identify"
            else event(kind, minute, properties={"v": value})
        ),
        st.sampled_from(["identify", "purchase", "visit", "email_opened"]),
        st.integers(0, 200_000),
        st.integers(0, 5),
    ),
    max_size=15,
    unique_by=lambda e: e.message_id,
)


@given(_EVENTS, st.randoms(use_true_random=False))
def test_order_and_duplication_change_nothing(events: list[Event], random: Any):
    once = fold(Profile("p"), events)
    shuffled = [*events, *random.choices(events, k=len(events))] if events else []
    random.shuffle(shuffled)
    again = fold(Profile("p"), shuffled)
    assert again == once
    assert fold(again, shuffled) is again


@given(_EVENTS, st.integers(0, 15))
def test_in_two_passes_as_in_one(events: list[Event], cut: int):
    events.sort(key=lambda e: (e.when, e.message_id))
    once = fold(Profile("p"), events)
    twice = fold(fold(Profile("p"), events[:cut]), events[cut:])
    assert twice.traits == once.traits
    assert twice.seen == once.seen
    assert (twice.first_seen, twice.last_seen) == (once.first_seen, once.last_seen)
    one, two = (Activity.from_profile(p.history, p.recent).history for p in (once, twice))
    for name in ("purchase", "visit", "email_opened"):
        assert one.count(name, None, None) == two.count(name, None, None)


@settings(max_examples=30)
@given(st.integers(1, 400))
def test_a_batch_of_any_size_is_folded_once(count: int):
    events = [event("visit", i) for i in range(count)]
    mark = batch_mark(EventBatch(tenant="t", events=tuple(events)))
    assert bool(mark) == (count > BIG_BATCH)

    def deliver(profile: Profile) -> Profile:
        folding = Fold(profile)
        for one in events:
            folding.apply(one, mark)
        return folding.result([mark]) if folding.changed else profile

    first = deliver(Profile("p"))
    assert deliver(first) is first
    # The client repeats its request after something else came in between.
    later = fold(first, [event("other", 1000)])
    assert len(later.seen) <= SEEN_KEPT
    assert deliver(later) is later


def test_the_median_contact_fits_in_one_write_unit():
    """20 events of four kinds over a month, six traits: what engine.md's reference workload has a contact."""
    profile = fold(
        Profile("abcdefghijklmnop"),
        [
            identify(0, email="ann.example@shop.example", firstName="Ann", lastName="Example", plan="pro",
                     country="DE", timeZone="Europe/Berlin"),
            *(event(n, i * 2200, kind="engagement", properties={"workflow": "welcome", "node": f"email_{i}"})
              for i, n in enumerate(["email_sent", "email_delivered", "email_opened", "email_clicked"])),
            *(event("page_view", i * 2100, properties={"path": "/pricing", "title": "Pricing"}) for i in range(12)),
            *(event("purchase", i * 9000, properties={"total": 12.5, "sku": "A-1"}) for i in range(4)),
        ],
    )  # fmt: skip
    assert size_of(encode_profile("acme", profile, rev=20)) <= 1024
    assert len(profile.recent) >= 3


@given(_EVENTS.map(lambda events: events * 3), st.integers(0, 300))
def test_the_item_stays_small(events: list[Event], extra: int):
    profile = fold(Profile("p"), [*events, *(event("visit", 300_000 + i) for i in range(extra))])
    profile = fold(profile, [event("visit", 400_000)])
    assert size_of(encode_profile("acme", profile, rev=1)) <= 1024


def test_small_properties():
    kept = small({"a": 1, "list": [1], "long": "x" * 200, "b": "y", "none": None})
    assert kept == {"a": 1, "b": "y"}


def test_identities_in_order_of_trust():
    found = identities("t", event("x", anonymous_id="dev", email="A@x.de"))
    assert [i.kind for i in found] == ["user", "email", "anonymous"]
    assert partition("t", event("x")) == found[0].id
    assert partition("t", event("x", profile="abcdefghijklmnop")) == "abcdefghijklmnop"


def test_two_users_are_never_one_person():
    directory = Directory("t", {})
    ann = directory.resolve(event("x", anonymous_id="dev"))
    bob = directory.resolve(event("x", user_id="bob", anonymous_id="dev"))
    assert ann.profile != bob.profile
    assert bob.pointers == ()
