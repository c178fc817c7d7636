"""Takes tracking calls and webhooks over HTTP and answers as Segment's clients expect."""

from __future__ import annotations

from typing import Any

from stepwell.bootstrap import container
from stepwell.observability import observed


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an HTTP API (payload 2.0) request."""
    del context
    wired = container()
    # The API's access log has each request already. The local cloud has none, and waits for a line.
    with observed("ingest_events", quiet=not wired.settings.local) as batch:
        answer = wired.ingest.handle(event)
        status = int(answer["statusCode"])
        batch.note(status=status)
        # Those answered are Lambda's own count of calls, less these.
        batch.count("Refused", status >= 400)
        return answer
