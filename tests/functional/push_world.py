"""A site, a deployment's ingestion and a push service on one loopback port, for browsers and senders that are real."""

from __future__ import annotations

import asyncio
import base64
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from hypercorn.asyncio import serve
from hypercorn.config import Config
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from stepwell.adapters.push_crypto import new_keys
from stepwell.contracts.events import Event
from stepwell.triggers import push_reports
from stepwell.triggers.batches import decode
from stepwell.triggers.ingest import Ingest, IngestPorts
from stepwell.triggers.ports import WriteKey
from stepwell.triggers.push_reports import PushReports, ReportPorts

from local.activity import Activity
from local.outbox import Outbox
from local.providers.pushing import PushProviders
from stacks.browser_script import build_scripts
from tests.fakes.triggers import MemoryBus, MemoryKeys, MemoryStream, MemoryTail, NoWebhooks

LINK_KEYS = {"1": b"signing"}


class RealClock:
    """The machine's time: browsers and push services have no other."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class PushWorld:
    """All of it; `stream` is what reached the platform."""

    def __init__(self, home: Path) -> None:
        self.public, self.private = new_keys()
        self.clock, self.stream = RealClock(), MemoryStream()
        keys = MemoryKeys(KEY=WriteKey("acme", "web"))
        self.reports = PushReports(
            ReportPorts(
                clock=self.clock,
                keys=keys,
                documents=self,
                stream=self.stream,
                link_keys=lambda: LINK_KEYS,
            )
        )
        self.ingest = Ingest(
            IngestPorts(
                clock=self.clock,
                keys=keys,
                stream=self.stream,
                hooks=MemoryBus(),
                tail=MemoryTail(),
                webhooks=NoWebhooks(),
            )
        )
        self.scripts = {path.name: path.read_text() for path in build_scripts(home)}
        self.outbox = Outbox(home / "outbox.sqlite")
        self.site = Starlette(
            routes=[
                Route("/sdk/v1/{name}", self._script),
                Route("/stepwell-sw.js", self._worker),
                Route("/v1/{rest:path}", self._api, methods=["GET", "POST", "OPTIONS"]),
                Route("/{rest:path}", self._page),
            ]
        )
        parts: Any = SimpleNamespace(
            clock=SimpleNamespace(now=lambda: self.clock.now().timestamp()),
            outbox=self.outbox,
            activity=Activity(),
            settings=SimpleNamespace(port=0),
        )
        self.push = PushProviders(self.site, parts)
        self.push._api = lambda: self.address  # type: ignore[method-assign]
        self.page = ""
        self.port = 0
        self.loop = asyncio.new_event_loop()

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def body(self, tenant: str, kind: str, id_: str) -> Mapping[str, Any] | None:
        """The channel's settings."""
        options = {"public_key": self.public}
        return {"providers": [{"kind": "web_push", "options": options}]} if kind == "CHAN" else None

    @property
    def events(self) -> list[Event]:
        found = [event for record in self.stream.records for event in decode(record.data).events]
        return list({event.message_id: event for event in found}.values())

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events if event.name == name]

    async def _script(self, request: Request) -> Response:
        return Response(self.scripts[request.path_params["name"]], media_type="text/javascript")

    async def _worker(self, request: Request) -> Response:
        line = f'importScripts("{self.address}/sdk/v1/stepwell-sw.js");'
        return Response(line, media_type="text/javascript")

    async def _page(self, request: Request) -> Response:
        return HTMLResponse(self.page)

    async def _api(self, request: Request) -> Response:
        event = {
            "rawPath": request.url.path,
            "rawQueryString": request.url.query,
            "headers": dict(request.headers),
            "requestContext": {"http": {"method": request.method, "path": request.url.path}},
            "isBase64Encoded": True,
            "body": base64.b64encode(await request.body()).decode(),
        }
        answer = (self.reports.answer if push_reports.asked(event) else self.ingest.handle)(event)
        return Response(answer["body"], answer["statusCode"], answer["headers"])


@contextmanager
def running(world: PushWorld) -> Iterator[PushWorld]:
    """Serve a world."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        world.port = free.getsockname()[1]
    config = Config()
    config.bind = [f"127.0.0.1:{world.port}"]
    config.graceful_timeout = 0.2
    config.shutdown_timeout = 1
    config.errorlog = None
    stop = asyncio.Event()
    loop = world.loop

    def work() -> None:
        asyncio.set_event_loop(loop)
        served: Any = serve
        loop.run_until_complete(served(world.push, config, shutdown_trigger=stop.wait))

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", world.port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield world
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
