"""What the gate asks of messaging records: places kept and taken, and suppressions that a claim cannot miss."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from stepwell.contracts.ids import profile_id
from stepwell.contracts.messages import Claim, MessagingRecord, Place
from stepwell.contracts.profiles import Profile

from tests.contract.conftest import Stores

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
T = "acme"
ADA = profile_id(T, "email", "ada@example.com")
OTHER = profile_id(T, "user", "7")


def claim(visit: str = "v2") -> Claim:
    return Claim(visit, "run.call", NOW, "email")


def test_a_place_is_kept_once_a_visit_and_taken_by_its_claim(stores: Stores) -> None:
    def record() -> MessagingRecord:
        return stores.messaging.records(T, [ADA])[ADA]

    first = record()
    place = Place("v2", NOW + timedelta(hours=3), "sms", "sale", 5)
    assert stores.messaging.keep_places(T, [(first, place)]) == {ADA}
    assert stores.messaging.keep_places(T, [(first, place)]) == set(), "the record has changed"
    assert record().places == (place,)
    later = Place("v2", NOW + timedelta(hours=4), "sms", "sale", 5)
    other = Place("v3", NOW + timedelta(hours=4), "email")
    stores.messaging.keep_places(T, [(record(), later)])
    stores.messaging.keep_places(T, [(record(), other)])
    assert record().places == (later, other)
    assert stores.messaging.claim(T, [(record(), claim())]) == {ADA}
    assert record().places == (other,)
    stores.messaging.claim(T, [(record(), Claim("v9", "r.c", NOW + timedelta(days=1), "email"))])
    assert record().places == (), "its time has passed"


def test_a_suppression_stops_claims_of_whom_the_address_identifies(stores: Stores) -> None:
    stores.profiles.put(T, [Profile(OTHER, traits={"email": "ada@example.com"})])
    stores.profiles.link(T, {ADA: OTHER})
    stores.messaging.set_consent(T, OTHER, {"email:marketing": "granted"})
    before = stores.messaging.records(T, [OTHER])[OTHER]
    stores.messaging.suppress(T, "email", "Ada@example.com", "complaint", NOW, "test")
    assert stores.messaging.claim(T, [(before, claim())]) == set()
    assert stores.messaging.suppressed(T, "email", ["ada@example.com"], strong=False) in (
        {},
        {"ada@example.com": "complaint"},
    )
    again = stores.messaging.records(T, [OTHER])[OTHER]
    assert again.consent == before.consent
    assert stores.messaging.claim(T, [(again, claim())]) == {OTHER}


def test_an_address_of_nobody_is_suppressed_all_the_same(stores: Stores) -> None:
    stores.messaging.suppress(T, "sms", "+4915100000000", "unsubscribed", NOW, "test")
    assert stores.messaging.suppressed(T, "sms", ["+4915100000000"]) == {"+4915100000000": "unsubscribed"}


def test_a_domain_in_another_script_is_suppressed_however_it_is_written(stores: Stores) -> None:
    people, carried = "ada@bücher.example", "ada@xn--bcher-kva.example"
    for told, reason in ((people, "hard_bounce"), (carried, "complaint")):
        stores.messaging.suppress(T, "email", told, reason, NOW, "test")
        found = stores.messaging.suppressed(T, "email", [people, carried])
        assert found == {people: reason, carried: reason}
    known = profile_id(T, "email", people)
    stores.profiles.put(T, [Profile(known, traits={"email": people})])
    before = stores.messaging.records(T, [known])[known]
    # A provider names the address as SMTP has it; claims of whom people know by the other form fail all the same.
    stores.messaging.suppress(T, "email", carried, "complaint", NOW, "test")
    assert stores.messaging.claim(T, [(before, claim())]) == set()
    stores.messaging.unsuppress(T, "email", people)
    assert stores.messaging.suppressed(T, "email", [carried]) == {}


def test_an_address_is_asked_to_confirm_three_times_a_day_whoever_has_it(stores: Stores) -> None:
    def ask(visit: str, minutes: int, address: str = "ada@example.com", channel: str = "email") -> bool:
        return stores.messaging.ask(T, channel, address, visit, NOW + timedelta(minutes=minutes))

    assert [ask("v1", 0), ask("v1", 1), ask("v2", 2)] == [True, True, False]
    assert [ask("v2", 10), ask("v3", 20, "ADA@example.com"), ask("v4", 30)] == [True, True, False]
    assert ask("v5", 30, "bob@example.com")
    assert ask("v6", 30, "+4915100000000", "sms")
    assert ask("v7", 24 * 60), "the first is a day old"
    assert stores.messaging.suppressed(T, "email", ["ada@example.com"]) == {}
