"""Standard Webhooks as Bird signs them: its own client, the stand-in and our check agree."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bird import Bird, WebhookVerificationError
from stepwell.errors import Unauthenticated
from stepwell.sources.incoming import Incoming
from stepwell.sources.models import StandardWebhooks, Webhook
from stepwell.sources.verify import once, verify

from local.providers.bird import signed
from tests.fakes.sources import MemoryCertificates

SECRET = "whsec_" + "c2VjcmV0LXNlY3JldC1zZWNyZXQ="
OTHER = "whsec_" + "b3RoZXItb3RoZXItb3RoZXItb3Q="
BODY = json.dumps(
    {"type": "sms.new_thing", "timestamp": "2026-03-02T09:00:00Z", "data": {"to": "+1"}}
).encode()
WEBHOOK = Webhook(verify=StandardWebhooks(), callback=True)


def call(at: float, secret: str = SECRET, body: bytes = BODY) -> Incoming:
    return Incoming("POST", ("https://x.example/h",), signed(secret, "evt_1", int(at), body), body)


def check(one: Incoming, now: float, *secrets: str) -> None:
    verify(WEBHOOK, one, secrets or (SECRET,), datetime.fromtimestamp(now, UTC), MemoryCertificates())


def test_what_birds_client_takes_we_take() -> None:
    now = time.time()
    one = call(now)
    Bird(webhook_secret=SECRET).webhooks.unwrap(BODY, one.headers)
    check(one, now)
    check(one, now, OTHER, SECRET)
    assert once(WEBHOOK, one) == "evt_1"


def test_one_of_several_signatures_suffices() -> None:
    now = time.time()
    one, other = call(now), call(now, OTHER)
    marks = f"v2,xx {other.headers['webhook-signature']} {one.headers['webhook-signature']}"
    check(replace(one, headers={**one.headers, "webhook-signature": marks}), now)


@pytest.mark.parametrize("what", ["body", "id", "time", "secret", "missing", "version"])
def test_what_birds_client_refuses_we_refuse(what: str) -> None:
    now = time.time()
    one = call(now - 400 if what == "time" else now, OTHER if what == "secret" else SECRET)
    headers = dict(one.headers)
    body = BODY + b" " if what == "body" else BODY
    if what == "id":
        headers["webhook-id"] = "evt_2"
    if what == "missing":
        del headers["webhook-signature"]
    if what == "version":
        headers["webhook-signature"] = headers["webhook-signature"].replace("v1,", "v2,")
    with pytest.raises(WebhookVerificationError):
        Bird(webhook_secret=SECRET).webhooks.unwrap(body, headers)
    with pytest.raises(Unauthenticated) as caught:
        check(replace(one, headers=headers, raw=body), now)
    expected = {"time": "signature_stale", "missing": "signature_missing"}.get(what, "signature_mismatch")
    assert caught.value.code == expected


def test_a_secret_that_is_none_fits_nothing() -> None:
    with pytest.raises(Unauthenticated):
        check(call(time.time()), time.time() + timedelta(seconds=1).total_seconds(), "not base 64!")
