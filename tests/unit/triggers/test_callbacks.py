"""What a message of the mail-events queue holds, and what can never be read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.errors import InvalidInput
from stepwell.triggers.batches import records_of
from stepwell.triggers.callbacks import events_in

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PROFILE = "abcdefghijklmnop"
SES = {
    "eventType": "Click",
    "mail": {
        "timestamp": "2026-03-02T08:00:00.000Z",
        "messageId": "ses-1",
        "destination": ["ann@x.de"],
        "tags": {"tenant": ["acme"], "enrollment": [f"{PROFILE}.0.1"]},
    },
    "click": {"timestamp": "2026-03-02T08:30:00.000Z", "link": "https://x.de/a"},
}


def click(link: str) -> dict[str, Any]:
    return {**SES, "click": {**SES["click"], "link": link}}  # type: ignore[dict-item]


def test_raw_and_enveloped_are_the_same():
    envelope = {"Type": "Notification", "MessageId": "n1", "Message": json.dumps(SES)}
    raw = events_in(json.dumps(SES), NOW)
    assert [(tenant, e.name, e.profile) for tenant, e in raw] == [("acme", "email_clicked", PROFILE)]
    assert events_in(json.dumps(envelope), NOW) == raw


def test_delivered_twice_is_one_event_by_its_id():
    (_, first), (_, again) = events_in(json.dumps(SES), NOW) + events_in(json.dumps(SES), NOW)
    assert first.message_id == again.message_id


def test_the_greeting_of_a_new_destination_is_no_failure():
    greeting = "Successfully validated SNS topic for Amazon SES event publishing."
    assert events_in(greeting, NOW) == []
    assert events_in(json.dumps({"Type": "Notification", "Message": greeting}), NOW) == []


@pytest.mark.parametrize(
    "body",
    [
        "",
        "hello",
        "[]",
        "{}",
        "null",
        '{"eventType": "Click"}',
        json.dumps({**SES, "eventType": "Bounce", "bounce": {"bouncedRecipients": 5}}),
        json.dumps(click("https://x.de/\ud83d")),
        "[" * 100_000,
    ],
)
def test_what_can_never_be_read(body: str):
    with pytest.raises(InvalidInput):
        events_in(body, NOW)


def test_whole_characters_may_be_written_in_halves():
    ((_, event),) = events_in(json.dumps(click("https://x.de/\U0001f600")), NOW)
    assert event.properties["link"] == "https://x.de/\U0001f600"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.just(PROFILE),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(kind=st.sampled_from(["Click", "Bounce", "Complaint", "Delivery", "Reject", "Send"]), data=st.data())
def test_what_is_read_can_be_put_on_the_stream(kind: str, data: st.DataObject):
    """Whatever stands in an SES event: either it alone is refused, or the stream takes it with its neighbours."""
    tags: dict[str, Any] = {"tenant": ["acme"], "profile": [PROFILE]}
    tags |= {
        name: data.draw(JSON) for name in ("version", "workflow", "enrollment") if data.draw(st.booleans())
    }
    mail = {"tags": tags, "destination": data.draw(JSON), "messageId": data.draw(JSON)}
    fields = ("link", "timestamp", "bouncedRecipients", "recipients", "reason", "feedbackId", "userAgent")
    detail = {name: data.draw(JSON) for name in fields if data.draw(st.booleans())}
    body = json.dumps({"eventType": kind, "mail": mail, kind.lower(): detail})
    try:
        found = events_in(body, NOW)
    except InvalidInput:
        return
    records_of("acme", [event for _, event in found])
