"""Lead forms make contacts: their event is told once, with what was answered, or without where nobody may ask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from stepwell.contracts.events import Event
from stepwell.contracts.leads import Lead
from stepwell.contracts.social import Account, Platform, Tokens
from stepwell.errors import NotReady, StepwellError, Unavailable
from stepwell.triggers.leads import LEAD, answered, fetched, wanted
from stepwell.triggers.mentions import Hearing

from tests.fakes.listening import ListeningWorld, MemoryConnected
from tests.fakes.publishing import TENANT

PAGE = Account(id="fb1", platform=Platform.FACEBOOK, external_id="100001", name="Shop")
COMPANY = Account(id="li1", platform=Platform.LINKEDIN, external_id="urn:li:organization:1", name="Shop")
ANSWERS = {
    "email": "ada@people.example",
    "full_name": "Ada Example",
    "phone_number": "+49 151 234-56789",
    "favourite_colour": "red",
}


class Forms:
    """A network's lead forms."""

    def __init__(self, *errors: StepwellError) -> None:
        self.errors = list(errors)

    def lead(self, account: Account, tokens: Tokens, lead: str) -> Lead:
        if self.errors:
            raise self.errors.pop(0)
        return Lead(lead, "F1", ANSWERS, True)


class Tape:
    """Events that were told."""

    def __init__(self) -> None:
        self.told: list[Mapping[str, Any]] = []

    def emit(self, tenant: str, events: Any) -> None:
        assert tenant == TENANT
        self.told += events


def event(world: ListeningWorld, **properties: Any) -> Event:
    now = world.world.clock.now()
    told = {"platform": "facebook", "page_id": "100001", "lead_id": "L1", "form_id": "F1", **properties}
    return Event(
        message_id="src-L1",
        kind="webhook",
        name=LEAD,
        anonymous_id="meta_lead:L1",
        properties=told,
        occurred_at=now,
        received_at=now,
        source="meta_hook",
    )


def taken(world: ListeningWorld, one: Event) -> tuple[list[Event], list[Mapping[str, Any]]]:
    before = len(world.work.asked)
    going, fresh = Hearing(world.ports.hearing).take(TENANT, [one])
    assert fresh == []
    return going, [work for _, work in world.work.asked[before:]]


def told(world: ListeningWorld, work: Mapping[str, Any], forms: Forms) -> list[Event]:
    """Carry out work as it arrives, as JSON."""
    tape = Tape()
    sent = json.loads(json.dumps(work))
    fetched(world.ports.connected, lambda _tenant, _platform: forms, tape, TENANT, sent)
    return [msgspec.convert(one, Event) for one in tape.told]


@pytest.fixture
def world() -> ListeningWorld:
    return ListeningWorld(connected=MemoryConnected(PAGE, COMPANY))


def test_the_event_waits_for_its_answers(world: ListeningWorld) -> None:
    going, work = taken(world, event(world))
    assert going == []
    assert [(one["kind"], one["account"], one["lead"]) for one in work] == [("lead", "fb1", "L1")]
    (found,) = told(world, work[0], Forms())
    assert (found.name, found.message_id, found.anonymous_id) == (LEAD, "src-L1", "meta_lead:L1")
    assert found.traits == {"email": "ada@people.example", "name": "Ada Example", "phone": "+4915123456789"}
    assert found.properties["answers"] == {"favourite_colour": "red"}
    assert found.properties["accepted"] is True
    assert found.properties["form_id"] == "F1"


def test_what_may_be_repeated_is_and_has_the_same_id(world: ListeningWorld) -> None:
    _, work = taken(world, event(world))
    with pytest.raises(Unavailable):
        told(world, work[0], Forms(Unavailable("down")))
    once, again = told(world, work[0], Forms()), told(world, work[0], Forms())
    assert once[0].message_id == again[0].message_id


def test_who_may_not_ask_tells_the_event_without_answers(world: ListeningWorld) -> None:
    _, work = taken(world, event(world))
    (found,) = told(world, work[0], Forms(NotReady("no right", code="right_missing")))
    assert found.traits == {}
    assert found.properties["not_fetched"] == "right_missing"


def test_leads_of_pages_that_are_not_connected_are_told_at_once(world: ListeningWorld) -> None:
    one = event(world, page_id="999")
    assert taken(world, one) == ([one], [])


@pytest.mark.parametrize("properties", [{"lead_id": ""}, {"platform": "tiktok"}, {"platform": "twitter"}])
def test_other_forms_are_told_as_they_are(world: ListeningWorld, properties: Mapping[str, Any]) -> None:
    assert wanted(event(world, **properties), [PAGE, COMPANY]) is None


def test_leads_of_linkedins_ads_are_asked_by_a_page_of_the_company(world: ListeningWorld) -> None:
    one = event(world, platform="linkedin", page_id="", account_id="urn:li:sponsoredAccount:5")
    work = wanted(one, [PAGE, COMPANY])
    assert work is not None
    assert work["account"] == "li1"
    assert wanted(one, [PAGE]) is None


def test_a_number_that_is_none_stays_an_answer() -> None:
    lead = Lead("L1", "", {"phone_number": "call me", "work_email": "b@people.example"})
    found = answered({"properties": {"form_id": "F9"}}, lead)
    assert found["traits"] == {"email": "b@people.example"}
    assert found["properties"] == {"form_id": "F9", "answers": {"phone_number": "call me"}}
