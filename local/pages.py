"""The HTML pages under ``/_stepwell/``: overview, inbox, message. Rendered here, without scripts."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.clock import iso
from local.outbox import Message

#: The rendered message runs nothing and loads only what pictures and styles need: it is somebody's mail.
MESSAGE_POLICY = "default-src 'none'; img-src * data:; style-src 'unsafe-inline' *; font-src *"


def index(**shown: Any) -> str:
    """The overview: ``links``, ``clock``, billable ``totals`` and ``since`` when."""
    return _page("index.html", **shown)


def inbox(messages: list[Message], total: int, q: str, tag: str, offset: int, limit: int) -> str:
    """The list of messages."""
    return _page("inbox.html", messages=messages, total=total, q=q, tag=tag, offset=offset, limit=limit)


def message(found: Message, mime: EmailMessage) -> str:
    """One message with its parts, headers, tags and source."""
    return _page(
        "message.html",
        message=found,
        text=part(mime, "plain"),
        html=part(mime, "html"),
        headers=[(name, str(value)) for name, value in mime.items()],
        unsubscribe=[u for u in unsubscribe_links(mime) if u.startswith(("http://", "https://", "mailto:"))],
        one_click="one-click" in str(mime.get("List-Unsubscribe-Post", "")).lower(),
    )


def part(mime: EmailMessage, kind: str) -> str:
    """The text of the preferred part of a kind (``plain`` or ``html``), or an empty string."""
    body = mime.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body is not None else ""


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
