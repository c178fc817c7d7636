"""A server that answers as it is told, and notes what came: push services and Firebase for tests of the adapters."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from stepwell.contracts.messages import Push, Subscription

TAGS = {"tenant": "acme", "workflow": "carts", "version": "3", "node": "remind", "visit": "v" * 16}


@dataclass
class Server:
    """What it answers by path (404 otherwise), and what it saw. An answer of None hangs up."""

    answers: dict[str, tuple[int, Mapping[str, str], Any] | None] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def serving() -> Iterator[Server]:
    server = Server()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            server.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            said = server.answers.get(self.path, (404, {}, {}))
            if said is None:
                self.close_connection = True
                return
            status, headers, document = said
            data = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            return

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    running.daemon_threads = True
    server.port = running.server_port
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        running.shutdown()
        running.server_close()


def push_to(subscription: Subscription, **more: Any) -> Push:
    given: dict[str, Any] = {
        "title": "Your cart is waiting",
        "body": "Two things",
        "url": "https://shop.example/cart",
        "tags": TAGS,
        "report": "k.acme.token",
        "ttl_s": 600,
        "urgency": "high",
        "topic": "cart",
    }
    return Push(subscription=subscription, **{**given, **more})
