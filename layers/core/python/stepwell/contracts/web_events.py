"""What clients call a page, by one set of names, whoever the client is.

Segment's clients say `url`, `path`, `referrer`, ours `page_url`, some say it in `context.page` only, and campaigns
stand in `context.campaign` or in the address itself. Done once, when an event is taken in, so that conditions,
scores, computed attributes and history need no knowledge of clients. What a client said is never replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from stepwell.contracts.event_catalogue import EVENT_TYPES

MAX_URL = 2_000
MAX_WORDS = 200
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
_CAMPAIGN = dict(zip(("source", "medium", "name", "term", "content"), UTM, strict=True))
_PAGE = {"path": "path", "search": "search", "title": "title", "referrer": "referrer"}
_ON_A_PAGE = frozenset(name for name, known in EVENT_TYPES.items() if known.family == "website")
# A click on the page is no visit: title and referrer stand in the page view before it.
_VIEW = "page_view"


def with_page(name: str, properties: dict[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties of an event with those of its page filled in.

    Events of websites get `page_url` and `path`; a `page_view` also `url`, `search`, `title`, `referrer` and the
    campaign as `utm_source` … `utm_content`.

    Args:
        name: Event name.
        properties: As the client sent them; not changed.
        context: The event's context.
    """
    if name not in _ON_A_PAGE:
        return properties
    told = context.get("page")
    page: Mapping[str, Any] = told if isinstance(told, Mapping) else {}
    url = _text(properties.get("page_url") or properties.get("url") or page.get("url"), MAX_URL)
    found: dict[str, Any] = {"page_url": url, "path": _text(page.get("path"), MAX_URL) or path_of(url)}
    if name == _VIEW:
        found["url"] = url
        found |= {key: _text(page.get(of), MAX_URL) for key, of in _PAGE.items() if key not in found}
        found |= campaign_of(context, url)
    missing = {key: value for key, value in found.items() if value and properties.get(key) in (None, "")}
    return {**properties, **missing} if missing else properties


def campaign_of(context: Mapping[str, Any], url: str) -> dict[str, str]:
    """Return a visit's campaign by the names of its parameters, from the context, else from the address."""
    told = context.get("campaign")
    if isinstance(told, Mapping) and told:
        found = {utm: _text(told.get(key) or told.get(utm), MAX_WORDS) for key, utm in _CAMPAIGN.items()}
    else:
        found = utm_of(url)
    return {key: value for key, value in found.items() if value}


def utm_of(url: str) -> dict[str, str]:
    """Return the `utm_…` parameters of an address, the first of each name."""
    if "utm_" not in url:
        return {}
    try:
        pairs = parse_qsl(urlsplit(url).query, errors="replace", max_num_fields=100)
    except ValueError:
        return {}
    return {name: value[:MAX_WORDS] for name, value in reversed(pairs) if name in UTM}


def path_of(url: str) -> str:
    """Return an address's path; empty when it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return parts.path or ("/" if parts.netloc else "")


def _text(value: Any, most: int) -> str:
    return value[:most] if isinstance(value, str) else ""
