"""Proofs of consents beside the contact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from stepwell.adapters.consent_proofs import DynamoProofs
from stepwell.consent.proofs import Proof

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
