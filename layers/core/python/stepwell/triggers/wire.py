"""What comes over HTTP before it means anything: write key, compression, size. Real clients lie about all of it.

RudderStack's Node client labels gzip JSON as a form, browsers label JSON as text/plain, and Segment's browser
client has the write key in the body only. So the first bytes decide what a body is, and no label.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from stepwell.errors import InvalidInput, LimitExceeded, Unauthenticated

MAX_EVENT_BYTES = 32 * 1024
MAX_BATCH_BYTES = 500 * 1024
MAX_DEPTH = 30
CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-methods": "GET, POST, OPTIONS",
    "access-control-allow-headers": "authorization, content-type, content-encoding, x-retry-count",
    # Without it a browser's client cannot read when to come back.
    "access-control-expose-headers": "retry-after",
    "access-control-max-age": "86400",
}
_GZIP = b"\x1f\x8b"


def headers_of(event: Mapping[str, Any]) -> dict[str, str]:
    """Return an HTTP API event's headers, names in lower case."""
    return {str(name).lower(): str(value) for name, value in (event.get("headers") or {}).items()}


def body_of(event: Mapping[str, Any]) -> bytes:
    """Return the raw body of an HTTP API (v2) event, still compressed.

    Raises:
        InvalidInput: The gateway's base64 is broken.
        LimitExceeded: More than a batch may have.
    """
    text = event.get("body") or ""
    if len(text) > MAX_BATCH_BYTES * 2:
        raise LimitExceeded("A request holds at most 500 KB.", code="batch_too_large")
    if not event.get("isBase64Encoded"):
        if str(text).startswith("\x1f"):
            # Bytes that were made text cannot be mended: say what to change, instead of "no JSON".
            raise InvalidInput(
                "The gzip body arrived as text: send it with another Content-Type than JSON or text.",
                code="gzip_as_text",
            )
        return str(text).encode("utf-8", "surrogatepass")
    try:
        return base64.b64decode(text)
    except ValueError as error:
        raise InvalidInput("The body is not valid base64.", code="invalid_body") from error


def unpack(raw: bytes) -> bytes:
    """Return a body without its compression, whatever its label says.

    Raises:
        InvalidInput: Broken gzip.
        LimitExceeded: Over 500 KB before or after; a bomb is never inflated further than that.
    """
    if len(raw) > MAX_BATCH_BYTES:
        raise LimitExceeded("A request holds at most 500 KB.", code="batch_too_large")
    if raw[:2] != _GZIP:
        return raw
    inflater = zlib.decompressobj(wbits=31)
    try:
        plain = inflater.decompress(raw, MAX_BATCH_BYTES + 1)
    except zlib.error as error:
        raise InvalidInput("The body is not valid gzip.", code="invalid_body") from error
    if len(plain) > MAX_BATCH_BYTES:
        raise LimitExceeded("A batch holds at most 500 KB.", code="batch_too_large")
    if not inflater.eof:
        raise InvalidInput("The gzip body is cut off.", code="invalid_body")
    return plain


def json_object(plain: bytes) -> dict[str, Any]:
    """Read a body as a JSON object.

    Raises:
        InvalidInput: It is none.
    """
    try:
        document = json.loads(plain, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The body is not JSON.", code="invalid_body") from error
    if not isinstance(document, dict):
        raise InvalidInput("The body must be a JSON object.", code="invalid_body")
    return document


def shared_context(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context that all events of a request share; it is part of each of them.

    Raises:
        InvalidInput: No event could have it.
    """
    context = document.get("context")
    if not isinstance(context, dict):
        return {}
    if not too_deep(context, MAX_DEPTH - 1):
        with suppress(ValueError):
            text = json.dumps(context, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
            if len(text.encode()) <= MAX_EVENT_BYTES:
                return context
    raise InvalidInput(
        f"`context` holds at most 32 KB, {MAX_DEPTH - 1} levels, and only numbers and texts that are ones.",
        code="invalid_context",
        details={"place": "context"},
    )


def too_deep(value: Any, room: int) -> bool:
    """Tell whether a JSON value is nested more than `room` levels deep."""
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return room == 0 or any(too_deep(part, room - 1) for part in inner)


def write_key(headers: Mapping[str, str], document: Mapping[str, Any]) -> str:
    """Return the write key: the user name of Basic authorization, else `writeKey` in the body.

    Raises:
        InvalidInput: Neither is there (a client's mistake, which a retry would not mend).
        Unauthenticated: The header cannot be read.
    """
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name = base64.b64decode(value.strip(), validate=True).decode().partition(":")[0]
        except ValueError as error:
            raise Unauthenticated(
                "The Authorization header is not valid Basic.", code="invalid_key"
            ) from error
        if name:
            return name
    key = document.get("writeKey")
    if isinstance(key, str) and key:
        return key
    raise InvalidInput(
        "Name a write key: Basic authorization, or `writeKey` in the body.", code="no_write_key"
    )


def key_digest(key: str) -> str:
    """Return the SHA-256 by which a write key is stored."""
    # Half a character in it makes no key of ours, and no fault of the server.
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not JSON")
