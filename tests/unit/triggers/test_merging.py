"""Contacts that events show to be one, in the pass: merged once, nothing lost, nobody mailed twice."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.contracts.merges import MergeReason
from stepwell.contracts.messages import Claim
from stepwell.contracts.profiles import Profile
from stepwell.errors import Unavailable
from stepwell.profiles.matching.model import Decision, Explanation, MatchCandidate, MatchDecision, Reason
from stepwell.profiles.matching.reviews import Verdict, pair
from stepwell.profiles.traits import default_attributes

from tests.fakes.world import Crash

from .stage import TENANT, Stage, workflow

OF = default_attributes().of


def pid(kind: str, value: str) -> str:
    return profile_id(TENANT, kind, value)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def say(stage: Stage, name: str = "page_view", user: str | None = None, **more: Any) -> Event:
    return stage.event(name, user, **more)


def known(stage: Stage, kind: str, value: str) -> Profile | None:
    return stage.profile(value, kind)


def count(profile: Profile | None, name: str = "page_view") -> int:
    assert profile is not None
    return int(profile.history["e"].get(name, [0])[0])


def two(stage: Stage) -> tuple[str, str]:
    """A visitor, and a subscriber with the customer's id, as two contacts."""
    stage.take(say(stage, anonymous_id="d1", message_id="m1"), say(stage, anonymous_id="d1", message_id="m2"))
    stage.world.clock.advance(timedelta(hours=1))
    stage.take(
        say(stage, user="ann", message_id="m3", kind="identify", name="identify", traits={"plan": "pro"})
    )
    stage.world.clock.advance(timedelta(hours=1))
    return pid("user", "ann"), pid("anonymous", "d1")


def test_an_event_that_names_both_makes_one_of_two(stage: Stage):
    winner, loser = two(stage)
    report = stage.take(say(stage, user="ann", anonymous_id="d1", message_id="m4"))
    assert (report.merged, report.events, report.poison, report.failed) == (1, 1, [], {})
    profile = known(stage, "user", "ann")
    assert profile == known(stage, "anonymous", "d1")
    assert profile is not None
    assert (profile.id, profile.aliases, profile.anonymous_ids) == (winner, (loser,), ("d1",))
    assert (count(profile), profile.traits["plan"]) == (3, "pro")
    assert profile.first_seen == stage.world.clock.now() - timedelta(hours=2)
    assert stage.world.merges.page(TENANT, 10, None)[0][0].by == "m4"


def test_it_costs_what_adr_12_names(stage: Stage):
    """A row in the list and one transaction of four items at twice the price; then the pass's own write."""
    two(stage)
    stage.world.writes.clear()
    stage.world.bill.clear()
    stage.take(say(stage, user="ann", anonymous_id="d1", message_id="m4"))
    labels = [label.partition(":")[0] for label in stage.world.writes]
    assert labels == ["merges.row", "merges.commit", "profiles.put"]
    bill = stage.world.bill.tables["profiles"]
    assert (bill.writes, bill.wru) == (1 + 4 * 2 + 1, 1 + 4 * 2 + 1)
    stage.world.bill.clear()
    stage.world.writes.clear()
    stage.take(say(stage, user="ann", anonymous_id="d1", message_id="m5"))
    assert [label.partition(":")[0] for label in stage.world.writes] == ["profiles.put"]


def test_identities_of_the_loser_lead_to_the_winner_in_one_step(stage: Stage):
    stage.take(say(stage, anonymous_id="d1", message_id="m0"))
    stage.world.clock.advance(timedelta(hours=1))
    stage.take(say(stage, anonymous_id="d1", email="a@x.org", message_id="m1"))
    stage.take(say(stage, user="ann", message_id="m2"))
    stage.take(say(stage, user="ann", email="a@x.org", message_id="m3"))
    winner = pid("user", "ann")
    for kind, value in (("email", "a@x.org"), ("anonymous", "d1")):
        assert stage.world.profiles_table.items[f"{TENANT}#P#{pid(kind, value)}", "p"]["to"] == winner


def test_two_customers_who_share_a_device_stay_two(stage: Stage):
    stage.take(say(stage, user="ann", anonymous_id="d1", message_id="m1"))
    stage.take(say(stage, user="bob", message_id="m2"))
    report = stage.take(say(stage, user="bob", anonymous_id="d1", message_id="m3"))
    assert report.merged == 0
    assert count(known(stage, "user", "bob")) == 2
    assert stage.world.reviews.page(TENANT, 10, None)[0] == []


def test_two_proved_addresses_are_for_people_to_look_at(stage: Stage):
    for name, device in (("a@x.org", "d1"), ("b@x.org", "d2")):
        told = {"email": name, "email_verified": True}
        stage.take(
            say(stage, anonymous_id=device, kind="identify", name="identify", traits=told, message_id=name)
        )
    both = say(stage, anonymous_id="d1", email="b@x.org", message_id="m3")
    assert stage.take(both).merged == 0
    stage.take(say(stage, anonymous_id="d1", email="b@x.org", message_id="m4"))
    (asked,), _ = stage.world.reviews.page(TENANT, 10, None)
    pair = (asked.candidate.left, asked.candidate.right)
    assert set(pair) == {pid("email", "a@x.org"), pid("email", "b@x.org")}
    assert [str(reason) for reason in asked.reasons] == ["different_verified_emails"]
    merging = stage.world.merging(stage.members)
    merging.decide(TENANT, *pair, Verdict.SAME, OF, by="eve")
    assert known(stage, "email", "a@x.org") == known(stage, "email", "b@x.org")
    assert stage.world.reviews.page(TENANT, 10, None)[0] == []


def test_a_phone_number_is_an_identity_in_whatever_form(stage: Stage):
    def told(number: str, **more: Any) -> Event:
        return say(stage, kind="identify", name="identify", traits={"phone": number}, **more)

    stage.take(told("+44 20 7946 0958", anonymous_id="d1", message_id="m1"))
    stage.take(
        told("020 7946 0958", anonymous_id="d2", message_id="m2", context={"locale": "en-GB"}),
        told("0 20 79 46 09 58", anonymous_id="d3", message_id="m3", context={"locale": "fr"}),
    )
    assert known(stage, "anonymous", "d1") == known(stage, "anonymous", "d2")
    assert known(stage, "anonymous", "d3") != known(stage, "anonymous", "d1")
    assert known(stage, "phone", "+442079460958") == known(stage, "anonymous", "d1")


def test_a_mobile_device_is_an_identity(stage: Stage):
    stage.take(say(stage, anonymous_id="d1", context={"device": {"id": "imei"}}, message_id="m1"))
    stage.take(say(stage, anonymous_id="d2", context={"device": {"id": "imei"}}, message_id="m2"))
    assert count(known(stage, "device", "imei")) == 2


@pytest.mark.parametrize("nth", range(1, 9))
@pytest.mark.parametrize("after", [False, True])
def test_a_crash_anywhere_and_redelivery_end_the_same(nth: int, after: bool):
    stage = Stage()
    stage.publish(workflow())
    stage.take(say(stage, "signup", anonymous_id="d1", message_id="m1", email="a@x.org"))
    stage.take(say(stage, user="ann", message_id="m2"))
    stage.world.messaging.set_consent(TENANT, pid("email", "a@x.org"), {"email:marketing": "denied"})
    records = stage.records(say(stage, "signup", user="ann", email="a@x.org", message_id="m3"))
    stage.world.crash_at(nth, after=after)
    try:
        stage.run(records)
    except Crash:
        stage.run(records)
    stage.world.calm()
    stage.run(records)
    profile = known(stage, "user", "ann")
    assert profile is not None
    assert profile == known(stage, "email", "a@x.org") == known(stage, "anonymous", "d1")
    assert (count(profile, "signup"), count(profile)) == (2, 1)
    record = stage.world.messaging.records(TENANT, [profile.id])[profile.id]
    assert record.consent == {"email:marketing": "denied"}
    entered = [t for one in profile.ids for t in stage.world.tokens.of_profile(TENANT, "welcome", one)]
    assert len(entered) == 1


def test_somebody_else_writes_the_loser_meanwhile(stage: Stage):
    two(stage)
    stage.world.on_write(
        "merges.commit", lambda: stage.take(say(stage, anonymous_id="d1", message_id="late"))
    )
    assert stage.take(say(stage, user="ann", anonymous_id="d1", message_id="m4")).merged == 1
    assert count(known(stage, "user", "ann")) == 4


def test_a_claim_with_the_loser_s_record_is_refused_and_finds_the_winner_s(stage: Stage):
    winner, loser = two(stage)
    messaging = stage.world.messaging
    before = messaging.records(TENANT, [loser, winner])
    claim = Claim("v1", "me", stage.world.clock.now(), "email")
    messaging.set_consent(TENANT, loser, {"email:marketing": "denied", "sms:marketing": "granted"})
    before = messaging.records(TENANT, [loser, winner])
    stage.take(say(stage, user="ann", anonymous_id="d1", message_id="m4"))
    assert messaging.claim(TENANT, [(before[loser], claim)]) == set()
    assert messaging.claim(TENANT, [(before[winner], claim)]) == set()
    again = messaging.records(TENANT, [loser])[loser]
    assert (again.profile, again.owner, again.aliases) == (loser, winner, (loser,))
    assert again.consent == {"email:marketing": "denied", "sms:marketing": "granted"}
    assert messaging.claim(TENANT, [(again, claim)]) == {loser}
    messaging.settle(TENANT, loser, "v1", "sent")
    messaging.set_consent(TENANT, loser, {"push:marketing": "denied"})
    record = messaging.records(TENANT, [winner])[winner]
    assert (str(record.claims[0].state), record.consent["push:marketing"]) == ("sent", "denied")
    messaging.release(TENANT, loser, "v1", "me")
    assert messaging.records(TENANT, [winner])[winner].claims == ()


def test_who_was_in_a_workflow_does_not_enter_again_as_another(stage: Stage):
    stage.publish(workflow())
    stage.take(say(stage, "signup", anonymous_id="d1", message_id="m1"))
    stage.take(say(stage, user="ann", message_id="m2"))
    stage.take(say(stage, user="ann", anonymous_id="d1", message_id="m3"))
    assert stage.take(say(stage, "signup", user="ann", message_id="m4")).enrolled == {"reentry_never": 1}
    assert stage.tokens() == []


def test_tokens_of_the_loser_wake_exit_and_reach_goals(stage: Stage):
    goal = {"event": "won", "ends": True}
    stage.publish(workflow(goals=[goal], exit_criteria=[{"event": "left"}]))
    stage.take(say(stage, "signup", anonymous_id="d1", message_id="m1"))
    (token,) = stage.world.tokens.of_profile(TENANT, "welcome", pid("anonymous", "d1"))
    stage.park(token)
    stage.take(say(stage, user="ann", message_id="m2"))
    stage.take(say(stage, user="ann", anonymous_id="d1", message_id="m3"))
    stage.world.clock.advance(timedelta(minutes=1))
    assert stage.take(say(stage, "purchase", user="ann", message_id="m4")).woken == 1
    stage.world.clock.advance(timedelta(minutes=1))
    assert stage.take(say(stage, "won", user="ann", message_id="m5")).ended == 1


def test_undo_gives_both_back_and_events_do_not_merge_them_again(stage: Stage):
    winner, loser = two(stage)
    before = (known(stage, "user", "ann"), known(stage, "anonymous", "d1"))
    stage.world.messaging.set_consent(TENANT, loser, {"email:marketing": "granted"})
    merging = stage.world.merging(stage.members)
    merging.decide(TENANT, winner, loser, Verdict.SAME, OF, by="eve")
    stage.world.clock.advance(timedelta(hours=1))
    stage.take(say(stage, user="ann", message_id="m5"))
    stage.world.messaging.set_consent(TENANT, winner, {"email:marketing": "denied"})
    (merge,) = stage.world.merges.of_losers(TENANT, [loser])
    merging.undo(TENANT, merge.id, OF, by="eve")
    after = (known(stage, "user", "ann"), known(stage, "anonymous", "d1"))
    assert None not in (*before, *after)
    assert [one.traits for one in after if one] == [one.traits for one in before if one]
    assert (count(after[0]), count(after[1])) == (1, 2)
    assert after[0] is not None and after[0].aliases == ()
    for one in (winner, loser):
        record = stage.world.messaging.records(TENANT, [one])[one]
        assert (record.owner, record.consent["email:marketing"]) == (one, "denied")
    report = stage.take(say(stage, user="ann", anonymous_id="d1", message_id="m6"))
    assert (report.merged, count(known(stage, "user", "ann"))) == (0, 2)
    (undone,), _ = stage.world.merges.page(TENANT, 10, None)
    assert undone.undone_by == "eve"


PEOPLE = {
    "ann": [("user", "ann"), ("anonymous", "d1"), ("email", "ann@x.org"), ("anonymous", "d2")],
    "bob": [("anonymous", "d3"), ("email", "bob@x.org"), ("anonymous", "d4")],
    "cyd": [("user", "cyd"), ("anonymous", "d5")],
}


def _links(person: str) -> list[tuple[tuple[str, str], ...]]:
    ids = PEOPLE[person]
    return [*(tuple(pair) for pair in pairwise(ids)), *((one,) for one in ids)]


@st.composite
def stories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Events that together link all identities of each person, and more."""
    events = []
    for person, ids in PEOPLE.items():
        singles = draw(st.lists(st.sampled_from([(one,) for one in ids]), max_size=4))
        for number, named in enumerate([*_links(person)[: len(ids) - 1], *singles]):
            fields: dict[str, Any] = {"message_id": f"{person}-{number}", "person": person}
            for kind, value in named:
                fields[{"user": "user", "email": "email", "anonymous": "anonymous_id"}[kind]] = value
            fields["at"] = draw(st.integers(0, 5000))
            if draw(st.booleans()):
                fields["traits"] = {draw(st.sampled_from(["plan", "city"])): f"{person}-{number}"}
            events.append(fields)
    return events


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(stories(), st.randoms(use_true_random=False), st.integers(1, 6))
def test_any_order_repetition_and_batching_end_in_the_same_contacts(
    story: list[dict[str, Any]], random: Any, size: int
):
    def told(order: list[dict[str, Any]], batch: int) -> dict[str, tuple[Any, ...]]:
        stage = Stage()
        stage.world.clock.advance(timedelta(hours=2))
        start = stage.world.clock.now() - timedelta(hours=2)
        events = []
        for fields in order:
            fields = dict(fields)
            at, person = fields.pop("at"), fields.pop("person")
            kind = "identify" if "traits" in fields else "track"
            name = "identify" if "traits" in fields else f"did_{person}"
            more = {**fields, "kind": kind, "occurred_at": start + timedelta(seconds=at)}
            events.append(say(stage, name, more.pop("user", None), **more))
        for begin in range(0, len(events), batch):
            report = stage.take(*events[begin : begin + batch])
            assert (report.poison, report.failed) == ([], {})
        ends = {}
        for person, ids in PEOPLE.items():
            profiles = [known(stage, kind, value) for kind, value in ids]
            assert all(one is not None and one.id == profiles[0].id for one in profiles), person
            one = profiles[0]
            assert one is not None
            counted = one.history.get("e", {}).get(f"did_{person}", [0])[0]
            own = [f for f in story if f["person"] == person]
            assert counted == sum("traits" not in f for f in own)
            ends[person] = (
                one.traits,
                one.user_id,
                sorted(one.anonymous_ids),
                one.first_seen,
                one.last_seen,
                one.history,
            )
        return ends

    shuffled = [*story, *random.sample(story, len(story) // 3)]
    random.shuffle(shuffled)
    assert told(story, len(story)) == told(shuffled, size)


def likely(one: str, other: str, decision: Decision = Decision.MERGE) -> MatchDecision:
    candidate = MatchCandidate(*pair(one, other), 0.95, Explanation(3.0))
    return MatchDecision(candidate, decision, (Reason.AT_THRESHOLD,))


def test_what_matching_decides_is_done_once(stage: Stage):
    winner, loser = two(stage)
    stage.take(say(stage, anonymous_id="d9", message_id="m9"))
    third = pid("anonymous", "d9")
    merging = stage.world.merging(stage.members)
    decisions = [likely(winner, loser), likely(winner, third, Decision.REVIEW), likely(loser, "z" * 16)]
    assert merging.take(TENANT, decisions, OF) == 2
    assert merging.take(TENANT, decisions, OF) == 0
    assert known(stage, "anonymous", "d1") == known(stage, "user", "ann")
    assert len(stage.world.reviews.page(TENANT, 10, None)[0]) == 1
    (merge,) = stage.world.merges.of_losers(TENANT, [loser])
    assert (str(merge.reason), merge.by) == ("match", "matching")
    merging.undo(TENANT, merge.id, OF, by="eve")
    assert merging.take(TENANT, decisions, OF) == 0, "somebody said that they are two people"


def test_the_winner_takes_the_loser_s_place_in_lists_of_members(stage: Stage):
    winner, loser = two(stage)
    profiles = stage.world.profiles.get(TENANT, [winner, loser])
    stage.world.profiles.put(TENANT, [profiles[loser].evolve(segments={"pros": 5})])
    stage.members.move(TENANT, [("pros", loser, True, 5)])
    merging = stage.world.merging(stage.members)
    merging.merge(TENANT, winner, loser, OF, reason=MergeReason.MANUAL, by="eve")
    assert [m.profile for m in stage.members.page(TENANT, "pros", None, 9)[0]] == [winner]
    (merge,) = stage.world.merges.of_losers(TENANT, [loser])
    merging.undo(TENANT, merge.id, OF, by="eve")
    assert [m.profile for m in stage.members.page(TENANT, "pros", None, 9)[0]] == [loser]


def test_three_contacts_in_one_batch_and_a_chain_of_merges(stage: Stage):
    for number in range(4):
        stage.take(say(stage, anonymous_id=f"d{number}", message_id=f"m{number}"))
        stage.world.clock.advance(timedelta(minutes=1))
    told = [say(stage, anonymous_id=f"d{n}", email="a@x.org", message_id=f"l{n}", after=n) for n in range(3)]
    assert stage.take(*told).merged == 2
    assert stage.take(say(stage, user="ann", message_id="m8")).merged == 0
    assert stage.take(say(stage, user="ann", email="a@x.org", message_id="m9")).merged == 1
    assert stage.take(say(stage, user="ann", anonymous_id="d3", message_id="m10")).merged == 1
    profile = known(stage, "anonymous", "d0")
    assert profile is not None and (profile.id, count(profile)) == (pid("user", "ann"), 4 + 3 + 3)
    assert set(profile.aliases) == {pid("anonymous", f"d{n}") for n in range(4)}
    for one in profile.aliases:
        assert stage.world.profiles_table.items[f"{TENANT}#P#{one}", "p"]["to"] == profile.id
        assert stage.world.messaging.records(TENANT, [one])[one].owner == profile.id


def test_a_store_that_is_down_delivers_the_record_again(stage: Stage):
    two(stage)

    def down() -> None:
        raise Unavailable("The table did not answer.")

    records = stage.records(say(stage, user="ann", anonymous_id="d1", message_id="m4"))
    stage.world.on_write("merges.commit", down)
    report = stage.run(records)
    assert (list(report.failed.values()), report.events) == (["unavailable"], 0)
    assert stage.run(records).merged == 1
    assert count(known(stage, "user", "ann")) == 4 - 1
