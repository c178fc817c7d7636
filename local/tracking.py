"""Rewrites HTML as SES does for open and click tracking (SES Developer Guide, "Metrics FAQs").

Only ``http`` and ``https`` links of ``<a>`` and ``<area>`` are rewritten; ``ses:no-track`` keeps a link as
it is, ``ses:tags="name:value;…"`` names link tags, and SES removes both attributes from what it sends.
"""

from __future__ import annotations

import html as entities
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from local.ses_mime import POLICY

#: SES rewrites this many links of a message and leaves the rest.
MAX_LINKS = 250
#: Where a template may ask for the pixel; otherwise it is the last thing of the body.
PLACE = "{{ses:openTracker}}"
PATH = "/_stepwell/t"

_TAG = re.compile(
    r"<!--.*?-->|<(?P<name>a|area)(?P<attributes>(?:\s+[^\s=>\"'/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>\"']+))?)*)"
    r"(?P<end>\s*/?>)",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(
    r"(?P<space>\s+)(?P<name>[^\s=>\"'/]+)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"']+)))?",
    re.DOTALL,
)
_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """A link of a message.

    Attributes:
        url: Where it leads, as the author wrote it.
        tags: Link tags, as the Click event carries them.
        tracked: Whether it was rewritten.
    """

    url: str
    tags: dict[str, list[str]]
    tracked: bool

    def document(self) -> dict[str, Any]:
        """The JSON form that the outbox keeps."""
        return {"url": self.url, "tags": self.tags, "tracked": self.tracked}


def rewrite(html: str, base: str, *, opens: bool, clicks: bool) -> tuple[str, list[Link]]:
    """Returns the HTML as SES would send it, and its links in order.

    Args:
        html: As the author wrote it.
        base: Address of the message's tracking pages; a link's number is appended.
        opens: Whether to append the pixel.
        clicks: Whether to rewrite links.
    """
    links: list[Link] = []

    def replace(match: re.Match[str]) -> str:
        if match["name"] is None:
            return match[0]
        attributes = list(_ATTRIBUTE.finditer(match["attributes"]))
        found = {a["name"].lower(): _value(a) for a in attributes}
        url = found.get("href", "").strip()
        if not url.lower().startswith(("http://", "https://")):
            return match[0]
        tracked = clicks and "ses:no-track" not in found and len(links) < MAX_LINKS
        links.append(Link(url, _tags(found.get("ses:tags", "")), tracked))
        if not clicks:
            return match[0]
        kept = ""
        for attribute in attributes:
            name = attribute["name"].lower()
            if name in ("ses:no-track", "ses:tags"):
                continue
            kept += f' href="{base}/{len(links) - 1}"' if name == "href" and tracked else attribute[0]
        return f"<{match['name']}{kept}{match['end']}"

    html = _TAG.sub(replace, html)
    if opens:
        pixel = f'<img alt="" src="{base}/open.gif" width="1" height="1" style="display:none">'
        html = _with_pixel(html, pixel)
    return html, links


def rewrite_mime(raw: bytes, base: str, *, opens: bool, clicks: bool) -> tuple[bytes, list[Link]]:
    """Does the same to the HTML part of a MIME message; one without stays as it is, byte for byte."""
    message = message_from_bytes(raw, policy=policy.default)
    part = message.get_body(preferencelist=("html",)) if isinstance(message, EmailMessage) else None
    if part is None:
        return raw, []
    html, links = rewrite(str(part.get_content()), base, opens=opens, clicks=clicks)
    if not opens and not any(link.tracked for link in links):
        return raw, links
    # Header lines of the whole message are kept as they came: they may be what another header signs.
    part.set_content(html, subtype="html", charset="utf-8")
    return message.as_bytes(policy=POLICY), links


def _with_pixel(html: str, pixel: str) -> str:
    if PLACE in html:
        return html.replace(PLACE, pixel, 1)
    ends = [end.start() for end in _BODY_END.finditer(html)]
    return html[: ends[-1]] + pixel + html[ends[-1] :] if ends else html + pixel


def _value(attribute: re.Match[str]) -> str:
    return entities.unescape(attribute["double"] or attribute["single"] or attribute["bare"] or "")


def _tags(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for pair in text.split(";"):
        name, colon, value = pair.partition(":")
        if colon and name.strip():
            found.setdefault(name.strip(), []).append(value.strip())
    return found
