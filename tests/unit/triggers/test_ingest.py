"""Ingestion answers real clients: the unmodified segment-analytics-python among them."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from segment.analytics.client import Client
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.triggers.batches import decode
from stepwell.triggers.ingest import Ingest, IngestPorts
from stepwell.triggers.ports import WriteKey

from tests.fakes.triggers import MemoryBus, MemoryKeys, MemoryStream, MemoryTail, NoWebhooks

from .test_tracking import BROWSER, NOW, RUDDER, SEGMENT_PYTHON, basic, request


class Desk:
    """Ingestion with its fakes."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.keys = MemoryKeys(WRITEKEY=WriteKey("acme", "web"))
        self.stream, self.bus, self.tail = MemoryStream(), MemoryBus(), MemoryTail()
        self.ingest = Ingest(
            IngestPorts(
                clock=self.clock,
                keys=self.keys,
                stream=self.stream,
                hooks=self.bus,
                tail=self.tail,
                webhooks=NoWebhooks(),
            )
        )

    def post(
        self, document: Any, path: str = "/v1/batch", headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        body = document if isinstance(document, bytes | str) else json.dumps(document)
        return self.ingest.handle(request(body, path, basic() if headers is None else headers))

    @property
    def events(self) -> list[Event]:
        return [event for record in self.stream.records for event in decode(record.data).events]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_success_is_what_segment_says(desk: Desk):
    answer = desk.post(SEGMENT_PYTHON)
    assert (answer["statusCode"], answer["body"]) == (200, '{"success":true}')
    assert answer["headers"]["access-control-allow-origin"] == "*"
    (record,) = desk.stream.records
    assert record.key == "acme#" + profile_id("acme", "user", "u1")
    assert desk.events[0].name == "Order Completed"


def test_rudder_sends_gzip_as_a_form(desk: Desk):
    headers = basic() | {"content-type": "application/x-www-form-urlencoded"}
    assert desk.post(gzip.compress(json.dumps(RUDDER).encode()), headers=headers)["statusCode"] == 200
    assert desk.events[0].name == "Signed Up"


def test_a_browser_has_its_key_in_the_body_only(desk: Desk):
    headers = {"content-type": "text/plain;charset=UTF-8"}
    assert desk.post(BROWSER, "/v1/p", headers)["statusCode"] == 200
    batch = {"batch": [BROWSER, {**BROWSER, "messageId": "ajs-2"}], "writeKey": "WRITEKEY"}
    assert desk.post(batch, "/v1/b", headers)["statusCode"] == 200
    assert [e.message_id for e in desk.events] == ["ajs-next-1", "ajs-next-1", "ajs-2"]
    assert desk.post({}, "/v1/m", headers)["statusCode"] == 200


def test_preflight(desk: Desk):
    answer = desk.ingest.handle(request("", "/v1/t", method="OPTIONS"))
    assert answer["statusCode"] == 204
    assert "authorization" in answer["headers"]["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("document", "path", "headers", "status", "code"),
    [
        ("nonsense", "/v1/batch", basic(), 400, "invalid_body"),
        ({"batch": []}, "/v1/batch", {}, 400, "no_write_key"),
        ({"batch": 1}, "/v1/batch", basic(), 400, "invalid_batch"),
        ({"batch": []}, "/v1/batch", basic("other"), 401, "unknown_key"),
        ({"batch": []}, "/v1/nothing", basic(), 404, "no_call"),
        ("x" * 600_000, "/v1/batch", basic(), 413, "batch_too_large"),
        (gzip.compress(b" " * 9_000_000), "/v1/batch", basic(), 413, "batch_too_large"),
        (b"\xff\xfe", "/v1/batch", basic(), 400, "invalid_body"),
    ],
)
def test_refusals(desk: Desk, document: Any, path: str, headers: Any, status: int, code: str):
    if isinstance(document, bytes) and document[:1] == b"\xff":
        event = request("", path, headers) | {
            "isBase64Encoded": True,
            "body": base64.b64encode(document).decode(),
        }
        answer = desk.ingest.handle(event)
    else:
        answer = desk.post(document, path, headers)
    assert (answer["statusCode"], json.loads(answer["body"])["code"]) == (status, code)
    assert desk.stream.records == []


def test_throttling_says_when_to_come_back(desk: Desk):
    desk.stream.throttled = 1
    answer = desk.post(SEGMENT_PYTHON)
    assert (answer["statusCode"], answer["headers"]["retry-after"]) == (429, "3")
    assert desk.post(SEGMENT_PYTHON)["statusCode"] == 200


def test_bad_events_are_reported_and_the_good_ones_taken(desk: Desk):
    answer = desk.post({"batch": [*SEGMENT_PYTHON["batch"], {"type": "track", "messageId": "bad"}]})
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"])["rejected"][0] | {"message": ""} == {
        "code": "no_identity",
        "place": "batch[1].userId",
        "message": "",
    }
    assert len(desk.events) == 1
    (shown,) = desk.tail.entries["acme"]
    assert (shown["status"], shown["message_id"], shown["source"]) == ("rejected", "bad", "web")
    assert shown["document"]["messageId"] == "bad"


def test_the_debugger_shows_accepted_events_while_it_is_open(desk: Desk):
    desk.post(SEGMENT_PYTHON)
    assert desk.tail.entries == {}
    desk.tail.on.add("acme")
    desk.post(SEGMENT_PYTHON)
    assert [e["name"] for e in desk.tail.entries["acme"]] == ["Order Completed"]
    desk.tail.down = True
    assert desk.post(SEGMENT_PYTHON)["statusCode"] == 200


def test_keys_are_looked_up_once_a_minute(desk: Desk):
    for _ in range(3):
        desk.post(SEGMENT_PYTHON)
        desk.post(SEGMENT_PYTHON, headers=basic("unknown"))
    assert desk.keys.asked == 2
    desk.keys.keys.clear()
    assert desk.post(SEGMENT_PYTHON)["statusCode"] == 200
    desk.clock.advance(timedelta(seconds=61))
    assert desk.post(SEGMENT_PYTHON)["statusCode"] == 401


def test_one_record_a_person_in_order(desk: Desk):
    def track(user: str, name: str) -> dict[str, Any]:
        return {"type": "track", "userId": user, "event": name}

    desk.post({"batch": [track("a", "1"), track("b", "1"), track("a", "2")]})
    assert [[e.name for e in decode(r.data).events] for r in desk.stream.records] == [["1", "2"], ["1"]]


def test_webhooks_go_to_the_bus(desk: Desk):
    answer = desk.post({"email": "a@x.de", "stage": "won"}, "/v1/hooks/WRITEKEY/crm_deal", {})
    assert answer["statusCode"] == 202
    (detail,) = desk.bus.details
    assert (detail["tenant"], detail["hook"], detail["body"]["stage"]) == ("acme", "crm_deal", "won")
    assert desk.post({}, "/v1/hooks/nobody/crm_deal", {})["statusCode"] == 401
    assert desk.post({}, "/v1/hooks/WRITEKEY/Bad Name", {})["statusCode"] == 404


@pytest.fixture
def served(desk: Desk) -> Iterator[str]:
    """A local server in front of ingestion, as API Gateway hands requests over."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            event = {
                "version": "2.0",
                "rawPath": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "requestContext": {"http": {"method": "POST", "path": self.path}},
                "isBase64Encoded": True,
                "body": base64.b64encode(body).decode(),
            }
            answer = desk.ingest.handle(event)
            self.send_response(answer["statusCode"])
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            data = answer["body"].encode()
            self.send_header("content-length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("packed", [False, True])
def test_the_real_segment_python_client(desk: Desk, served: str, packed: bool):
    desk.clock.at = datetime.now(UTC)
    errors: list[Any] = []
    client = Client(
        "WRITEKEY", host=served, gzip=packed, on_error=lambda error, _: errors.append(error), max_retries=2
    )
    client.identify("ann", {"email": "Ann@X.de", "firstName": "Ann"})
    client.track("ann", "Order Completed", {"total": 12.5}, timestamp=datetime(2026, 3, 1, tzinfo=UTC))
    client.page("ann", "docs", "Pricing", {"path": "/pricing"})
    client.screen("ann", "app", "Home")
    client.group("ann", "acme-inc", {"name": "Acme"})
    client.alias("anon-1", "ann")
    client.track(anonymous_id="dev", event="Seen")
    desk.stream.throttled = 1
    client.flush()
    client.join()
    assert errors == []
    named = {event.name: event for event in desk.events}
    assert set(named) == {"identify", "Order Completed", "page_view", "screen_view", "group", "alias", "Seen"}
    assert named["identify"].traits["email"] == "Ann@X.de"
    assert abs(named["Order Completed"].occurred_at - datetime(2026, 3, 1, tzinfo=UTC)) < timedelta(seconds=5)
    assert (named["alias"].user_id, named["alias"].anonymous_id) == ("ann", "anon-1")
    assert named["Seen"].anonymous_id == "dev" and named["Seen"].user_id is None


def test_the_real_client_drops_a_refused_batch(desk: Desk, served: str):
    errors: list[Any] = []
    client = Client("WRONG", host=served, on_error=lambda error, _: errors.append(error), max_retries=1)
    client.track("ann", "x")
    client.flush()
    client.join()
    assert [(e.status, e.code) for e in errors] == [(401, "unknown_key")]
