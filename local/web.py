"""The ASGI application in front of MiniStack: pages and controls under ``/_stepwell/``, all else passed on.

Requests to the cloud that may change something count as work while they run.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from local import pages, ses_events
from local.clock import iso, parse_iso
from local.faults import DropConnection
from local.outbox import Message
from local.patches import Parts
from local.readers import Readers
from local.stepper import Stepper

Send = Callable[[Any], Awaitable[None]]
Asgi = Callable[[Any, Any, Send], Awaitable[None]]
PAGE = 50
#: Calls that change nothing: a client that polls must not keep the clock from stepping.
READS = ("Describe", "List", "Get", "BatchGet", "Query", "Scan", "ReceiveMessage")


class Cloud:
    """The whole application.

    Args:
        inner: MiniStack's application.
        parts: What mends and pages share.
        stepper: The clock's stepper.
        save: Writes the state to disk now.
    """

    def __init__(self, inner: Asgi, parts: Parts, stepper: Stepper, save: Callable[[], None]) -> None:
        self._inner = inner
        self._parts = parts
        self._stepper = stepper
        self._save = save
        self._pages = Starlette(
            routes=[
                Route("/_stepwell/", self.index),
                Route("/_stepwell", lambda _: RedirectResponse("/_stepwell/")),
                Route("/_stepwell/health", self.health),
                Route("/_stepwell/clock", self.clock, methods=["GET", "POST"]),
                Route("/_stepwell/clock/run", self.run, methods=["POST"]),
                Route("/_stepwell/counters", self.counters, methods=["GET", "POST", "DELETE"]),
                Route("/_stepwell/faults", self.faults, methods=["GET", "POST"]),
                Route("/_stepwell/save", self.save, methods=["POST"]),
                *Readers(parts).routes(),
                Route("/_stepwell/inbox", self.inbox, methods=["GET", "DELETE"]),
                Route("/_stepwell/inbox.json", self.inbox_json, methods=["GET", "DELETE"]),
                Route("/_stepwell/inbox/{id}.json", self.message_json),
                Route("/_stepwell/inbox/{id}/raw", self.raw),
                Route("/_stepwell/inbox/{id}/html", self.html),
                Route("/_stepwell/inbox/{id}", self.message),
            ]
        )

    async def __call__(self, scope: Any, receive: Any, send: Send) -> None:
        """Serves one connection."""
        path = scope.get("path", "")
        if scope["type"] == "http" and (path == "/_stepwell" or path.startswith("/_stepwell/")):
            await self._pages(scope, receive, send)
            return
        if scope["type"] != "http" or _only_reads(scope):
            await self._inner(scope, receive, send)
            return
        with self._parts.activity.during("request"):
            try:
                await self._answer(scope, receive, send)
            except DropConnection:
                await _close(send)

    async def _answer(self, scope: Any, receive: Any, send: Send) -> None:
        faults, operation = self._parts.faults.api, _operation(scope)
        if faults.take("drop_before", operation):
            raise DropConnection
        if faults.take("fail", operation):
            await JSONResponse({"__type": "InternalServerError", "message": "asked for"}, 500)(
                scope, receive, send
            )
            return
        if faults.take("drop_after", operation):

            async def lose(message: Any) -> None:
                del message
                raise DropConnection

            send = lose
        await self._inner(scope, receive, send)

    async def index(self, request: Request) -> Response:
        """Overview page."""
        del request
        counted = self._parts.counters.snapshot()
        links = [(name, f"/_stepwell/{name.lower()}") for name in ("Inbox", "Counters", "Clock")]
        links += [("Health of the cloud", "/_ministack/health"), *_deployed(self._parts.settings.port)]
        since = iso(counted["since"])[:19].replace("T", " ")
        return HTMLResponse(
            pages.index(clock=self._stepper.report(0), totals=counted["totals"], since=since, links=links)
        )

    async def health(self, request: Request) -> Response:
        """Whether requests are served; answers only once all mends are installed."""
        del request
        return JSONResponse(
            {"status": "ok", "port": self._parts.settings.port, "home": str(self._parts.settings.home)}
        )

    async def clock(self, request: Request) -> Response:
        """Reads or sets the clock: ``mode``, ``auto``, ``offset_s``, ``now``, ``advance_s``."""
        clock = self._parts.clock
        if request.method == "POST":
            try:
                asked = json.loads(await request.body() or b"{}")
                await asyncio.to_thread(_set_clock, clock, asked)
            except (ValueError, TypeError) as error:
                return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(self._stepper.report())

    async def run(self, request: Request) -> Response:
        """Steps until nothing is due, at most ``until`` and for ``max_real_s``."""
        try:
            asked = json.loads(await request.body() or b"{}")
            until = parse_iso(asked["until"]) if asked.get("until") else None
            if until is None and asked.get("for_s") is not None:
                until = self._parts.clock.now() + float(asked["for_s"])
            limit = float(asked.get("max_real_s", 60))
        except (ValueError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(await asyncio.to_thread(self._stepper.run, until, limit))

    async def counters(self, request: Request) -> Response:
        """Billable totals; POST or DELETE resets them and answers with what they were."""
        counted = self._parts.counters.snapshot()
        if request.method != "GET":
            self._parts.counters.reset()
        if request.method == "POST" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse("/_stepwell/", 303)
        return JSONResponse(counted)

    async def faults(self, request: Request) -> Response:
        """Reads or sets faults, see ``local.faults.Faults``."""
        if request.method == "POST":
            try:
                self._parts.faults.configure(json.loads(await request.body() or b"{}"))
            except (ValueError, TypeError, AttributeError) as error:
                return JSONResponse({"error": str(error)}, 400)
        return JSONResponse(self._parts.faults.report())

    async def save(self, request: Request) -> Response:
        """Writes the state to disk without stopping."""
        del request
        await asyncio.to_thread(self._save)
        return JSONResponse({"saved": True})

    async def inbox(self, request: Request) -> Response:
        """The list of messages, as a page."""
        if request.method == "DELETE":
            return self._clear()
        q, tag, limit, offset = _asked(request)
        found = self._parts.outbox.find(q, tag, limit, offset)
        return HTMLResponse(pages.inbox(found, self._parts.outbox.count(q, tag), q, tag, offset, limit))

    async def inbox_json(self, request: Request) -> Response:
        """The list of messages: ``{total, messages}``."""
        if request.method == "DELETE":
            return self._clear()
        q, tag, limit, offset = _asked(request)
        found = self._parts.outbox.find(q, tag, limit, offset)
        return JSONResponse(
            {"total": self._parts.outbox.count(q, tag), "messages": [_json(m) for m in found]}
        )

    async def message(self, request: Request) -> Response:
        """One message, as a page."""
        found, query = self._message(request), request.query_params
        if not found:
            return _missing()
        return HTMLResponse(pages.message(found, ses_events.parsed(found), asked=query))

    async def message_json(self, request: Request) -> Response:
        """One message with headers, parts and raw source."""
        found = self._message(request)
        if not found:
            return _missing()
        mime = ses_events.parsed(found)
        return JSONResponse(
            _json(found)
            | {
                "headers": [{"name": n, "value": str(v)} for n, v in mime.items()],
                "text": pages.part(mime, "plain"),
                "html": pages.part(mime, "html"),
                "unsubscribe": pages.unsubscribe_links(mime),
                "raw": found.raw.decode("utf-8", "replace"),
                "links": found.request.get("links", []),
                "request": found.request,
            }
        )

    async def raw(self, request: Request) -> Response:
        """The MIME source."""
        found = self._message(request)
        return Response(found.raw, media_type="text/plain; charset=utf-8") if found else _missing()

    async def html(self, request: Request) -> Response:
        """The rendered HTML part, for the sandboxed frame; pictures, and the pixel with them, if asked for."""
        found = self._message(request)
        if not found:
            return _missing()
        policy = {"Content-Security-Policy": pages.message_policy(images="images" in request.query_params)}
        return HTMLResponse(pages.framed(ses_events.parsed(found)), headers=policy)

    def _message(self, request: Request) -> Message | None:
        return self._parts.outbox.get(unquote(request.path_params["id"]))

    def _clear(self) -> Response:
        self._parts.outbox.clear()
        return JSONResponse({"total": 0})


def _set_clock(clock: Any, asked: dict[str, Any]) -> None:
    offset = asked.get("offset_s")
    if asked.get("now"):
        offset = clock.offset_s + parse_iso(asked["now"]) - clock.now()
    if asked.get("advance_s") is not None:
        offset = clock.offset_s + float(asked["advance_s"])
    clock.configure(
        mode=asked.get("mode"), auto=asked.get("auto"), offset_s=None if offset is None else float(offset)
    )


def _asked(request: Request) -> tuple[str, str, int, int]:
    query = request.query_params
    limit = int(query["limit"]) if query.get("limit", "").isdigit() else PAGE
    offset = int(query["offset"]) if query.get("offset", "").isdigit() else 0
    return query.get("q", ""), query.get("tag", ""), max(1, min(limit, 1000)), offset


def _json(m: Message) -> dict[str, Any]:
    return {
        "id": m.id,
        "at": iso(m.at),
        "from": m.sender,
        "to": list(m.recipients),
        "subject": m.subject,
        "configuration_set": m.configuration_set,
        "tags": m.tags,
        "operation": m.operation,
        "outcome": m.outcome,
        "size": m.size,
    }


def _missing() -> Response:
    return JSONResponse({"error": "no such message"}, 404)


def _only_reads(scope: Any) -> bool:
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return True
    return _operation(scope).rpartition(".")[2].startswith(READS)


def _operation(scope: Any) -> str:
    """The ``x-amz-target`` of an API call, or method and path of one that has none."""
    target = next((value for name, value in scope["headers"] if name == b"x-amz-target"), b"")
    return target.decode("latin-1") or f"{scope['method']} {scope['path']}"


def _deployed(port: int) -> list[tuple[str, str]]:
    from ministack.services import apigateway

    return [
        (
            f"{api.get('Name') or api.get('name')} (API and console)",
            f"http://{key[-1]}.execute-api.localhost:{port}/",
        )
        for key, api in list(apigateway._apis._data.items())
    ]


async def _close(send: Send) -> None:
    """Closes the TCP connection without an answer, through hypercorn's stream behind ``send``."""
    from hypercorn.protocol.events import StreamClosed

    stream: Any = send.__self__  # type: ignore[attr-defined]
    stream.closed = True
    await stream.send(StreamClosed(stream_id=stream.stream_id))
