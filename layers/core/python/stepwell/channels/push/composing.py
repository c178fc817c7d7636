"""Composes a notification for one subscription: texts within limits, marked addresses, and the report token."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from stepwell.channels.email import Origin
from stepwell.channels.push.deep_links import marked
from stepwell.channels.push.reports import Report, sign_report
from stepwell.channels.push.topics import URGENCIES
from stepwell.contracts.messages import Purpose, Push, PushAction, Subscription

MAX_TITLE, MAX_TEXT = 200, 1_000
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f]")
_NAME = re.compile(r"[^A-Za-z0-9_-]+")


def compose(
    *,
    subscription: Subscription,
    title: str,
    origin: Origin,
    purpose: Purpose,
    link_keys: Mapping[str, bytes],
    body: str = "",
    url: str = "",
    icon: str = "",
    image: str = "",
    actions: Sequence[tuple[str, str, str]] = (),
    ttl_s: int = 86_400,
    urgency: str = "normal",
    topic: str = "",
    data: Mapping[str, str] | None = None,
) -> Push:
    """Compose a notification.

    Args:
        subscription: Where it goes.
        title: First line, rendered.
        origin: Where it comes from.
        purpose: `marketing` or `transactional`.
        link_keys: Sign the report token.
        body: Text, rendered.
        url: Address that a click opens; what is no http address is left out.
        icon: Image address.
        image: Image address.
        actions: Buttons ``(name, title, address)``.
        ttl_s: Seconds that the push service may keep it.
        urgency: RFC 8030's.
        topic: One of the same that was not shown yet is replaced.
        data: Further values for the page.

    Raises:
        NotReady: There is no key.
    """
    tags = origin.tags()
    push = Push(
        subscription=subscription,
        title=_text(title, MAX_TITLE),
        body=_text(body, MAX_TEXT),
        url=_address(url),
        icon=_address(icon),
        image=_address(image),
        actions=tuple(
            PushAction(_NAME.sub("_", name)[:40] or f"action_{place}", _text(said, 60), _address(to))
            for place, (name, said, to) in enumerate(actions)
            if said.strip()
        ),
        ttl_s=ttl_s,
        urgency=urgency if urgency in URGENCIES else "normal",
        topic=topic,
        data=dict(data or {}),
        tags=tags,
        purpose=purpose,
    )
    return replace(marked(push), report=sign_report(Report.of(tags, subscription.id), link_keys))


def _text(text: str, most: int) -> str:
    return _CONTROL.sub(" ", text).strip()[:most]


def _address(url: str) -> str:
    """Return an http address, or nothing: a click must not run a script or open a file."""
    url = url.strip()
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return url if parts.scheme in ("http", "https") and parts.netloc and not _CONTROL.search(url) else ""
