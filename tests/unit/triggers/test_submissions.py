"""Forms are checked as they are taken in: nothing is refused, wrong fields are named, the debugger says why."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from stepwell.contracts.clock import ManualClock
from stepwell.errors import Unavailable
from stepwell.triggers.batches import decode
from stepwell.triggers.ingest import Ingest, IngestPorts
from stepwell.triggers.ports import WriteKey

from tests.fakes.triggers import MemoryBus, MemoryKeys, MemoryStream, MemoryTail, NoWebhooks

from .test_tracking import NOW, basic, request

FORM = {
    "id": "demo",
    "form_type": "lead_gen",
    "fields": [
        {"name": "email", "type": "email", "required": True},
        {"name": "size", "type": "number", "minimum": 1},
        {"name": "phone", "type": "tel"},
    ],
}


class MemoryForms:
    down = False

    def form(self, tenant: str, form: str) -> Mapping[str, Any] | None:
        if self.down:
            raise Unavailable("down")
        return FORM if (tenant, form) == ("acme", "demo") else None


class Desk:
    def __init__(self) -> None:
        self.stream, self.tail, self.forms = MemoryStream(), MemoryTail(), MemoryForms()
        self.ingest = Ingest(
            IngestPorts(
                clock=ManualClock(NOW),
                keys=MemoryKeys(WRITEKEY=WriteKey("acme", "web")),
                stream=self.stream,
                hooks=MemoryBus(),
                tail=self.tail,
                webhooks=NoWebhooks(),
                forms=self.forms,
            )
        )

    def send(self, fields: Any, **more: Any) -> Any:
        properties = {"form_id": "demo", "fields": fields, **more}
        body = {"anonymousId": "a1", "event": "form_submitted", "messageId": "m1", "properties": properties}
        answer = self.ingest.handle(request(json.dumps(body), "/v1/track", basic()))
        assert answer["statusCode"] == 200
        events = [event for record in self.stream.records for event in decode(record.data).events]
        return events[-1].properties.get("invalid_fields")


@pytest.fixture
def desk() -> Desk:
    return Desk()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"email": "ann@people.example", "size": "3"}, None),
        ({"email": "nobody", "size": "0"}, ["email", "size"]),
        ({"size": "2"}, ["email"]),
        ({"email": ["x"], "size": {"a": 1}}, ["email", "size"]),
        ("no object", None),
        ({str(n): n for n in range(500)}, None),
    ],
)
def test_wrong_fields_are_named(desk: Desk, fields: Any, wrong: list[str] | None) -> None:
    assert desk.send(fields) == wrong


def test_what_is_kept_back_for_want_of_consent_is_not_missing(desk: Desk) -> None:
    assert desk.send({"size": "2"}, fields_filled=["email", "size"]) is None


def test_only_the_check_says_so(desk: Desk) -> None:
    assert desk.send({"email": "ann@people.example"}, invalid_fields=["email"]) is None
    assert desk.send({"email": "nobody"}, form_id="unknown") is None
    desk.forms.down = True
    assert desk.send({"email": "nobody"}) is None


def test_the_debugger_says_why(desk: Desk) -> None:
    desk.tail.on.add("acme")
    desk.send({"email": "nobody"})
    entry = desk.tail.entries["acme"][-1]
    assert (entry["status"], entry["code"], entry["message"]) == (
        "accepted",
        "invalid_fields",
        "email: bad_email",
    )
