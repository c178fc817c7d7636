"""MergeStore and ReviewStore."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from stepwell.adapters.items.merges import merge_id
from stepwell.contracts.clock import ManualClock, millis
from stepwell.contracts.ids import profile_id
from stepwell.contracts.merges import Merge, MergeReason, Side
from stepwell.contracts.messages import Claim
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput
from stepwell.profiles.matching.model import (
    Decision,
    Explanation,
    FieldEvidence,
    MatchCandidate,
    MatchDecision,
    Reason,
)
from stepwell.profiles.matching.reviews import Review, Verdict, pair
from stepwell.profiles.merge_ports import MergePorts
from stepwell.profiles.merges import Merging
from stepwell.profiles.merging import merged, merged_record
from stepwell.profiles.traits import default_attributes

from tests.contract.conftest import Stores

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
T = "acme"
ADA, BOB, EVE, PHONE = (profile_id(T, "user", name) for name in ("ada", "bob", "eve", "phone"))
OF = default_attributes().of


def sides(stores: Stores, winner: str = ADA, loser: str = BOB) -> tuple[Side, Side]:
    profiles = stores.profiles.get(T, [winner, loser])
    records = stores.messaging.records(T, [winner, loser])
    return Side(profiles[winner], records[winner]), Side(profiles[loser], records[loser])


def after(before: tuple[Side, Side]) -> Side:
    one, other = before
    return Side(merged(one.profile, other.profile, OF), merged_record(one.record, other.record))


def merge(at: datetime = NOW, winner: str = ADA, loser: str = BOB) -> Merge:
    return Merge(merge_id(loser, millis(at)), winner, loser, at, MergeReason.EVENT, "m-1")


@pytest.fixture
def two(stores: Stores) -> Stores:
    stores.profiles.put(T, [Profile(ADA, traits={"plan": "pro"}), Profile(BOB, traits={"city": "Rome"})])
    stores.messaging.set_consent(T, BOB, {"email:marketing": "denied"})
    return stores


def test_a_merge_is_all_or_nothing(two: Stores) -> None:
    before = sides(two)
    assert two.merges.commit(T, merge(), before, after(before))
    found = two.profiles.get(T, [ADA, BOB])
    assert found[ADA] == found[BOB] == after(before).profile.evolve(rev=2)
    assert found[ADA].aliases == (BOB,)
    records = two.messaging.records(T, [ADA, BOB])
    assert records[ADA].consent == records[BOB].consent == {"email:marketing": "denied"}
    assert (records[BOB].profile, records[BOB].merged_into, records[ADA].merged_into) == (BOB, ADA, "")
    assert not two.merges.commit(T, merge(), before, after(before))
    assert two.profiles.put(T, [before[1].profile]) == set()


@pytest.mark.parametrize("what", ["winner", "loser", "winner_record", "loser_record"])
def test_whoever_writes_one_of_the_four_items_stops_it(two: Stores, what: str) -> None:
    before = sides(two)
    if what in ("winner", "loser"):
        two.profiles.put(T, [before[what == "loser"].profile.evolve(user_id="x")])
    else:
        two.messaging.set_consent(T, ADA if what == "winner_record" else BOB, {"sms:marketing": "granted"})
    assert not two.merges.commit(T, merge(), before, after(before))
    found = two.profiles.get(T, [ADA, BOB])
    assert (found[ADA].id, found[BOB].id) == (ADA, BOB)
    assert two.merges.page(T, 10, None) == ([], None)
    assert two.merges.read(T, merge().id) is None


def test_claims_and_changes_follow_the_pointer(two: Stores) -> None:
    stale = two.messaging.records(T, [BOB])[BOB]
    before = sides(two)
    assert two.merges.commit(T, merge(), before, after(before))
    claim = Claim("v1", "me", NOW, "email")
    assert two.messaging.claim(T, [(stale, claim)]) == set()
    fresh = two.messaging.records(T, [BOB])[BOB]
    assert two.messaging.claim(T, [(fresh, claim)]) == {BOB}
    two.messaging.settle(T, BOB, "v1", "sent")
    two.messaging.set_consent(T, BOB, {"sms:marketing": "denied"})
    record = two.messaging.records(T, [ADA])[ADA]
    assert (str(record.claims[0].state), record.consent["sms:marketing"]) == ("sent", "denied")
    assert record.aliases == (BOB,)
    two.messaging.release(T, BOB, "v1", "me")
    assert two.messaging.records(T, [ADA])[ADA].claims == ()


def test_a_merge_is_undone_as_a_whole(two: Stores) -> None:
    before = sides(two)
    assert two.merges.commit(T, merge(), before, after(before))
    kept = two.merges.read(T, merge().id)
    assert kept is not None and kept.loser is not None
    assert (kept.merge, kept.winner) == (merge(), before[0])
    assert kept.loser.profile == before[1].profile.evolve(rev=2)
    assert kept.loser.record == replace(before[1].record, rev=2)
    now = sides(two, ADA, ADA)[0]
    undone = replace(merge(), undone_at=NOW + timedelta(hours=1), undone_by="eve")
    stale = Side(now.profile.evolve(rev=7), now.record)
    assert not two.merges.revert(T, undone, stale, kept.loser)
    winner = Side(
        before[0].profile.evolve(rev=now.profile.rev), replace(before[0].record, rev=now.record.rev)
    )
    assert two.merges.revert(T, undone, winner, kept.loser)
    assert not two.merges.revert(T, undone, winner, kept.loser)
    again = sides(two)
    assert again[0].profile == before[0].profile.evolve(rev=3)
    assert again[1].profile == before[1].profile.evolve(rev=3)
    assert again[1].record.consent == {"email:marketing": "denied"}
    read = two.merges.read(T, merge().id)
    assert read is not None and (read.loser, read.merge) == (None, undone)
    assert two.merges.page(T, 10, None)[0] == [undone]


def test_what_big_profiles_were_is_kept_whole(stores: Stores) -> None:
    traits = {f"field_{n}": f"{n} of many values" for n in range(80)}
    stores.profiles.put(T, [Profile(ADA, traits=traits), Profile(BOB, traits={**traits, "city": "Rome"})])
    before = sides(stores)
    assert stores.merges.commit(T, merge(), before, after(before))
    kept = stores.merges.read(T, merge().id)
    assert kept is not None and kept.loser is not None
    assert kept.winner == before[0]
    assert kept.loser.profile == before[1].profile.evolve(rev=2)


def test_pointers_are_led_elsewhere(two: Stores) -> None:
    two.profiles.put(T, [Profile(EVE)])
    two.profiles.link(T, {PHONE: BOB})
    before = sides(two)
    two.merges.commit(T, merge(), before, after(before))
    before = sides(two, EVE, ADA)
    assert two.merges.commit(T, merge(winner=EVE, loser=ADA), before, after(before))
    assert two.profiles.get(T, [PHONE])[PHONE].id == EVE
    two.merges.repoint(T, [BOB, PHONE, "nobody", EVE], ADA, EVE)
    two.merges.repoint(T, [PHONE], BOB, EVE)
    found = two.profiles.get(T, [PHONE, BOB, ADA])
    assert {one.id for one in found.values()} == {EVE}
    assert found[BOB].aliases == (ADA, BOB)
    assert two.messaging.records(T, [BOB])[BOB].owner == EVE
    assert [one.loser for one in two.merges.of_losers(T, [ADA, BOB, PHONE])] != []


def test_merges_are_listed_newest_first(stores: Stores) -> None:
    losers = [profile_id(T, "user", f"l{n}") for n in range(9)]
    stores.profiles.put(T, [Profile(ADA), *(Profile(loser) for loser in losers)])
    for n, loser in enumerate(losers):
        before = sides(stores, ADA, loser)
        at = NOW + timedelta(minutes=n)
        assert stores.merges.commit(T, merge(at, loser=loser), before, after(before))
    seen, cursor = [], None
    while True:
        page, cursor = stores.merges.page(T, 4, cursor)
        seen += [one.loser for one in page]
        if cursor is None:
            break
    assert seen == losers[::-1]
    assert stores.merges.page("other", 4, None) == ([], None)


@pytest.mark.parametrize("bad", ["", "x", "a-!", f"{BOB}-zz"])
def test_what_is_no_merge_is_not_found(stores: Stores, bad: str) -> None:
    assert stores.merges.read(T, bad) is None


def decision(left: str, right: str, probability: float = 0.7) -> MatchDecision:
    explanation = Explanation(-9.5, (FieldEvidence("surname", "exact", 7.5, 1.25),))
    return MatchDecision(
        MatchCandidate(*pair(left, right), probability, explanation),
        Decision.REVIEW,
        (Reason.BELOW_THRESHOLD,),
    )


def test_the_queue_takes_a_pair_once_and_gives_it_back(stores: Stores) -> None:
    asked = [decision(ADA, BOB), decision(ADA, EVE)]
    assert stores.reviews.put(T, asked) == 2
    assert stores.reviews.put(T, asked) == 0
    ordered = sorted(asked, key=lambda one: (one.candidate.left, one.candidate.right))
    assert stores.reviews.page(T, 10, None)[0] == ordered
    first, cursor = stores.reviews.page(T, 1, None)
    assert (first, stores.reviews.page(T, 1, cursor)[0]) == (ordered[:1], ordered[1:])
    assert stores.reviews.find(T, pair(ADA, BOB)) == asked[0]
    assert stores.reviews.find(T, pair(BOB, EVE)) is None


def test_what_was_answered_is_not_asked_again(stores: Stores) -> None:
    stores.reviews.put(T, [decision(ADA, BOB)])
    both = pair(ADA, BOB)
    stores.reviews.answer(T, Review(*both, Verdict.UNSURE, "eve", NOW))
    assert len(stores.reviews.page(T, 10, None)[0]) == 1
    review = Review(*both, Verdict.DIFFERENT, "eve", NOW)
    stores.reviews.answer(T, review)
    assert stores.reviews.page(T, 10, None)[0] == []
    assert stores.reviews.answered(T, [both, pair(ADA, EVE)]) == {both: review}
    assert stores.reviews.put(T, [decision(ADA, BOB)]) == 0
    assert stores.reviews.find(T, both) == decision(ADA, BOB)
    again = replace(review, verdict=Verdict.SAME)
    stores.reviews.answer(T, again)
    assert stores.reviews.answered(T, [both]) == {both: again}


def test_a_cursor_of_another_list_is_refused(emulator: object) -> None:
    from stepwell.adapters.cursors import write_cursor
    from stepwell.adapters.dynamo_merges import DynamoMerges

    with pytest.raises(InvalidInput):
        DynamoMerges(emulator.table("profiles")).page(T, 5, write_cursor({"pk": "x", "sk": "y"}))  # type: ignore[attr-defined]


class Alone:
    """Segments in which nobody is."""

    def move(self, tenant: str, moves: Sequence[tuple[str, str, bool, int]]) -> None:
        assert not moves


@pytest.mark.parametrize("microsecond", [258_400, 258_600, 999_999])
def test_a_merge_of_any_microsecond_is_found_again(stores: Stores, microsecond: int) -> None:
    stores.profiles.put(T, [Profile(ADA), Profile(BOB)])
    clock = ManualClock(NOW.replace(microsecond=microsecond))
    ports = MergePorts(
        clock=clock,
        profiles=stores.profiles,
        messaging=stores.messaging,
        merges=stores.merges,
        reviews=stores.reviews,
        members=Alone(),
    )
    Merging(ports).merge(T, ADA, BOB, OF, reason=MergeReason.MANUAL, by="eve")
    ((found,), _) = stores.merges.page(T, 10, None)
    kept = stores.merges.read(T, found.id)
    assert kept is not None
    assert kept.merge.id == found.id
