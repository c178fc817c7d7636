"""Follows our own links of e-mails and answers their pixel: tells who clicked or opened, and leads on.

The events are those that a provider's tracking gives (`email_clicked`, `email_opened`), and machines are marked the
same way. The reader comes first: he is led on whatever becomes of the event.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from stepwell.contracts.clock import Clock
from stepwell.contracts.events import Event
from stepwell.contracts.ids import short_hash
from stepwell.contracts.tracked_links import CLICK_PATH, OPEN_PATH, TrackedLink, read_link
from stepwell.contracts.web_events import utm_of
from stepwell.errors import InvalidInput
from stepwell.triggers import wire
from stepwell.triggers.led_on import tell
from stepwell.triggers.machines import TABLE_VERSION, judge
from stepwell.triggers.mail_clients import reader_of
from stepwell.triggers.ports import RecordSink

_TAGS = ("workflow", "version", "node", "visit", "enrollment", "tag")
_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
    "x-content-type-options": "nosniff",
}
# A transparent GIF of one pixel (the shortest that all mail clients show).
PIXEL = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")


@dataclass(frozen=True, slots=True)
class FollowPorts:
    """What following a link reaches; ``lost`` counts what could not be told, by metric."""

    clock: Clock
    stream: RecordSink
    keys: Mapping[str, bytes]
    lost: Callable[[str], object]


def asked(path: str) -> bool:
    """Tell whether a request is for one of our links or a pixel."""
    return path.startswith((CLICK_PATH, OPEN_PATH))


def answer(ports: FollowPorts, request: Mapping[str, Any]) -> dict[str, Any]:
    """Answer an HTTP API (payload 2.0) request."""
    path = str(request.get("rawPath", ""))
    method = str(((request.get("requestContext") or {}).get("http") or {}).get("method"))
    opened = path.startswith(OPEN_PATH)
    link = _link(path[len(CLICK_PATH) :], ports.keys) if method in ("GET", "HEAD") else None
    if link is not None and bool(link.url) is not opened:
        agent = str(wire.headers_of(request).get("user-agent") or "")
        event = _event(link, agent, method, ports.clock.now())
        tell(ports.stream, link.tags["tenant"], event, ports.lost)
    else:
        link = None
    if opened:
        # The same picture for a link that is none: whoever tries tokens learns nothing.
        return _said(200, {"content-type": "image/gif"}, PIXEL if method != "HEAD" else b"")
    if link is None:
        return _said(404, {"content-type": "text/plain; charset=utf-8"}, b"This link is not complete.\n")
    return _said(302, {"location": link.url}, b"")


def _link(token: str, keys: Mapping[str, bytes]) -> TrackedLink | None:
    try:
        return read_link(token, keys)
    except InvalidInput:
        return None


def _said(status: int, headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    told = {**_HEADERS, **headers}
    if headers.get("content-type") == "image/gif":
        return {
            "statusCode": status,
            "headers": told,
            "body": base64.b64encode(body).decode(),
            "isBase64Encoded": True,
        }
    return {"statusCode": status, "headers": told, "body": body.decode()}


def _event(link: TrackedLink, agent: str, method: str, now: datetime) -> Event:
    kind = "click" if link.url else "open"
    told: dict[str, Any] = {tag: link.tags[tag] for tag in _TAGS if link.tags.get(tag)}
    if "enrollment" in told:
        told["enrollment"] = told["enrollment"].replace("--", "/").replace("-", ".")
    if str(told.get("version", "")).isdigit():
        told["version"] = int(told["version"])
    if link.url:
        told |= {
            "link": link.url[:1000],
            **utm_of(link.url),
            "link_id": link.link,
            "link_position": link.position,
        }
    sent_at = datetime.fromtimestamp(link.at, UTC)
    told["seconds_after_send"] = max(0, int((now - sent_at).total_seconds()))
    told |= {name: value for name, value in reader_of(agent)._asdict().items() if value}
    rule = "head_request" if method == "HEAD" else judge(kind, agent, sent_at, now)
    told |= {"machine_rule": rule, "machine_table": TABLE_VERSION} if rule else {}
    # Again within a minute is once: clients fetch a picture or page again when its tab comes back.
    once = (link.tags.get("visit", ""), str(link.at), str(link.position), now.isoformat()[:16], rule)
    return Event(
        message_id=f"own-{kind}-" + short_hash(link.tags["tenant"], *once, length=28),
        kind="engagement",
        name="email_clicked" if link.url else "email_opened",
        profile=link.tags["profile"],
        properties=told,
        occurred_at=now,
        received_at=now,
        source="stepwell",
        machine=bool(rule),
    )
