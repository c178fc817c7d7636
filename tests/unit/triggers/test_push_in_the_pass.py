"""Subscriptions in the pass: kept beside the contact, with the consent that they stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.triggers.consequences import PassPorts

from tests.fakes.enrichment import MemoryProofs
from tests.fakes.push import Browser, MemorySubscriptions

from .stage import TENANT, Stage

ANN, BOB = profile_id(TENANT, "user", "ann"), profile_id(TENANT, "user", "bob")
PHONE = Browser.at("https://fcm.googleapis.com/fcm/send/phone")


class Pushing(Stage):
    """A stage with subscriptions."""

    def __init__(self) -> None:
        super().__init__()
        self.book, self.proofs = MemorySubscriptions(), MemoryProofs()

    @property
    def pass_ports(self) -> PassPorts:
        return replace(super().pass_ports, subscriptions=self.book, proofs=self.proofs)

    def subscribed(self, who: str = "ann", *, after: float = 0, **more: Any) -> Event:
        told = {"subscription": PHONE.document, "wording": "Tell me of sales.", "browser": "Firefox", **more}
        page = {"page": {"url": "https://shop.example/"}, "consent": {"explicit": True}}
        return self.event("push_subscribed", who, properties=told, context=page, after=after)

    def consent(self, who: str = ANN) -> Mapping[str, str]:
        return self.world.messaging.records(TENANT, [who])[who].consent

    def has(self, who: str = ANN) -> list[str]:
        return [one.subscription.endpoint for one in self.book.of(TENANT, [who])]


@pytest.fixture
def stage() -> Pushing:
    return Pushing()


def test_a_subscription_is_kept_with_its_consent_and_proof(stage: Pushing) -> None:
    event = stage.subscribed()
    stage.take(event)
    stage.take(event)
    assert stage.has() == [PHONE.endpoint]
    assert stage.book.of(TENANT, [ANN])[0].browser == "Firefox"
    assert stage.consent() == {"push:marketing": "granted"}
    (proof,) = stage.proofs.of(TENANT, ANN, 5)[0]
    assert (proof.key, proof.state, proof.wording, proof.page, proof.explicit, proof.kept) == (
        "push:marketing",
        "granted",
        "Tell me of sales.",
        "https://shop.example/",
        True,
        True,
    )


def test_the_hot_profile_holds_none_of_it(stage: Pushing) -> None:
    stage.take(stage.event("signup"))
    stage.take(stage.subscribed())
    found = stage.profile()
    assert found is not None
    assert PHONE.endpoint not in repr(found)
    assert found.recent[-1][0] == "push_subscribed"


def test_what_the_contact_closed_stays_closed(stage: Pushing) -> None:
    stage.take(stage.event("signup"))
    stage.world.messaging.set_consent(TENANT, ANN, {"push:marketing": "denied"})
    stage.take(stage.subscribed())
    assert stage.consent() == {"push:marketing": "denied"}
    assert stage.has() == [PHONE.endpoint]
    (proof,) = stage.proofs.of(TENANT, ANN, 5)[0]
    assert not proof.kept


@pytest.mark.parametrize("ended", [PHONE.document, PHONE.subscription.id, {"endpoint": PHONE.endpoint}])
def test_a_browser_that_ends_it_is_forgotten(stage: Pushing, ended: object) -> None:
    stage.take(stage.subscribed())
    told = {"subscription": ended, "reason": "visitor"}
    stage.take(stage.event("push_unsubscribed", properties=told, after=5))
    assert stage.has() == []
    # Another browser of the contact may still be written to: the consent is the contact's.
    assert stage.consent() == {"push:marketing": "granted"}


def test_nobody_ends_somebody_elses(stage: Pushing) -> None:
    stage.take(stage.subscribed())
    for told in ({"subscription": PHONE.document}, {"subscription": 7}, {}):
        stage.take(stage.event("push_unsubscribed", "bob", properties=told, message_id=f"u{told}"[:90]))
    assert stage.has() == [PHONE.endpoint]


def test_a_browser_follows_who_uses_it(stage: Pushing) -> None:
    stage.take(stage.subscribed())
    stage.take(stage.subscribed("bob", after=9))
    assert (stage.has(ANN), stage.has(BOB)) == ([], [PHONE.endpoint])


@pytest.mark.parametrize("wrong", [None, {}, {**PHONE.document, "endpoint": "https://evil.example/x"}])
def test_what_may_not_be_called_is_counted_and_not_kept(stage: Pushing, wrong: object) -> None:
    report = stage.take(stage.subscribed(subscription=wrong))
    assert stage.has() == []
    assert stage.consent() == {}
    assert report.unusable == {"push_subscription": 1}
