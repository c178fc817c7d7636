"""The local cloud's push services: driven by Mozilla's own sender, by ours, and by people who press buttons."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from pywebpush import WebPushException, webpush
from stepwell.adapters.fcm import Fcm
from stepwell.adapters.push_crypto import new_keys
from stepwell.adapters.web_push import WebPush
from stepwell.channels.email import Origin
from stepwell.channels.push.composing import compose
from stepwell.channels.push.options import FcmOptions, WebPushOptions
from stepwell.channels.push.subscriptions import LOCAL_SERVICES, read_subscription
from stepwell.contracts.ids import profile_id
from stepwell.contracts.messages import Purpose, Push, Subscription
from stepwell.errors import AddressGone, OutcomeUnknown, ProviderRejected, Throttled, Unavailable

from tests.functional.push_world import LINK_KEYS, PushWorld, running
from tests.unit.adapters.test_fcm import account

pytestmark = pytest.mark.slow
PROFILE = profile_id("acme", "user", "ann")
ORIGIN = Origin("acme", "carts", 3, "remind", f"{PROFILE}.0.1", "v" * 16, PROFILE)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[PushWorld]:
    made = PushWorld(tmp_path)
    with running(made):
        yield made


@pytest.fixture
def sender(world: PushWorld) -> WebPush:
    options = WebPushOptions(public_key=world.public, subject="mailto:ops@shop.example")
    return WebPush(options, world.private, clock=world.clock, local=True)


def subscribed(world: PushWorld, key: str = "") -> dict[str, Any]:
    asked = {"owner": "ann", "host": world.address, "key": key or world.public}
    found: dict[str, Any] = httpx.post(f"{world.address}/_stepwell/push/browsers", json=asked).json()
    return found


def push_to(subscription: Subscription, **more: Any) -> Push:
    given: dict[str, Any] = {
        "title": "Your cart is waiting",
        "body": "Two things",
        "url": "https://shop.example/cart",
        "actions": [("buy", "Buy", "https://shop.example/buy")],
    }
    return compose(
        subscription=subscription,
        origin=ORIGIN,
        purpose=Purpose.MARKETING,
        link_keys=LINK_KEYS,
        **{**given, **more},
    )


def fate(world: PushWorld, subscription: Subscription, what: str) -> None:
    token = subscription.endpoint.rpartition("/")[2]
    httpx.post(f"{world.address}/_stepwell/push/subscriptions/{token}/{what}").raise_for_status()


def until(true: Callable[[], object]) -> None:
    for _ in range(100):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it never came to be")


def test_mozillas_sender_is_served(world: PushWorld) -> None:
    told = subscribed(world)
    answer = webpush(
        told,
        json.dumps({"t": "From pywebpush"}),
        vapid_private_key=world.private,
        vapid_claims={"sub": "mailto:ops@shop.example"},
        ttl=60,
    )
    assert answer.status_code == 201
    assert [one.subject for one in world.outbox.find()] == ["From pywebpush"]
    with pytest.raises(WebPushException, match="403"):
        webpush(
            told, "{}", vapid_private_key=new_keys()[1], vapid_claims={"sub": "mailto:x@y.example"}, ttl=1
        )


def test_a_person_opens_presses_and_closes(world: PushWorld, sender: WebPush) -> None:
    subscription = read_subscription(subscribed(world), LOCAL_SERVICES)
    sender.send(push_to(subscription))
    (shown,) = world.outbox.find()
    until(lambda: world.named("push_delivered"))
    for act in ("open", "buy", "dismiss"):
        httpx.post(f"{world.address}/_stepwell/push/notifications/{shown.id}/{act}").raise_for_status()
    assert [event.name for event in world.events] == [
        "push_delivered",
        "push_opened",
        "push_clicked",
        "push_dismissed",
    ]
    (clicked,) = world.named("push_clicked")
    assert clicked.properties["action"] == "buy"
    assert clicked.properties["link"].startswith("https://shop.example/buy?utm_source=stepwell")
    assert {event.properties["visit"] for event in world.events} == {"v" * 16}
    gone = httpx.post(f"{world.address}/_stepwell/push/notifications/{shown.id}/sell")
    assert gone.status_code == 404


def test_the_service_holds_ciphertext_alone(world: PushWorld, sender: WebPush) -> None:
    subscription = read_subscription(subscribed(world), LOCAL_SERVICES)
    world.push.service.agents.clear()
    sender.send(push_to(subscription, topic="cart", ttl_s=60))
    held = httpx.get(f"{world.address}/_stepwell/push/messages.json").json()["messages"]
    assert [one["headers"] for one in held] == [{"ttl": "60", "urgency": "normal", "topic": "cart"}]
    assert b"cart" not in base64.b64decode(held[0]["body"])


@pytest.mark.parametrize(
    ("what", "error"),
    [
        ("gone", AddressGone),
        ("busy", Throttled),
        ("down", Unavailable),
        ("broken", OutcomeUnknown),
        ("lost", OutcomeUnknown),
    ],
)
def test_fates(world: PushWorld, sender: WebPush, what: str, error: type[Exception]) -> None:
    subscription = read_subscription(subscribed(world), LOCAL_SERVICES)
    fate(world, subscription, what)
    with pytest.raises(error) as caught:
        sender.send(push_to(subscription))
    assert type(caught.value) is error
    assert len(world.outbox.find()) == (what == "lost")
    if what == "gone":
        with pytest.raises(AddressGone):
            sender.send(push_to(subscription))
    else:
        sender.send(push_to(subscription))


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"ttl": ""}, b"x" * 200, 400),
        ({"topic": "no topic"}, b"x" * 200, 400),
        ({"urgency": "loud"}, b"x" * 200, 400),
        ({"content-encoding": "identity"}, b"x" * 200, 400),
        ({}, b"plain", 400),
        ({}, b"x" * 4_097, 413),
        ({}, b"x" * 200, 401),
        ({"authorization": "vapid t=a.b.c,k=d"}, b"x" * 200, 401),
    ],
)
def test_what_a_real_service_refuses_is_refused(
    world: PushWorld, headers: dict[str, str], body: bytes, status: int
) -> None:
    given = {"ttl": "60", "content-encoding": "aes128gcm", **headers}
    answer = httpx.post(subscribed(world)["endpoint"], content=body, headers=given)
    assert answer.status_code == status


def test_another_workspaces_key_is_refused(world: PushWorld) -> None:
    subscription = read_subscription(subscribed(world), LOCAL_SERVICES)
    public, private = new_keys()
    options = WebPushOptions(public_key=public, subject="mailto:ops@shop.example")
    with pytest.raises(ProviderRejected) as caught:
        WebPush(options, private, clock=world.clock, local=True).send(push_to(subscription))
    assert caught.value.code == "push_key_refused"


def firebase(world: PushWorld) -> Fcm:
    options = FcmOptions(project_id="shop-1", address=f"{world.address}/_stepwell/providers/fcm")
    return Fcm(options, account(), clock=world.clock, local=True)


def test_firebase_shows_what_it_took_and_is_told_of(world: PushWorld) -> None:
    name = firebase(world).send(push_to(Subscription("s1", "fcm", "ann-phone")))
    assert name.startswith("projects/local/messages/")
    (shown,) = world.outbox.find()
    assert (shown.recipients, shown.subject) == (("ann-phone",), "Your cart is waiting")
    until(lambda: world.named("push_delivered"))
    httpx.post(f"{world.address}/_stepwell/push/notifications/{shown.id}/buy").raise_for_status()
    assert len(world.named("push_clicked")) == 1


@pytest.mark.parametrize(
    ("token", "error", "again"),
    [
        ("gone-1", AddressGone, False),
        ("bad-1", AddressGone, False),
        ("busy-1", Throttled, True),
        ("down-1", Unavailable, True),
        ("broken-1", OutcomeUnknown, False),
    ],
)
def test_fates_at_firebase(world: PushWorld, token: str, error: type[Exception], again: bool) -> None:
    fcm, told = firebase(world), push_to(Subscription("s1", "fcm", token))
    with pytest.raises(error):
        fcm.send(told)
    if again:
        assert fcm.send(told)
    else:
        with pytest.raises(error):
            fcm.send(told)


def test_an_access_token_that_ends_early(world: PushWorld) -> None:
    fcm, told = firebase(world), push_to(Subscription("s1", "fcm", "expired-1"))
    fcm.send(push_to(Subscription("s1", "fcm", "ann-phone")))
    with pytest.raises(Unavailable):
        fcm.send(told)
    assert fcm.send(told)
