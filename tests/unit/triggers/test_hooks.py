"""Webhooks become events of the contact that they name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stepwell.errors import InvalidInput, LimitExceeded, NotFound
from stepwell.triggers.hooks import MAX_DETAIL_BYTES, detail_of, event_of, hook_path, insist_fits
from stepwell.triggers.ports import WriteKey

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
OWNER = WriteKey("acme", "crm")


def detail(body: dict[str, Any], headers: dict[str, str] | None = None, at: datetime = NOW) -> dict[str, Any]:
    return detail_of(OWNER, "deal_won", body, headers or {}, at)


def test_paths():
    assert hook_path("/v1/hooks/KEY/deal_won") == ("KEY", "deal_won")
    assert hook_path("/v1/track") is None
    assert hook_path("/v1/hooks/KEY") is None
    with pytest.raises(NotFound):
        hook_path("/v1/hooks/KEY/9lives")


def test_an_event_of_the_contact():
    body = {"user_id": 7, "email": "a@x.de", "stage": "won", "traits": {"plan": "pro"}}
    tenant, event = event_of(detail(body))
    assert (tenant, event.name, event.kind, event.source) == ("acme", "webhook:deal_won", "webhook", "crm")
    assert (event.user_id, event.email, event.traits) == ("7", "a@x.de", {"plan": "pro"})
    assert event.properties["stage"] == "won"
    assert event.occurred_at == NOW


def test_a_repeat_is_the_same_event():
    later = NOW + timedelta(minutes=5)
    assert detail({"id": "e1"})["id"] == detail({"id": "e1", "try": 2}, at=later)["id"]
    header = {"webhook-id": "w1"}
    assert detail({"a": 1}, header)["id"] == detail({"a": 2}, header, later)["id"]
    assert detail({"a": 1})["id"] != detail({"a": 1}, at=later)["id"]


@pytest.mark.parametrize(
    "change",
    [
        {"body": {"stage": "won"}},
        {"tenant": "!"},
        {"body": 3},
        {"body": {"email": "a@x.de", "timestamp": "x"}},
    ],
)
def test_no_contact(change: dict[str, Any]):
    with pytest.raises(InvalidInput):
        event_of({**detail({"email": "a@x.de"}), **change})


def test_what_the_bus_does_not_take_is_refused_before():
    insist_fits({"body": {"a": "x" * (MAX_DETAIL_BYTES - 100)}})
    with pytest.raises(LimitExceeded):
        insist_fits({"body": {"a": "é" * (MAX_DETAIL_BYTES // 2)}})
    for odd in ("\ud800", float("inf")):
        with pytest.raises(InvalidInput):
            insist_fits({"body": {"a": odd}})
