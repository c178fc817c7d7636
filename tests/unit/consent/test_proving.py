"""What proof of a consent is enough: the state alone never is, where consent is asked for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.consent.proofs import Proof, changes, kind_of, proved_before
from stepwell.consent.proving import ROWS, enough
from stepwell.contracts.consent_kinds import WRITTEN, ProofKind

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
