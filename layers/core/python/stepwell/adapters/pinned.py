"""An httpx transport whose connection goes to addresses judged beforehand and ends at a deadline."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator, Sequence
from time import monotonic
from typing import Any

import httpcore
import httpx


class PinnedBackend(httpcore.SyncBackend):
    """Connects to given addresses, whatever name is asked for, and hands out the time that is left.

    Args:
        addresses: Judged addresses; the first two are tried.
        deadline: Monotonic time at which the call is over.
    """

    def __init__(self, addresses: Sequence[str], deadline: float) -> None:
        self._addresses = addresses
        self._deadline = deadline

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:  # noqa: ARG002
        """Connect to one of the addresses."""
        last: Exception | None = None
        for address in self._addresses[:2]:
            try:
                stream = super().connect_tcp(address, port, timeout=_left(self._deadline))
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
            else:
                return _TimedStream(stream, self._deadline)
        raise last or httpcore.ConnectError("no address")


def _left(deadline: float) -> float:
    left = deadline - monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the call's time is over")
    return left


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every operation has the time that is left of the whole call."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        try:
            stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline))
        except httpcore.ReadTimeout as error:
            raise httpcore.ConnectTimeout(str(error)) from error
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Pieces(httpx.SyncByteStream):
    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._pieces

    def close(self) -> None:
        close = getattr(self._pieces, "close", None)
        if close is not None:
            close()


class _as_httpx:  # noqa: N801 - reads as a statement
    """Raises httpcore's errors as httpx's."""

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: Any) -> None:
        if error is None or not type(error).__module__.startswith("httpcore"):
            return
        named = getattr(httpx, type(error).__name__, httpx.TransportError)
        raise named(str(error)) from error


class PinnedTransport(httpx.BaseTransport):
    """An httpx transport over one backend, for one request.

    Args:
        backend: Opens the connection.
        tls: TLS context.
    """

    def __init__(self, backend: httpcore.NetworkBackend, tls: ssl.SSLContext) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, max_connections=1, retries=0, network_backend=backend, http1=True, http2=False
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request."""
        with _as_httpx():
            answer = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        stream: Any = answer.stream
        return httpx.Response(answer.status, headers=answer.headers, stream=_Pieces(stream))

    def close(self) -> None:
        """Close the connection."""
        self._pool.close()
