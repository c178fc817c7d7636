"""Records of the stream that no part of the platform would write, or only a broken one."""

from __future__ import annotations

import gzip
import json
from random import Random
from typing import Any

from stepwell.triggers.ports import StreamRecord

from tests.functional.hostile import EVENTS, NAMES, USERS, Hostile
from tests.unit.triggers.stage import TENANT

KINDS = ("track", "identify", "page", "screen", "group", "alias", "engagement", "timer", "webhook", "derived")
PLATFORM = (
    "email_sent", "email_delivered", "email_bounced", "email_complained", "email_opened", "email_clicked",
    "email_unsubscribed", "email_resubscribed", "segment_list_added", "segment_list_removed", "consent_told",
    "profile_due", "score_threshold_crossed", "segment_entered",
)  # fmt: skip
TIMES = (
    "0001-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2026-03-01T10:00:00Z",
    "2026-03-02T09:00:00.999999Z", "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59-23:59", "2200-01-01T00:00:00Z",
)  # fmt: skip


def hostile_record(hostile: Hostile, draw: Random) -> StreamRecord:
    """Return a record that is wrong in some way, or strange."""
    chance = draw.random()
    if chance < 0.2:
        data = draw.choice(
            (b"", b"\x00", b"null", b"[]", b"{}", b"7", b'{"v":1}', b"\x1f\x8b", b"\xff" * 30, b"[" * 100_000)
        )
        return StreamRecord(f"{TENANT}#x", data if draw.random() < 0.7 else gzip.compress(data))
    document: Any = {
        "v": 1 if draw.random() < 0.97 else hostile.value(),
        "tenant": TENANT
        if draw.random() < 0.9
        else draw.choice(("", "x", "a#b", "_all", "A" * 3_000, 7, None)),
        "events": [_event(hostile, draw) for _ in range(draw.randrange(4))],
    }
    text = json.dumps(document, ensure_ascii=draw.random() < 0.5)
    raw = text.encode("utf-8", "surrogatepass")
    if chance < 0.3:
        raw = raw[: draw.randrange(len(raw))]
    return StreamRecord(f"{TENANT}#x", gzip.compress(raw, 1) if draw.random() < 0.3 else raw)


def _event(hostile: Hostile, draw: Random) -> Any:
    event: dict[str, Any] = {
        "message_id": f"s-{draw.randrange(10**9)}",
        "kind": draw.choice(KINDS),
        "name": draw.choice(EVENTS),
        "user_id": f"odd-{draw.randrange(100)}",
        "occurred_at": draw.choice(TIMES),
        "received_at": draw.choice(TIMES),
        "source": "web",
    }
    chance = draw.random()
    if chance < 0.1:
        event["user_id"] = f"good-{draw.randrange(USERS)}"
    elif chance < 0.3:
        del event["user_id"]
        event[draw.choice(("anonymous_id", "profile", "email"))] = draw.choice(
            ("", "x", "abcdefghijklmnop", "A" * 16, "../p", "a" * 3_000, "\x00", "Ann@X.example", "#P#")
        )
    if event["kind"] in ("engagement", "derived", "timer"):
        event["name"] = draw.choice(PLATFORM)
        if draw.random() < 0.5:
            event["profile"] = draw.choice(("abcdefghijklmnop", "zzzzzzzzzzzzzzzz", "x"))
    for part in ("properties", "traits", "context"):
        if draw.random() < 0.6:
            names = (
                *NAMES,
                "workflow",
                "node",
                "visit",
                "enrollment",
                "version",
                "token",
                "channel",
                "consent",
            )
            event[part] = {draw.choice(names): hostile.value(1) for _ in range(draw.randrange(6))}
    if draw.random() < 0.02:
        event["properties"] = {"blob": "x" * 1_000_000}
    if draw.random() < 0.02:
        event["traits"] = {f"{draw.randrange(400)}": {"blob": "x" * 30_000} for _ in range(30)}
    if draw.random() < 0.3:
        event[draw.choice(list(event))] = hostile.value()
    return event
