"""Opt-outs are counted at the message that carried the link, each contact's once, whoever tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from stepwell.consent.unsubscribe import Subscriptions
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.contracts.links import OptOut, address_hash, sign_opt_out
from stepwell.contracts.messages import Purpose
from stepwell.triggers.tallying import Tally, tally_engagement

from .stage import TENANT, Stage, workflow

ANN = profile_id(TENANT, "user", "ann")
MAIL, KEYS = "ann@x.example", {"k1": b"key"}
HOME = {"workflow": "welcome", "version": 1, "node": "nudge"}


class Left:
    """A contact who got a message of `nudge`."""

    def __init__(self) -> None:
        self.stage = Stage()
        self.stage.publish(workflow())
        self.stage.take(self.stage.event("signup", traits={"email": MAIL}))
        world = self.stage.world
        self.subscriptions = Subscriptions(
            world.clock, world.profiles, world.messaging, world.sink, world.workspaces, KEYS
        )
        self.token = sign_opt_out(
            OptOut(
                TENANT, ANN, "welcome", "email", Purpose.MARKETING, address_hash(TENANT, MAIL), "nudge", 1
            ),
            KEYS,
        )

    def flow(self) -> None:
        """Let the stream bring what was told on it, and a minute pass."""
        told = [msgspec.convert(event, Event) for _, event in self.stage.world.sink.emitted]
        self.stage.world.sink.emitted.clear()
        self.stage.take(*told)
        self.stage.world.clock.advance(timedelta(minutes=1))

    def provider(self, name: str, **told: Any) -> None:
        event = self.stage.event(name, None, kind="engagement", profile=ANN, properties={**HOME, **told})
        self.stage.take(event)
        self.stage.world.clock.advance(timedelta(minutes=1))

    @property
    def counted(self) -> int:
        return self.stage.counters.counts[TENANT, "welcome", 1]["nudge", "unsubscribed"]


def test_who_leaves_by_the_link_is_counted_at_its_message() -> None:
    left = Left()
    left.subscriptions.unsubscribe(left.token, "one_click")
    left.flow()
    assert left.counted == 1
    # Another click, and the provider's own word: the contact is out already.
    left.subscriptions.unsubscribe(left.token, "page")
    left.flow()
    left.provider("email_unsubscribed")
    assert left.counted == 1


def test_whoever_came_back_may_leave_again() -> None:
    left = Left()
    left.provider("email_unsubscribed")
    left.subscriptions.resubscribe(left.token)
    left.flow()
    assert left.counted == 1
    left.subscriptions.unsubscribe(left.token, "one_click")
    left.flow()
    assert left.counted == 2


def test_two_that_come_together_are_one() -> None:
    left = Left()
    events = [
        left.stage.event(
            "email_unsubscribed", None, after=n, kind="engagement", profile=ANN, properties=dict(HOME)
        )
        for n in (1, 2)
    ]
    left.stage.take(*events)
    assert left.counted == 1


@pytest.mark.parametrize(
    ("name", "before", "counted"),
    [
        ("sms_unsubscribed", ("sms_unsubscribed", HOME), 0),
        ("sms_unsubscribed", ("email_unsubscribed", HOME), 1),
        ("email_unsubscribed", ("email_unsubscribed", {"workflow": "welcome"}), 1),
        # A contact has several browsers, and each may go.
        ("push_unsubscribed", ("push_unsubscribed", HOME), 1),
    ],
)
def test_only_what_was_counted_of_the_same_channel_counts_no_more(
    name: str, before: tuple[str, dict[str, Any]], counted: int
) -> None:
    at, tally = datetime(2026, 3, 2, tzinfo=UTC), Tally()
    event = Event(
        message_id="m",
        kind="engagement",
        name=name,
        profile=ANN,
        properties=HOME,
        occurred_at=at,
        received_at=at,
    )
    moment = at.timestamp()
    recent = ((before[0], moment - 60, before[1]), (name, moment, HOME))
    tally_engagement(event, tally, recent)
    assert tally.counts.get(("welcome", 1), {}).get(("nudge", "unsubscribed"), 0) == counted


def test_who_agreed_to_texts_again_may_leave_again() -> None:
    left = Left()
    for name in ("sms_unsubscribed", "sms_subscribed", "sms_unsubscribed"):
        left.provider(name)
    # `sms_subscribed` of the provider is told with the message; it is no outcome of it that people see.
    assert left.counted == 2
