"""What all mounted stand-ins do alike: serve a provider's call, and read what somebody asks on a page."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from local.patches import Parts
from local.providers.phones import LostAnswerError
from local.web import Asgi, Send
from local.web import _close as close


async def answered(parts: Parts, serve: Asgi, scope: Any, receive: Any, send: Send) -> None:
    """Serve a provider's call; where its answer is to be lost, the connection breaks."""
    try:
        with parts.activity.during("request"):
            await serve(scope, receive, send)
    except LostAnswerError:
        await close(send)


async def form_of(request: Request) -> dict[str, str]:
    """Read a form, or a JSON object."""
    text = (await request.body()).decode()
    found = json.loads(text) if text.lstrip().startswith("{") else dict(parse_qsl(text))
    return {name: str(value) for name, value in found.items()}
