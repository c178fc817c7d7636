"""X's direct messages as they are read: others' alone, no older ones, talks of two without a name of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from stepwell.adapters.x_messages import read_events, send_to
from stepwell.contracts.social import Account, MentionKind, Platform

OURS = Account(id="twitter-a", platform=Platform.TWITTER, external_id="20", name="Acme")
SINCE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def event(
    id_: str, sender: str = "10", at: str = "2026-03-02T10:00:00.000Z", talk: str = "10-20"
) -> dict[str, Any]:
    return {
        "id": id_,
        "event_type": "MessageCreate",
        "text": "See https://t.co/a &amp; more",
        "entities": {"urls": [{"url": "https://t.co/a", "expanded_url": "https://acme.example"}]},
        "sender_id": sender,
        "created_at": at,
        "dm_conversation_id": talk,
    }


def said(*events: dict[str, Any], after: str = "") -> dict[str, Any]:
    people = [{"id": "10", "username": "ada", "name": "Ada", "public_metrics": {"followers_count": 7}}]
    meta = {"result_count": len(events)} | ({"next_token": after} if after else {})
    return {"data": list(events), "includes": {"users": people}, "meta": meta}


def test_messages_of_others_are_read_oldest_first() -> None:
    found, after = read_events(OURS, said(event("3"), event("2", sender="20"), event("1"), after="n1"), SINCE)
    assert ([one.external_id for one in found], after) == (["message:10:1", "message:10:3"], "messages|n1")
    assert (found[0].kind, found[0].text) == (MentionKind.MESSAGE, "See https://acme.example & more")
    assert (found[0].author.handle, found[0].author.followers, found[0].parent) == ("ada", 7, "")
    assert send_to(found[0].external_id) == "/2/dm_conversations/with/10/messages"


def test_reading_ends_where_messages_are_older() -> None:
    old = event("1", at="2026-03-02T08:59:59.000Z")
    found, after = read_events(OURS, said(event("2"), old, after="n1"), SINCE)
    assert ([one.external_id for one in found], after) == (["message:10:2"], "")
    assert read_events(OURS, {"meta": {"result_count": 0}}, SINCE) == ([], "")


def test_a_group_is_a_thread_of_its_own() -> None:
    (one,), _ = read_events(OURS, said(event("1", talk="1500")), SINCE)
    assert one.parent == "1500"
    (stranger,), _ = read_events(OURS, said(event("1", sender="99")), SINCE)
    assert (stranger.author.external_id, stranger.author.handle) == ("99", "")
