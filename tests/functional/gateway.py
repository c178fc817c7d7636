"""An HTTP API on loopback that hands each request to a handler as API Gateway does (payload 2.0)."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Handler = Callable[[dict[str, Any], object], dict[str, Any]]


@dataclass
class Gateway:
    """What went through.

    Attributes:
        address: Base address.
        requests: (event as the handler got it, status) of each request.
        faults: Statuses to answer with first, instead of asking the handler.
    """

    address: str = ""
    requests: list[tuple[dict[str, Any], int]] = field(default_factory=list)
    faults: list[int] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [str(event["rawPath"]) for event, _ in self.requests]


@contextmanager
def gateway(handler: Handler) -> Iterator[Gateway]:
    seen = Gateway()

    class Endpoint(BaseHTTPRequestHandler):
        def answer(self) -> None:
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            raw = self.rfile.read(int(headers.get("content-length", 0)))
            # Anything but plain text of a known kind is handed on as base64.
            kind = headers.get("content-type", "").partition(";")[0]
            text = "content-encoding" not in headers and (
                kind.startswith("text/") or kind == "application/json"
            )
            event = {
                "version": "2.0",
                "rawPath": path,
                "rawQueryString": query,
                "headers": headers,
                "requestContext": {
                    "http": {"method": self.command, "path": path},
                    "requestId": f"r{len(seen.requests)}",
                },
                "isBase64Encoded": not text,
                "body": raw.decode() if text else base64.b64encode(raw).decode(),
            }
            if seen.faults:
                answer = {"statusCode": seen.faults.pop(0), "headers": {"retry-after": "1"}, "body": "{}"}
            else:
                answer = handler(event, None)
            seen.requests.append((event, answer["statusCode"]))
            body = answer.get("body", "")
            content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
            self.send_response(answer["statusCode"])
            for name, value in answer["headers"].items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_OPTIONS = answer  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    seen.address = f"http://127.0.0.1:{server.server_port}"
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
