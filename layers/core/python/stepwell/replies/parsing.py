"""Reads a raw message that somebody sent us: what it says, who sent it, and nothing else of it.

Anybody on the internet writes these. Attachments are never looked into, texts and numbers of parts are limited, and
whatever cannot be read is left out: the parser raises for nothing but a message that is too big.
"""

from __future__ import annotations

import email
import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import EmailPolicy
from html.parser import HTMLParser

from stepwell.errors import LimitExceeded

MAX_MESSAGE = 10 * 1024 * 1024
MAX_TEXT = 20_000
MAX_PARTS = 50
MAX_HEADER = 1_000
# RFC 5322 says 998 characters a line; the limit is for writing, which never happens here.
_POLICY = EmailPolicy(raise_on_defect=False)
_ADDRESS = re.compile(r"[^\s<>,;:\"'()]{1,64}@[^\s<>,;:\"'()]{1,190}")
_SPACE = re.compile(r"[^\S\n]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message, as far as anybody may look at it.

    Attributes:
        sender: Address of `From`, in lower case; empty when there is none.
        sender_name: Its name.
        subject: One line.
        text: The readable text, quotes included.
        headers: First value of each header by name in lower case.
        content_type: Type of the whole message.
        attachments: How many parts were attached; they were not read.
    """

    sender: str
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/plain"
    attachments: int = 0


def parse(raw: bytes) -> Incoming:
    """Read a raw message.

    Raises:
        LimitExceeded: It is over 10 MB.
    """
    if len(raw) > MAX_MESSAGE:
        raise LimitExceeded("An answer has at most 10 MB.", code="message_too_large")
    try:
        message = email.message_from_bytes(raw, _class=EmailMessage, policy=_POLICY)
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, IndexError, RecursionError):
        return Incoming("")
    headers: dict[str, str] = {}
    # Of `raw_items`: parsed headers may fail on what nobody should have written.
    for name, value in message.raw_items():
        headers.setdefault(str(name).lower(), _line(str(value)))
    plain, html, attachments = _parts(message)
    text = plain if plain.strip() else _of_html(html)
    name, address = _sender(message, headers.get("from", ""))
    return Incoming(
        sender=address,
        sender_name=name,
        subject=_decoded(message, "subject", headers.get("subject", "")),
        text=_clean(text),
        headers=headers,
        content_type=message.get_content_type(),
        attachments=attachments,
    )


def _parts(message: EmailMessage) -> tuple[str, str, int]:
    found = {"text/plain": "", "text/html": ""}
    attachments = 0
    stack: list[EmailMessage] = [message]
    seen = 0
    while stack and seen < MAX_PARTS:
        part = stack.pop()
        seen += 1
        kind = part.get_content_type()
        inner = part.get_payload() if part.is_multipart() else None
        if kind.startswith("multipart/") and isinstance(inner, list):
            stack += [one for one in reversed(inner[:MAX_PARTS]) if isinstance(one, EmailMessage)]
        elif kind in found and not _attached(part) and len(found[kind]) < MAX_TEXT:
            found[kind] += _text(part)
        else:
            attachments += 1
    return found["text/plain"][:MAX_TEXT], found["text/html"][: 5 * MAX_TEXT], attachments


def _attached(part: EmailMessage) -> bool:
    told = next((str(v) for k, v in part.raw_items() if str(k).lower() == "content-disposition"), "")
    return told.strip().lower().startswith("attachment")


def _text(part: EmailMessage) -> str:
    try:
        raw = part.get_payload(decode=True)
    except (MessageError, ValueError, LookupError, AttributeError, TypeError):
        return ""
    if not isinstance(raw, bytes):
        return ""
    raw = raw[: 5 * MAX_TEXT]
    try:
        charset = str(part.get_content_charset("utf-8"))
        return raw.decode(charset, "replace")
    except (LookupError, ValueError, AttributeError, TypeError):
        return raw.decode("utf-8", "replace")


def _sender(message: EmailMessage, raw: str) -> tuple[str, str]:
    text = _decoded(message, "from", raw)
    found = _ADDRESS.findall(text)
    if not found:
        return "", ""
    address = found[-1]
    name = text[: text.rfind(address)].strip(" <\"'")
    return name[:100], address.lower()


def _decoded(message: EmailMessage, name: str, raw: str) -> str:
    try:
        return _line(str(message.get(name) or ""))
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, IndexError):
        return raw


def _line(text: str) -> str:
    return " ".join(_printable(_CONTROL.sub("", text)).split())[:MAX_HEADER]


def _clean(text: str) -> str:
    text = _printable(_CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
    return "\n".join(_SPACE.sub(" ", line).strip() for line in text.split("\n"))[:MAX_TEXT]


def _printable(text: str) -> str:
    # Half a character cannot be written as UTF-8: it would stop the stream.
    return text.encode("utf-8", "replace").decode("utf-8")


class _Reader(HTMLParser):
    """Takes a page's text; quotes of the message that is answered become lines with ``>``."""

    _BREAKS = frozenset({"br", "p", "div", "li", "tr", "h1", "h2", "h3", "blockquote"})
    _SILENT = frozenset({"style", "script", "head", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._silent = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._SILENT:
            self._silent += 1
        marks = " ".join(value or "" for name, value in attrs if name in ("class", "id")).lower()
        if tag == "blockquote" or "gmail_quote" in marks or "divrplyfwdmsg" in marks:
            # What stands after a quote's begin belongs to it: answers between the lines are lost with HTML alone.
            self._quoted += 1
        if tag in self._BREAKS:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag in self._SILENT:
            self._silent = max(0, self._silent - 1)
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)
        if tag in self._BREAKS:
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.lines[-1] = _SPACE.sub(" ", self.lines[-1] + data.replace("\n", " "))

    def _break(self) -> None:
        if self.lines[-1].strip():
            self.lines.append("")
        if self._quoted:
            self.lines[-1] = "> "


def _of_html(html: str) -> str:
    if not html.strip():
        return ""
    reader = _Reader()
    try:
        reader.feed(html)
        reader.close()
    except (AssertionError, ValueError, RecursionError):
        # What was read so far stands.
        pass
    return "\n".join(line.rstrip() for line in reader.lines)
