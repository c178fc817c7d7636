"""Calls the management API and turns its answers and errors into plain data and `CliError`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from stepwell_cli.errors import CliError, Exit, exit_of_status

BASE = "/api/v1"
TIMEOUT_S = 35.0
#: Reading again after a lost connection is harmless; writing again may not be.
_TRIES = 3


class LoopbackTransport(httpx.BaseTransport):
    """Sends requests for ``*.localhost`` to 127.0.0.1, whose resolution Python leaves to the system (RFC 6761)."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request; the Host header keeps the name."""
        if request.url.host.endswith(".localhost"):
            request.url = request.url.copy_with(host="127.0.0.1")
        return self._inner.handle_request(request)

    def close(self) -> None:
        """Close connections."""
        self._inner.close()


class Api:
    """The API of one deployment.

    Args:
        url: Its address.
        token: Returns a current access token.
        transport: Carries requests; tests hand in the real handler.
    """

    def __init__(
        self, url: str, token: Callable[[], str], transport: httpx.BaseTransport | None = None
    ) -> None:
        self._token = token
        self._client = httpx.Client(
            base_url=url,
            transport=transport or LoopbackTransport(),
            timeout=TIMEOUT_S,
            follow_redirects=False,
        )

    def get(self, path: str, **query: Any) -> Any:
        """Read; parameters that say nothing are left out."""
        return self.call("GET", path, query=query)

    def post(self, path: str, body: Any = None, **query: Any) -> Any:
        """Do something."""
        return self.call("POST", path, {} if body is None else body, query=query)

    def put(self, path: str, body: Any) -> Any:
        """Write something."""
        return self.call("PUT", path, body)

    def delete(self, path: str) -> Any:
        """Delete something."""
        return self.call("DELETE", path)

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call the API under ``/api/v1``.

        Raises:
            CliError: It refused, failed, or cannot be reached.
        """
        asked = {k: _parameter(v) for k, v in (query or {}).items() if v not in (None, "", False)}
        sent = {"Authorization": f"Bearer {self._token()}"}
        response = self._send(method, BASE + path, asked, body, sent)
        if response.status_code >= 400:
            raise error_of(response)
        if response.status_code == 204 or not response.content:
            return {}
        try:
            return response.json()
        except ValueError:
            raise CliError(
                f"{response.url} answered no JSON: is this the address of a Stepwell API?",
                code="not_the_api",
                exit_code=Exit.UNAVAILABLE,
            ) from None

    def send(self, path: str, body: Any, headers: Mapping[str, str]) -> httpx.Response:
        """Post to a path outside of ``/api/v1``, e.g. the tracking API."""
        return self._send("POST", path, {}, body, headers)

    def _send(
        self, method: str, path: str, query: Mapping[str, str], body: Any, headers: Mapping[str, str]
    ) -> httpx.Response:
        tries = _TRIES if method == "GET" else 1
        for attempt in range(1, tries + 1):
            try:
                return self._client.request(method, path, params=query, json=body, headers=headers)
            except httpx.TransportError as error:
                if attempt == tries:
                    raise CliError(
                        f"{self._client.base_url} cannot be reached ({type(error).__name__}): check the address "
                        "(`stepwell login --show`), or for the local cloud that it runs (`make up`).",
                        code="unreachable",
                        exit_code=Exit.UNAVAILABLE,
                    ) from None
        raise AssertionError("unreachable")


def error_of(response: httpx.Response) -> CliError:
    """Translate an error answer."""
    try:
        body = response.json()
    except ValueError:
        body = {}
    found = body if isinstance(body, dict) else {}
    details = found.get("details")
    details = details if isinstance(details, dict) else {}
    message = str(found.get("message") or f"The API answered {response.status_code}.")
    code = str(found.get("code") or f"http_{response.status_code}")
    if response.status_code == 401:
        message = f"{message} Sign in with `stepwell login`."
    violations = details.get("violations") or []
    return CliError(
        message,
        code=code,
        exit_code=exit_of_status(response.status_code),
        violations=violations,
        details=details,
    )


def part(text: str) -> str:
    """Write an id or an address as one part of a path."""
    return quote(text, safe="@:+,")


def _parameter(value: Any) -> str:
    return "true" if value is True else str(value)
