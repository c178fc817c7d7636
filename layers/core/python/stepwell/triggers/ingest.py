"""A request of a tracking client from end to end: whose key, which events, onto the stream, an honest answer.

Answers are those that Segment's clients understand: 200 `{"success": true}` also when some events were
refused (they are listed, and shown in the debugger), 400 for a body that is no JSON or names no key, 401 for
an unknown key, 413 for too much, 429 and 503 with Retry-After, after which clients send the same messages
again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from stepwell.contracts.clock import Clock, iso
from stepwell.contracts.events import Event
from stepwell.errors import (
    InvalidInput,
    LimitExceeded,
    NotFound,
    StepwellError,
    Throttled,
    Unauthenticated,
    Unavailable,
)
from stepwell.triggers import wire
from stepwell.triggers.batches import records_of
from stepwell.triggers.hooks import detail_of, hook_path, insist_fits
from stepwell.triggers.page_items import PageItems, with_items
from stepwell.triggers.page_topics import PageStore, with_topics
from stepwell.triggers.ports import DebugTail, HookBus, RecordSink, WriteKey, WriteKeys
from stepwell.triggers.showing import accepted
from stepwell.triggers.submissions import Forms, checked
from stepwell.triggers.tracking import Rejected, parse

KEY_CACHE = timedelta(seconds=60)
MAX_CACHED_KEYS = 10_000
_STATUS: tuple[tuple[type[StepwellError], int], ...] = (
    (InvalidInput, 400),
    (Unauthenticated, 401),
    (NotFound, 404),
    (LimitExceeded, 413),
    (Throttled, 429),
    (Unavailable, 503),
)
# Sources whose provider signs; `stepwell.triggers.webhooks` answers. Tracking loads nothing of it.
WEBHOOKS = "/v1/webhooks/"
# The browser client reports on itself here; nobody needs it, and an error would show in its console.
_CLIENT_METRICS = "/v1/m"


class WebhookAnswer(Protocol):
    """What a provider is told."""

    @property
    def status(self) -> int:
        """HTTP status."""
        ...

    @property
    def body(self) -> str:
        """The body."""
        ...

    @property
    def kind(self) -> str:
        """Its content type."""
        ...


class WebhookEndpoint(Protocol):
    """Answers providers; see `stepwell.triggers.webhooks.Webhooks`."""

    def handle(self, path: str, request: Mapping[str, Any]) -> WebhookAnswer:
        """Answer a request.

        Raises:
            StepwellError: It is refused, or shall be sent again.
        """
        ...


class Consents(Protocol):
    """Drops values of fields that may only be kept with consent; see `stepwell.triggers.consented.ConsentGate`."""

    def checked(self, events: Sequence[Event], tenant: str) -> tuple[tuple[Event, ...], dict[str, str]]:
        """Return the events without such values, and what was dropped by message id."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestPorts:
    """What ingestion reaches."""

    clock: Clock
    keys: WriteKeys
    stream: RecordSink
    hooks: HookBus
    tail: DebugTail
    webhooks: WebhookEndpoint
    forms: Forms | None = None
    pages: PageStore | None = None
    items: PageItems | None = None
    consents: Consents | None = None


class Ingest:
    """Answers requests; one a process, because it keeps write keys for a minute.

    Args:
        ports: What it reaches.
    """

    def __init__(self, ports: IngestPorts) -> None:
        self._ports = ports
        self._keys: dict[str, tuple[WriteKey | None, datetime]] = {}

    def handle(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer an HTTP API (payload 2.0) request."""
        http = (request.get("requestContext") or {}).get("http") or {}
        path = str(request.get("rawPath") or http.get("path") or "/")
        if http.get("method") == "OPTIONS":
            return _answer(204, None)
        try:
            if path.rstrip("/") == _CLIENT_METRICS:
                return _answer(200, {"success": True})
            if path.startswith(WEBHOOKS):
                return self._webhook(path, request)
            hook = hook_path(path)
            plain = wire.unpack(wire.body_of(request))
            if hook is not None:
                return self._hook(*hook, wire.json_object(plain), wire.headers_of(request))
            return self._track(path, plain, wire.headers_of(request))
        except StepwellError as error:
            return _refusal(error)

    def _track(self, path: str, plain: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        document = wire.json_object(plain)
        owner = self._owner(wire.write_key(headers, document))
        refused = self.take(owner, path, document, len(plain))
        if not refused:
            return _answer(200, {"success": True})
        rejected = [{"code": r.code, "place": r.place, "message": r.message} for r in refused]
        return _answer(200, {"success": True, "rejected": rejected})

    def take(
        self, owner: WriteKey, path: str, document: Mapping[str, Any], size: int = 0
    ) -> tuple[Rejected, ...]:
        """Take the events of a call whose owner is known: a key's, or somebody's who is signed in.

        Args:
            owner: Whose events they are, and their source.
            path: Which call, such as `/v1/track`.
            document: Its body.
            size: Bytes of the body; 0: not known.

        Returns:
            What was refused.

        Raises:
            StepwellError: None of it was taken.
        """
        now = self._ports.clock.now()
        parsed = parse(path, document, now, owner.source, size)
        events, wrong = checked(parsed.events, owner.tenant, self._ports.forms)
        dropped: Mapping[str, str] = {}
        if self._ports.consents is not None:
            events, dropped = self._ports.consents.checked(events, owner.tenant)
        events = with_items(events, owner.tenant, self._ports.items)
        events = with_topics(events, owner.tenant, self._ports.pages)
        records = records_of(owner.tenant, events)
        if records:
            self._ports.stream.put(records)
        self._show(owner, now, events, parsed.rejected, wrong, dropped)
        return parsed.rejected

    def _hook(
        self, key: str, hook: str, body: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        owner = self._owner(key)
        detail = detail_of(owner, hook, body, headers, self._ports.clock.now())
        insist_fits(detail)
        self._ports.hooks.put(detail)
        return _answer(202, {"success": True})

    def _webhook(self, path: str, request: Mapping[str, Any]) -> dict[str, Any]:
        answer = self._ports.webhooks.handle(path, request)
        # No browser calls these: no other site shall read the answers.
        headers = {
            "content-type": answer.kind,
            "x-content-type-options": "nosniff",
            "cache-control": "no-store",
        }
        return {"statusCode": answer.status, "headers": headers, "body": answer.body}

    def _owner(self, key: str) -> WriteKey:
        digest, now = wire.key_digest(key), self._ports.clock.now()
        owner, until = self._keys.get(digest, (None, now))
        if now >= until:
            owner = self._ports.keys.find(digest)
            if len(self._keys) >= MAX_CACHED_KEYS:
                self._keys.clear()
            self._keys[digest] = (owner, now + KEY_CACHE)
        if owner is None:
            raise Unauthenticated("This write key is not known.", code="unknown_key")
        return owner

    def _show(
        self,
        owner: WriteKey,
        now: datetime,
        events: Sequence[Event],
        rejected: Sequence[Rejected],
        wrong: Mapping[str, str],
        dropped: Mapping[str, str],
    ) -> None:
        entries = [
            {
                "at": iso(now),
                "source": owner.source,
                "status": "rejected",
                "code": r.code,
                "place": r.place,
                "message": r.message,
                "message_id": r.message_id,
                "name": r.name,
                **({"document": r.item} if r.item is not None else {}),
            }
            for r in rejected
        ]
        try:
            if events and self._ports.tail.watching(owner.tenant):
                entries += [
                    accepted(
                        event,
                        owner.source,
                        wrong.get(event.message_id, ""),
                        dropped.get(event.message_id, ""),
                    )
                    for event in events
                ]
            if entries:
                self._ports.tail.append(owner.tenant, entries)
        except StepwellError:
            # The events are on the stream: the debugger is a convenience and must not make clients repeat
            # them.
            return


def _refusal(error: StepwellError) -> dict[str, Any]:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
    body = {"success": False, "code": error.code, "message": error.message}
    if not error.retryable:
        return _answer(status, body)
    wait_s = error.retry_after_s if isinstance(error, Throttled) else None
    return _answer(status, body, {"retry-after": str(max(1, math.ceil(wait_s or 1)))})


def _answer(
    status: int, body: Mapping[str, Any] | None, more: Mapping[str, str] | None = None
) -> dict[str, Any]:
    headers = {**wire.CORS, **(more or {})}
    if body is not None:
        headers["content-type"] = "application/json"
    text = "" if body is None else json.dumps(body, separators=(",", ":"))
    return {"statusCode": status, "headers": headers, "body": text}
