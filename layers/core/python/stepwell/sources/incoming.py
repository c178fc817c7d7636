"""A provider's call as it came: the raw bytes that are signed, and the addresses that it may have called."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from stepwell.errors import InvalidInput, LimitExceeded

MAX_RAW = 1_048_576
"""SendGrid's batches are the largest, with up to 768 KB."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A call.

    Attributes:
        method: HTTP method.
        urls: Addresses that it may have been sent to, as a signature would name them.
        headers: Names in lower case.
        raw: The body as it came.
        query: The address's query as it came.
        token: The part of the path after the source, may be empty.
    """

    method: str
    urls: tuple[str, ...]
    headers: Mapping[str, str]
    raw: bytes
    query: str = ""
    token: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)

    def at(self, url: str) -> Incoming:
        """Return it as sent to a configured address, if there is one."""
        return replace(self, urls=(*_ports(url + _asked(self.query)), *self.urls)) if url else self


def incoming(request: Mapping[str, Any], token: str = "") -> Incoming:
    """Read an HTTP API (payload 2.0) request.

    Raises:
        InvalidInput: The gateway's base64 is broken.
        LimitExceeded: The body is over 1 MB.
    """
    http = (request.get("requestContext") or {}).get("http") or {}
    headers = {str(name).lower(): str(value) for name, value in (request.get("headers") or {}).items()}
    query = str(request.get("rawQueryString") or "")
    path = str(request.get("rawPath") or http.get("path") or "/")
    hosts = (headers.get("host", ""), str((request.get("requestContext") or {}).get("domainName") or ""))
    # The gateway says by which scheme it was called; the local cloud does not.
    told = headers.get("x-forwarded-proto", "").lower()
    ways = (told,) if told in ("http", "https") else ("https", "http")
    urls = [
        url
        for host in dict.fromkeys(hosts)
        if host
        for way in ways
        for url in _ports(f"{way}://{host}{path}{_asked(query)}")
    ]
    return Incoming(
        method=str(http.get("method") or "POST").upper(),
        urls=tuple(dict.fromkeys(urls)),
        headers=headers,
        raw=_raw(request),
        query=query,
        token=token,
        parameters=dict(parse_qsl(query, keep_blank_values=True, max_num_fields=50))
        if query.count("&") < 50
        else {},
    )


def _raw(request: Mapping[str, Any]) -> bytes:
    text = str(request.get("body") or "")
    if len(text) > MAX_RAW * 4 // 3 + 4:
        raise LimitExceeded("A webhook's body has at most 1 MB.", code="body_too_large")
    if request.get("isBase64Encoded"):
        try:
            raw = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise InvalidInput("The body is not valid base64.", code="invalid_body") from error
    else:
        raw = text.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_RAW:
        raise LimitExceeded("A webhook's body has at most 1 MB.", code="body_too_large")
    return raw


def _asked(query: str) -> str:
    return f"?{query}" if query else ""


def _ports(url: str) -> tuple[str, ...]:
    """Return an address as it is, without its port, and with the usual one: providers differ in what they sign."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return (url,)
    usual = 443 if parts.scheme == "https" else 80
    other = parts._replace(netloc=host if port else f"{host}:{usual}")
    return url, other.geturl()
