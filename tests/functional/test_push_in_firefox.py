"""A notification in a real Firefox: subscribed by our client, encrypted by our sender, through a real push service.

The service is the local cloud's own (`dom.push.serverURL` leads Firefox to it): it sees ciphertext alone, and hands
that to Firefox by Mozilla's protocol. What Firefox shows and reports is what our service worker makes of it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from stepwell.adapters.web_push import WebPush
from stepwell.channels.email import Origin
from stepwell.channels.push.composing import compose
from stepwell.channels.push.options import WebPushOptions
from stepwell.channels.push.subscriptions import LOCAL_SERVICES, read_subscription
from stepwell.contracts.ids import profile_id
from stepwell.contracts.messages import Purpose
from stepwell.errors import AddressGone

from tests.functional.firefox import FIREFOX, Firefox
from tests.functional.push_world import LINK_KEYS, PushWorld, running

pytestmark = pytest.mark.slow

PAGE = """<!doctype html><title>shop</title>
<script>window.stepwell=[]</script><script src="{address}/sdk/v1/stepwell.min.js"></script>
<script>stepwell.init({{writeKey:"KEY",push:{{prompt:false,topics:["sales"]}}}})</script>
<button data-stepwell-push>Tell me of sales</button>"""
PROFILE = profile_id("acme", "user", "ann")
ORIGIN = Origin("acme", "carts", 3, "remind", f"{PROFILE}.0.1", "v" * 16, PROFILE)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[PushWorld]:
    made = PushWorld(tmp_path)
    with running(made):
        made.page = PAGE.format(address=made.address)
        yield made


@pytest.fixture
def firefox(world: PushWorld, tmp_path: Path) -> Iterator[Firefox]:
    if not FIREFOX:
        # A check that is skipped where it counts checks nothing.
        (pytest.fail if os.environ.get("CI") else pytest.skip)("There is no Firefox (Debian: firefox-esr).")
    service = f"ws://127.0.0.1:{world.port}/_stepwell/push/"
    # Stands for the person's yes to the browser's own question, which no page can press.
    allowed = {"permissions.default.desktop-notification": 1, "dom.push.serverURL": service}
    browser = Firefox(tmp_path / "profile", **allowed)
    yield browser
    browser.close()


def until(true: Callable[[], object], what: str, seconds: float = 60) -> None:
    for _ in range(int(seconds * 5)):
        if true():
            return
        time.sleep(0.2)
    raise AssertionError(f"never: {what}")


def test_a_message_reaches_firefox_and_is_told_of(world: PushWorld, firefox: Firefox) -> None:
    firefox.go(f"{world.address}/shop")
    # Once this is answered the part of the client is there that looks after the button.
    assert firefox.run("return (await window.stepwell.push.state()).subscribed") is False
    firefox.click("[data-stepwell-push]")
    until(lambda: world.named("push_subscribed"), "push_subscribed")
    (told,) = world.named("push_subscribed")
    assert told.properties["wording"] == "Tell me of sales"
    assert told.properties["browser"] == "Firefox"
    subscription = read_subscription(told.properties["subscription"], LOCAL_SERVICES)
    assert subscription.topics == ("sales",)

    options = WebPushOptions(public_key=world.public, subject="mailto:ops@shop.example")
    sender = WebPush(options, world.private, clock=world.clock, local=True)
    push = compose(
        subscription=subscription,
        title="Your cart is waiting",
        body="Two things are in it. " * 300,
        url=f"{world.address}/cart",
        topic="cart",
        urgency="high",
        ttl_s=600,
        origin=ORIGIN,
        purpose=Purpose.MARKETING,
        link_keys=LINK_KEYS,
    )
    assert sender.send(push).startswith("http://")
    until(lambda: world.named("push_delivered"), "push_delivered")
    (delivered,) = world.named("push_delivered")
    assert (delivered.profile, delivered.properties["visit"], delivered.properties["node"]) == (
        PROFILE,
        "v" * 16,
        "remind",
    )
    shown = firefox.run(
        "const r = await navigator.serviceWorker.ready;"
        "return (await r.getNotifications()).map((n) => [n.title, n.body.length, n.tag, n.data.u])"
    )
    (title, length, tag, url), *others = shown
    assert (title, tag, others) == ("Your cart is waiting", "cart", [])
    assert 900 < length <= 1_000
    assert url.startswith(f"{world.address}/cart?utm_source=stepwell&utm_medium=push&utm_campaign=carts")

    # The visitor ends it: the platform is told, and the service answers 410 from then on.
    firefox.run("await window.stepwell.push.unsubscribe()")
    until(lambda: world.named("push_unsubscribed"), "push_unsubscribed")
    (ended,) = world.named("push_unsubscribed")
    assert ended.properties["reason"] == "visitor"
    until(lambda: not world.push.service.channels, "the end of the subscription")
    with pytest.raises(AddressGone):
        sender.send(push)


def test_a_message_waits_for_a_firefox_that_sleeps(world: PushWorld, firefox: Firefox) -> None:
    firefox.go(f"{world.address}/shop")
    # Once this is answered the part of the client is there that looks after the button.
    assert firefox.run("return (await window.stepwell.push.state()).subscribed") is False
    firefox.click("[data-stepwell-push]")
    until(lambda: world.named("push_subscribed"), "push_subscribed")
    subscription = read_subscription(
        world.named("push_subscribed")[0].properties["subscription"], LOCAL_SERVICES
    )
    options = WebPushOptions(public_key=world.public, subject="mailto:ops@shop.example")
    sender = WebPush(options, world.private, clock=world.clock, local=True)
    service = world.push.service
    (agent,) = service.agents
    awake = service.agents[agent]
    service.disconnect(agent)
    for title in ("Old", "New"):
        push = compose(
            subscription=subscription,
            title=title,
            topic="cart",
            origin=ORIGIN,
            purpose=Purpose.MARKETING,
            link_keys=LINK_KEYS,
        )
        sender.send(push)
    assert [one.headers["topic"] for one in service.messages.values()] == ["cart"]
    loop = world.loop
    loop.call_soon_threadsafe(service.connect, agent, awake)
    until(lambda: world.named("push_delivered"), "push_delivered")
    shown = firefox.run(
        "const r = await navigator.serviceWorker.ready;"
        "return (await r.getNotifications()).map((n) => n.title)"
    )
    assert shown == ["New"]
    until(lambda: not service.messages, "the acknowledgment")
