"""Serves the console: the files that the build put beside this handler, and what the console must know to start."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from stepwell.console_site.config import connections, public_config
from stepwell.console_site.site import Site
from stepwell.observability import observed
from stepwell.settings import Settings

FOLDER = Path(__file__).parent / "site"


@cache
def site() -> Site:
    """Return the process's files."""
    settings = Settings.from_env()
    return Site(FOLDER, public_config(settings), connections(settings))


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer a request of the HTTP API (payload version 2)."""
    del context
    # No path: it may hold a contact's address.
    with observed("serve_console") as batch:
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        reply = site().answer(event["requestContext"]["http"]["method"], event["rawPath"], headers)
        batch.note(status=reply["statusCode"])
        return reply
