"""The HTML pages under ``/_stepwell/``: overview, inbox, message. Rendered here, without scripts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from local.clock import iso
from local.outbox import Message

#: What the frame of a message may do: links open elsewhere, nothing runs.
SANDBOX = "allow-popups allow-popups-to-escape-sandbox"


def message_policy(*, images: bool) -> str:
    """The content policy of a rendered message: it runs nothing, and loads pictures only when its reader says so.

    Somebody's mail program shows it the same way; the open pixel is a picture.
    """
    pictures = "* data:" if images else "data:"
    return (
        f"sandbox {SANDBOX}; default-src 'none'; img-src {pictures}; style-src 'unsafe-inline' *; font-src *"
    )


def index(**shown: Any) -> str:
    """The overview: ``links``, ``clock``, billable ``totals`` and ``since`` when."""
    return _page("index.html", **shown)


def inbox(messages: list[Message], total: int, q: str, tag: str, offset: int, limit: int) -> str:
    """The list of messages."""
    return _page("inbox.html", messages=messages, total=total, q=q, tag=tag, offset=offset, limit=limit)


def acted(request: Request, of: str, act: str, told: Mapping[str, Any], *, failed: str = "") -> Response:
    """Answer somebody who acted as a recipient: people see the message again with what became of it.

    Args:
        request: What was asked.
        of: Id of the message.
        act: What was done with it.
        told: What a program is told, status 200; 400 where it failed.
        failed: Why nothing came of it, for people.
    """
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({**told}, 400 if failed and "error" in told else 200)
    query = urlencode({"did": act} | ({"failed": failed} if failed else {}))
    return RedirectResponse(f"/_stepwell/inbox/{quote(of, safe='')}?{query}", 303)


def message(found: Message, mime: EmailMessage, *, asked: Mapping[str, str] | None = None) -> str:
    """One message with its parts, headers, tags and source.

    Args:
        found: The message.
        mime: Its parts.
        asked: The page's query: ``images``: its reader loads pictures; ``did``: what he just did; ``failed``: why
            nothing came of it.
    """
    asked = asked or {}
    return _page(
        "message.html",
        message=found,
        images="images" in asked,
        did=asked.get("did", ""),
        failed=asked.get("failed", ""),
        sandbox=SANDBOX,
        links=[link for link in found.request.get("links", []) if link["tracked"]],
        text=part(mime, "plain"),
        html=part(mime, "html"),
        headers=[(name, str(value)) for name, value in mime.items()],
        unsubscribe=[u for u in unsubscribe_links(mime) if u.startswith(("http://", "https://", "mailto:"))],
        one_click="one-click" in str(mime.get("List-Unsubscribe-Post", "")).lower(),
    )


def feed(**shown: Any) -> str:
    """The feed of the social networks: ``posts``, ``mentions``, ``accounts``, ``people``, ``hooks``, ``did``."""
    return _page("feed.html", **shown)


def part(mime: EmailMessage, kind: str) -> str:
    """The text of the preferred part of a kind (``plain`` or ``html``), or an empty string."""
    body = mime.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""


def framed(mime: EmailMessage) -> str:
    """The HTML part for a frame: its links open in a page of their own, without saying where from."""
    extra, html = '<base target="_blank"><meta name="referrer" content="no-referrer">', part(mime, "html")
    head = re.search(r"<head(\s[^>]*)?>", html, re.IGNORECASE)
    return extra + html if head is None else html[: head.end()] + extra + html[head.end() :]


def unsubscribe_links(mime: EmailMessage) -> list[str]:
    """Addresses of the ``List-Unsubscribe`` header."""
    value = str(mime.get("List-Unsubscribe", ""))
    return [p.strip().strip("<>") for p in value.split(",") if p.strip()]


def address(q: str = "", tag: str = "", offset: int = 0) -> str:
    """The address of a list of messages."""
    asked = {
        k: v for k, v in (("q", q), ("tag", tag), ("offset", str(max(0, offset)) if offset > 0 else "")) if v
    }
    return "/_stepwell/inbox" + ("?" + urlencode(asked) if asked else "")


def _when(at: float) -> str:
    return iso(at)[:19].replace("T", " ")


def _page(template: str, **shown: Any) -> str:
    return _TEMPLATES.get_template(template).render(**shown)


_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined
)
_TEMPLATES.globals.update(address=address, when=_when)
