"""Marketing pauses at the limit, people are told once; who resumes is not paused again by the same complaints."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.channels.settings import KIND
from stepwell.deliverability.monitor import WORKFLOW, day_number
from stepwell.errors import Conflict, Unavailable
from stepwell.publishing.mail_health import MailHealth

from tests.fakes.deliverability import Post
from tests.fakes.enrichment import MemoryDocuments
from tests.unit.publishing.stage import Stage

TENANT = "acme"


class Counted:
    """Counts of mail that a test sets."""

    def __init__(self) -> None:
        self.days: dict[int, dict[str, dict[str, int]]] = {}

    def read(self, tenant: str, workflow: str, version: int) -> dict[str, dict[str, int]]:
        assert (tenant, workflow) == (TENANT, WORKFLOW)
        return self.days.get(version, {})


class Desk:
    def __init__(self) -> None:
        self.stage = Stage()
        self.counted, self.post = Counted(), Post()
        self.documents = MemoryDocuments(self.stage.world.clock)
        self.health = MailHealth(self.documents, self.counted, self.post, self.stage.ports)
        self.settings(watchers=["ops@shop.example"])
        world = self.stage.world
        workspace = world.workspaces.workspace(TENANT)
        world.workspaces.settings[TENANT] = type(workspace)(
            TENANT, name="Shop", sender="Shop <hi@shop.example>"
        )

    def settings(self, **told: Any) -> None:
        try:
            rev = self.documents.document(TENANT, KIND, "email").rev
        except Exception:
            rev = 0
        self.documents.save_document(TENANT, KIND, "email", rev, told)

    @property
    def clock(self) -> Any:
        return self.stage.world.clock

    def count(self, **outcomes: int) -> None:
        self.counted.days[day_number(self.clock.now().date())] = {"gmail": outcomes}

    @property
    def paused(self) -> bool:
        return self.stage.ports.switches.control(TENANT).marketing_paused


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_marketing_pauses_at_the_limit_and_people_are_told_once(desk: Desk) -> None:
    desk.count(sent=3, delivered=3, complained=1)
    desk.health.look(TENANT)
    assert not desk.paused
    desk.count(sent=2_000, delivered=2_000, complained=6)
    desk.health.look(TENANT)
    desk.health.look(TENANT)
    assert desk.paused
    (email,) = desk.post.sent
    assert email.to == "ops@shop.example"
    assert email.subject == "Marketing of Shop is paused"
    assert "6 of 2000 messages to" in email.text
    shown = desk.health.read(TENANT)
    assert (shown["paused"], shown["pause"]["count"]) == (True, 6)
    assert shown["mailboxes"][0]["mailbox"] == "all"


def test_an_alarm_is_told_once_a_day_and_pauses_nothing(desk: Desk) -> None:
    desk.count(sent=10_000, delivered=10_000, complained=12)
    desk.health.look(TENANT)
    desk.health.look(TENANT)
    assert not desk.paused
    assert [email.subject for email in desk.post.sent] == ["Deliverability of Shop"]
    desk.clock.advance(timedelta(days=1))
    desk.health.look(TENANT)
    assert len(desk.post.sent) == 2


def test_who_resumes_starts_afresh(desk: Desk) -> None:
    desk.count(sent=2_000, delivered=2_000, complained=6)
    desk.health.look(TENANT)
    shown = desk.health.resume(TENANT, "ann")
    assert (shown["paused"], shown["alarms"]) == (False, [])
    desk.health.look(TENANT)
    assert not desk.paused
    desk.count(sent=4_000, delivered=4_000, complained=13)
    desk.health.look(TENANT)
    assert desk.paused, "seven of the two thousand that followed"
    with pytest.raises(Conflict):
        desk.health.resume(TENANT, "ann")
        desk.health.resume(TENANT, "ann")


def test_a_workspace_may_only_be_warned(desk: Desk) -> None:
    desk.settings(pause=False, watchers=["ops@shop.example"])
    desk.count(sent=2_000, delivered=2_000, complained=6)
    desk.health.look(TENANT)
    assert not desk.paused
    assert len(desk.post.sent) == 1


def test_nobody_reachable_is_no_reason_to_go_on(desk: Desk) -> None:
    desk.post.fault = Unavailable("down")
    desk.count(sent=2_000, delivered=2_000, complained=6)
    desk.health.look(TENANT)
    assert desk.paused


def test_by_hand(desk: Desk) -> None:
    assert desk.health.pause(TENANT, "ann")["paused"]
    assert desk.health.pause(TENANT, "ann")["paused"]
    assert not desk.health.resume(TENANT, "ann")["paused"]
