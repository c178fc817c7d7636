"""ProfileStore and MessagingStore."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from stepwell.adapters.items.messaging import encode_record
from stepwell.adapters.items.profiles import encode_profile
from stepwell.adapters.items.wire import size_of
from stepwell.contracts.ids import profile_id, short_hash
from stepwell.contracts.messages import Claim, ClaimState, MessagingRecord
from stepwell.contracts.profiles import Pending, Profile, ProfilePatch

from tests.contract.conftest import Stores

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
T = "acme"
ADA, BOB, PHONE = (profile_id(T, "user", name) for name in ("ada", "bob", "phone"))


def profile(name: str = ADA, **changes: object) -> Profile:
    return Profile(id=name, traits={"email": "ada@example.com", "score": 5}).evolve(**changes)


def full() -> Profile:
    return profile(
        user_id="42",
        anonymous_ids=("a1", "a2"),
        history={"order": {"d": [1, 2], "n": 3}},
        recent=(("order", 1772442000, {"total": 9.5}),),
        seen=("0123456ab", "fedcba987"),
        applied=("v1",),
        pending=(
            Pending("k", "welcome", 2, "hello", NOW, "o-1", {"name": "order"}, NOW + timedelta(seconds=90)),
        ),
        first_seen=NOW - timedelta(days=9),
        last_seen=NOW,
        hours=(492900, 5, "000000010200000000000000"),
    )


def stored(stores: Stores, name: str = ADA) -> Profile:
    return stores.profiles.get(T, [name])[name]


def test_a_profile_is_read_back_whole_with_the_next_rev(stores: Stores) -> None:
    assert stores.profiles.put(T, [full()]) == {ADA}
    assert stored(stores) == full().evolve(rev=1)
    assert stores.profiles.get("other", [ADA]) == {}


def test_writes_need_the_stored_rev(stores: Stores) -> None:
    stores.profiles.put(T, [profile()])
    assert stores.profiles.put(T, [profile(), profile(BOB)]) == {BOB}
    assert stores.profiles.put(T, [profile(rev=1, user_id="new"), profile(BOB, rev=7)]) == {ADA}
    assert stored(stores).rev == 2
    assert stored(stores).user_id == "new"
    assert stored(stores, BOB).rev == 1


def test_many_profiles(stores: Stores) -> None:
    many = [profile(profile_id(T, "user", str(n))) for n in range(120)]
    assert len(stores.profiles.put(T, many)) == 120
    assert len(stores.profiles.get(T, [p.id for p in many])) == 120


def test_pointers_belong_to_the_first(stores: Stores) -> None:
    stores.profiles.put(T, [profile(), profile(BOB)])
    assert stores.profiles.link(T, {PHONE: ADA}) == {PHONE: ADA}
    assert stores.profiles.link(T, {PHONE: BOB, ADA: ADA}) == {PHONE: ADA, ADA: ADA}
    assert stores.profiles.link(T, {BOB: ADA}) == {BOB: BOB}
    assert stores.profiles.get(T, [PHONE, ADA]) == {PHONE: stored(stores), ADA: stored(stores)}
    assert stores.profiles.put(T, [profile(PHONE)]) == set()


def test_pointers_to_pointers_are_followed(stores: Stores) -> None:
    device = profile_id(T, "anonymous", "d")
    stores.profiles.put(T, [profile()])
    stores.profiles.link(T, {PHONE: ADA})
    stores.profiles.link(T, {device: PHONE})
    assert stores.profiles.get(T, [device])[device].id == ADA


def test_patches(stores: Stores) -> None:
    stores.profiles.put(T, [profile()])
    stores.profiles.link(T, {PHONE: ADA})
    patch = ProfilePatch(PHONE, "v1", set={"plan": "pro"}, add={"score": 2.5, "new": 1}, remove=("email",))
    assert stores.profiles.patch(T, [patch]) == {}
    assert stores.profiles.patch(T, [patch]) == {}
    assert stored(stores).traits == {"score": 7.5, "plan": "pro", "new": 1}
    assert stored(stores).applied == ("v1",)


def test_patches_of_one_profile_in_one_call_and_clamps(stores: Stores) -> None:
    stores.profiles.put(T, [profile()])
    patches = [
        ProfilePatch(ADA, "v1", add={"score": 90}, clamp={"score": (0, 50)}),
        ProfilePatch(ADA, "v2", add={"score": -3}),
        ProfilePatch(ADA, "v2", add={"score": -3}),
    ]
    assert stores.profiles.patch(T, patches) == {}
    assert stored(stores).traits["score"] == 47


def test_points_are_given_once_a_visit_and_decay_from_their_moment(stores: Stores) -> None:
    month, at = 30 * 86_400, 1_800_000_000
    known = [3, at, 0, "0/0/1000/0.5/2592000", {"a": [20.0, 2, 30.0]}]
    stores.profiles.put(T, [profile().evolve(scores={"product": known})])
    patches = [
        ProfilePatch(ADA, "v1", points={"product": 10, "lead": -30}, at=at + month),
        ProfilePatch(ADA, "v1", points={"product": 10, "lead": -30}, at=at + month),
        ProfilePatch(ADA, "v2", set={"plan": "pro"}, points={"product": 8}, at=at),
    ]
    for _ in range(2):
        assert stores.profiles.patch(T, patches) == {}
    scores = stored(stores).scores
    assert scores["product"] == [3, at + month, 0, known[3], {"a": [10.0, 2, 30.0], "~": [14.0, 2]}]
    assert scores["lead"] == [0, at + month, -1, "100/0/1000/0.95/2592000", {"~": [-30.0, 1]}]
    assert stored(stores).traits["plan"] == "pro"


def test_bad_patches_fail_alone(stores: Stores) -> None:
    stores.profiles.put(T, [profile(), profile(BOB)])
    patches = [
        ProfilePatch(ADA, "v", add={"email": 1}),
        ProfilePatch(PHONE, "v", set={"a": 1}),
        ProfilePatch(BOB, "v", set={"a": 1}),
    ]
    assert stores.profiles.patch(T, patches) == {ADA: "not_a_number", PHONE: "not_found"}
    assert stored(stores, BOB).traits["a"] == 1


def claim(visit: str = "v1", claimant: str = "me", **changes: object) -> Claim:
    return Claim(visit, claimant, NOW, "email", **changes)  # type: ignore[arg-type]


def record(stores: Stores, name: str = ADA) -> MessagingRecord:
    return stores.messaging.records(T, [name])[name]


def test_a_claim_needs_the_record_as_it_was_read(stores: Stores) -> None:
    empty = stores.messaging.records(T, [ADA, BOB])
    assert empty == {ADA: MessagingRecord(ADA), BOB: MessagingRecord(BOB)}
    assert stores.messaging.claim(T, [(empty[ADA], claim()), (empty[BOB], claim(tag="promo"))]) == {ADA, BOB}
    assert stores.messaging.claim(T, [(empty[ADA], claim("v2", "other"))]) == set()
    assert record(stores).claims == (claim(),)
    assert stores.messaging.claim(T, [(record(stores), claim("v2", counted=False))]) == {ADA}
    assert record(stores).claims == (claim(), claim("v2", counted=False))
    assert record(stores).rev == 2


def test_a_withdrawn_consent_stops_an_older_decision(stores: Stores) -> None:
    before = record(stores)
    stores.messaging.set_consent(T, ADA, {"email:marketing": "denied"})
    assert stores.messaging.claim(T, [(before, claim())]) == set()
    read = record(stores)
    stores.messaging.set_consent(T, ADA, {"email:marketing": "denied"})
    assert stores.messaging.claim(T, [(read, claim())]) == set()
    stores.messaging.set_consent(T, ADA, {"sms:marketing": "granted"})
    assert record(stores).consent == {"email:marketing": "denied", "sms:marketing": "granted"}


def test_release_and_settle(stores: Stores) -> None:
    stores.messaging.claim(T, [(record(stores), claim())])
    stores.messaging.claim(T, [(record(stores), claim("v2", "other"))])
    stores.messaging.release(T, ADA, "v2", "me")
    assert len(record(stores).claims) == 2
    stores.messaging.settle(T, ADA, "v1", "sent")
    stores.messaging.settle(T, ADA, "v9", "sent")
    stores.messaging.release(T, ADA, "v2", "other")
    stores.messaging.release(T, ADA, "v2", "other")
    assert record(stores).claims == (claim(state=ClaimState.SENT),)
    stores.messaging.release(T, ADA, "v1", "me")
    assert record(stores).claims == ()
    assert record(stores).rev == 5


def test_only_the_last_sends_are_kept(stores: Stores) -> None:
    for n in range(20):
        stores.messaging.claim(T, [(record(stores), claim(f"v{n}"))])
    assert [c.visit for c in record(stores).claims] == [f"v{n}" for n in range(4, 20)]


def test_suppressed_addresses(stores: Stores) -> None:
    ask = ["Ada@Example.com", "bob@example.com"]
    stores.messaging.suppress(T, "email", "ada@example.com ", "hard_bounce", NOW, "ses")
    assert stores.messaging.suppressed(T, "email", ask) == {"Ada@Example.com": "hard_bounce"}
    assert stores.messaging.suppressed(T, "sms", ask) == {}
    assert stores.messaging.suppressed("other", "email", ask) == {}
    stores.messaging.unsuppress(T, "email", "ADA@example.com")
    stores.messaging.unsuppress(T, "email", "ADA@example.com")
    assert stores.messaging.suppressed(T, "email", ask) == {}


def test_a_median_contact_costs_one_unit_a_write() -> None:
    """Ten traits, twenty days of four events, ten recent ids; sixteen sends of which two are fresh."""
    hot = Profile(
        id=ADA,
        rev=123,
        traits={
            "email": "ada.lovelace@example.com",
            "first_name": "Ada",
            "last_name": "Lovelace",
            "city": "London",
            "country": "GB",
            "time_zone": "Europe/London",
            "score": 42,
            "plan": "pro",
            "signed_up_at": "2025-11-03",
            "language": "en",
        },
        user_id="customer-001234",
        history={
            name: {str(20500 + day): 1 for day in range(5)}
            for name in ("page_view", "order", "email_opened", "login")
        },
        recent=tuple(("page_view", 1772442000 + n, {}) for n in range(5)),
        seen=tuple(f"{n:09x}" for n in range(10)),
        first_seen=NOW,
        last_seen=NOW,
        hours=(492900, 5, "000000010210003100020000", "000000020100004100010000"),
    )
    assert size_of(encode_profile(T, hot, rev=124)) <= 1024
    claims = tuple(
        Claim(
            short_hash("v", str(n)),
            "1b8e3c66-7f1e-4e7e-9d5a-5f0d4a1b2c3d" if n > 13 else "",
            NOW - timedelta(days=15 - n),
            "email",
            "newsletter",
        )
        for n in range(16)
    )
    full_record = MessagingRecord(
        ADA, 99, {"email:marketing": "granted", "email:transactional": "granted"}, claims
    )
    assert size_of(encode_record(T, full_record, rev=100)) <= 1024


@pytest.mark.parametrize("tag", ["", "a|b"])
def test_tags_cannot_break_a_record(stores: Stores, tag: str) -> None:
    stores.messaging.claim(T, [(record(stores), claim(tag=tag, claimant="a|b"))])
    (read,) = record(stores).claims
    assert (read.visit, read.claimant, read.tag) == ("v1", "a|b", tag.replace("|", "/"))
