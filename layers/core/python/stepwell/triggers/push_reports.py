"""What browsers ask and tell about notifications: ``GET /v1/push/key``, ``POST /v1/push/events``.

A service worker has no write key and no consent to carry; it shows the token that came with the notification
(`channels.push.reports`), and what it says becomes an event of the platform's own, once a notification and browser.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import parse_qsl

from stepwell.channels.email import token_of_tag
from stepwell.channels.push.reports import Report, read_report
from stepwell.contracts.clock import Clock
from stepwell.contracts.events import Event
from stepwell.contracts.ids import short_hash
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
from stepwell.triggers.ports import RecordSink, WriteKeys

FOLDER = "/v1/push/"
KEY, EVENTS = FOLDER + "key", FOLDER + "events"
_NAMES: Mapping[str, tuple[str, ...]] = {
    "delivered": ("push_delivered",),
    "opened": ("push_opened",),
    # Whoever presses a button has opened the notification.
    "clicked": ("push_opened", "push_clicked"),
    "dismissed": ("push_dismissed",),
    "failed": ("push_failed",),
}
_STATUS: tuple[tuple[type[StepwellError], int], ...] = (
    (InvalidInput, 400),
    (Unauthenticated, 401),
    (NotFound, 404),
    (LimitExceeded, 413),
    (Throttled, 429),
    (Unavailable, 503),
)


class ChannelDocuments(Protocol):
    """Documents that people edit, up to a minute old."""

    def body(self, tenant: str, kind: str, id_: str) -> Mapping[str, Any] | None:
        """Return a document's body; None: there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPorts:
    """What answers are made from.

    `link_keys` gives the keys of signed links, read when the first report comes.
    """

    clock: Clock
    keys: WriteKeys
    documents: ChannelDocuments
    stream: RecordSink
    link_keys: Callable[[], Mapping[str, bytes]]


def asked(request: Mapping[str, Any]) -> bool:
    """Tell whether an HTTP API (payload 2.0) request is one of these."""
    return str(request.get("rawPath", "")).startswith(FOLDER)


class PushReports:
    """Answers browsers.

    Args:
        ports: What it reaches.
    """

    def __init__(self, ports: ReportPorts) -> None:
        self._ports = ports

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request for which `asked` is true."""
        http = (request.get("requestContext") or {}).get("http") or {}
        call = (http.get("method"), str(request.get("rawPath", "")).rstrip("/"))
        try:
            match call:
                case ("OPTIONS", _):
                    return _reply(204, None)
                case ("GET", path) if path == KEY:
                    return _reply(200, self._key(request), "public, max-age=300")
                case ("POST", path) if path == EVENTS:
                    self._take(wire.json_object(wire.unpack(wire.body_of(request))))
                    return _reply(200, {"success": True})
            raise NotFound("There is nothing at this address.", code="no_route")
        except StepwellError as error:
            status = next((status for kind, status in _STATUS if isinstance(error, kind)), 500)
            return _reply(status, {"success": False, "code": error.code, "message": error.message})

    def _key(self, request: Mapping[str, Any]) -> dict[str, Any]:
        given = dict(parse_qsl(str(request.get("rawQueryString") or "")))
        key = given.get("writeKey", "")
        owner = self._ports.keys.find(wire.key_digest(key)) if key else None
        if owner is None:
            raise Unauthenticated("This write key is not known.", code="unknown_key")
        settings = self._ports.documents.body(owner.tenant, "CHAN", "push") or {}
        for provider in settings.get("providers") or ():
            public = (provider.get("options") or {}).get("public_key")
            if provider.get("kind") == "web_push" and provider.get("enabled", True) and public:
                return {"publicKey": public}
        raise NotFound("This workspace has no keys for notifications yet.", code="no_push_keys")

    def _take(self, said: Mapping[str, Any]) -> None:
        report = read_report(str(said.get("r") or ""), self._ports.link_keys())
        names = _NAMES.get(str(said.get("e") or ""))
        if names is None:
            raise InvalidInput("A report says one of " + ", ".join(_NAMES) + ".", code="unknown_report")
        events = [self._event(name, report, said) for name in names]
        self._ports.stream.put(records_of(report.tenant, events))

    def _event(self, name: str, report: Report, said: Mapping[str, Any]) -> Event:
        now = self._ports.clock.now()
        action, link, reason = (
            _text(said.get(key), most) for key, most in (("a", 40), ("l", 1_000), ("w", 200))
        )
        lost = said.get("x")
        told: dict[str, Any] = {
            "workflow": report.workflow,
            "version": report.version,
            "node": report.node,
            "visit": report.visit,
            "enrollment": token_of_tag(report.enrollment),
            "subscription": report.subscription,
            "action": action if name == "push_clicked" else "",
            "link": link if name in ("push_opened", "push_clicked") else "",
            "reason": reason if name == "push_failed" else "",
            "left_out": [_text(one, 20) for one in lost[:8]] if isinstance(lost, list) else [],
        }
        # The token is one a message and browser, also where a test message has no visit.
        once = short_hash(name, str(said["r"]), told["action"], length=32)
        return Event(
            message_id=f"push-{once}",
            kind="engagement",
            name=name,
            profile=report.profile,
            properties={key: value for key, value in told.items() if value},
            occurred_at=now,
            received_at=now,
            source="push",
        )


def _text(value: object, most: int) -> str:
    return value[:most] if isinstance(value, str) else ""


def _reply(status: int, body: Mapping[str, Any] | None, cache: str = "no-store") -> dict[str, Any]:
    headers = {**wire.CORS, "cache-control": cache if status == 200 else "no-store"}
    if body is not None:
        headers["content-type"] = "application/json"
    return {"statusCode": status, "headers": headers, "body": "" if body is None else json.dumps(body)}
