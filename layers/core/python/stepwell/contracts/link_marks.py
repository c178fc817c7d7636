"""Numbers the links of a message, so that a click says which one it was: SES takes `ses:tags` into the event.

A link's number is its place among the message's links, from 1; its id is the author's own mark (`data-link="…"`), else
a short hash of its address, so that the same link has the same id wherever it stands. SES takes the attribute out of
what it sends (SES Developer Guide, "Metrics FAQs": tags of links).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from stepwell.contracts.ids import short_hash

MAX_LINKS = 250
_LINK = re.compile(r"<a(?=\s)([^<>]{0,4000})>", re.IGNORECASE)
_HREF = re.compile(r"(\shref\s*=\s*)(?:\"(https?:[^\"]*)\"|'(https?:[^']*)')", re.IGNORECASE)
_OWN = re.compile(r"\sdata-link\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
# SES: letters, numbers, _ and -; the tag's value may not be longer than 256 characters.
_UNTAGGED = re.compile(r"[^A-Za-z0-9_-]+")


def links_of(html: str) -> list[tuple[str, str]]:
    """Return ids and addresses of a message's links, in their order."""
    found: list[tuple[str, str]] = []
    for link in _LINK.finditer(html):
        href = _HREF.search(link[1])
        if href is not None and len(found) < MAX_LINKS:
            address = href[2] or href[3]
            found.append((link_id(link[1], address), unescape(address)))
    return found


def link_id(attributes: str, address: str) -> str:
    """Return a link's id: the author's mark, else a hash of its address without parameters."""
    own = _OWN.search(attributes)
    name = _UNTAGGED.sub("_", (own[1] or own[2] or "").strip())[:40] if own else ""
    return name or short_hash("link", address.partition("?")[0], length=6)


def changed_links(html: str, change: Callable[[str, re.Match[str], int], str | None]) -> str:
    """Return a message's HTML with the tags of its links changed.

    Args:
        html: The message.
        change: Gets a link's attributes, its address among them (group 1: what stands before it, 2 or 3: the address)
            and its place; returns the attributes that it shall have, None: they stay.
    """
    count = 0

    def link(found: re.Match[str]) -> str:
        nonlocal count
        href = _HREF.search(found[1])
        if href is None or count >= MAX_LINKS:
            return found[0]
        count += 1
        attributes = change(found[1], href, count)
        return found[0] if attributes is None else f"<a{attributes}>"

    return _LINK.sub(link, html)


def marked(html: str) -> str:
    """Return a message's HTML with a mark on each link that SES tracks; links with tags of their own stay."""

    def mark(attributes: str, href: re.Match[str], place: int) -> str | None:
        if "ses:" in attributes.lower():
            return None
        return f' ses:tags="link:{link_id(attributes, href[2] or href[3])};position:{place};"{attributes}'

    return changed_links(html, mark)
