"""Web push over a real socket: what a push service sees, and what its answers mean."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from py_vapid import Vapid02
from stepwell.adapters.guarded_http import GuardedHttp
from stepwell.adapters.push_crypto import new_keys
from stepwell.adapters.web_push import WebPush, made
from stepwell.channels.ports import ProviderParts
from stepwell.channels.push.options import WebPushOptions
from stepwell.contracts.clock import ManualClock
from stepwell.errors import (
    AddressGone,
    NotReady,
    OutcomeUnknown,
    ProviderRejected,
    StepwellError,
    Throttled,
    Unavailable,
)

from tests.fakes.push import Browser

from .push_world import Server, push_to, serving

PUBLIC, PRIVATE = new_keys()
OPTIONS = WebPushOptions(public_key=PUBLIC, subject="mailto:ops@shop.example")
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def service() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def push(clock: ManualClock) -> WebPush:
    return WebPush(OPTIONS, PRIVATE, clock=clock, local=True)


def test_a_push_service_sees_ciphertext_alone(service: Server, push: WebPush) -> None:
    service.answers["/w/1"] = (201, {"Location": f"{service.url}/m/7"}, b"")
    browser = Browser.at(f"{service.url}/w/1")
    assert push.send(push_to(browser.subscription)) == f"{service.url}/m/7"
    ((_, headers, body),) = service.seen
    assert {name: headers[name] for name in ("ttl", "urgency", "topic", "content-encoding")} == {
        "ttl": "600",
        "urgency": "high",
        "topic": "cart",
        "content-encoding": "aes128gcm",
    }
    assert Vapid02.verify(headers["authorization"])
    assert headers["authorization"].endswith(f"k={PUBLIC}")
    assert b"cart" not in body
    assert browser.read(body)["t"] == "Your cart is waiting"


def test_without_a_word_of_the_service_the_id_is_ours(service: Server, push: WebPush) -> None:
    service.answers["/w/1"] = (201, {}, b"")
    first = push.send(push_to(Browser.at(f"{service.url}/w/1").subscription))
    assert len(first) == 16


def test_one_signature_serves_many_messages_until_it_is_old(
    service: Server, push: WebPush, clock: ManualClock
) -> None:
    service.answers["/w/1"] = (201, {}, b"")
    told = push_to(Browser.at(f"{service.url}/w/1").subscription)
    for hours in (0, 0, 5, 2, -72):
        clock.advance(timedelta(hours=hours))
        push.send(told)
    tokens = [headers["authorization"] for _, headers, _ in service.seen]
    assert tokens[0] == tokens[1] == tokens[2]
    assert len(set(tokens)) == 3


@pytest.mark.parametrize(
    ("status", "headers", "error", "code"),
    [
        (404, {}, AddressGone, "subscription_ended"),
        (410, {}, AddressGone, "subscription_ended"),
        (413, {}, ProviderRejected, "push_too_large"),
        (400, {}, ProviderRejected, "provider_rejected"),
        (401, {}, ProviderRejected, "push_key_refused"),
        (403, {}, ProviderRejected, "push_key_refused"),
        (307, {"Location": "http://127.0.0.1/x"}, ProviderRejected, "provider_rejected"),
        (429, {"Retry-After": "120"}, Throttled, "throttled"),
        (503, {"Retry-After": "30"}, Throttled, "throttled"),
        (503, {}, Unavailable, "unavailable"),
        (500, {}, OutcomeUnknown, "outcome_unknown"),
        (502, {}, OutcomeUnknown, "outcome_unknown"),
    ],
)
def test_what_its_refusals_mean(
    service: Server,
    push: WebPush,
    status: int,
    headers: dict[str, str],
    error: type[StepwellError],
    code: str,
) -> None:
    service.answers["/w/1"] = (status, headers, b"")
    with pytest.raises(error) as caught:
        push.send(push_to(Browser.at(f"{service.url}/w/1").subscription))
    assert (type(caught.value), caught.value.code) == (error, code)
    if isinstance(caught.value, Throttled):
        assert caught.value.retry_after_s == float(headers["Retry-After"])
    assert len(service.seen) == 1


def test_a_connection_that_breaks_leaves_it_open(service: Server, push: WebPush) -> None:
    service.answers["/w/1"] = None
    with pytest.raises(OutcomeUnknown):
        push.send(push_to(Browser.at(f"{service.url}/w/1").subscription))
    with pytest.raises(Unavailable):
        push.send(push_to(Browser.at("http://127.0.0.1:9/w/1").subscription))


def test_nobody_else_is_called(service: Server, clock: ManualClock) -> None:
    class Never:
        def call(self, request: Any) -> Any:
            raise AssertionError(request.url)

    deployed = WebPush(OPTIONS, PRIVATE, clock=clock, http=Never())
    for endpoint in (f"{service.url}/w/1", "https://169.254.169.254/x", "https://evil.example/x", "gopher:x"):
        with pytest.raises(AddressGone):
            deployed.send(push_to(Browser.at(endpoint).subscription))
    assert service.seen == []


def test_a_service_of_the_workspace_is_called_through_the_guard(clock: ManualClock) -> None:
    options = OPTIONS.model_copy(update={"hosts": ("push.shop.example",)})
    guarded = GuardedHttp(resolver=lambda *_: ["10.0.0.7"])
    push = WebPush(options, PRIVATE, clock=clock, http=guarded)
    with pytest.raises(StepwellError) as caught:
        push.send(push_to(Browser.at("https://push.shop.example/w/1").subscription))
    assert caught.value.code == "private_address"


def test_what_cannot_be_sent(push: WebPush) -> None:
    browser = Browser.at("http://127.0.0.1:9/w/1").subscription
    with pytest.raises(AddressGone):
        push.send(push_to(replace(browser, p256dh="AAAA")))
    with pytest.raises(NotReady) as not_ours:
        push.send(push_to(replace(browser, kind="fcm")))
    assert not_ours.value.code == "other_push_kind"
    noise = "".join(random.Random(1).choices("abcdefghijklmnop0123456789", k=8_000))
    with pytest.raises(ProviderRejected) as caught:
        push.send(push_to(browser, url=f"https://shop.example/{noise}"))
    assert caught.value.code == "push_too_large"


def test_keys_that_do_not_belong_together(clock: ManualClock) -> None:
    for private in ("", "AAAA", new_keys()[1]):
        with pytest.raises(NotReady):
            WebPush(OPTIONS, private, clock=clock)
    parts = ProviderParts(
        tenant="acme",
        provider="web",
        options=OPTIONS,
        secrets={"private_key": PRIVATE},
        clock=clock,
        http=None,
    )
    assert isinstance(made(parts), WebPush)
