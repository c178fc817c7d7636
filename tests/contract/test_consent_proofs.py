"""Proofs of consents beside the contact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from stepwell.adapters.consent_proofs import DynamoProofs
from stepwell.consent.proofs import Proof, of_contact
from stepwell.errors import InvalidInput

from tests.contract.conftest import Emulator

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
PROOF = Proof(
    "p1", "field:phone", "granted", NOW, NOW, "m1", "demo", "initial", 3, "Yes?", "https://x.example", "web"
)


def test_a_proof_is_put_once_and_never_changes(emulator: Emulator) -> None:
    store = DynamoProofs(emulator.table("profiles"))
    store.put("acme", [PROOF])
    store.put("acme", [replace(PROOF, state="denied", wording="?")])
    later = replace(PROOF, state="denied", at=NOW + timedelta(days=1), message_id="m2")
    other = replace(PROOF, key="email:marketing")
    store.put("acme", [later, other, replace(PROOF, profile="p2")])
    found, cursor = store.of("acme", "p1", 2)
    rest, end = store.of("acme", "p1", 2, cursor)
    assert found[0] == later
    assert {*found[1:], *rest} == {PROOF, other}
    assert end is None
    assert store.of("other", "p1", 5) == ([], None)


def test_a_merged_contact_has_the_proofs_of_all_its_identities(emulator: Emulator) -> None:
    store = DynamoProofs(emulator.table("profiles"))
    given = [
        replace(PROOF, profile=who, at=NOW + timedelta(days=day), message_id=f"{who}{day}")
        for who, days in (("p1", 3), ("p2", 0), ("p3", 2))
        for day in range(days)
    ]
    store.put("acme", given)
    for limit in (1, 2, 3, 10):
        found, cursor = of_contact(store, "acme", ("p1", "p2", "p3"), limit)
        while cursor is not None:
            page, cursor = of_contact(store, "acme", ("p1", "p2", "p3"), limit, cursor)
            assert len(page) <= limit
            found += page
        assert [one.message_id for one in found] == ["p12", "p11", "p10", "p31", "p30"]
    with pytest.raises(InvalidInput):
        of_contact(store, "acme", ("p1",), 5, "7.")
