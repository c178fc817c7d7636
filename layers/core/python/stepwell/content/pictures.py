"""Answers requests for pictures of messages: bytes that never change under their name, and nothing that runs."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from stepwell.content.images import content_type, key_of, read_path
from stepwell.errors import NotFound

_HEADERS = {
    "x-content-type-options": "nosniff",
    # Whatever somebody got into a picture: no page of this address runs it.
    "content-security-policy": "default-src 'none'; sandbox",
    "cross-origin-resource-policy": "cross-origin",
}
_FOR_GOOD = "public, max-age=31536000, immutable"


def answer(get: Callable[[str], bytes], path: str, method: str) -> dict[str, Any]:
    """Answer an HTTP API (payload 2.0) request.

    Args:
        get: Returns a file, or raises NotFound.
        path: The request's path.
        method: Its method.
    """
    place = read_path(path)
    if place is None or method not in ("GET", "HEAD"):
        return _missing()
    try:
        data = get(key_of(*place))
    except NotFound:
        return _missing()
    headers = {**_HEADERS, "content-type": content_type(place[1]), "cache-control": _FOR_GOOD}
    if method == "HEAD":
        return {"statusCode": 200, "headers": headers, "body": ""}
    body = base64.b64encode(data).decode()
    return {"statusCode": 200, "headers": headers, "body": body, "isBase64Encoded": True}


def _missing() -> dict[str, Any]:
    headers = {**_HEADERS, "content-type": "text/plain; charset=utf-8", "cache-control": "no-store"}
    return {"statusCode": 404, "headers": headers, "body": "There is no such picture.\n"}
