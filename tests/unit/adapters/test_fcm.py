"""Firebase over a real socket: signing in, what goes out, and what its answers mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from stepwell.adapters.fcm import Fcm, made
from stepwell.adapters.fcm_messages import fitted, message_of
from stepwell.adapters.push_crypto import unbase64
from stepwell.channels.ports import ProviderParts
from stepwell.channels.push.options import FcmOptions
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.messages import PushAction, Subscription
from stepwell.errors import (
    AddressGone,
    NotReady,
    OutcomeUnknown,
    ProviderRejected,
    StepwellError,
    Throttled,
    Unavailable,
)

from .push_world import Server, push_to, serving

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
APP = Subscription("s1", "fcm", "token-1")
SEND = "/v1/projects/shop-1/messages:send"
TOKEN = (200, {}, {"access_token": "ya29.x", "expires_in": 3_599, "token_type": "Bearer"})


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65_537, 2_048)


@cache
def account() -> str:
    pem = key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    told = {"type": "service_account", "client_email": "push@shop-1.example", "private_key_id": "k1"}
    return json.dumps({**told, "private_key": pem.decode()})


@pytest.fixture
def firebase() -> Iterator[Server]:
    with serving() as server:
        server.answers["/token"] = TOKEN
        server.answers[SEND] = (200, {}, {"name": "projects/shop-1/messages/7"})
        yield server


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOW)


@pytest.fixture
def fcm(firebase: Server, clock: ManualClock) -> Fcm:
    return Fcm(FcmOptions(project_id="shop-1", address=firebase.url), account(), clock=clock, local=True)


def fault(status: str, code: str = "", field: str = "", message: str = "no") -> dict[str, Any]:
    details: list[dict[str, Any]] = []
    if code:
        details.append({"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": code})
    if field:
        kind = "type.googleapis.com/google.rpc.BadRequest"
        details.append({"@type": kind, "fieldViolations": [{"field": field, "description": "no"}]})
    return {"error": {"code": 400, "message": message, "status": status, "details": details}}


def test_a_service_account_signs_in_once(firebase: Server, fcm: Fcm, clock: ManualClock) -> None:
    assert fcm.send(push_to(APP)) == "projects/shop-1/messages/7"
    fcm.send(push_to(APP))
    clock.advance(timedelta(minutes=59))
    fcm.send(push_to(APP))
    assert [path for path, _, _ in firebase.seen] == ["/token", SEND, SEND, "/token", SEND]
    form = parse_qs(firebase.seen[0][2].decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    said, _, signature = form["assertion"][0].rpartition(".")
    key().public_key().verify(unbase64(signature), said.encode(), padding.PKCS1v15(), hashes.SHA256())
    head, claims = (json.loads(unbase64(part)) for part in said.split("."))
    assert head == {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    assert claims == {
        "iss": "push@shop-1.example",
        "scope": "https://www.googleapis.com/auth/firebase.messaging",
        "aud": "https://oauth2.googleapis.com/token",
        "iat": int(NOW.timestamp()),
        "exp": int(NOW.timestamp()) + 3_600,
    }
    assert firebase.seen[1][1]["authorization"] == "Bearer ya29.x"


def test_what_goes_out(firebase: Server, fcm: Fcm) -> None:
    fcm.send(
        push_to(
            APP,
            image="https://shop.example/i.png",
            icon="https://shop.example/icon.png",
            actions=(PushAction("buy", "Buy", "https://shop.example/b"), PushAction("no", "No")),
            data={"cart": "7"},
        )
    )
    assert json.loads(firebase.seen[1][2])["message"] == {
        "token": "token-1",
        "notification": {
            "title": "Your cart is waiting",
            "body": "Two things",
            "image": "https://shop.example/i.png",
        },
        "data": {
            "cart": "7",
            "url": "https://shop.example/cart",
            "report": "k.acme.token",
            "actions": '[{"action":"buy","title":"Buy","url":"https://shop.example/b"},{"action":"no","title":"No"}]',
        },
        "android": {"ttl": "600s", "priority": "HIGH", "collapse_key": "cart"},
        "apns": {"headers": {"apns-priority": "10", "apns-collapse-id": "cart"}},
        "webpush": {
            "headers": {"TTL": "600", "Urgency": "high", "Topic": "cart"},
            "fcm_options": {"link": "https://shop.example/cart"},
            "notification": {
                "icon": "https://shop.example/icon.png",
                "actions": [{"action": "buy", "title": "Buy"}, {"action": "no", "title": "No"}],
            },
        },
    }


def test_a_short_one_says_no_more_than_it_must() -> None:
    told = message_of(push_to(APP, body="", url="http://shop.example", topic="", urgency="low", report=""))
    assert told["notification"] == {"title": "Your cart is waiting"}
    assert told["data"] == {"url": "http://shop.example"}
    assert told["android"]["priority"] == "NORMAL"
    assert told["webpush"] == {"headers": {"TTL": "600", "Urgency": "low"}}


def test_what_is_too_large_loses_its_parts_in_order() -> None:
    full = push_to(
        APP,
        body="Zwei Dinge „ä“ " * 60,
        image="https://shop.example/" + "i" * 900,
        icon="https://shop.example/" + "c" * 900,
        actions=(PushAction("buy", "Buy", "https://shop.example/" + "b" * 300),),
        data={"cart": "7" * 2_000},
    )
    assert fitted(replace(full, body="x", data={})).image == full.image
    kept = fitted(full)
    assert (kept.data, kept.image, kept.icon, kept.actions) == ({}, full.image, full.icon, full.actions)
    kept = fitted(replace(full, url="https://shop.example/" + "u" * 2_000))
    assert (kept.image, kept.icon, kept.actions, kept.body) == ("", "", full.actions, full.body)
    kept = fitted(replace(full, url="https://shop.example/" + "u" * 3_000))
    assert (kept.actions, kept.title, kept.body[-1]) == ((), full.title, "…")
    kept = fitted(replace(full, title=full.body, url="https://shop.example/" + "u" * 3_800))
    assert (len(kept.body) < 40, kept.title[-1]) == (True, "…")
    with pytest.raises(ProviderRejected) as caught:
        fitted(replace(full, url="https://shop.example/" + "u" * 5_000))
    assert caught.value.code == "push_too_large"


def test_names_that_firebase_keeps_for_itself_do_not_go_out() -> None:
    told = message_of(push_to(APP, data={"from": "x", "google.x": "y", "gcm": "z", "fromage": "brie"}))
    assert {"fromage"} == set(told["data"]) & {"from", "google.x", "gcm", "fromage"}


@pytest.mark.parametrize(
    ("status", "headers", "body", "error", "code"),
    [
        (404, {}, fault("NOT_FOUND", "UNREGISTERED"), AddressGone, "subscription_ended"),
        (404, {}, fault("NOT_FOUND"), AddressGone, "subscription_ended"),
        (
            400,
            {},
            fault("INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.token"),
            AddressGone,
            "bad_subscription",
        ),
        (
            400,
            {},
            fault("INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.data"),
            ProviderRejected,
            "provider_rejected",
        ),
        (
            400,
            {},
            fault(
                "INVALID_ARGUMENT",
                "INVALID_ARGUMENT",
                message="The registration token is not a valid FCM registration token",
            ),
            AddressGone,
            "bad_subscription",
        ),
        (403, {}, fault("PERMISSION_DENIED", "SENDER_ID_MISMATCH"), ProviderRejected, "sender_id_mismatch"),
        (
            401,
            {},
            fault("UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"),
            ProviderRejected,
            "third_party_auth_error",
        ),
        (429, {"Retry-After": "9"}, fault("RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"), Throttled, "throttled"),
        (429, {}, fault("RESOURCE_EXHAUSTED"), Throttled, "throttled"),
        (503, {"Retry-After": "9"}, fault("UNAVAILABLE", "UNAVAILABLE"), Throttled, "throttled"),
        (503, {}, b"<html>", Unavailable, "unavailable"),
        (500, {}, fault("INTERNAL", "INTERNAL"), OutcomeUnknown, "outcome_unknown"),
        (400, {}, {"error": "x"}, ProviderRejected, "provider_rejected"),
    ],
)
def test_what_its_refusals_mean(
    firebase: Server,
    fcm: Fcm,
    status: int,
    headers: dict[str, str],
    body: Any,
    error: type[StepwellError],
    code: str,
) -> None:
    firebase.answers[SEND] = (status, headers, body)
    with pytest.raises(error) as caught:
        fcm.send(push_to(APP))
    assert (type(caught.value), caught.value.code) == (error, code)
    if isinstance(caught.value, Throttled):
        assert caught.value.retry_after_s == float(headers.get("Retry-After", 60))


def test_a_token_that_ended_early_is_renewed_once(firebase: Server, fcm: Fcm) -> None:
    fcm.send(push_to(APP))
    firebase.answers[SEND] = (401, {}, fault("UNAUTHENTICATED"))
    with pytest.raises(Unavailable):
        fcm.send(push_to(APP))
    firebase.answers["/token"] = (200, {}, {"access_token": "ya29.y", "expires_in": 3_599})
    with pytest.raises(ProviderRejected):
        fcm.send(push_to(APP))
    firebase.answers[SEND] = (200, {}, {"name": "m"})
    assert fcm.send(push_to(APP)) == "m"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((400, {}, {"error": "invalid_grant"}), NotReady),
        ((200, {}, {}), NotReady),
        ((429, {}, {}), Throttled),
        ((500, {}, {}), Throttled),
        (None, Unavailable),
    ],
)
def test_signing_in_that_fails_sends_nothing(
    firebase: Server, fcm: Fcm, answer: Any, error: type[StepwellError]
) -> None:
    firebase.answers["/token"] = answer
    with pytest.raises(error):
        fcm.send(push_to(APP))
    assert [path for path, _, _ in firebase.seen] == ["/token"]


def test_a_connection_that_breaks_leaves_it_open(firebase: Server, fcm: Fcm) -> None:
    firebase.answers[SEND] = None
    with pytest.raises(OutcomeUnknown):
        fcm.send(push_to(APP))


def test_what_cannot_be_sent(clock: ManualClock, fcm: Fcm) -> None:
    with pytest.raises(NotReady):
        fcm.send(push_to(Subscription("s", "web_push", "https://x.example")))
    options = FcmOptions(project_id="shop-1")
    for wrong in ("", "{}", "[]", json.dumps({"client_email": "x", "private_key": "y"})):
        with pytest.raises(NotReady):
            Fcm(options, wrong, clock=clock)
    with pytest.raises(NotReady):
        Fcm(FcmOptions(project_id="shop-1", address="http://127.0.0.1:1"), account(), clock=clock)
    parts = ProviderParts(
        tenant="acme",
        provider="fcm",
        options=options,
        secrets={"service_account": account()},
        clock=clock,
        http=None,
    )
    assert isinstance(made(parts), Fcm)
