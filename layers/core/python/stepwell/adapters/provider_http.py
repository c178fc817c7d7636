"""One request a call to a provider of messages, over kept connections, and what is known when no answer came.

Nothing here repeats a request: providers of messages have no idempotency keys, so a repeat is a second message.
Redirects are not followed. urllib3 is there anyhow: botocore stands on it.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    SSLError,
)

from stepwell.errors import NotReady, OutcomeUnknown, Unavailable

CONNECT_S, READ_S = 2.0, 10.0
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered.

    Attributes:
        status: HTTP status.
        headers: Names in lower case.
        body: As it came.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes

    def seconds(self, name: str = "retry-after") -> float | None:
        """Return a header that counts seconds; None: it is not there or none."""
        text = self.headers.get(name, "").strip()
        return float(text[:6]) if text.isdecimal() else None

    def seconds_at(self, name: str) -> float | None:
        """Return a header that names a time in seconds since the epoch; None: it is not there or none."""
        text = self.headers.get(name, "").strip()
        return float(text[:12]) if text.isdecimal() else None


class ProviderHttp:
    """Posts to providers.

    Args:
        name: The provider, for messages.
        pool: Kept connections; default: the process's.
    """

    def __init__(self, name: str, pool: Any = None) -> None:
        self._name = name
        self._pool = pool

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send a request once.

        Raises:
            Unavailable: It certainly did not arrive: there was no connection.
            OutcomeUnknown: It may have arrived.
        """
        return once(self._pool or _pool(), self._name, "POST", url, body=body, headers=headers)


def once(
    pool: Any,
    name: str,
    method: str,
    url: str,
    *,
    body: bytes | None,
    headers: Mapping[str, str],
    lost: type[OutcomeUnknown | Unavailable] = OutcomeUnknown,
) -> Answer:
    """Send a request once.

    Args:
        pool: Kept connections.
        name: Who is called, for messages.
        method: HTTP method.
        url: Address.
        body: What is sent.
        headers: Header fields.
        lost: What a lost answer means: `Unavailable` where it is harmless to repeat.

    Raises:
        Unavailable: It certainly did not arrive: there was no connection.
        OutcomeUnknown: It may have arrived (or `lost`).
    """
    try:
        response = pool.request(method, url, body=body, headers=dict(headers), retries=False, redirect=False)
    except (ConnectTimeoutError, NewConnectionError, LocationValueError) as error:
        raise Unavailable(f"{name} could not be reached.", code="unreachable") from error
    except SSLError as error:
        if isinstance(error.args[0] if error.args else None, ssl.SSLCertVerificationError):
            raise Unavailable(f"{name} has no valid certificate.", code="unreachable") from error
        raise lost(f"{name} did not answer.", code="no_answer") from error
    except (HTTPError, OSError) as error:
        # A read time-out, a connection that closed without an answer: the request may have left.
        raise lost(f"{name} did not answer.", code="no_answer") from error
    found = {header.lower(): value for header, value in response.headers.items()}
    return Answer(int(response.status), found, response.data)


def address_of(default: str, given: str, *, local: bool) -> str:
    """Return where a provider is: its own address, or that of a stand-in on this machine.

    Raises:
        NotReady: Another address than the provider's, and this is no local cloud: keys would go there.
    """
    if not given:
        return default
    if not local or urlsplit(given).hostname not in _LOOPBACK:
        raise NotReady("Only the local cloud may send to another address.", code="provider_address")
    return given.rstrip("/")


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(
        num_pools=8, maxsize=16, timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S), retries=False
    )
