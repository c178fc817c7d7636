"""Which item a page is: addresses of items and of pages, brought to one form so that they can be compared."""

from __future__ import annotations

from urllib.parse import urlsplit

from stepwell.contracts.ids import short_hash

MAX_URL = 2_000


def page_key(url: object) -> str:
    """Return the key of a page: host without `www.` and path without a slash at its end, hashed; empty: no page.

    The query is left out: campaigns add to it, and shops that tell items by it alone send `item_id` themselves.
    """
    if not isinstance(url, str) or not 0 < len(url) <= MAX_URL:
        return ""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    return short_hash(host, parts.path.rstrip("/") or "/", length=26)
