"""A provider's call from end to end, over fakes: what gets in, where it goes, and what the provider is told."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.events import Event
from stepwell.sources.managing import checked, with_secret, without_previous
from stepwell.sources.models import Source, Webhook
from stepwell.triggers.batches import decode
from stepwell.triggers.ingest import Ingest, IngestPorts
from stepwell.triggers.mapping import MappingPorts, WebhookMapper
from stepwell.triggers.poison import replay
from stepwell.triggers.ports import WriteKey
from stepwell.triggers.webhooks import WebhookPorts, Webhooks

from tests.fakes.sources import MemoryCertificates, MemorySources, MemoryUsed, PlainBox
from tests.fakes.triggers import MemoryBus, MemoryKeys, MemoryPoison, MemoryStream, MemoryTail
from tests.unit.sources import calls
from tests.unit.sources.calls import CERTIFICATE_URL, NOW, SECRET, TOPIC, SendGridSender, SnsSender

NEXT = "the-next-secret-of-the-source"
OWN = '$.{"event": "invoice_" & state, "email": customer.email, "messageId": id, "properties": {"total": total}}'
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
GRID = SendGridSender()


class Desk:
    """The endpoint with its fakes."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.sources, self.box, self.certificates = MemorySources(), PlainBox(), MemoryCertificates()
        self.stream, self.bus, self.tail, self.poison = (
            MemoryStream(),
            MemoryBus(),
            MemoryTail(),
            MemoryPoison(),
        )
        self.used = MemoryUsed()
        self.mapper = WebhookMapper(
            MappingPorts(
                clock=self.clock, sources=self.sources, stream=self.stream, tail=self.tail, poison=self.poison
            )
        )
        self.webhooks = Webhooks(
            WebhookPorts(
                clock=self.clock,
                sources=self.sources,
                box=self.box,
                certificates=self.certificates,
                hooks=self.bus,
                tail=self.tail,
                mapper=self.mapper,
                used=self.used,
            )
        )
        self.ingest = Ingest(
            IngestPorts(
                clock=self.clock,
                keys=MemoryKeys(K=WriteKey("acme", "web")),
                stream=self.stream,
                hooks=self.bus,
                tail=self.tail,
                webhooks=self.webhooks,
            )
        )

    def source(self, scheme: str = "github", secret: str = SECRET, **more: Any) -> str:
        """Make a source; return its path."""
        verify = {"scheme": scheme, **more.pop("verify", {})}
        source = checked(
            Source(id="partner", rev=1, webhook=Webhook.model_validate({"verify": verify, **more}))
        )
        if secret:
            source = with_secret("acme", source, secret, self.box, self.clock.now())
        self.sources.put("acme", source)
        self.sources.find("acme", "partner", fresh=True)
        return "/v1/webhooks/acme/partner"

    def change(self, source: Source) -> None:
        self.sources.put("acme", source.model_copy(update={"rev": source.rev + 1}))

    def call(self, request: Mapping[str, Any]) -> tuple[int, str]:
        answer = self.ingest.handle(request)
        return answer["statusCode"], answer["body"]

    def code(self, request: Mapping[str, Any]) -> tuple[int, str]:
        status, body = self.call(request)
        return status, json.loads(body).get("code", "")

    def ride(self) -> None:
        """Carry what is on the bus to its function."""
        details, self.bus.details = self.bus.details, []
        for detail in details:
            self.mapper.take(json.loads(json.dumps(detail)))

    @property
    def events(self) -> list[Event]:
        return [event for record in self.stream.records for event in decode(record.data).events]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def body(**fields: Any) -> bytes:
    return json.dumps(
        {"id": "in_1", "state": "paid", "customer": {"email": "ann@x.example"}, "total": 5, **fields}
    ).encode()


def test_a_signed_call_goes_over_the_bus_and_becomes_an_event(desk: Desk):
    path = desk.source(mapping=OWN)
    assert desk.call(calls.meta(path, body())) == (200, '{"success":true}')
    (detail,) = desk.bus.details
    assert (detail["tenant"], detail["source"], detail["scheme"]) == ("acme", "partner", "github")
    assert desk.events == []
    desk.ride()
    (event,) = desk.events
    assert (event.name, event.email, event.source, event.properties) == (
        "invoice_paid",
        "ann@x.example",
        "partner",
        {"total": 5},
    )


def test_a_repeat_is_the_same_event(desk: Desk):
    path = desk.source(mapping=OWN.replace('"messageId": id, ', ""))
    for _ in range(2):
        desk.call(calls.meta(path, body()))
        desk.clock.advance(timedelta(minutes=5))
    assert len({d["id"] for d in desk.bus.details}) == 1
    desk.ride()
    assert len({e.message_id for e in desk.events}) == 1


@pytest.mark.parametrize("scheme", ["github", "hubspot", "twilio", "token"])
def test_what_is_not_proved_is_refused_and_nowhere(desk: Desk, scheme: str):
    path = desk.source(scheme)
    request = calls.http(path, body(secret_of="ann"), {"X-Hub-Signature-256": "sha256=" + "0" * 64})
    assert desk.call(request)[0] == 401
    desk.tail.on.add("acme")
    assert desk.call(request)[0] == 401
    assert (desk.bus.details, desk.stream.records, desk.poison.documents) == ([], [], {})
    (entry,) = desk.tail.entries["acme"]
    assert entry["code"].startswith("signature_")
    assert "ann" not in json.dumps(entry)


def test_there_is_no_such_webhook(desk: Desk):
    path = desk.source()
    for wrong in (
        path + "x",
        "/v1/webhooks/acme",
        "/v1/webhooks/ACME/partner",
        "/v1/webhooks/other/partner",
        path + "/a/b",
    ):
        assert desk.code(calls.meta(wrong, body())) == (404, "no_webhook")
    off = desk.sources.now["acme", "partner"]
    assert off.webhook is not None
    desk.change(off.model_copy(update={"webhook": off.webhook.model_copy(update={"enabled": False})}))
    desk.sources.find("acme", "partner", fresh=True)
    assert desk.code(calls.meta(path, body())) == (404, "webhook_off")


def test_two_secrets_are_valid_while_one_takes_over(desk: Desk):
    path = desk.source()
    before = desk.sources.now["acme", "partner"]
    desk.change(with_secret("acme", before, NEXT, desk.box, desk.clock.now(), timedelta(hours=2)))
    # The endpoint knows the old one only, looks again once, and takes both from then on.
    assert desk.call(calls.meta(path, body(), NEXT))[0] == 200
    assert desk.call(calls.meta(path, body(), SECRET))[0] == 200
    desk.clock.advance(timedelta(hours=2))
    assert desk.call(calls.meta(path, body(), SECRET))[0] == 401
    assert desk.call(calls.meta(path, body(), NEXT))[0] == 200


def test_the_previous_secret_can_be_ended(desk: Desk):
    path = desk.source()
    both = with_secret("acme", desk.sources.now["acme", "partner"], NEXT, desk.box, desk.clock.now())
    desk.change(without_previous(both, desk.clock.now()))
    desk.sources.find("acme", "partner", fresh=True)
    assert desk.call(calls.meta(path, body(), SECRET))[0] == 401
    assert desk.call(calls.meta(path, body(), NEXT))[0] == 200


def test_rubbish_does_not_make_it_look_again_and_again(desk: Desk):
    path = desk.source()
    bad = calls.meta(path, body(), "wrong-secret")
    desk.call(bad)
    asked = desk.sources.asked
    opened = desk.box.opened
    for _ in range(50):
        desk.call(bad)
    # One look for the source itself each, none beyond what is kept.
    assert desk.sources.asked - asked == 50
    assert desk.box.opened == opened


@pytest.mark.parametrize(
    ("raw", "label", "status"),
    [
        (b"", "application/json", 400),
        (b"no json", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"[" * 100 + b"]" * 100, "application/json", 413),
        (b'{"a": "' + b"x" * 262_000 + b'"}', "application/json", 413),
        (b"x" * 1_048_577, "text/plain", 413),
        (b"a=" + b"&a=" * 3_000, "application/x-www-form-urlencoded", 413),
        (b'{"a": 1e999}', "application/json", 400),
    ],
)
def test_bodies_that_cannot_be_taken(desk: Desk, raw: bytes, label: str, status: int):
    request = calls.meta(desk.source(), raw)
    request["headers"]["Content-Type"] = label
    assert desk.call(request)[0] == status
    assert desk.bus.details == []


def test_what_just_fits_is_taken(desk: Desk):
    raw = b'{"a": "' + b"x" * 250_000 + b'"}'
    assert desk.call(calls.meta(desk.source(), raw))[0] == 200


def test_metas_verification(desk: Desk):
    path = desk.source("meta", verify={"verify_token": "my-own-token"})
    query = "hub.mode=subscribe&hub.verify_token={}&hub.challenge=1158201444"
    answer = desk.ingest.handle(calls.http(path, b"", {}, query.format("my-own-token"), "GET"))
    assert (answer["statusCode"], answer["body"]) == (200, "1158201444")
    assert answer["headers"]["content-type"].startswith("text/plain")
    assert answer["headers"]["x-content-type-options"] == "nosniff"
    assert desk.call(calls.http(path, b"", {}, query.format("other"), "GET"))[0] == 401
    assert desk.call(calls.http(path, b"", {}, "hub.mode=x&hub.verify_token=my-own-token", "GET"))[0] == 400


def test_xs_challenge(desk: Desk):
    path = desk.source("x")
    status, told = desk.call(calls.http(path, b"", {}, "crc_token=abc&nonce=1", "GET"))
    wanted = base64.b64encode(hmac.new(SECRET.encode(), b"abc", hashlib.sha256).digest()).decode()
    assert (status, json.loads(told)) == (200, {"response_token": f"sha256={wanted}"})
    assert desk.call(calls.http(path, b"", {}, "", "GET"))[0] == 400


@pytest.mark.parametrize(
    "body", [b'{"tweet_create_events":[]}', b"[1]", b"a=b", b"a=1&b=2", b"", b"a" * 300, b"a\n"]
)
def test_xs_challenge_signs_no_call(desk: Desk, body: bytes):
    """The answer to a challenge is made as a call's signature is: it must not be had for a body."""
    path = desk.source("x")
    query = urlencode({"crc_token": body.decode()})
    assert desk.call(calls.http(path, b"", {}, query, "GET"))[0] == 400


def test_linkedins_challenge(desk: Desk):
    path, code = desk.source("linkedin"), "890e4665-4dfe-4ab1-b689-ed553bceeed0"
    status, told = desk.call(calls.http(path, b"", {}, f"challengeCode={code}", "GET"))
    wanted = hmac.new(SECRET.encode(), code.encode(), hashlib.sha256).hexdigest()
    assert (status, json.loads(told)) == (200, {"challengeCode": code, "challengeResponse": wanted})
    for odd in ("", "challengeCode=", "challengeCode=hmacsha256%3D%7B%7D", f"challengeCode={code}x"):
        assert desk.call(calls.http(path, b"", {}, odd, "GET"))[0] == 400


def test_others_are_asked_nothing(desk: Desk):
    path = desk.source()
    assert desk.call(calls.http(path, b"", {}, "", "GET"))[0] == 400
    assert desk.call(calls.http(path, b"", {}, "", "PUT"))[0] == 400


def test_callbacks_go_straight_to_the_stream(desk: Desk):
    path = desk.source("sendgrid", GRID.key, callback=True)
    sent = [
        {
            "email": "ann@x.example",
            "event": "open",
            "timestamp": 1_772_442_000,
            "sg_event_id": "1",
            "useragent": "Mozilla/5.0",
        },
        {"email": "ann@x.example", "event": "spamreport", "timestamp": 1_772_442_000, "sg_event_id": "2"},
    ]
    assert desk.call(GRID.call(path, json.dumps(sent).encode()))[0] == 200
    assert desk.bus.details == []
    opened, complained = desk.events
    assert (opened.kind, opened.name, opened.machine) == ("engagement", "email_opened", True)
    assert opened.properties["machine_rule"] == "apple_mpp"
    assert (complained.name, complained.machine) == ("email_complained", False)


def test_a_signature_is_good_once(desk: Desk):
    path = desk.source("mailgun", callback=True)
    event = {"event": "delivered", "id": "E1", "recipient": "ann@x.example", "timestamp": 1_772_442_000}
    assert desk.call(calls.mailgun(path, event))[0] == 200
    # The token signs nothing of the event: whoever saw one could say anything with it.
    forged = {**event, "id": "E2", "event": "complained"}
    assert desk.code(calls.mailgun(path, forged)) == (401, "signature_replayed")
    assert desk.code(calls.mailgun(path, event)) == (401, "signature_replayed")
    assert desk.call(calls.mailgun(path, forged, token="another"))[0] == 200
    assert [event.name for event in desk.events] == ["email_delivered", "email_complained"]
    grid = desk.source("sendgrid", GRID.key, callback=True)
    call = GRID.call(grid, json.dumps([{"email": "ann@x.example", "event": "open", "timestamp": 1}]).encode())
    assert desk.call(call)[0] == 200
    assert desk.code(call) == (401, "signature_replayed")


def test_another_way_to_write_a_signature_is_no_other_call(desk: Desk):
    """ECDSA takes (r, n-s) for (r, s), base64 spare bits; Mailgun's time and token are signed without a border."""
    grid = desk.source("sendgrid", GRID.key, callback=True)
    call = GRID.call(grid, json.dumps([{"email": "ann@x.example", "event": "open", "timestamp": 1}]).encode())
    assert desk.call(call)[0] == 200
    name = "X-Twilio-Email-Event-Webhook-Signature"
    r, s = decode_dss_signature(base64.b64decode(call["headers"][name]))
    mirrored = base64.b64encode(encode_dss_signature(r, P256_ORDER - s)).decode()
    assert desk.code({**call, "headers": {**call["headers"], name: mirrored}}) == (401, "signature_replayed")
    path = desk.source("mailgun", callback=True)
    event = {"event": "delivered", "id": "E1", "recipient": "ann@x.example", "timestamp": 1_772_442_000}
    first = calls.mailgun(path, event, token="123abc")
    assert desk.call(first)[0] == 200
    document = json.loads(base64.b64decode(first["body"]))
    document["signature"] |= {"timestamp": document["signature"]["timestamp"] + "123", "token": "abc"}
    moved = {**first, "body": base64.b64encode(json.dumps(document).encode()).decode()}
    assert desk.code(moved)[0] == 401
    assert [event.name for event in desk.events] == ["email_opened", "email_delivered"]


def test_a_call_that_was_not_taken_may_come_again(desk: Desk):
    path = desk.source("mailgun", callback=True)
    event = {"event": "delivered", "id": "E1", "recipient": "ann@x.example", "timestamp": 1_772_442_000}
    desk.stream.throttled = 1
    assert desk.call(calls.mailgun(path, event))[0] == 429
    assert desk.call(calls.mailgun(path, event))[0] == 200
    assert len(desk.events) == 1


def test_a_batch_larger_than_the_bus_takes_is_a_callback(desk: Desk):
    path = desk.source("sendgrid", GRID.key, callback=True)
    one = {"email": "ann@x.example", "event": "delivered", "timestamp": 1_772_442_000, "response": "x" * 500}
    sent = json.dumps([{**one, "sg_event_id": str(n)} for n in range(1_000)]).encode()
    assert len(sent) > 600_000
    assert desk.call(GRID.call(path, sent))[0] == 200
    assert len(desk.events) == 1_000


def test_twilio_is_answered_in_its_language(desk: Desk):
    path = desk.source("twilio", callback=True)
    request = calls.twilio(path, {"MessageSid": "SM1", "MessageStatus": "delivered", "To": "+4915112345678"})
    answer = desk.ingest.handle(request)
    assert (answer["statusCode"], answer["body"]) == (200, "<Response></Response>")
    assert answer["headers"]["content-type"] == "text/xml"


def test_an_sns_subscription_is_confirmed_once_it_is_proved(desk: Desk):
    sender = SnsSender()
    desk.certificates.pem[CERTIFICATE_URL] = sender.pem
    path = desk.source("sns", "", verify={"topic_arn": TOPIC})
    leads_to = f"https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={TOPIC}&Token=t"
    more = {"Type": "SubscriptionConfirmation", "SubscribeURL": leads_to, "Token": "t"}
    good = sender.message("You have chosen to subscribe", **more)
    assert desk.call(sender.call(path, {**good, "SubscribeURL": "https://evil.example/"}))[0] == 401
    evil = sender.message("x", **{**more, "SubscribeURL": "https://evil.example/?Action=ConfirmSubscription"})
    assert desk.call(sender.call(path, evil))[0] == 400
    assert desk.certificates.confirmed == []
    assert desk.call(sender.call(path, good))[0] == 200
    assert desk.certificates.confirmed == [leads_to]
    assert desk.bus.details == []


def test_an_sns_message_is_read(desk: Desk):
    sender = SnsSender()
    desk.certificates.pem[CERTIFICATE_URL] = sender.pem
    path = desk.source("sns", "", verify={"topic_arn": TOPIC})
    assert desk.call(sender.call(path, sender.message({"email": "ann@x.example"})))[0] == 200
    assert desk.call(sender.call(path, sender.message("a sentence")))[0] == 200
    gone = sender.message("bye", Type="UnsubscribeConfirmation", SubscribeURL="https://x.example", Token="t")
    assert desk.call(sender.call(path, gone))[0] == 200
    assert [d["body"] for d in desk.bus.details] == [{"email": "ann@x.example"}, "a sentence"]


def test_what_cannot_be_mapped_is_set_aside_shown_and_replayed(desk: Desk):
    path = desk.source(mapping='{"event": "paid", "email": $error("no customer")}')
    desk.call(calls.meta(path, body()))
    desk.ride()
    assert desk.events == []
    (entry,) = desk.tail.entries["acme"]
    assert (entry["status"], entry["code"], entry["source"]) == ("rejected", "mapping_failed", "partner")
    (document,) = desk.poison.documents.values()
    assert (document["key"], document["to"], document["code"]) == (
        "acme#webhook",
        "webhook",
        "mapping_failed",
    )
    # As it was, it stays; mended, it comes through.
    assert replay(desk.poison, desk.stream, 10, desk.mapper.remap).waiting == 1
    source = desk.sources.now["acme", "partner"]
    assert source.webhook is not None
    desk.change(source.model_copy(update={"webhook": source.webhook.model_copy(update={"mapping": OWN})}))
    done = replay(desk.poison, desk.stream, 10, desk.mapper.remap)
    assert (done.records, done.waiting) == (1, 0)
    assert [e.name for e in desk.events] == ["invoice_paid"]
    assert desk.poison.documents == {}


def test_one_event_that_does_not_fit_costs_no_other(desk: Desk):
    path = desk.source(mapping=OWN)
    good, bad = json.loads(body()), {**json.loads(body()), "customer": {}, "id": "in_2"}
    desk.call(calls.meta(path, json.dumps([good, bad]).encode()))
    desk.ride()
    assert [e.email for e in desk.events] == ["ann@x.example"]
    assert [e["code"] for e in desk.tail.entries["acme"]] == ["no_identity"]
    assert len(desk.poison.documents) == 1


def test_a_ready_made_mapping_that_finds_nobody_sets_nothing_aside(desk: Desk):
    path = desk.source("token", mapping="", verify={"header": "x-proof"})
    desk.call(calls.http(path, b'{"stage": "won"}', {"X-Proof": SECRET}))
    desk.ride()
    assert (desk.events, desk.poison.documents) == ([], {})
    assert [e["code"] for e in desk.tail.entries["acme"]] == ["no_identity"]


def test_what_was_taken_is_shown_to_whoever_looks(desk: Desk):
    desk.tail.on.add("acme")
    desk.call(calls.meta(desk.source(mapping=OWN), body()))
    desk.ride()
    (entry,) = desk.tail.entries["acme"]
    assert (entry["status"], entry["name"], entry["source"]) == ("accepted", "invoice_paid", "partner")


def test_the_debugger_is_a_convenience(desk: Desk):
    desk.tail.down = True
    path = desk.source(mapping=OWN)
    assert desk.call(calls.meta(path, body()))[0] == 200
    desk.ride()
    assert len(desk.events) == 1
    assert desk.call(calls.meta(path, body(), "wrong-secret"))[0] == 401


def test_a_source_that_is_gone_concerns_nobody(desk: Desk):
    desk.call(calls.meta(desk.source(mapping=OWN), body()))
    (detail,) = desk.bus.details
    assert desk.mapper.take({**detail, "source": "gone"}).code == "no_source"


def test_headers_reach_mappings_without_what_proves_who_sent_them(desk: Desk):
    request = calls.meta(desk.source(mapping=OWN), body())
    request["headers"] |= {
        "X-GitHub-Event": "push",
        "Authorization": "Bearer x",
        "X-Forwarded-For": "1.2.3.4",
        "X-Odd": "é\udc80",
    }
    assert desk.call(request)[0] == 200
    assert desk.bus.details[0]["headers"] == {"x-github-event": "push", "x-odd": "??"}


SCHEMES = ("github", "hubspot", "twilio", "token", "x", "meta", "sendgrid", "sns")


@given(
    scheme=st.sampled_from(SCHEMES),
    raw=st.binary(max_size=200),
    value=st.text(max_size=30),
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD"]),
    query=st.text(max_size=40),
    tail=st.text(max_size=20),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_nothing_strange_breaks_it(scheme: str, raw: bytes, value: str, method: str, query: str, tail: str):
    desk = Desk()
    more: dict[str, Any] = {
        "meta": {"verify": {"verify_token": "t"}},
        "sns": {"verify": {"topic_arn": TOPIC}},
    }.get(scheme, {})
    callback = scheme == "sendgrid"
    path = desk.source(
        scheme, GRID.key if callback else "" if scheme == "sns" else SECRET, callback=callback, **more
    )
    names = (
        "X-Hub-Signature-256",
        "X-Twilio-Signature",
        "X-HubSpot-Signature-v3",
        "X-HubSpot-Request-Timestamp",
        "Content-Type",
    )
    request = calls.http(path + tail, raw, dict.fromkeys(names, value), query, method)
    assert 400 <= desk.call(request)[0] < 500
    assert desk.bus.details == []


@given(
    raw=st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
        max_leaves=10,
    ).map(lambda value: json.dumps(value).encode()),
    label=st.sampled_from(
        ["application/json", "application/x-www-form-urlencoded", "application/x-ndjson", "", "é"]
    ),
    preset=st.sampled_from(["plain", "github", "hubspot", "meta_leads", "x", "twilio", "sns"]),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_signed_body_is_taken_or_told(raw: bytes, label: str, preset: str):
    desk = Desk()
    request = calls.meta(desk.source(preset=preset), raw)
    request["headers"]["Content-Type"] = label
    assert desk.call(request)[0] in (200, 400, 413)
    desk.ride()
