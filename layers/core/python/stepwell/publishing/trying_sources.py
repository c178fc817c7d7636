"""Asks a source of connected content once, so that whoever writes it sees what messages will get."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Protocol

from stepwell.content.connected import address
from stepwell.content.pieces import SOURCE, Source, read_piece
from stepwell.errors import StepwellError
from stepwell.runtime.effects import HttpRequest, HttpResponse

_SECRET = "secret:"


class Http(Protocol):
    """Calls other people's APIs; see `stepwell.adapters.guarded_http.GuardedHttp`."""

    def call(self, request: HttpRequest) -> HttpResponse:
        """Call once."""
        ...


def tried(
    http: Http,
    told: Mapping[str, Any],
    values: Sequence[str],
    hosts: tuple[str, ...],
    seconds: Callable[[], float] = monotonic,
) -> dict[str, Any]:
    """Return what a source answers, or why it does not.

    Args:
        http: The guarded client.
        told: The source's document, saved or not.
        values: Its values.
        hosts: Hosts that the workspace allows; empty: all public ones.
        seconds: A clock that only goes forward.

    Raises:
        ValidationFailed: It is no source.
    """
    source: Source = read_piece(SOURCE, dict(told))
    url = address(source, list(values))
    left_out = sorted(name for name, value in source.headers.items() if _SECRET in value)
    headers = {name: value for name, value in source.headers.items() if name not in left_out}
    found: dict[str, Any] = {
        "url": url,
        "ok": False,
        "status": 0,
        "milliseconds": 0,
        "bytes": 0,
        "answer": None,
        "fault": "",
        "left_out": left_out,
    }
    began = seconds()
    try:
        response = http.call(HttpRequest("GET", url, headers, b"", source.timeout_ms / 1_000, hosts))
    except StepwellError as error:
        return {**found, "milliseconds": _since(began, seconds), "fault": error.message}
    found |= {"status": response.status, "bytes": len(response.body), "milliseconds": _since(began, seconds)}
    if response.status != 200:
        return {**found, "fault": f"It answers with {response.status}; messages need 200."}
    if len(response.body) > source.max_bytes:
        return {**found, "fault": f"The answer is larger than {source.max_bytes} bytes."}
    try:
        return {**found, "ok": True, "answer": json.loads(response.body)}
    except (ValueError, RecursionError):
        return {**found, "fault": "The answer is no JSON."}


def _since(began: float, seconds: Callable[[], float]) -> int:
    return round((seconds() - began) * 1_000)
