"""What browsers tell of notifications is believed for its token."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import pytest
from stepwell.channels.email import tag_of_token
from stepwell.channels.push.reports import Report, sign_report
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.events import Event
from stepwell.triggers.batches import decode
from stepwell.triggers.ports import WriteKey
from stepwell.triggers.push_reports import PushReports, ReportPorts, asked

from tests.fakes.triggers import MemoryKeys, MemoryStream

from .test_tracking import NOW

KEYS = {"1": b"signing"}
TOKEN = "abcdefgh234567ab.0.1/par.0"
REPORT = Report("acme", TOKEN[:16], "carts", 3, "remind", tag_of_token(TOKEN), "v" * 16, "s" * 24)


class Desk:
    """The endpoint with its fakes."""

    def __init__(self) -> None:
        self.clock, self.stream = ManualClock(NOW), MemoryStream()
        self.settings: dict[str, Any] = {}
        self.reports = PushReports(
            ReportPorts(
                clock=self.clock,
                keys=MemoryKeys(WRITEKEY=WriteKey("acme", "web")),
                documents=self,
                stream=self.stream,
                link_keys=lambda: KEYS,
            )
        )

    def body(self, tenant: str, kind: str, id_: str) -> Mapping[str, Any] | None:
        return self.settings if (tenant, kind, id_) == ("acme", "CHAN", "push") else None

    def ask(self, method: str, path: str, body: Any = None, **query: str) -> tuple[int, Any]:
        request = {
            "rawPath": path,
            "rawQueryString": urlencode(query),
            "body": body if isinstance(body, str) else json.dumps(body),
            "requestContext": {"http": {"method": method, "path": path}},
        }
        assert asked(request)
        answer = self.reports.answer(request)
        assert answer["headers"]["access-control-allow-origin"] == "*"
        return answer["statusCode"], json.loads(answer["body"] or "null")

    def tell(self, what: str, **more: Any) -> int:
        token = more.pop("token", sign_report(REPORT, KEYS))
        return self.ask("POST", "/v1/push/events", {"r": token, "e": what, **more})[0]

    @property
    def events(self) -> list[Event]:
        return [event for record in self.stream.records for event in decode(record.data).events]


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_report_becomes_an_event_that_leads_home(desk: Desk) -> None:
    assert desk.tell("delivered", x=["image"]) == 200
    (event,) = desk.events
    assert (event.name, event.kind, event.profile, event.source) == (
        "push_delivered",
        "engagement",
        TOKEN[:16],
        "push",
    )
    assert event.properties == {
        "workflow": "carts",
        "version": 3,
        "node": "remind",
        "visit": "v" * 16,
        "enrollment": TOKEN,
        "subscription": "s" * 24,
        "left_out": ["image"],
    }


def test_a_button_is_an_opening_too(desk: Desk) -> None:
    desk.tell("clicked", a="buy", l="https://shop.example/buy")
    assert [(e.name, e.properties.get("action"), e.properties["link"]) for e in desk.events] == [
        ("push_opened", None, "https://shop.example/buy"),
        ("push_clicked", "buy", "https://shop.example/buy"),
    ]


def test_twice_is_once_and_a_click_after_an_opening_opens_once(desk: Desk) -> None:
    for _ in range(2):
        desk.tell("opened")
        desk.tell("clicked", a="buy")
        desk.tell("clicked", a="later")
        desk.tell("dismissed")
    assert len({event.message_id for event in desk.events}) == 4


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"r": "x", "e": "opened"}, 400),
        ({"r": sign_report(REPORT, {"1": b"other"}), "e": "opened"}, 400),
        ({"r": sign_report(REPORT, KEYS), "e": "purchased"}, 400),
        ({"r": 7, "e": ["opened"]}, 400),
        ("no json", 400),
        ([], 400),
    ],
)
def test_what_nobody_signed_is_no_event(desk: Desk, body: Any, status: int) -> None:
    assert desk.ask("POST", "/v1/push/events", body)[0] == status
    assert desk.events == []


def test_odd_values_are_left_out(desk: Desk) -> None:
    desk.tell("failed", w="y" * 999, a={"x": 1}, l=["z"], x=[1, "image"] + ["x"] * 99)
    (event,) = desk.events
    assert len(event.properties["reason"]) == 200
    assert "action" not in event.properties
    assert "link" not in event.properties
    assert len(event.properties["left_out"]) == 8


def test_the_key_by_which_browsers_subscribe(desk: Desk) -> None:
    assert desk.ask("GET", "/v1/push/key", writeKey="WRITEKEY")[0] == 404
    assert desk.ask("GET", "/v1/push/key", writeKey="OTHER")[0] == 401
    assert desk.ask("GET", "/v1/push/key")[0] == 401
    desk.settings = {
        "providers": [
            {"kind": "fcm", "options": {"project_id": "x"}},
            {"kind": "web_push", "enabled": False, "options": {"public_key": "OLD"}},
            {"kind": "web_push", "options": {"public_key": "KEY"}},
        ]
    }
    assert desk.ask("GET", "/v1/push/key", writeKey="WRITEKEY") == (200, {"publicKey": "KEY"})


def test_other_addresses_and_methods(desk: Desk) -> None:
    assert desk.ask("GET", "/v1/push/events")[0] == 404
    assert desk.ask("POST", "/v1/push/key", {})[0] == 404
    assert desk.ask("GET", "/v1/push/other")[0] == 404
    assert desk.ask("OPTIONS", "/v1/push/events")[0] == 204
