"""Texts that come in over webhooks: proved by the provider's signature, acted on before the provider hears so."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import pytest
from stepwell.contracts.events import Event
from stepwell.errors import Unavailable
from stepwell.triggers.mapping import MappingPorts, WebhookMapper
from twilio.request_validator import RequestValidator

from local.providers.bird import signed
from tests.unit.sources import calls
from tests.unit.triggers.test_webhooks import Desk

SECRET = "a-secret-of-32-characters-or-so-"
STANDARD = "whsec_c2VjcmV0LXNlY3JldC1zZWNyZXQ="
ANN = "a" * 16
FORM = {"MessageSid": "SM1", "SmsStatus": "received", "From": "+4915112345678", "To": "+1555", "Body": "STOP"}


class Answers:
    """Acts on texts."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.down = False

    def take(self, tenant: str, event: Event) -> Sequence[Event]:
        if self.down:
            raise Unavailable("down")
        self.taken.append((tenant, str(event.properties["text"])))
        return [event, event.evolve(name="sms_unsubscribed", message_id=event.message_id[:90] + "-stop")]


def line() -> tuple[Desk, Answers]:
    desk, answers = Desk(), Answers()
    desk.mapper = WebhookMapper(
        MappingPorts(
            clock=desk.clock,
            sources=desk.sources,
            stream=desk.stream,
            tail=desk.tail,
            poison=desk.poison,
            answers=answers,
        )
    )
    object.__setattr__(desk.webhooks._ports, "mapper", desk.mapper)
    return desk, answers


def twilio(path: str, fields: Mapping[str, str], query: str = "", **changed: str) -> dict[str, Any]:
    """A call of Twilio, its address with a query."""
    mark = RequestValidator(SECRET).compute_signature(calls.url(path, query), dict(fields))
    headers = {"X-Twilio-Signature": mark, "Content-Type": "application/x-www-form-urlencoded"}
    return calls.http(path, urlencode({**fields, **changed}).encode(), headers, query)


def bird(path: str, at: float, data: Mapping[str, Any], id_: str = "evt_1") -> dict[str, Any]:
    body = json.dumps({"type": "sms.received", "timestamp": "2026-03-02T08:59:00Z", "data": data}).encode()
    return calls.http(path, body, signed(STANDARD, id_, int(at), body))


def test_stop_by_twilio_is_acted_on_and_told():
    desk, answers = line()
    path = desk.source("twilio", callback=True)
    assert desk.call(twilio(path, FORM))[0] == 200
    assert answers.taken == [("acme", "STOP")]
    assert [event.name for event in desk.events] == ["sms_replied", "sms_unsubscribed"]


def test_what_was_tampered_with_is_not_acted_on():
    desk, answers = line()
    path = desk.source("twilio", callback=True)
    assert desk.code(twilio(path, FORM, From="+4915199999999")) == (401, "signature_mismatch")
    assert (answers.taken, desk.events) == ([], [])


def test_a_source_without_callback_stops_nobody():
    desk, answers = line()
    path = desk.source("twilio")
    assert desk.call(twilio(path, FORM))[0] == 200
    desk.ride()
    assert answers.taken == []
    assert [event.name for event in desk.events] == ["sms_received"]


def test_the_provider_tries_again_when_a_stop_could_not_be_kept():
    desk, answers = line()
    path = desk.source("twilio", callback=True)
    answers.down = True
    assert desk.call(twilio(path, FORM))[0] == 503
    assert desk.events == []
    answers.down = False
    assert desk.call(twilio(path, FORM))[0] == 200
    assert len(desk.events) == 2


def test_deliveries_by_twilio_are_known_by_the_signed_address():
    desk, answers = line()
    path = desk.source("twilio", callback=True)
    form = {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+4915112345678"}
    query = urlencode({"workflow": "welcome", "version": "3", "node": "say", "visit": "v1", "profile": ANN})
    assert desk.call(twilio(path, form, query))[0] == 200
    (event,) = desk.events
    assert (event.name, event.profile, event.properties["visit"]) == ("sms_delivered", ANN, "v1")
    assert answers.taken == []
    forged = twilio(path, form, query)
    forged["rawQueryString"] = query.replace("v1", "v2")
    assert desk.code(forged) == (401, "signature_mismatch")


@pytest.mark.parametrize(("ago", "status"), [(0, 200), (400, 401)])
def test_stop_by_bird_is_acted_on_while_it_is_fresh(ago: int, status: int):
    desk, answers = line()
    path = desk.source("standard", STANDARD, callback=True, preset="bird")
    data = {"sms_id": "sms_1", "from": "+4915112345678", "to": "+1555", "text": "Stop"}
    now = desk.clock.now().timestamp()
    assert desk.call(bird(path, now - ago, data))[0] == status
    assert answers.taken == ([("acme", "Stop")] if status == 200 else [])
    # Replayed, it is refused.
    assert desk.call(bird(path, now - ago, data))[0] == 401
    assert len(answers.taken) == (1 if status == 200 else 0)
