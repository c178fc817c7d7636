"""Two profiles that are one: as if all events had come to one; and apart again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.contracts import scores
from stepwell.contracts.computed import value_of
from stepwell.contracts.consent_kinds import kind_for, proof_of
from stepwell.contracts.events import Event
from stepwell.contracts.merges import Side
from stepwell.contracts.messages import Claim, MessagingRecord
from stepwell.contracts.profiles import Pending, Profile
from stepwell.profiles.computed import CompiledComputed
from stepwell.profiles.fold import Fold, FoldRules
from stepwell.profiles.matching.model import Reason
from stepwell.profiles.merging import against, in_order, interleaved, merged, merged_record, pointers_of
from stepwell.profiles.schema import Attribute, Computed, Schema
from stepwell.profiles.traits import Attributes
from stepwell.profiles.unmerging import unmerged

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
A, B = "a" * 16, "b" * 16
KEY = "sms:marketing"
KINDS = ("count", "sum", "average", "min", "max", "first", "last", "distinct", "days_since")
COMPUTED = [
    Computed(
        name=f"{kind}_{window or 'ever'}",
        kind=kind,
        event="buy",
        property=None if kind in ("count", "days_since") else "total",
        window_days=window,
    )
    for kind in KINDS
    for window in (None, 7)
    if not (window and kind in ("first", "last", "days_since"))
]
SCHEMA = Schema(
    attributes=tuple(
        Attribute(name=name, rule=rule, type=kind)
        for name, rule, kind in (
            ("latest", "latest", "any"),
            ("first", "first", "any"),
            ("most", "max", "number"),
            ("least", "min", "number"),
            ("all", "union", "list"),
            ("ranked", "source_priority", "any"),
        )
    )
)
ATTRIBUTES = Attributes(SCHEMA)
RULES = FoldRules(ATTRIBUTES, CompiledComputed(COMPUTED))
OF = ATTRIBUTES.of
FIELDS = [attribute.name for attribute in SCHEMA.attributes]


def folded(profile: Profile, events: list[Event]) -> Profile:
    fold = Fold(profile, RULES, NOW_MS)
    for event in sorted(events, key=lambda e: (e.when, e.message_id)):
        fold.apply(event)
        if event.name == "buy":
            state = fold.scores.setdefault("lead", scores.new_state(1, event.when.timestamp()))
            scores.add(state, event.properties["rule"], 10, event.when.timestamp(), 25)
    return fold.result() if events else profile


@st.composite
def events(draw: st.DrawFn, mark: str) -> list[Event]:
    found = []
    for number in range(draw(st.integers(1, 8))):
        at = NOW - timedelta(days=draw(st.integers(0, 9)), seconds=draw(st.integers(0, 9)))
        told: dict[str, Any] = {}
        if draw(st.booleans()):
            value = draw(st.integers(0, 9))
            told = {draw(st.sampled_from(FIELDS)): draw(st.sampled_from([value, None]))}
        found.append(
            Event(
                message_id=f"{mark}{number}",
                kind="identify" if told else "track",
                name="identify" if told else "buy",
                properties={}
                if told
                else {"total": draw(st.integers(1, 5)), "rule": draw(st.sampled_from("xy"))},
                traits=told,
                occurred_at=at,
                received_at=at,
                source=draw(st.sampled_from(["web", "crm"])),
            )
        )
    return found


def computed(profile: Profile) -> dict[str, Any]:
    return {name: value_of(state, NOW_MS) for name, state in profile.computed.items()}


def points(profile: Profile) -> dict[str, float]:
    at = NOW.timestamp()
    return {m: pytest.approx(scores.exact(s, at), abs=0.01) for m, s in profile.scores.items()}


@settings(deadline=None, max_examples=150)
@given(events("a"), events("b"))
def test_a_merge_is_what_all_events_would_have_made_of_one(ours: list[Event], theirs: list[Event]):
    winner, loser = folded(Profile(A), ours), folded(Profile(B), theirs)
    both, whole = merged(winner, loser, OF), folded(Profile(A), [*ours, *theirs])
    assert both.traits == whole.traits
    assert both.stamps == whole.stamps
    assert computed(both) == computed(whole)
    assert {m: scores.exact(s, NOW.timestamp()) for m, s in both.scores.items()} == points(whole)
    assert {k: v for k, v in both.history.items() if k != "x"} == {
        k: v for k, v in whole.history.items() if k != "x"
    }
    assert (both.first_seen, both.last_seen) == (whole.first_seen, whole.last_seen)
    assert set(both.seen) == set(whole.seen)
    assert both.aliases == (B,)
    assert merged(loser, winner, OF).traits == both.traits


@settings(deadline=None, max_examples=150)
@given(events("a"), events("b"), st.one_of(st.just([]), events("c")))
def test_undo_gives_both_back_and_leaves_what_came_since(
    ours: list[Event], theirs: list[Event], since: list[Event]
):
    winner = folded(Profile(A, anonymous_ids=("d1",)), ours)
    loser = folded(Profile(B, user_id="u", anonymous_ids=("d2",)), theirs)
    records = MessagingRecord(A), MessagingRecord(B)
    now = folded(merged(winner, loser, OF), since)
    parted = unmerged(
        Side(now, merged_record(*records)), Side(winner, records[0]), Side(loser, records[1]), OF
    )
    back = parted.loser.profile
    assert back.evolve(seen=(), applied=()) == loser.evolve(seen=(), applied=(), derived=(), pending=())
    left = parted.winner.profile
    assert (left.user_id, left.anonymous_ids, left.aliases) == ("", ("d1",), ())
    want = folded(winner, since)
    additive = [name for name in want.computed if name.startswith(("count", "sum", "average"))]
    # What is older than a window that the merge moved on counts nothing: no state, or one of zero.
    assert {n: computed(left).get(n) or 0 for n in additive} == {
        n: computed(want).get(n) or 0 for n in additive
    }
    assert {n: t[0] for n, t in left.history.get("e", {}).items()} == {
        n: t[0] for n, t in want.history.get("e", {}).items()
    }
    assert {m: scores.exact(s, NOW.timestamp()) for m, s in left.scores.items()} == points(want)
    if not since:
        assert (left.traits, left.stamps, computed(left)) == (winner.traits, winner.stamps, computed(winner))
        assert (left.first_seen, left.last_seen, parted.kept) == (winner.first_seen, winner.last_seen, ())
        assert left.segments == winner.segments
    for field in FIELDS:
        told = {event.message_id for event in since if field in event.traits}
        if not told:
            assert left.traits.get(field) == winner.traits.get(field)


def person(name: str, **more: Any) -> Profile:
    return Profile(name * 16, **more)


def test_who_stays():
    day = timedelta(days=1)
    strong = [
        person("d", user_id="u", first_seen=NOW),
        person("c", traits={"email": "a@x.org"}, first_seen=NOW - day),
        person("b", traits={"phone": "+4420"}, first_seen=NOW - 2 * day),
        person("a", first_seen=NOW - 3 * day),
    ]
    for one, other in pairwise(strong):
        assert in_order(one, other) == in_order(other, one) == (one, other)
    older, younger = person("z", first_seen=NOW - day), person("a", first_seen=NOW)
    assert in_order(younger, older) == (older, younger)
    assert in_order(person("b"), person("a"))[0].id == "a" * 16


def test_what_speaks_against_a_merge():
    def at(name: str, email: str, **more: Any) -> Profile:
        return person(name, traits={"email": email, "email_verified": True}, **more)

    assert against(at("a", "a@x"), at("b", "b@x")) == (Reason.VERIFIED_EMAILS,)
    assert against(at("a", "a@x"), at("b", "a@x")) == ()
    assert against(at("a", "a@x"), person("b", traits={"email": "b@x"})) == ()
    clicked = person("b", traits={"email": "b@x"}, history={"e": {"email_clicked": [1, 1, "1"]}})
    assert against(at("a", "a@x"), clicked) == (Reason.VERIFIED_EMAILS,)
    assert against(person("a", user_id="u"), person("b", user_id="v")) == (Reason.CUSTOMER_IDS,)
    crowd = tuple(f"{n:016d}" for n in range(19))
    assert against(person("a", aliases=crowd), person("b")) == ()
    assert against(person("a", aliases=crowd), person("b", aliases=("x",))) == (Reason.GROUP_TOO_LARGE,)


def test_consent_is_the_stricter_and_sends_are_the_newest():
    def sent(n: int) -> Claim:
        return Claim(f"v{n}", "", NOW + timedelta(hours=n), "email")

    one = MessagingRecord(
        A, 3, {"email:marketing": "granted", "sms:marketing": "denied"}, tuple(map(sent, range(0, 24, 2)))
    )
    other = MessagingRecord(
        B, 5, {"email:marketing": "denied", "push:marketing": "granted"}, tuple(map(sent, range(1, 24, 2)))
    )
    both = merged_record(one, other)
    assert both.consent == {
        "email:marketing": "denied",
        "sms:marketing": "denied",
        "push:marketing": "granted",
    }
    assert [claim.visit for claim in both.claims] == [f"v{n}" for n in range(8, 24)]
    assert (both.profile, both.rev, both.aliases) == (A, 3, (B,))


@pytest.mark.parametrize("phone", ["+491511", "+491512", "+491513", None])
def test_of_two_consents_to_texts_that_of_the_number_that_stays_holds(phone: str | None):
    def agreed(who: str, kind: str, number: str) -> MessagingRecord:
        return MessagingRecord(who, 1, {KEY: "granted", **proof_of(KEY, kind, number)})

    winner, loser = agreed(A, "keyword", "+491511"), agreed(B, "form", "+491512")
    noted = merged_record(winner, loser, phone).consent["proof:sms"]
    assert kind_for(noted, phone or "") == {"+491511": "keyword", "+491512": "form"}.get(phone or "", "")
    # Of the same number the stronger holds; nothing of whoever said no.
    twice = merged_record(winner, agreed(B, "double", "+491511"), "+491511").consent
    assert kind_for(twice["proof:sms"], "+491511") == "double"
    left = MessagingRecord(B, 1, {KEY: "denied", **proof_of(KEY, "form", "+491512")})
    assert merged_record(winner, left, "+491512").consent[KEY] == "denied"


def test_what_is_owed_is_owed_once_and_marks_of_both_stay():
    one = Pending("k", "welcome", 1, "start", NOW)
    winner = person("a", pending=(one,), seen=("1", "2"), due=0, segments={"s": 9, "t": 1})
    loser = person("b", pending=(one, Pending("l", "welcome", 1, "start", NOW)), seen=("2", "3"), due=7)
    both = merged(winner, loser.evolve(segments={"s": 5, "r": 2}), OF)
    assert [p.key for p in both.pending] == ["k", "l"]
    assert (both.seen, both.due, both.segments) == (("1", "3", "2"), 7, {"s": 5, "t": 1, "r": 2})
    assert interleaved((1, 2, 3), (7, 8)) == (1, 7, 2, 8, 3)


def test_the_identities_of_a_contact():
    known = person(
        "a", user_id="u", traits={"phone": "+44", "email": "a@x.org"}, anonymous_ids=("d",), aliases=(B,)
    )
    assert len(pointers_of("acme", known)) == 5
    assert pointers_of("acme", person("a")) == []


def test_sequences_go_on_as_the_one_that_got_further():
    one, two = [[[1, 1]], []], [[[2, 2]], [[2, 3]]]
    winner = person("a", sequences={"s": {"": one}, "own": {"k": one}})
    loser = person("b", sequences={"s": {"": two}, "theirs": {"": one}})
    both = merged(winner, loser, OF).sequences
    assert both == {"s": {"": two}, "own": {"k": one}, "theirs": {"": one}}
    assert merged(loser, winner, OF).sequences == both
