"""What proof of a consent is enough: the state alone never is, where consent is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.consent.proofs import Proof, changes, kind_of, proved_before
from stepwell.consent.proving import ROWS, enough
from stepwell.contracts.consent_kinds import WRITTEN, ProofKind, kind_for, proof_of, with_changes

from tests.fakes.enrichment import MemoryProofs

AT = datetime(2026, 3, 1, tzinfo=UTC)
KINDS = st.sampled_from(["", *ProofKind])
PLACES = st.sets(st.sampled_from(["US", "DE", "CA", ""]), max_size=3)
MORE = st.dictionaries(st.sampled_from(["*", "US", "DE"]), st.sampled_from(["written", "double"]))


@pytest.mark.parametrize(
    ("kind", "places", "more", "expected"),
    [
        ("", {"DE"}, {}, False),
        ("", set(), {}, False),
        ("told", {"DE"}, {}, True),
        ("told", {"US"}, {}, False),
        ("verbal", {"US"}, {}, False),
        ("form", {"US"}, {}, True),
        ("keyword", {"US"}, {}, True),
        ("form", {"DE", "US"}, {}, True),
        ("told", {"DE", "US"}, {}, False),
        ("form", {"DE"}, {"DE": "double"}, False),
        ("double", {"DE"}, {"DE": "double"}, True),
        ("form", {"FR"}, {"DE": "double"}, True),
        ("told", {"FR"}, {"*": "written"}, False),
        ("told", set(), {"*": "written"}, False),
    ],
)
def test_the_strictest_of_law_and_workspace_holds(
    kind: str, places: set[str], more: dict[str, str], expected: bool
) -> None:
    assert enough(kind, "sms", places, more) is expected


@given(kind=KINDS, places=PLACES, more=MORE)
def test_a_workspace_can_ask_for_more_and_never_for_less(
    kind: str, places: set[str], more: dict[str, str]
) -> None:
    if enough(kind, "sms", places, more):
        assert enough(kind, "sms", places, {})
        assert kind and ("US" not in places or kind in WRITTEN)
    assert enough(kind, "email", places, more) is bool(kind)


def test_each_row_says_where_it_is_from() -> None:
    assert all(row.source and row.since for row in ROWS)


def proof(key: str = "sms:marketing", state: str = "granted", days: int = 0, **told: object) -> Proof:
    at = AT + timedelta(days=days)
    return Proof("p" * 16, key, state, at, at, f"m{key}{days}", **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        (proof(how="paper", form="signup"), "paper"),
        (proof(form="signup"), "form"),
        (proof(source="double_opt_in"), "double"),
        (proof(source="preference_centre"), "page"),
        (proof(source="unsubscribe_link:page"), "page"),
        (Proof("p", "sms:marketing", "granted", AT, AT, "sms-SM1"), "keyword"),
        (Proof("p", "push:marketing", "granted", AT, AT, "m1"), "browser"),
        (proof(source="import"), "told"),
    ],
)
def test_older_proofs_say_by_their_source_how_it_was(told: Proof, kind: str) -> None:
    assert kind_of(told) == kind


def test_what_holds_says_how_it_was_granted() -> None:
    found = [proof(how="form"), proof("field:news"), proof("email:marketing", "denied"), proof("topic:sale")]
    assert changes(found) == {
        "sms:marketing": "granted",
        "proof:sms": "form",
        "field:news": "granted",
        "email:marketing": "denied",
        "topic:sale": "granted",
    }
    assert changes([proof(kept=False)]) == {}


def test_the_newest_word_that_counted_proves_a_consent_of_before() -> None:
    def of(*kept: Proof) -> dict[str, str]:
        book = MemoryProofs()
        book.put("acme", kept)
        return proved_before(book, "acme", ["p" * 16], "sms:marketing")

    assert of() == {}
    assert of(proof(form="signup")) == {"proof:sms": "form"}
    assert of(proof(form="signup"), proof(state="denied", days=1)) == {}
    assert of(proof(state="denied"), proof(form="signup", days=1)) == {"proof:sms": "form"}
    assert of(proof(form="signup"), proof(source="import", days=1, kept=False)) == {"proof:sms": "form"}
    assert of(proof("email:marketing", form="signup")) == {}
    assert of(proof(form="signup"), proof(state="asked", days=1, kept=False)) == {"proof:sms": "form"}


def test_a_weaker_proof_takes_no_stronger_ones_place() -> None:
    key, mine, other = "sms:marketing", "+491511", "+491512"

    def held(before: str, kind: str, number: str = "", state: str = "granted") -> str:
        consent = {key: state, "proof:sms": before}
        return with_changes(consent, {key: "granted", **proof_of(key, kind, number)})["proof:sms"]

    signed = proof_of(key, "paper", mine)["proof:sms"]
    assert held(signed, "told", mine) == held(signed, "told") == signed
    assert held("keyword", "verbal", mine) == "keyword"
    assert kind_for(held(signed, "double", mine), mine) == "double"
    # Of another number, or after a denial, the new word alone counts.
    assert kind_for(held(signed, "told", other), other) == "told"
    assert kind_for(held(signed, "told", mine, "denied"), mine) == "told"
    assert with_changes({}, {"topic:news": "denied"}) == {"topic:news": "denied"}


@given(kind=st.sampled_from(list(ProofKind)), number=st.sampled_from(["+491511", "+491512"]))
def test_what_is_noted_holds_for_its_number_alone(kind: ProofKind, number: str) -> None:
    noted = proof_of("sms:marketing", kind, number)["proof:sms"]
    assert kind_for(noted, number) == kind
    assert kind_for(noted, "+491513") == kind_for(noted, "") == ""
    assert proof_of("sms:transactional", kind, number) == {}
    assert proof_of("email:marketing", kind, "a@example.com") == {"proof:email": kind}


def test_proofs_say_for_which_number_texts_were_agreed_to() -> None:
    found = changes([proof(how="form", number="+491511"), proof("email:marketing", how="form")])
    assert kind_for(found["proof:sms"], "+491511") == "form"
    assert kind_for(found["proof:sms"], "+491512") == ""
    assert found["proof:email"] == "form"
