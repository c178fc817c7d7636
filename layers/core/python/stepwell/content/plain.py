"""Makes the plain-text part of a message from its HTML: readable text with links, no layout.

An own converter: the kept libraries for this are GPL or bring a whole HTML parser; e-mail HTML needs little.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    {
        "address",
        "article",
        "blockquote",
        "center",
        "div",
        "footer",
        "header",
        "main",
        "section",
        "table",
        "tr",
    }
)
_PARAGRAPHS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "table"})
_SKIPPED = frozenset({"head", "script", "style", "template", "title"})
_VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\r\n\f]+")
# Padding that preheaders put after themselves: soft hyphens, joiners (those that join nothing) and the like.
_INVISIBLE = re.compile("[\u00ad\u034f\u200b\u200e\u200f\u2060\ufeff]")
_JOINS_NOTHING = re.compile(r"(?<!\S)[\u200c\u200d]+|[\u200c\u200d]+(?!\S)")
_SPOKEN = re.compile(r"(?:mailto|tel|sms):([^?]*)", re.IGNORECASE)
_WEB = re.compile(r"https?://", re.IGNORECASE)


def plain_text(html: str) -> str:
    """Return the text of an HTML message."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._open: list[tuple[str, bool]] = []  # (tag, whether it hides what is in it)
        self._hidden = 0
        self._links: list[tuple[str, int]] = []
        self._lists: list[int | None] = []  # the next number, None in a list without

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            hides = tag in _SKIPPED or "hidden" in given or bool(_HIDDEN.search(given.get("style", "")))
            self._open.append((tag, hides))
            self._hidden += hides
        if self._hidden:
            return
        if tag == "br":
            self._parts.append("\n")
        elif tag == "hr":
            self._parts.append("\n\n---\n\n")
        elif tag == "img" and given.get("alt"):
            self._parts.append(given["alt"])
        elif tag == "li":
            self._item()
        elif tag == "a":
            self._links.append((given.get("href", "").strip(), len(self._parts)))
        else:
            if tag in ("ul", "ol"):
                start = given.get("start", "")
                first = int(start) if start.isdecimal() and len(start) < 6 else 1
                self._lists.append(first if tag == "ol" else None)
            self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        # An end tag closes up to its start tag; one without a start tag says nothing.
        if not any(name == tag for name, _ in self._open):
            return
        visible = not self._hidden
        while self._open:
            name, hides = self._open.pop()
            self._hidden -= hides
            if name == tag:
                break
        if visible and tag == "a" and self._links:
            self._end_link(*self._links.pop())
        elif visible:
            if tag in ("ul", "ol") and self._lists:
                self._lists.pop()
            self._break(tag)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(_SPACE.sub(" ", _JOINS_NOTHING.sub("", _INVISIBLE.sub("", data))))

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        self._parts.append("\n- " if number is None else f"\n{number}. ")

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._parts.append("\n\n")
        elif tag in _BLOCKS:
            self._parts.append("\n")
        elif tag in {"td", "th"}:
            self._parts.append(" ")

    def _end_link(self, href: str, start: int) -> None:
        label = "".join(self._parts[start:]).strip()
        spoken = _SPOKEN.match(href)
        target = spoken[1] if spoken else href if _WEB.match(href) else ""
        if target and target != label:
            self._parts.append(f" ({target})" if label else target)

    def text(self) -> str:
        lines = [
            _SPACE.sub(" ", line.replace("\u00a0", " ")).strip() for line in "".join(self._parts).split("\n")
        ]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"
