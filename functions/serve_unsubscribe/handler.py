"""Serves the page and the one-click address behind unsubscribe links."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qs

from stepwell.bootstrap import container
from stepwell.consent.unsubscribe import Subscriptions
from stepwell.consent.web import answer
from stepwell.observability import observed


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer a request of the HTTP API (payload version 2)."""
    del context
    with observed("serve_unsubscribe") as batch:
        wired = container()
        given = event.get("body") or ""
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        method = event["requestContext"]["http"]["method"]
        reply = answer(
            Subscriptions(
                wired.clock,
                wired.profiles,
                wired.messaging,
                wired.sink,
                wired.workspaces,
                wired.secrets.link_keys(),
            ),
            method,
            event["rawPath"].rstrip("/").rpartition("/")[2],
            base64.b64decode(given) if event.get("isBase64Encoded") else given.encode(),
            headers.get("accept-language", ""),
            parse_qs(event.get("rawQueryString") or "").get("lang", [""])[0],
        )
        batch.note(did=reply.did, method=method)
        batch.count(reply.did.capitalize())
        return {
            "statusCode": reply.status,
            "headers": dict(reply.headers),
            "body": "" if method == "HEAD" else reply.body,
        }
