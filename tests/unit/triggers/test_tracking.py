"""The tracking API, with the bodies that four real clients send (see the conformance notes of the design)."""

from __future__ import annotations

import base64
import gzip
import json
import traceback
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.clock import iso
from stepwell.errors import InvalidInput, LimitExceeded, NotFound, Unauthenticated
from stepwell.triggers import wire
from stepwell.triggers.batches import decode
from stepwell.triggers.tracking import MAX_EVENTS, parse

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

SEGMENT_PYTHON = {
    "batch": [
        {
            "integrations": {},
            "anonymousId": None,
            "properties": {"total": 12.5},
            "timestamp": "2026-03-02T08:59:58.123456+00:00",
            "userId": "u1",
            "event": "Order Completed",
            "context": {"library": {"name": "analytics-python", "version": "2.4.0"}},
            "messageId": "0d0c1b5e-7e5c-4f6c-b1a3-9d3a1a0a0a0a",
            "type": "track",
        }
    ],
    "sentAt": "2026-03-02T09:00:00+00:00",
    "writeKey": "WRITEKEY",
}
RUDDER = {
    "batch": [
        {
            "userId": "u1",
            "event": "Signed Up",
            "type": "track",
            "channel": "server",
            "context": {"library": {"name": "@rudderstack/rudder-sdk-node", "version": "3.0.13"}},
            "_metadata": {"nodeVersion": "24.19.0"},
            "originalTimestamp": "2026-03-02T08:59:00.000Z",
            "messageId": "node-1",
        }
    ],
    "sentAt": "2026-03-02T09:00:00.000Z",
}
BROWSER = {
    "timestamp": "2026-03-02T08:59:59.000Z",
    "type": "page",
    "properties": {"path": "/pricing", "url": "https://shop.example/pricing"},
    "context": {
        "page": {"path": "/pricing", "title": "Pricing"},
        "userAgent": "Mozilla/5.0",
        "locale": "de-DE",
        "timezone": "Europe/Berlin",
    },
    "integrations": {},
    "userId": None,
    "anonymousId": "4f0f3c5e-anon",
    "messageId": "ajs-next-1",
    "writeKey": "WRITEKEY",
    "sentAt": "2026-03-02T09:00:00.000Z",
}


def request(
    body: bytes | str, path: str = "/v1/batch", headers: dict[str, str] | None = None, method: str = "POST"
) -> dict[str, Any]:
    raw = body.encode() if isinstance(body, str) else body
    binary = raw[:2] == b"\x1f\x8b"
    return {
        "version": "2.0",
        "rawPath": path,
        "headers": headers or {},
        "requestContext": {"http": {"method": method, "path": path}},
        "isBase64Encoded": binary,
        "body": base64.b64encode(raw).decode() if binary else raw.decode(),
    }


def basic(key: str = "WRITEKEY") -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode()}


def only(path: str, document: dict[str, Any]) -> Any:
    parsed = parse(path, document, NOW, "web")
    assert parsed.rejected == ()
    (event,) = parsed.events
    return event


def test_segment_python():
    event = only("/v1/batch", SEGMENT_PYTHON)
    assert (event.kind, event.name, event.user_id, event.anonymous_id) == (
        "track",
        "Order Completed",
        "u1",
        None,
    )
    assert event.message_id.startswith("0d0c1b5e")
    assert event.properties == {"total": 12.5}
    assert event.occurred_at == datetime(2026, 3, 2, 8, 59, 58, 123456, tzinfo=UTC)
    assert event.source == "web"


def test_rudder_has_original_timestamp_only():
    assert only("/v1/batch", RUDDER).occurred_at == NOW - timedelta(minutes=1)


def test_browser_short_path():
    event = only("/v1/p", BROWSER)
    assert (event.kind, event.name, event.anonymous_id) == ("page", "page_view", "4f0f3c5e-anon")
    assert event.properties["title"] == "Pricing"
    assert event.context["timezone"] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        *[(f"/v1/{k}", k) for k in ("identify", "track", "page", "screen", "alias")],
        *[("/v1/i", "identify"), ("/v1/t", "track"), ("/v1/p", "page"), ("/v1/s", "screen")],
        ("/v1/a", "alias"),
        ("/v1/g", "group"),
        ("/v1/group", "group"),
    ],
)
def test_every_call_has_its_path(path: str, kind: str):
    body = {"userId": "u1", "event": "x", "groupId": "g1", "previousId": "old"}
    assert only(path, body).kind == kind


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import"])
def test_every_batch_path(path: str):
    assert only(path, SEGMENT_PYTHON).name == "Order Completed"


@pytest.mark.parametrize("path", ["/v1/nothing", "/v2/track", "/", "/v1", "/v1/track/x"])
def test_other_paths(path: str):
    with pytest.raises(NotFound):
        parse(path, {}, NOW, "web")


@given(st.integers(-400, 400), st.integers(0, 3600))
def test_a_wrong_clock_is_corrected(skew_minutes: int, ago_s: int):
    """What counts is how long before the sending it happened, whatever the client's clock says."""
    clock = NOW + timedelta(minutes=skew_minutes)
    body = {
        "userId": "u",
        "event": "e",
        "timestamp": iso(clock - timedelta(seconds=ago_s)),
        "sentAt": iso(clock),
    }
    assert only("/v1/track", body).occurred_at == NOW - timedelta(seconds=ago_s)


def test_without_times_it_happened_now():
    assert only("/v1/track", {"userId": "u", "event": "e"}).occurred_at == NOW
    assert only("/v1/track", {"userId": "u", "event": "e", "timestamp": "soon"}).occurred_at == NOW


def test_historical_import_keeps_its_date():
    body = {"batch": [{"type": "track", "userId": "u", "event": "e", "timestamp": "1997-01-01T00:00:00Z"}]}
    assert only("/v1/import", body).occurred_at == datetime(1997, 1, 1, tzinfo=UTC)


def test_bad_events_do_not_cost_the_good_ones():
    good = {"type": "track", "userId": "u", "event": "e", "messageId": "m"}
    bad: list[Any] = [
        7,
        {"type": "track", "userId": "u"},
        {"type": "dance", "userId": "u"},
        {"type": "track", "event": "e"},
        {"type": "track", "event": "e", "userId": {"a": 1}},
        {"type": "track", "event": "e", "userId": "u", "properties": [1]},
        {"type": "group", "userId": "u"},
        {"type": "track", "event": "e", "userId": "u", "properties": {"x": "y" * 33_000}},
        {"type": "track", "event": "e" * 201, "userId": "u"},
        {"type": "track", "event": "e", "userId": "\ud800"},
        {"type": "track", "event": "e", "userId": "u", "properties": {"n": float("inf")}},
    ]
    deep: dict[str, Any] = {}
    for _ in range(40):
        deep = {"d": deep}
    bad.append({"type": "track", "event": "e", "userId": "u", "properties": deep})
    parsed = parse("/v1/batch", {"batch": [good, *bad, good]}, NOW, "web")
    assert len(parsed.events) == 2
    assert [r.code for r in parsed.rejected] == [
        "not_an_object",
        "missing_field",
        "unknown_type",
        "no_identity",
        "invalid_field",
        "invalid_field",
        "missing_field",
        "event_too_large",
        "too_long",
        "invalid_value",
        "invalid_value",
        "too_deep",
    ]
    assert [r.place for r in parsed.rejected][:4] == [
        "batch[1]",
        "batch[2].event",
        "batch[3].type",
        "batch[4].userId",
    ]


@pytest.mark.parametrize("name", ["email_bounced", "email_unsubscribed", " email_clicked ", "email_sent"])
def test_a_write_key_cannot_tell_of_the_platforms_messages(name: str):
    # It is public. Whoever copies it from a web page must not be able to open, bounce or unsubscribe for others.
    parsed = parse("/v1/t", {"userId": "victim", "event": name, "properties": {"workflow": "w"}}, NOW, "web")
    assert parsed.events == ()
    assert [r.code for r in parsed.rejected] == ["reserved_event"]


@pytest.mark.parametrize("kind", ["engagement", "timer", "webhook"])
def test_a_write_key_cannot_speak_for_the_platform(kind: str):
    body = {"batch": [{"type": kind, "userId": "victim", "event": "x"}]}
    assert [r.code for r in parse("/v1/batch", body, NOW, "web").rejected] == ["unknown_type"]


def test_a_write_key_cannot_name_a_profile_a_tenant_or_a_machine():
    given = {"profile": "a" * 16, "tenant": "other", "machine": True, "source": "ses", "email": "a@b.c"}
    event = only("/v1/t", {"userId": "u1", "event": "x", **given})
    assert (event.profile, event.email, event.machine, event.source) == (None, None, False, "web")


def test_a_malformed_event_is_not_quoted():
    event = {"message_id": "m", "kind": "track", "name": "x", "traits": "ada@example.com"}
    with pytest.raises(InvalidInput) as told:
        decode(json.dumps({"v": 1, "tenant": "acme", "events": [event]}).encode())
    assert "ada@example.com" not in "".join(traceback.format_exception(told.value))


def test_message_ids_are_made_up_the_same_way_again():
    body = {"batch": [{"type": "track", "userId": "u", "event": "e"}] * 2}
    first, again = (parse("/v1/batch", body, NOW + timedelta(hours=h), "web").events for h in (0, 1))
    assert [e.message_id for e in first] == [e.message_id for e in again]
    assert first[0].message_id != first[1].message_id


def test_identify_and_group_and_context_traits():
    event = only("/v1/identify", {"userId": 7, "traits": {"email": "A@x.de", "firstName": "Ann"}})
    assert (event.user_id, event.name, event.traits["firstName"]) == ("7", "identify", "Ann")
    event = only("/v1/track", {"userId": "u", "event": "e", "context": {"traits": {"plan": "pro"}}})
    assert event.traits == {"plan": "pro"}
    event = only("/v1/group", {"userId": "u", "groupId": "g", "traits": {"name": "Acme", "email": "x@y.z"}})
    assert event.traits == {"group_id": "g"}


def test_alias_links_the_previous_id():
    event = only("/v1/alias", {"userId": "u", "previousId": "anon"})
    assert (event.user_id, event.anonymous_id) == ("u", "anon")


def test_batch_limits():
    with pytest.raises(InvalidInput):
        parse("/v1/batch", {"batch": {}}, NOW, "web")
    with pytest.raises(LimitExceeded):
        parse("/v1/batch", {"batch": [{}] * (MAX_EVENTS + 1)}, NOW, "web")


def test_gzip_whatever_the_label_says():
    packed = gzip.compress(json.dumps(RUDDER).encode())
    for headers in ({"content-type": "application/x-www-form-urlencoded"}, {"content-encoding": "gzip"}, {}):
        plain = wire.unpack(wire.body_of(request(packed, headers=headers)))
        assert wire.json_object(plain) == RUDDER
    # A label without gzip behind it is no gzip.
    plain = wire.unpack(wire.body_of(request("{}", headers={"content-encoding": "gzip"})))
    assert wire.json_object(plain) == {}


def test_bombs_and_broken_gzip():
    with pytest.raises(LimitExceeded):
        wire.unpack(gzip.compress(b" " * 50_000_000))
    with pytest.raises(LimitExceeded):
        wire.unpack(b"x" * (wire.MAX_BATCH_BYTES + 1))
    with pytest.raises(InvalidInput):
        wire.unpack(gzip.compress(b"{}" * 1000)[:-9])
    with pytest.raises(InvalidInput):
        wire.unpack(b"\x1f\x8bnonsense")


@pytest.mark.parametrize("body", ["", "nonsense", "[]", '"x"', '{"a": NaN}', "[" * 100_000])
def test_no_json(body: str):
    with pytest.raises(InvalidInput):
        wire.json_object(body.encode())


def test_write_key():
    assert wire.write_key(basic("abc"), {}) == "abc"
    assert wire.write_key({}, {"writeKey": "body"}) == "body"
    assert wire.write_key({"authorization": "Bearer x"}, {"writeKey": "body"}) == "body"
    with pytest.raises(Unauthenticated):
        wire.write_key({"authorization": "Basic %%%"}, {"writeKey": "body"})
    with pytest.raises(InvalidInput):
        wire.write_key({}, {})


def test_a_subscription_that_is_none_is_refused_with_its_place() -> None:
    told = {
        "type": "track",
        "event": "push_subscribe",
        "userId": "u1",
        "properties": {"subscription": {"x": 1}},
    }
    parsed = parse("/v1/batch", {"batch": [told]}, NOW, "web")
    assert [(one.code, one.place) for one in parsed.rejected] == [
        ("unknown_push_service", "batch[0].properties.subscription")
    ]
