"""Answers the management API and its OpenAPI document."""

from __future__ import annotations

from typing import Any

from routes.app import serve
from stepwell.management import management
from stepwell.observability import observed


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an HTTP API (payload 2.0) request."""
    # No path: it may hold a contact's address.
    with observed("serve_api", route=event.get("routeKey", "")) as batch:
        answer = serve(event, context, management())
        status = int(answer["statusCode"])
        batch.note(status=status)
        batch.count("Failed" if status >= 500 else "Refused" if status >= 400 else "Answered")
        return answer
