"""Marks the addresses that a notification opens, so that what follows a click is known to come from it.

The marks are the campaign's parameters (`utm_…`), which the browser client puts on everything that happens in the
visit; a parameter that the author set stays. A click itself is told by the service worker, so no redirect is needed
and the address is the author's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlsplit

from stepwell.contracts.messages import Push

_SOURCE, _MEDIUM = "stepwell", "push"


def marked(push: Push) -> Push:
    """Return a notification whose address and buttons carry marks."""
    return replace(
        push,
        url=marked_link(push.url, push.tags),
        actions=tuple(
            replace(one, url=marked_link(one.url, push.tags, one.action)) if one.url else one
            for one in push.actions
        ),
    )


def marked_link(url: str, tags: Mapping[str, str], content: str = "") -> str:
    """Return an address with the campaign's parameters; what is no http address stays as it is.

    Args:
        url: Where a click leads.
        tags: Those of the message (`Origin.tags`).
        content: Which part was clicked; empty: the node's id.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return url
    present = {name for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    wanted = {
        "utm_source": _SOURCE,
        "utm_medium": _MEDIUM,
        "utm_campaign": tags.get("workflow", ""),
        "utm_content": content or tags.get("node", ""),
    }
    added = "&".join(
        f"{name}={quote(value, safe='')}" for name, value in wanted.items() if value and name not in present
    )
    # By hand: what is there keeps its spelling, byte by byte.
    head, hash_mark, fragment = url.partition("#")
    joint = "&" if parts.query else ("" if head.endswith("?") else "?")
    return f"{head}{joint}{added}{hash_mark}{fragment}" if added else url
