"""What mappings give becomes events, or says what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.events import PLATFORM_EVENTS
from stepwell.errors import LimitExceeded
from stepwell.sources.mapped import MAX_EVENTS, Delivered, debugger_entries, events_of

from .calls import NOW

CALL = Delivered("acme", "billing", "hook-1", NOW)
CALLBACK = Delivered("acme", "grid", "hook-1", NOW, callback=True)
PROFILE = "abcdefghijklmnop"


def test_an_event():
    (event,) = events_of(
        {
            "event": " invoice_paid ",
            "userId": 7,
            "anonymousId": "a",
            "email": "a@x.example",
            "phone": "+4915112345678",
            "properties": {"total": 1},
            "traits": {"plan": "gold"},
            "timestamp": "2026-03-01T00:00:00Z",
            "messageId": "m1",
        },
        CALL,
    ).events
    assert (event.kind, event.name, event.user_id, event.anonymous_id) == (
        "webhook",
        "invoice_paid",
        "7",
        "a",
    )
    assert event.traits == {"plan": "gold", "phone": "+4915112345678"}
    assert (event.occurred_at, event.received_at) == (datetime(2026, 3, 1, tzinfo=UTC), NOW)
    assert event.source == "billing"


def test_nothing_one_or_many():
    assert events_of(None, CALL).events == ()
    assert len(events_of({"event": "a"}, CALL).events) == 1
    assert [e.name for e in events_of([{"event": "a"}, {"type": "page"}], CALL).events] == ["a", "page_view"]
    assert events_of([], CALL).events == ()


def test_types():
    (event,) = events_of({"type": "identify", "userId": "u", "traits": {"a": 1}}, CALL).events
    assert (event.kind, event.name) == ("identify", "identify")


def test_message_ids_are_the_same_for_a_repeat_and_differ_otherwise():
    def ids(found: Any, call: Delivered = CALL) -> list[str]:
        return [event.message_id for event in events_of(found, call).events]

    told, untold = {"event": "a", "messageId": "m1"}, {"event": "a"}
    again = Delivered("acme", "billing", "hook-2", NOW + timedelta(days=1))
    assert ids(told) == ids(told, again)
    assert ids(untold) == ids(untold)
    assert ids(untold) != ids(untold, again)
    assert len(set(ids([untold, untold, told]))) == 3
    assert ids(told) != ids(told, Delivered("acme", "other", "hook-1", NOW))


@pytest.mark.parametrize(
    ("stamp", "wanted"),
    [
        (1_772_442_000, datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (1_772_442_000_000, datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (1_772_442_000.5, datetime(2026, 3, 2, 9, 0, 0, 500_000, tzinfo=UTC)),
        (None, NOW),
        ("", NOW),
    ],
)
def test_times(stamp: Any, wanted: datetime):
    assert events_of({"event": "a", "timestamp": stamp}, CALL).events[0].occurred_at == wanted


@pytest.mark.parametrize(
    ("event", "code", "place"),
    [
        ("text", "not_an_object", "[1]"),
        ({}, "missing_field", "[1].event"),
        ({"event": " "}, "missing_field", "[1].event"),
        ({"event": "a" * 201}, "too_long", "[1].event"),
        ({"event": "a", "evnt": 1}, "unknown_field", "[1].evnt"),
        ({"type": "alias"}, "unknown_type", "[1].type"),
        ({"type": ["page"]}, "unknown_type", "[1].type"),
        ({"event": "a", "userId": True}, "invalid_field", "[1].userId"),
        ({"event": "a", "email": "a" * 251}, "too_long", "[1].email"),
        ({"event": "a", "properties": [1]}, "invalid_field", "[1].properties"),
        ({"event": "a", "traits": "x"}, "invalid_field", "[1].traits"),
        ({"event": "a", "timestamp": "yesterday"}, "invalid_time", "[1].timestamp"),
        ({"event": "a", "timestamp": 10**300}, "invalid_time", "[1].timestamp"),
        ({"event": "a", "properties": {"x": "a" * 33_000}}, "event_too_large", "[1]"),
        ({"event": "a", "properties": {"x": float("inf")}}, "invalid_value", "[1]"),
        ({"event": "a", "profile": PROFILE}, "reserved_field", "[1].profile"),
        ({"event": "a", "machine": True}, "reserved_field", "[1].machine"),
        ({"event": "email_opened"}, "reserved_event", "[1].event"),
    ],
)
def test_what_does_not_fit_is_told_and_costs_no_other(event: Any, code: str, place: str):
    mapped = events_of([{"event": "good"}, event], CALL)
    assert [e.name for e in mapped.events] == ["good"]
    (refused,) = mapped.refused
    assert (refused.code, refused.place) == (code, place)
    (entry,) = debugger_entries(mapped.refused, "billing", "2026-03-02T09:00:00Z")
    assert (entry["status"], entry["source"], entry["code"]) == ("rejected", "billing", code)


def test_a_profile_id_must_be_one():
    assert events_of({"event": "a", "profile": "x"}, CALLBACK).refused[0].code == "invalid_field"


@pytest.mark.parametrize("name", sorted(PLATFORM_EVENTS))
def test_callbacks_tell_of_the_platforms_messages(name: str):
    (event,) = events_of({"event": name, "profile": PROFILE, "machine": True}, CALLBACK).events
    assert (event.kind, event.name, event.profile, event.machine) == ("engagement", name, PROFILE, True)
    assert events_of({"event": name}, CALL).events == ()


def test_a_call_makes_only_so_many_events():
    with pytest.raises(LimitExceeded):
        events_of([{"event": "a"}] * (MAX_EVENTS + 1), CALL)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "event",
    "type",
    "userId",
    "email",
    "phone",
    "properties",
    "traits",
    "timestamp",
    "messageId",
    "context",
)


@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), json_values), max_size=4) | json_values)
def test_any_value_is_taken_or_told(found: Any):
    mapped = events_of(found, CALL)
    count = len(found) if isinstance(found, list) else 0 if found is None else 1
    assert len(mapped.events) + len(mapped.refused) == count
