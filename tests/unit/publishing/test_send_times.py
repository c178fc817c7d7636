"""Send times as people see them, and the prior that is estimated once a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from stepwell.contracts.profiles import Profile
from stepwell.errors import NotFound
from stepwell.publishing import publish
from stepwell.publishing.send_times import SendTimes
from stepwell.timing.arms import outcome_of
from stepwell.timing.hours import noted
from stepwell.timing.prior import ID, KIND, Prior

from tests.fakes.enrichment import MemoryDocuments
from tests.fakes.publishing import TENANT
from tests.fakes.segments import MemorySample
from tests.unit.publishing.stage import Stage, person

MAIL = {"template_id": "hello", "send_time_optimization": "ai_powered", "send_time_control": 20}


class Counted:
    def __init__(self) -> None:
        self.found: dict[str, dict[str, int]] = {}

    def read(self, tenant: str, workflow: str, version: int) -> Mapping[str, Mapping[str, int]]:
        return self.found


class Desk:
    def __init__(self) -> None:
        self.stage = Stage()
        self.counted = Counted()
        self.documents = MemoryDocuments(self.stage.world.clock)
        ports = self.stage.ports
        self.times = SendTimes(self.documents, MemorySample(ports.profiles), self.counted, ports)

    def contact(self, number: int, *hours: int) -> Profile:
        state: Any = ()
        start = int(self.stage.ports.now().timestamp()) // 86_400 - 40
        for day, hour in enumerate(hours):
            state = noted(state, ((start + day) * 24 + hour) * 3_600_000, 0)
        profile = Profile(f"{number:016d}".translate(str.maketrans("0189", "abcd")), hours=state)
        self.stage.world.profiles.put(TENANT, [profile])
        return profile


def test_a_prior_is_estimated_once_a_day() -> None:
    desk = Desk()
    for number in range(30):
        desk.contact(number, 8, 8, 9, 21)
    first = desk.times.refresh(TENANT)
    assert first.contacts == 30
    assert max(range(24), key=lambda hour: first.hours[hour]) == 8
    assert desk.documents.stored[TENANT, KIND, ID].rev == 1
    desk.stage.world.clock.advance(timedelta(hours=5))
    assert desk.times.refresh(TENANT).at == first.at
    desk.stage.world.clock.advance(timedelta(hours=20))
    assert desk.times.refresh(TENANT).at == desk.stage.ports.now()
    assert desk.documents.stored[TENANT, KIND, ID].rev == 2
    told = desk.times.of_workspace(TENANT)
    assert told["contacts"] == 30
    assert sum(told["hours"]) == pytest.approx(1, abs=0.01)


def test_a_contact_that_is_known_and_one_that_is_not() -> None:
    desk = Desk()
    nobody = Profile("a" * 16)
    told = desk.times.of_contact(TENANT, nobody)
    assert told["best_hour"] is None, "of a workspace without history nothing is known"
    for number in range(30):
        desk.contact(number, 8, 8, 9, 21)
    desk.times.refresh(TENANT)
    assert desk.times.of_contact(TENANT, nobody)["best_hour"] == 8
    assert desk.times.of_contact(TENANT, nobody)["own_share"] == 0
    owl = desk.contact(99, *[23] * 39)
    told = desk.times.of_contact(TENANT, owl)
    assert told["best_hour"] == 23
    assert 0.5 < told["own_share"] < 1
    assert sum(hour["share"] for hour in told["hours"]) == pytest.approx(1)


def timed(desk: Desk, **more: Any) -> None:
    document = {
        "id": "welcome",
        "purpose": "marketing",
        "nodes": [
            {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
            {"id": "mail", "type": "email_send", "config": {**MAIL, **more}},
        ],
        "edges": ["start -> mail"],
    }
    if desk.stage.ports.workflows.get(TENANT, "welcome"):
        desk.stage.update(document)
    else:
        desk.stage.create(document)


def test_what_the_best_time_gains() -> None:
    desk = Desk()
    timed(desk)
    assert desk.times.gains(TENANT, "welcome") == []
    publish.publish(desk.stage.ports, TENANT, "welcome", "ann")
    (empty,) = desk.times.gains(TENANT, "welcome")
    assert (empty["node"], empty["wait"], empty["control"]) == ("mail", "mail_best_time", 20)
    assert empty["open_gain"] is None
    desk.counted.found = {
        "mail": {
            outcome_of("best", "accepted"): 800,
            outcome_of("best", "opened"): 240,
            outcome_of("control", "accepted"): 200,
            outcome_of("control", "opened"): 40,
        }
    }
    (found,) = desk.times.gains(TENANT, "welcome", 1)
    assert found["best_time"] == {"sent": 800, "opened": 240, "clicked": 0}
    assert found["open_gain"]["difference"] == pytest.approx(0.1)
    assert 0 < found["open_gain"]["low"] < 0.1 < found["open_gain"]["high"]
    with pytest.raises(NotFound):
        desk.times.gains(TENANT, "nothing")


def test_publishing_has_the_prior_estimated_if_a_message_goes_by_it() -> None:
    desk = Desk()
    timed(desk, send_time_optimization="")
    publish.publish(desk.stage.ports, TENANT, "welcome", "ann")
    assert not desk.stage.moves.queue
    timed(desk)
    publish.publish(desk.stage.ports, TENANT, "welcome", "ann")
    ((move, _),) = [one for one in desk.stage.moves.queue if one[0].kind == "timing"]
    assert move.tenant == TENANT
    assert type(move).parse(move.document()) == move


class Known:
    """A prior that a test gives."""

    def __init__(self, prior: Prior) -> None:
        self.found = prior

    def prior(self, tenant: str, now: datetime) -> Prior:
        assert tenant == TENANT
        return self.found


def test_each_contact_gets_its_message_at_its_own_best_time() -> None:
    desk = Desk()
    stage = desk.stage
    timed(desk, send_time_control=0)
    evening = Prior(
        at=stage.ports.now(), hours=[0.7 if hour == 18 else 0.3 / 23 for hour in range(24)], strength=3
    )
    object.__setattr__(stage.cloud.ports, "timing", Known(evening))
    stage.publish()
    owl, tokyo, unknown = person(1), person(2, time_zone="Asia/Tokyo"), person(3)
    state: Any = ()
    for day in range(60):
        at = stage.world.clock.now().replace(hour=22, minute=10) - timedelta(days=day + 1)
        state = noted(state, int(at.timestamp() * 1000), 0)
    stage.enroll(owl.evolve(hours=state), tokyo, unknown)
    started = stage.world.clock.now()
    stage.run_until(2)
    records = stage.world.messaging.records(TENANT, [one.id for one in (owl, tokyo, unknown)])
    assert len(stage.world.mailer.accepted) == 3
    sent = [records[one.id].claims[-1].at for one in (owl, tokyo, unknown)]
    assert [at.hour for at in sent] == [22, 9, 18], "18 in Tokyo is 9 in UTC"
    assert all(at - started <= timedelta(hours=24, minutes=20) for at in sent)
