"""Takes tracking calls and webhooks over HTTP and answers as Segment's clients expect."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from stepwell.bootstrap import container
from stepwell.observability import observed
from stepwell.triggers import pixel, script
from stepwell.triggers.ingest import WEBHOOKS

# Scripts are built from `sdk/js` when the function is deployed (`stacks/browser_script.py`).
FOLDER = Path(__file__).parent
FORMS, PUSH, SHORT, LOGIN = "/v1/forms/", "/v1/push/", "/s/", "/login/"


@cache
def browser_script(name: str) -> script.Script:
    """Return a script of the browser client; empty where nobody built it."""
    path = FOLDER / name
    return script.Script(path.read_bytes() if path.is_file() else b"")


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Answer an HTTP API (payload 2.0) request."""
    del context
    wired = container()
    # The API's access log has each request already. The local cloud has none, and waits for a line.
    with observed("ingest_events", quiet=not wired.settings.local) as batch:
        if script.asked(event):
            name = script.name_of(event)
            answer = browser_script(name).answer(event) if name else script.missing()
        elif str(event.get("rawPath", "")).startswith(FORMS) and _method(event) == "GET":
            # Loaded when a form asks: tracking needs none of it.
            from stepwell.profiling import profiling

            answer = profiling().form_fields.answer(event)
        elif str(event.get("rawPath", "")).startswith(SHORT):
            from stepwell.text_wiring import click_ports
            from stepwell.triggers import short_clicks

            answer = short_clicks.answer(click_ports(), event, batch.count)
        elif str(event.get("rawPath", "")).startswith(PUSH):
            from stepwell.push_wiring import push_reports

            answer = push_reports().answer(event)
        elif str(event.get("rawPath", "")).startswith(LOGIN):
            from stepwell.login_wiring import social_login

            answer = social_login().answer(event)
        elif pixel.asked(event):
            answer = pixel.answer(event, wired.ingest.handle)
        else:
            answer = wired.ingest.handle(event)
        status = int(answer["statusCode"])
        batch.note(status=status)
        # Those answered are Lambda's own count of calls, less these.
        batch.count("Refused", status >= 400 or pixel.REFUSED in answer["headers"])
        # Somebody pretends to be a provider, or a secret is wrong.
        batch.count("Unverified", status == 401 and str(event.get("rawPath", "")).startswith(WEBHOOKS))
        return answer


def _method(event: dict[str, Any]) -> str:
    return str(((event.get("requestContext") or {}).get("http") or {}).get("method"))
