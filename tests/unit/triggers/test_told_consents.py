"""Consents of imports: what holds afterwards, and the proof of each."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from stepwell.contracts.consent_kinds import kind_for
from stepwell.contracts.events import Event
from stepwell.contracts.profiles import Profile
from stepwell.triggers.told_consents import keep_told

from tests.fakes.enrichment import MemoryProofs
from tests.fakes.world import World

T = "acme"
AT = datetime(2020, 5, 1, tzinfo=UTC)
ANN = Profile("p" * 16, traits={"email": "ann@example.com", "phone": "+4915112345678"})


class Desk:
    def __init__(self) -> None:
        self.messaging = World().messaging
        self.proofs = MemoryProofs()

    def tell(self, consent: str, **told: Any) -> None:
        event = Event(
            message_id=f"imp-1-{consent}",
            kind="engagement",
            name="consent_told",
            properties={"channel": "email", "purpose": "marketing", "consent": consent, **told},
            occurred_at=AT,
            received_at=AT,
            source="import",
        )
        keep_told(self.messaging, self.proofs, T, event, ANN)

    @property
    def holds(self) -> str:
        return self.messaging.records(T, [ANN.id])[ANN.id].consent.get("email:marketing", "")

    @property
    def how(self) -> str:
        return self.messaging.records(T, [ANN.id])[ANN.id].consent.get("proof:email", "")

    @property
    def proof(self) -> Any:
        return list(self.proofs.kept.values())[-1]


@pytest.mark.parametrize("state", ["granted", "denied"])
def test_a_consent_and_its_proof_are_kept_once(state: str) -> None:
    desk = Desk()
    for _ in range(2):
        desk.tell(state, proof="import people.csv")
    assert desk.holds == state and len(desk.proofs.kept) == 1
    proof = desk.proof
    assert (proof.profile, proof.key, proof.state) == (ANN.id, "email:marketing", state)
    assert (proof.at, proof.source, proof.wording, proof.kept) == (AT, "import", "import people.csv", True)


def test_a_grant_of_what_was_closed_is_proved_and_does_not_hold() -> None:
    desk = Desk()
    desk.messaging.set_consent(T, ANN.id, {"email:marketing": "denied"})
    desk.tell("granted", proof="import people.csv")
    assert desk.holds == "denied" and not desk.proof.kept


def test_a_consent_to_texts_is_for_the_number_that_the_contact_has() -> None:
    desk = Desk()
    desk.tell("granted", channel="sms", how="paper")
    assert desk.proof.number == ANN.traits["phone"]
    noted = desk.messaging.records(T, [ANN.id])[ANN.id].consent["proof:sms"]
    assert kind_for(noted, ANN.traits["phone"]) == "paper" and kind_for(noted, "+4915100000000") == ""


def test_a_suppressed_address_is_not_opened() -> None:
    desk = Desk()
    desk.messaging.suppress(T, "email", ANN.email, "complaint", AT, "ses")
    desk.tell("granted")
    assert desk.holds == "" and not desk.proof.kept


def test_a_forced_grant_holds_and_says_why() -> None:
    desk = Desk()
    desk.messaging.set_consent(T, ANN.id, {"email:marketing": "denied"})
    desk.tell("granted", proof="import people.csv", forced=True, reason="signed again at the fair")
    assert desk.holds == "granted"
    assert (desk.proof.kept, desk.proof.wording) == (True, "import people.csv: signed again at the fair")


def test_what_is_no_answer_is_no_consent() -> None:
    desk = Desk()
    desk.tell("perhaps")
    assert desk.holds == "" and not desk.proofs.kept


def test_it_says_how_consent_was_given_where_the_import_says_so() -> None:
    desk = Desk()
    desk.tell("granted", how="paper")
    assert (desk.proof.how, desk.how) == ("paper", "paper")
    for nonsense in ("hearsay", None, 5):
        desk = Desk()
        desk.tell("granted", how=nonsense)
        assert (desk.proof.how, desk.how) == ("told", "told")


def test_a_number_that_stopped_is_not_opened() -> None:
    desk = Desk()
    number = str(ANN.traits["phone"])
    desk.messaging.suppress(T, "sms", number, "stopped", AT, "sms:twilio")
    desk.tell("granted", channel="sms", how="form")
    assert not desk.proof.kept
    assert "sms:marketing" not in desk.messaging.records(T, [ANN.id])[ANN.id].consent
