"""Counts the segments of a text message, which is what is paid for, and says what makes it dear.

Alphabets are those of 3GPP TS 23.038 (GSM 03.38), section 6.2.1 with the default extension table; national shift
tables are not used, as no provider here offers them. A concatenated message gives seven septets (or three UCS-2
units) of each segment to the header that joins them (TS 23.040, 9.2.3.24.1).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Characters of one septet."""
EXTENSION = frozenset("\f^{}\\[~]|€")
"""Characters of two septets: an escape and themselves."""

SINGLE = {"GSM-7": 160, "UCS-2": 70}
JOINED = {"GSM-7": 153, "UCS-2": 67}
MAX_SEGMENTS = 10
"""More are refused before a send: carriers drop long messages, and End User Messaging takes 1,600 characters."""

Encoding = Literal["GSM-7", "UCS-2"]

_TYPOGRAPHIC = {
    "‘": "'", "’": "'", "‚": "'", "‛": "'", "′": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"', "‟": '"',
    "″": '"', "«": '"', "»": '"', "‹": "'", "›": "'", "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-",
    "−": "-", "…": "...", "•": "-", "·": ".", "⁄": "/", "\u00a0": " ", "\u2002": " ", "\u2003": " ", "\u2009": " ",
    "\u200a": " ", "\u202f": " ", "\t": " ", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "",
    "\u00ad": "", "\u2028": "\n", "\u2029": "\n", "×": "x", "©": "(c)", "®": "(R)", "™": "(TM)", "№": "No.",
    "½": "1/2", "¼": "1/4", "¾": "3/4", "ﬁ": "fi", "ﬂ": "fl",
}  # fmt: skip
"""What word processors write, and what says the same in the GSM alphabet."""


@dataclass(frozen=True, slots=True)
class Costly:
    """A character that no GSM alphabet has; one of them makes the whole message UCS-2.

    Attributes:
        character: It.
        name: Its Unicode name.
        at: Where it stands first, counted in characters from 0.
        times: How often it stands.
        instead: What says the same in the GSM alphabet; None: nothing does.
    """

    character: str
    name: str
    at: int
    times: int
    instead: str | None


@dataclass(frozen=True, slots=True)
class Segments:
    """How long a message is.

    Attributes:
        encoding: `GSM-7` or `UCS-2`.
        units: Septets, or UTF-16 code units.
        count: Segments; 0 for an empty text.
        left: Units that the last segment still holds.
        costly: What forces UCS-2.
        plain: The text with typographic characters replaced, where that makes it GSM-7 or shorter; else empty.
        plain_count: Segments of that.
    """

    encoding: Encoding
    units: int
    count: int
    left: int
    costly: tuple[Costly, ...] = ()
    plain: str = ""
    plain_count: int = 0


def segments(text: str) -> Segments:
    """Count the segments of a text."""
    encoding, units, count, left = _measured(text)
    if encoding == "GSM-7":
        return Segments(encoding, units, count, left)
    plain = replaced(text)
    _, _, fewer, _ = _measured(plain)
    better = fewer < count
    return Segments(
        encoding, units, count, left, _costly(text), plain if better else "", fewer if better else 0
    )


def replaced(text: str) -> str:
    """Return a text with its typographic characters in the GSM alphabet; letters stay as they are."""
    return "".join(_TYPOGRAPHIC.get(one, one) for one in text)


def encoding_of(text: str) -> Encoding:
    """Return the alphabet that a text needs."""
    return "GSM-7" if all(one in BASIC or one in EXTENSION for one in text) else "UCS-2"


def parts(text: str) -> list[str]:
    """Cut a text where segments end; an escaped character or a surrogate pair is never cut in two."""
    encoding = encoding_of(text)
    sizes = list(_sizes(text, encoding))
    if sum(sizes) <= SINGLE[encoding]:
        return [text] if text else []
    found: list[str] = []
    start = used = 0
    for index, size in enumerate(sizes):
        if used + size > JOINED[encoding]:
            found.append(text[start:index])
            start, used = index, 0
        used += size
    return [*found, text[start:]]


def _measured(text: str) -> tuple[Encoding, int, int, int]:
    encoding = encoding_of(text)
    units = sum(_sizes(text, encoding))
    if units <= SINGLE[encoding]:
        return encoding, units, int(units > 0), SINGLE[encoding] - units
    cut = parts(text)
    return encoding, units, len(cut), JOINED[encoding] - sum(_sizes(cut[-1], encoding))


def _sizes(text: str, encoding: Encoding) -> Iterator[int]:
    if encoding == "GSM-7":
        return (2 if one in EXTENSION else 1 for one in text)
    return (2 if ord(one) > 0xFFFF else 1 for one in text)


def _costly(text: str) -> tuple[Costly, ...]:
    found: dict[str, int] = {}
    for index, one in enumerate(text):
        if one not in BASIC and one not in EXTENSION:
            found.setdefault(one, index)
    return tuple(
        Costly(
            one,
            unicodedata.name(one, f"U+{ord(one):04X}"),
            at,
            text.count(one),
            instead if (instead := _TYPOGRAPHIC.get(one)) is not None else _letter(one),
        )
        for one, at in found.items()
    )


def _letter(character: str) -> str | None:
    """Return a letter without the mark that GSM lacks: `á` is `a`. Shown, never applied by itself."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", character) if not unicodedata.combining(one))
    return plain if plain and plain != character and encoding_of(plain) == "GSM-7" else None
