"""Facts that somebody checks by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.profiles import Profile
from stepwell.enrichment.verifying import decide, open_check, waiting
from stepwell.errors import InvalidInput, NotFound

from tests.fakes.enrichment import Enriching

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEAD = Profile(
    "p1",
    traits={"email": "ann@acme.example", "company": "Acme", "employee_count": 9, "secret": "x"},
    stamps={"email": (1_000, "web"), "employee_count": (2_000, "clearbit"), "company": (-3_000, "web")},
)


@pytest.fixture
def world() -> Enriching:
    found = Enriching(ManualClock(NOW))
    found.put(LEAD)
    assert open_check(found.ports, "acme", LEAD)
    return found


def test_a_lead_is_listed_once_with_who_told_what(world: Enriching) -> None:
    assert not open_check(world.ports, "acme", LEAD)
    (one,), cursor = waiting(world.ports, "acme", 10, None)
    assert cursor is None
    assert one["profile"] == "p1"
    assert one["fields"] == {
        "email": {
            "value": "ann@acme.example",
            "source": "web",
            "told_at": "1970-01-01T00:00:01.000Z",
            "enriched": False,
        },
        "company": {
            "value": "Acme",
            "source": "web",
            "told_at": "1970-01-01T00:00:03.000Z",
            "enriched": False,
        },
        "employee_count": {
            "value": 9,
            "source": "clearbit",
            "told_at": "1970-01-01T00:00:02.000Z",
            "enriched": True,
        },
    }


def test_pages(world: Enriching) -> None:
    for n in range(2, 6):
        open_check(world.ports, "acme", Profile(f"p{n}"))
    first, cursor = waiting(world.ports, "acme", 3, None)
    rest, end = waiting(world.ports, "acme", 3, cursor)
    assert [one["profile"] for one in [*first, *rest]] == ["p1", "p2", "p3", "p4", "p5"]
    assert end is None


def test_approved_values_are_told_again_as_verified(world: Enriching) -> None:
    answer = decide(world.ports, "acme", "p1", "approve", actor="eve")
    assert answer == {"profile": "p1", "decision": "approved", "fields": []}
    (event,) = world.stream.events
    assert event["source"] == "verified"
    assert event["traits"] == {
        "email": "ann@acme.example",
        "company": "Acme",
        "employee_count": 9,
        "verification": "approved",
        "verified_at": "2026-11-23T12:00:00.000Z",
    }
    assert waiting(world.ports, "acme", 10, None) == ([], None)
    with pytest.raises(NotFound):
        decide(world.ports, "acme", "p1", "approve", actor="eve")


def test_corrected_values_stand(world: Enriching) -> None:
    decide(world.ports, "acme", "p1", "correct", actor="eve", corrections={"employee_count": 12})
    assert world.stream.events[0]["traits"]["employee_count"] == 12
    assert world.stream.events[0]["traits"]["verification"] == "corrected"
    (entry,) = world.log.entries
    assert (entry.action, entry.actor, entry.details) == (
        "verification.corrected",
        "eve",
        {"fields": ["employee_count"]},
    )


def test_a_rejected_lead_is_marked_and_nothing_of_it_verified(world: Enriching) -> None:
    decide(world.ports, "acme", "p1", "reject", actor="eve", note="a competitor")
    traits = world.stream.events[0]["traits"]
    assert traits == {"verification": "rejected", "verified_at": "2026-11-23T12:00:00.000Z"}
    assert not open_check(world.ports, "acme", LEAD.evolve(traits=traits))


def test_a_decision_that_makes_no_sense(world: Enriching) -> None:
    with pytest.raises(InvalidInput):
        decide(world.ports, "acme", "p1", "correct", actor="eve")
    with pytest.raises(InvalidInput):
        decide(world.ports, "acme", "p1", "approve", actor="eve", corrections={"company": "x"})
    with pytest.raises(InvalidInput, match="not checked"):
        decide(world.ports, "acme", "p1", "correct", actor="eve", corrections={"user_id": "x"})
    assert world.stream.events == []
    world.people.profiles.clear()
    assert decide(world.ports, "acme", "p1", "approve", actor="eve")["decision"] == "approved"
