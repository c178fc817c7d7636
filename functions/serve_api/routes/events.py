"""The events debugger, and records that could not be processed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field
from replies.events import DebuggedEvent, DebuggerSession, PoisonRecord, Replayed, TestEvent
from replies.forms import Listed
from stepwell.triggers.poison import replay
from stepwell.triggers.ports import PoisonQueue, WriteKey

from routes.replies import reply, stored, whole
from routes.routing import routed, this, topic

router = topic("Events")
TEST_SOURCE = "console"
"""Source of events that people send to try something."""


class ReplayIn(BaseModel):
    """How many to replay."""

    model_config = ConfigDict(extra="forbid")

    limit: int = Field(default=100, ge=1, le=1_000)


class TestEventIn(BaseModel):
    """A tracking call, as clients send it."""

    model_config = ConfigDict(extra="forbid")

    call: Literal["track", "identify", "page", "screen", "group"] = "track"
    document: dict[str, Any] = Field(
        description="The call's body.",
        examples=[{"event": "signup", "userId": "u1", "traits": {"email": "ada@example.com"}}],
    )


@dataclass(frozen=True, slots=True)
class TenantPoison:
    """The part of the shared poison queue that is a tenant's.

    Attributes:
        queue: The queue.
        tenant: Tenant id.
    """

    queue: PoisonQueue
    tenant: str

    def put(self, documents: Sequence[Mapping[str, Any]]) -> None:
        """Keep documents."""
        self.queue.put(documents)

    def take(self, limit: int) -> list[tuple[str, Mapping[str, Any]]]:
        """Take up to ``limit``, keep this tenant's and give the others back."""
        mark = f"{self.tenant}#"
        taken = self.queue.take(limit)
        own = [(r, d) for r, d in taken if str(d.get("key", "")).startswith(mark)]
        mine = {receipt for receipt, _ in own}
        self.queue.release([receipt for receipt, _ in taken if receipt not in mine])
        return own

    def release(self, receipts: Sequence[str]) -> None:
        """Give back what was taken."""
        self.queue.release(receipts)

    def drop(self, receipts: Sequence[str]) -> None:
        """Delete what was taken."""
        self.queue.drop(receipts)


@routed(
    router, "GET", "/events", "viewer", "The events debugger: what arrived in the last hour, newest first"
)
def list_events(
    status: Annotated[Literal["", "accepted", "rejected"], Query()] = "",
    source: Annotated[str, Query(description="Only of this source.")] = "",
    name: Annotated[str, Query(description="Only events of this name.")] = "",
    order: Annotated[Literal["asc", "desc"], Query(description="Within the page.")] = "desc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[DebuggedEvent]:
    """Return what arrived; asking keeps the debugger open for two minutes."""
    call = this()
    entries, after = call.wired.parts.logs.tail(call.tenant, limit, cursor or None)
    items = [
        e
        for e in entries
        if (not status or e.get("status") == status)
        and (not source or e.get("source") == source)
        and (not name or e.get("name") == name)
    ]
    return stored(items if order == "desc" else items[::-1], after)


@routed(router, "POST", "/events/session", "editor", "Open the debugger: events are kept for it from now on")
def open_event_session() -> DebuggerSession:
    """Open the debugger for two minutes; each look at its tail keeps it open."""
    call = this()
    call.wired.parts.logs.tail(call.tenant, 1)
    return {"watching": True}


@routed(router, "DELETE", "/events/session", "editor", "Close the debugger")
def close_event_session() -> DebuggerSession:
    """Close the debugger: nothing more is kept for it."""
    call = this()
    call.wired.parts.logs.unwatch(call.tenant)
    return {"watching": False}


@routed(router, "POST", "/events/test", "editor", "Send an event to try something: it counts like any other")
def send_test_event(body: Annotated[TestEventIn, Body()]) -> TestEvent:
    """Take a tracking call from somebody who is signed in; its source is `console`, and the debugger opens."""
    call = this()
    call.wired.parts.logs.tail(call.tenant, 1)
    document = {**body.document}
    document["messageId"] = str(document.get("messageId") or f"console-{secrets.token_hex(8)}")
    size = len(json.dumps(document).encode())
    refused = call.wired.parts.ingest.take(
        WriteKey(call.tenant, TEST_SOURCE), f"/v1/{body.call}", document, size
    )
    call.ports.note(call.tenant, call.actor, "event.tested", "events", call=body.call, taken=not refused)
    return {
        "message_id": document["messageId"],
        "source": TEST_SOURCE,
        "accepted": not refused,
        "rejected": [{"code": r.code, "place": r.place, "message": r.message} for r in refused],
    }


@routed(router, "GET", "/events/rejected", "viewer", "Events that were refused in the last hour")
def list_rejected_events(
    limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: Annotated[str, Query()] = ""
) -> Listed[DebuggedEvent]:
    """Return refused events with their reasons."""
    call = this()
    entries, after = call.wired.parts.logs.tail(call.tenant, limit, cursor or None)
    return stored([e for e in entries if e.get("status") == "rejected"], after)


@routed(router, "GET", "/poison", "viewer", "Records that could not be processed")
def list_poison(
    code: Annotated[str, Query(description="Only of this reason.")] = "",
    sort: Annotated[Literal["at", "code"], Query()] = "at",
    order: Annotated[Literal["asc", "desc"], Query()] = "desc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Listed[PoisonRecord]:
    """Look into the queue and leave all in it. It has no pages."""
    call = this()
    queue = TenantPoison(call.wired.parts.poison, call.tenant)
    taken = queue.take(limit)
    # Or whoever looked could replay nothing for half a minute.
    queue.release([receipt for receipt, _ in taken])
    items = [
        {k: d.get(k) for k in ("sequence", "code", "message", "at", "piece", "pieces")}
        for _, d in taken
        if not code or d.get("code") == code
    ]
    items.sort(key=lambda item: str(item[sort]), reverse=order == "desc")
    return whole(items)


@routed(
    router,
    "POST",
    "/poison/replay",
    "admin",
    "Put records that could not be processed back on the stream; webhooks are mapped again",
)
def replay_poison(body: Annotated[ReplayIn, Body()]) -> Replayed:
    """Replay records of this tenant."""
    call = this()
    queue = TenantPoison(call.wired.parts.poison, call.tenant)
    done = replay(queue, call.wired.parts.sink, body.limit, call.wired.parts.webhook_mapper.remap)
    call.ports.note(call.tenant, call.actor, "poison.replayed", "events", records=done.records)
    return reply(Replayed, done)
