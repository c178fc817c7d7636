"""What the pass does for deliverability."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.adapters.items.messaging import address_key
from stepwell.adapters.items.suppressions import bounces_of, suppressing
from stepwell.adapters.items.wire import millis
from stepwell.contracts.ids import profile_id
from stepwell.deliverability.monitor import WORKFLOW, day_number
from stepwell.errors import Unavailable

from .stage import TENANT, Stage

ANN = "ann@gmail.com"
SOFT = {"bounce_type": "Transient", "bounce_sub_type": "MailboxFull"}


@pytest.fixture
def stage() -> Stage:
    found = Stage()
    found.take(found.event("signup", traits={"email": ANN}))
    return found


def told(stage: Stage, name: str, **more: Any) -> Any:
    who = profile_id(TENANT, "user", "ann")
    return stage.event(name, None, kind="engagement", profile=who, email=ANN, **more)


def row(stage: Stage) -> Any:
    return stage.world.profiles_table.get(address_key(TENANT, "email", ANN), "test")


def resting(stage: Stage) -> str:
    return suppressing(row(stage), millis(stage.world.clock.now()))


def test_soft_bounces_rest_an_address_and_a_delivery_ends_it(stage: Stage) -> None:
    for _ in range(3):
        stage.take(told(stage, "email_bounced", properties=SOFT))
        stage.world.clock.advance(timedelta(minutes=5))
    assert bounces_of(row(stage)).count == 3
    assert resting(stage) == "soft_bounces"
    stage.world.clock.advance(timedelta(days=1))
    assert resting(stage) == ""
    stage.take(told(stage, "email_delivered"))
    assert row(stage) is None


def test_the_same_bounce_again_counts_once(stage: Stage) -> None:
    records = stage.records(told(stage, "email_bounced", properties=SOFT))
    stage.run(records)
    stage.run(records)
    assert bounces_of(row(stage)).count == 1


def test_what_speaks_of_the_message_says_nothing_of_the_mailbox(stage: Stage) -> None:
    too_large = {"bounce_type": "Transient", "bounce_sub_type": "MessageTooLarge"}
    stage.take(told(stage, "email_bounced", properties=too_large))
    assert row(stage) is None


def test_a_hard_bounce_stands_whatever_follows(stage: Stage) -> None:
    stage.take(told(stage, "email_bounced", properties=SOFT))
    stage.take(told(stage, "email_bounced", properties={"bounce_type": "Permanent"}))
    stage.take(told(stage, "email_bounced", properties=SOFT), told(stage, "email_delivered", after=9))
    assert resting(stage) == "hard_bounce"


def test_a_delivery_costs_nothing_where_nothing_bounced(stage: Stage) -> None:
    stage.bounces.asked.clear()
    stage.take(told(stage, "email_delivered"))
    assert stage.bounces.asked == []
    stage.take(told(stage, "email_bounced", properties=SOFT), told(stage, "email_delivered", after=5))
    assert stage.bounces.asked == ["bounced", "delivered"]


def test_mail_is_counted_by_day_and_mailbox_provider(stage: Stage) -> None:
    stage.take(
        told(stage, "email_sent"),
        told(stage, "email_delivered"),
        told(stage, "email_bounced", properties=SOFT),
        told(stage, "email_complained"),
        told(stage, "email_opened"),
    )
    day = day_number(stage.world.clock.now().date())
    assert stage.counters.counts[TENANT, WORKFLOW, day] == {
        ("gmail", "sent"): 1,
        ("gmail", "delivered"): 1,
        ("gmail", "bounced_soft"): 1,
        ("gmail", "complained"): 1,
    }
    assert stage.watch.looked == [TENANT]


def test_nobody_looks_while_all_is_well_and_the_stream_waits_for_nobody(stage: Stage) -> None:
    stage.take(told(stage, "email_sent"), told(stage, "email_delivered"))
    assert stage.watch.looked == []
    stage.watch.fault = Unavailable("no queue")
    report = stage.take(told(stage, "email_complained"))
    assert (report.failed, report.poison) == ({}, [])
