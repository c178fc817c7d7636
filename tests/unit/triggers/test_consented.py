"""Fields that need consent: the value is dropped where there is none, the event never."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.triggers.consented import ConsentGate
from stepwell.triggers.showing import accepted

from tests.fakes.triggers import MemoryRules
from tests.fakes.world import World

T = "acme"
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
ANN = profile_id(T, "user", "ann")
SCHEMA = {"attributes": [{"name": "phone", "type": "phone", "consent": "marketing"}, {"name": "plan"}]}


class Gate:
    def __init__(self, schema: Any = SCHEMA) -> None:
        self.world = World()
        self.rules = MemoryRules()
        self.rules.documents[T] = {"schema": schema}
        self.gate = ConsentGate(
            clock=self.world.clock,
            rules=self.rules,
            contacts=self.world.profiles,
            agreements=self.world.messaging,
        )

    def knows(self, **consent: str) -> None:
        self.world.profiles.put(T, [Profile(ANN, user_id="ann")])
        if consent:
            self.world.messaging.set_consent(
                T, ANN, {name.replace("_", ":"): state for name, state in consent.items()}
            )

    def take(self, *events: Event) -> list[Event]:
        found, self.dropped = self.gate.checked(events, T)
        assert [one.message_id for one in found] == [one.message_id for one in events]
        return list(found)


def identify(said: Any = None, **traits: Any) -> Event:
    return Event(
        message_id="m1",
        kind="identify",
        name="identify",
        user_id="ann",
        traits=traits or {"phone": "+4930123456", "plan": "pro"},
        context={} if said is None else {"consent": said},
        occurred_at=AT,
        received_at=AT,
    )


def submission(agreed: bool | None) -> Event:
    consents = {} if agreed is None else {"consents": {"phone": agreed}}
    return Event(
        message_id="m2",
        kind="track",
        name="form_submission",
        user_id="ann",
        properties={"form_id": "demo", "fields": {"phone": "+4930123456", "plan": "pro"}, **consents},
        occurred_at=AT,
        received_at=AT,
    )


def test_without_consent_the_value_goes_and_the_event_stays() -> None:
    gate = Gate()
    (event,) = gate.take(identify())
    assert event.traits == {"plan": "pro"}
    assert gate.dropped == {"m1": "phone: no consent to marketing"}
    entry = accepted(event, "web", "", gate.dropped["m1"])
    assert (entry["status"], entry["code"], entry["place"]) == ("accepted", "no_consent", "traits")


@pytest.mark.parametrize(
    "consent", [{"email_marketing": "granted"}, {"marketing": "granted"}, {"field_phone": "granted"}]
)
def test_what_the_contact_agreed_to_before_is_enough(consent: dict[str, str]) -> None:
    gate = Gate()
    gate.knows(**consent)
    assert gate.take(identify())[0].traits["phone"] and not gate.dropped


@pytest.mark.parametrize(
    "consent", [{}, {"email_marketing": "denied"}, {"email_marketing": "granted", "field_phone": "denied"}]
)
def test_what_it_did_not_is_not(consent: dict[str, str]) -> None:
    gate = Gate()
    gate.knows(**consent)
    assert gate.take(identify())[0].traits == {"plan": "pro"}


def test_the_word_of_the_moment_counts_either_way() -> None:
    gate = Gate()
    assert "phone" in gate.take(identify({"marketing": True}))[0].traits
    gate.knows(email_marketing="granted")
    assert "phone" not in gate.take(identify({"marketing": False}))[0].traits


def test_a_field_that_was_agreed_to_in_the_form_beside_is_kept() -> None:
    gate = Gate()
    both = gate.take(submission(True), identify())
    assert both[0].properties["fields"]["phone"] and both[1].traits["phone"]
    for agreed in (False, None):
        both = gate.take(submission(agreed), identify())
        assert both[0].properties["fields"] == both[1].traits == {"plan": "pro"}


def test_to_remove_a_value_needs_no_consent() -> None:
    assert Gate().take(identify(None, phone=None))[0].traits == {"phone": None}


def test_reserved_names_are_their_fields() -> None:
    assert Gate().take(identify(None, phoneNumber="+4930123456"))[0].traits == {}


def test_a_workspace_without_such_fields_reads_nothing_of_contacts() -> None:
    gate = Gate({"attributes": [{"name": "plan"}]})
    reads = gate.world.reads
    assert gate.take(identify()) == [identify()] and gate.world.reads == reads
