"""The handler of received answers: notifications of all sorts, over the fakes of a contact who got a mail."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from stepwell.contracts.ids import visit_id
from stepwell.contracts.reply_addresses import reply_address
from stepwell.errors import NotFound

from tests.unit.replies.test_parsing import raw
from tests.unit.triggers.stage import TENANT
from tests.unit.triggers.test_replies import ANN, KEYS, Desk

DOMAIN = "r.example"


class Inbox(Desk):
    """The handler, wired to a desk."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, bytes] = {"replies/m1": raw(From="ann@people.example")}
        self.parts = SimpleNamespace(
            secrets=SimpleNamespace(link_keys=lambda: KEYS),
            settings=SimpleNamespace(reply_domain=DOMAIN),
            objects=SimpleNamespace(get=self.get),
        )
        visit = visit_id(TENANT, "welcome", self.token.id, "nudge", {})
        self.recipient = reply_address(TENANT, ANN, "welcome", "nudge", visit, DOMAIN, KEYS)

    def get(self, key: str) -> bytes:
        if key not in self.kept:
            raise NotFound("There is no such object.")
        return self.kept[key]

    def notification(self, key: str = "replies/m1", *recipients: str, **verdicts: str) -> dict[str, Any]:
        receipt = {
            "recipients": list(recipients) or [self.recipient.upper()],
            "action": {"type": "S3", "objectKey": key},
            **{name: {"status": status} for name, status in verdicts.items()},
        }
        return {"notificationType": "Received", "mail": {"messageId": "m1"}, "receipt": receipt}

    def call(self, *messages: Any) -> None:
        texts = [one if isinstance(one, str) else json.dumps(one) for one in messages]
        self.module.handler({"Records": [{"Sns": {"Message": text}} for text in texts]}, None)

    module: Any = None


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    module: Any = importlib.import_module("functions.ingest_replies.handler")
    made = Inbox()
    made.module = module
    before = module.container, module.reply_ports
    module.container, module.reply_ports = (lambda: made.parts), (lambda parts: made.ports)
    yield made
    module.container, module.reply_ports = before


def test_an_answer_is_taken_once_a_message(inbox: Inbox):
    inbox.call(inbox.notification(), inbox.notification())
    first, again = inbox.events
    assert (first["name"], first["properties"]["node"]) == ("email_replied", "nudge")
    assert first["message_id"] == again["message_id"]


def test_whatever_else_the_topic_says_is_left_alone(inbox: Inbox):
    inbox.call(
        "Successfully validated SNS topic for Amazon SES.",
        "[]",
        {},
        inbox.notification("replies/m1", "hello@r.example"),
        inbox.notification("imports/secret.csv"),
        inbox.notification("replies/gone"),
        inbox.notification(spamVerdict="FAIL"),
        inbox.notification(virusVerdict="FAIL"),
    )
    assert inbox.events == []
    inbox.kept["replies/m1"] = b"x" * (11 * 1024 * 1024)
    inbox.call(inbox.notification())
    assert inbox.events == []


def test_a_grey_verdict_is_no_verdict(inbox: Inbox):
    inbox.call(inbox.notification(spamVerdict="GRAY", virusVerdict="PROCESSING_FAILED"))
    assert len(inbox.events) == 1
