"""Opens short links of texts: tells who did, and leads on.

A HEAD request and what the table of machines knows are marked as machines: phones fetch links to show a preview. The
reader comes first: he is led on whatever becomes of the event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from string import punctuation
from typing import Any
from urllib.parse import quote

from stepwell.channels.sms.short_links import PATH, ShortLink, ShortLinks, read_path
from stepwell.contracts.clock import Clock
from stepwell.contracts.events import Event
from stepwell.contracts.ids import PROFILE_ID, short_hash
from stepwell.triggers import wire
from stepwell.triggers.led_on import tell
from stepwell.triggers.machines import TABLE_VERSION, judge
from stepwell.triggers.mail_clients import reader_of
from stepwell.triggers.ports import RecordSink

_TAGS = ("workflow", "version", "node", "visit", "enrollment", "tag")
_HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-robots-tag": "noindex"}
_AS_THEY_ARE = punctuation
_PREVIEWS = ("facebookexternalhit", "twitterbot", "whatsapp", "telegrambot", "slackbot", "bot/", "preview")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClickPorts:
    """What opening a link reaches."""

    clock: Clock
    links: ShortLinks
    stream: RecordSink


def asked(request: Mapping[str, Any]) -> bool:
    """Tell whether an HTTP API (payload 2.0) request is for a short link."""
    return str(request.get("rawPath", "")).startswith(PATH)


def answer(ports: ClickPorts, request: Mapping[str, Any], lost: Callable[[str], object]) -> dict[str, Any]:
    """Answer a request; `lost` counts what could not be told, by metric."""
    method = str(((request.get("requestContext") or {}).get("http") or {}).get("method"))
    place = read_path(str(request.get("rawPath", "")))
    link = ports.links.find(*place) if place is not None and method in ("GET", "HEAD") else None
    if place is None or link is None:
        return _said(404, {}, "This link leads nowhere any more.\n")
    headers = wire.headers_of(request)
    event = _event(ports, place[0], link, str(headers.get("user-agent") or ""), method)
    if event is not None:
        tell(ports.stream, place[0], event, lost)
    # A header holds ASCII alone; what is escaped already stays.
    return _said(302, {"location": quote(link.url, safe=_AS_THEY_ARE)}, "")


def _said(status: int, headers: Mapping[str, str], body: str) -> dict[str, Any]:
    kind = {"content-type": "text/plain; charset=utf-8"} if body else {}
    return {"statusCode": status, "headers": {**_HEADERS, **kind, **headers}, "body": body}


def _event(ports: ClickPorts, tenant: str, link: ShortLink, agent: str, method: str) -> Event | None:
    profile = link.tags.get("profile", "")
    if not PROFILE_ID.match(profile):
        return None
    now = ports.clock.now()
    told: dict[str, Any] = {tag: link.tags[tag] for tag in _TAGS if link.tags.get(tag)}
    if "enrollment" in told:
        told["enrollment"] = told["enrollment"].replace("--", "/").replace("-", ".")
    if str(told.get("version", "")).isdigit():
        told["version"] = int(told["version"])
    told |= {"link": link.url[:1000], "seconds_after_send": max(0, int((now - link.at).total_seconds()))}
    told |= {name: value for name, value in reader_of(agent)._asdict().items() if value}
    rule = _machine(method, agent, link, now)
    told |= {"machine_rule": rule, "machine_table": TABLE_VERSION} if rule else {}
    return Event(
        # Opened twice within a minute is once: phones fetch a page again when its tab comes back.
        message_id="short-" + short_hash(tenant, link.id, now.isoformat()[:16], rule, length=32),
        kind="engagement",
        name="sms_clicked",
        profile=profile,
        properties=told,
        occurred_at=now,
        received_at=now,
        source="stepwell",
        machine=bool(rule),
    )


def _machine(method: str, agent: str, link: ShortLink, now: Any) -> str:
    if method == "HEAD":
        return "head_request"
    if any(word in agent.lower() for word in _PREVIEWS):
        return "link_preview"
    # Its time is not told: texts are read at once, and who is fast is no machine.
    del link
    return judge("click", agent, None, now)
