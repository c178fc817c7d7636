"""A notification as the service worker reads it: short JSON, packed and shortened until it fits.

A push service takes 4,096 bytes of body; encryption takes 103 of them (RFC 8291, section 4: 86 for the header, 1 for
the padding's delimiter, 16 for the code), so 3,993 are left. What does not fit as JSON is deflated (RFC 1951); what
does not fit then loses its parts in a fixed order, and the payload itself says which.

| key | what | | key | what |
|---|---|---|---|---|
| `t` | title | | `m` | image |
| `b` | text | | `a` | buttons `[{a: name, t: title, u: address}]` |
| `u` | address that a click opens | | `d` | values for the page |
| `i` | icon | | `g` | topic: replaces what is shown of the same |
| `r` | report token | | `x` | what was left out |

The first byte tells the form: `{` is JSON, 0x01 says that deflated JSON follows.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stepwell.contracts.messages import Push
from stepwell.errors import LimitExceeded

MAX_BODY = 4_096
OVERHEAD = 86 + 1 + 16
MAX_PLAIN = MAX_BODY - OVERHEAD
PACKED = b"\x01"
SHORTENED = "…"
# As many buttons as a browser shows at most (Notification.maxActions of Chromium).
MAX_ACTIONS = 2
_LEAST = 20
"""A title or text is never cut below this many characters."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A payload that fits.

    Attributes:
        data: The bytes to be encrypted.
        left_out: What it had to lose, in the order in which it went.
    """

    data: bytes
    left_out: tuple[str, ...] = ()


def pack(push: Push) -> Packed:
    """Make the payload of a notification.

    Left out while it is too large, in this order: values for the page, image, icon, buttons; then the text is cut,
    and the title last. The address and the report token always stay: without them a click leads nowhere and nobody
    learns of it.

    Args:
        push: The notification.

    Raises:
        LimitExceeded: The address alone is too long.
    """
    document = _document(push)
    left_out: list[str] = ["more_actions"] if len(push.actions) > MAX_ACTIONS else []
    for name, lose in _LOSSES:
        fitting = _fitting(document, left_out)
        if fitting is not None:
            return Packed(fitting, tuple(left_out))
        if lose(document):
            left_out.append(name)
    for name, key in (("body", "b"), ("title", "t")):
        fitting = _cut(document, key, [*left_out, name])
        left_out.append(name)
        if fitting is not None:
            return Packed(fitting, tuple(left_out))
    raise LimitExceeded("The notification's address is too long for a push message.", code="push_too_large")


def unpack(data: bytes) -> dict[str, Any]:
    """Read a payload as a service worker does; for stand-ins and tests.

    Raises:
        ValueError: It is none.
    """
    found = json.loads(zlib.decompress(data[1:], wbits=-15) if data[:1] == PACKED else data)
    if not isinstance(found, dict):
        raise ValueError("a payload is a JSON object")
    return found


def _document(push: Push) -> dict[str, Any]:
    actions = [
        {key: value for key, value in (("a", one.action), ("t", one.title), ("u", one.url)) if value}
        for one in push.actions[:MAX_ACTIONS]
    ]
    found: dict[str, Any] = {
        "t": push.title,
        "b": push.body,
        "u": push.url,
        "i": push.icon,
        "m": push.image,
        "a": actions,
        "d": dict(push.data),
        "g": push.topic,
        "r": push.report,
    }
    return {key: value for key, value in found.items() if value or key == "t"}


def _without(key: str) -> Callable[[dict[str, Any]], bool]:
    return lambda document: document.pop(key, None) is not None


_LOSSES: tuple[tuple[str, Callable[[dict[str, Any]], bool]], ...] = (
    ("data", _without("d")),
    ("image", _without("m")),
    ("icon", _without("i")),
    ("actions", _without("a")),
    # Asked once more after the last loss.
    ("", lambda _: False),
)


def _fitting(document: Mapping[str, Any], left_out: list[str]) -> bytes | None:
    told = {**document, "x": left_out} if left_out else document
    plain = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    if len(plain) <= MAX_PLAIN:
        return plain
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = PACKED + deflate.compress(plain) + deflate.flush()
    return packed if len(packed) <= MAX_PLAIN else None


def _cut(document: dict[str, Any], key: str, left_out: list[str]) -> bytes | None:
    """Cut a text to the longest beginning that fits, by halving; leave the shortest in the document if none does."""
    text = str(document.get(key) or "")
    low, high, best = min(_LEAST, len(text)), len(text), None
    while low <= high:
        length = (low + high) // 2
        found = _fitting({**document, key: text[:length].rstrip() + SHORTENED}, left_out)
        if found is None:
            high = length - 1
        else:
            best, low = found, length + 1
    if best is None and len(text) > _LEAST:
        document[key] = text[:_LEAST].rstrip() + SHORTENED
    return best
