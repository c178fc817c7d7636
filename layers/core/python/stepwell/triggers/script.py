"""Hands out the browser client: the scripts that pages load from the deployment that they send their events to.

`stepwell.min.js` is the client, `stepwell-push.min.js` what it loads for notifications, `stepwell-sw.js` the service
worker, which a page's own site serves as a copy or by one line that imports it. The address stays the same over
versions, so browsers keep a copy for a day, use it for another week while they ask again in the background, and are
told by its ETag that nothing changed.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from stepwell.triggers import wire

FOLDER = "/sdk/"
PATH = "/sdk/v1/stepwell.min.js"
NAMES = ("stepwell.min.js", "stepwell-push.min.js", "stepwell-sw.js")
CACHE = "public, max-age=86400, stale-while-revalidate=604800"


def asked(request: Mapping[str, Any]) -> bool:
    """Tell whether an HTTP API (payload 2.0) request is one for the client's folder."""
    return str(request.get("rawPath", "")).startswith(FOLDER)


def name_of(request: Mapping[str, Any]) -> str:
    """Return the name of the script that is asked for; empty: there is none of this name."""
    folder, _, name = str(request.get("rawPath", "")).rpartition("/")
    return name if folder == PATH.rpartition("/")[0] and name in NAMES else ""


class Script:
    """A script, packed once a process.

    Args:
        content: The built script; empty: the deployment carries none.
    """

    def __init__(self, content: bytes) -> None:
        self._plain = content
        # Without a time, or each process would answer with other bytes under the same tag.
        self._packed = gzip.compress(content, 9, mtime=0)
        self._tag = hashlib.sha256(content).hexdigest()[:20]

    def answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a request for this script."""
        http = (request.get("requestContext") or {}).get("http") or {}
        if http.get("method") not in ("GET", "HEAD") or not self._plain:
            return missing()
        asked_for = wire.headers_of(request)
        packed = "gzip" in asked_for.get("accept-encoding", "")
        headers = {
            "content-type": "text/javascript; charset=utf-8",
            "cache-control": CACHE,
            # Weak, for both forms mean the same.
            "etag": f'W/"{self._tag}"',
            "vary": "accept-encoding",
            "x-content-type-options": "nosniff",
            "access-control-allow-origin": "*",
            "cross-origin-resource-policy": "cross-origin",
        }
        if self._tag in asked_for.get("if-none-match", ""):
            return {"statusCode": 304, "headers": headers, "body": ""}
        if not packed:
            return {"statusCode": 200, "headers": headers, "body": self._plain.decode()}
        return {
            "statusCode": 200,
            "headers": {**headers, "content-encoding": "gzip"},
            "body": base64.b64encode(self._packed).decode(),
            "isBase64Encoded": True,
        }


def missing() -> dict[str, Any]:
    """Answer a request for a script that is not there."""
    body = {
        "success": False,
        "code": "no_script",
        "message": f"There is only `{PATH}` and what belongs to it.",
    }
    return {
        "statusCode": 404,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": json.dumps(body, separators=(",", ":")),
    }
