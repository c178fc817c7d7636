"""What an import tells of the past starts, ends and wakes nothing; consents are kept, opt-outs stay."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.contracts.events import Event
from stepwell.contracts.imports import CONSENT_TOLD, IMPORT_SOURCE
from stepwell.contracts.tokens import TokenState

from tests.unit.triggers.stage import TENANT, Stage, workflow
from tests.unit.triggers.test_segments_in_the_pass import ANN, form, have, on_segment, rows

KEY = "email:marketing"


@pytest.fixture
def stage() -> Stage:
    return Stage()


def imported(stage: Stage, name: str, *, trigger: bool = False, **more: Any) -> Event:
    marks = {} if trigger else {"backfill": True}
    properties = {**more.pop("properties", {}), **marks}
    return stage.event(name, source=IMPORT_SOURCE, properties=properties, **more)


def consent(stage: Stage, state: str, after: float, **more: Any) -> Event:
    told = {
        "channel": "email",
        "purpose": "marketing",
        "consent": state,
        "proof": "import people.csv",
        **more,
    }
    return imported(stage, CONSENT_TOLD, kind="engagement", properties=told, after=after)


def standing(stage: Stage) -> str:
    return str(stage.world.messaging.records(TENANT, [ANN])[ANN].consent.get(KEY, ""))


def test_the_past_starts_nothing_unless_it_is_asked_to(stage: Stage) -> None:
    stage.publish(workflow())
    assert stage.take(imported(stage, "signup")).enrolled == {}
    assert stage.take(imported(stage, "signup", after=1, trigger=True)).enrolled == {"enrolled": 1}


def test_a_browser_cannot_mark_its_events(stage: Stage) -> None:
    stage.publish(workflow())
    assert stage.take(stage.event("signup", properties={"backfill": True})).enrolled == {"enrolled": 1}


def test_the_past_wakes_and_ends_nobody(stage: Stage) -> None:
    stage.publish(workflow(exit_criteria=[{"event": "purchase"}]))
    stage.take(stage.event("signup"))
    stage.park(stage.tokens()[0])
    stage.take(imported(stage, "purchase", after=1))
    assert [token.state for token in stage.tokens()] == [TokenState.PARKED]
    profile = stage.profile()
    assert profile is not None
    assert "purchase" in str(profile.history)


def test_segments_entered_by_the_past_start_nothing(stage: Stage) -> None:
    have(stage, form("buyers", "did(purchase)"), form("list"))
    stage.publish(on_segment(where="event.segment in ['buyers', 'list']"))
    listed = imported(stage, "segment_list_added", kind="engagement", properties={"segment": "list"})
    assert stage.take(imported(stage, "purchase"), listed).enrolled == {}
    assert rows(stage, "buyers") == rows(stage, "list") == [ANN]


def test_a_consent_is_kept_with_its_proof(stage: Stage) -> None:
    stage.take(imported(stage, "identify", kind="identify", traits={"email": "ann@x.example"}))
    stage.take(consent(stage, "granted", 1))
    assert standing(stage) == "granted"
    profile = stage.profile()
    assert profile is not None
    assert "import people.csv" in str(profile.recent)


def test_an_opt_out_stays_unless_forced(stage: Stage) -> None:
    stage.take(imported(stage, "identify", kind="identify", traits={"email": "ann@x.example"}))
    stage.take(consent(stage, "denied", 1))
    stage.take(consent(stage, "granted", 2))
    assert standing(stage) == "denied"
    stage.take(consent(stage, "granted", 3, forced=True, reason="asked by telephone"))
    assert standing(stage) == "granted"


def test_a_suppressed_address_is_not_opened(stage: Stage) -> None:
    stage.take(imported(stage, "identify", kind="identify", traits={"email": "ann@x.example"}))
    now = stage.world.clock.now()
    stage.world.messaging.suppress(TENANT, "email", "ann@x.example", "unsubscribed", now, "link")
    stage.take(consent(stage, "granted", 1))
    assert standing(stage) == ""
