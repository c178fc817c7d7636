"""HttpCaller on httpx for URLs that tenants write: it reaches public hosts and nothing else (SSRF guard).

The host is resolved once, each of its addresses is judged, and the connection goes to the judged address: a name
that resolves differently a moment later (DNS rebinding) changes nothing. TLS and the Host header keep the name.
Every read has the time that is left, so that a server that drips bytes ends with the call's time.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from time import monotonic
from urllib.parse import urlsplit

import httpx

from stepwell.adapters.pinned import PinnedBackend, PinnedTransport
from stepwell.errors import Forbidden, InvalidInput, LimitExceeded, OutcomeUnknown, Unavailable
from stepwell.runtime.effects import HttpRequest, HttpResponse

MAX_BODY = 256 * 1024
_LONGEST_URL = 4_096
_MOST_SECONDS = 30.0
_PORTS = frozenset({443, 8443})
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Public by the registries, yet not somebody's API: metadata of other clouds, relays, translations to IPv4.
_CLOSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "168.63.129.16/32",  # Azure's wire server
            "192.0.0.0/24",  # IETF protocol assignments; metadata of Oracle's cloud
            "192.88.99.0/24",  # 6to4 relays, RFC 7526
            "64:ff9b::/96",  # NAT64, RFC 6052: leads to any IPv4 address
            "64:ff9b:1::/48",  # local NAT64, RFC 8215
            "2001::/32",  # Teredo, RFC 4380
            "2002::/16",  # 6to4, RFC 3056
            "::/96",  # IPv4-compatible, deprecated by RFC 4291
        ),
    )
)


def is_public(address: _Address) -> bool:
    """Tell whether an address is a host on the public internet; IPv4 inside IPv6 is judged as itself."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id is not None:
            return False
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    return not any(address in network for network in _CLOSED if network.version == address.version)


Resolver = Callable[[str, int], Sequence[str]]


def resolve(host: str, port: int) -> Sequence[str]:
    """Return the addresses of a host.

    Raises:
        Unavailable: There is none, or DNS did not answer.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise Unavailable("The host's name could not be resolved.", code="unresolved") from error
    return [str(entry[4][0]) for entry in found]


class GuardedHttp:
    """See `stepwell.runtime.effects.HttpCaller`.

    Args:
        local: Whether plain http and the loopback are allowed (the local cloud); link-local never is.
        resolver: Looks up addresses.
        tls: TLS context; default: certifi's authorities.
    """

    def __init__(
        self, *, local: bool = False, resolver: Resolver = resolve, tls: ssl.SSLContext | None = None
    ) -> None:
        self._local = local
        self._resolver = resolver
        self._tls = tls

    def call(self, request: HttpRequest) -> HttpResponse:
        """Send a request once and return the answer, redirects included.

        Raises:
            InvalidInput: The URL is none.
            Forbidden: The URL or the address behind it may not be called.
            LimitExceeded: The answer is too big.
            Unavailable: No connection was made: certainly not acted upon.
            OutcomeUnknown: Sent, but no whole answer came in time.
        """
        host, port = self.judge(request.url, request.hosts)
        deadline = monotonic() + min(max(request.timeout_s, 0.1), _MOST_SECONDS)
        backend = PinnedBackend(self._addresses(host, port), deadline)
        headers = {"Accept": "application/json", "User-Agent": "Stepwell", **request.headers}
        # Refused compression keeps a small answer from becoming a big one.
        headers["Accept-Encoding"] = "identity"
        try:
            with (
                httpx.Client(
                    transport=PinnedTransport(backend, self._tls or _tls()),
                    follow_redirects=False,
                    trust_env=False,
                    timeout=max(deadline - monotonic(), 0.01),
                ) as client,
                client.stream(request.method, request.url, headers=headers, content=request.body) as response,
            ):
                return HttpResponse(response.status_code, _headers(response), _body(response))
        except httpx.InvalidURL as error:
            raise InvalidInput("The URL is none.", code="bad_url") from error
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
            raise Unavailable("No connection to the host.", code="unreachable") from error
        except (httpx.LocalProtocolError, UnicodeEncodeError) as error:
            raise InvalidInput("A header of the call is none.", code="bad_header") from error
        except (httpx.TransportError, OSError) as error:
            raise OutcomeUnknown("The host did not answer in time.", code="no_answer") from error

    def judge(self, url: str, hosts: Iterable[str]) -> tuple[str, int]:
        """Return host and port of a URL that may be called.

        Raises:
            InvalidInput: The URL is none.
            Forbidden: Its scheme, port or host is not allowed.
        """
        if len(url) > _LONGEST_URL or any(
            ord(letter) <= 32 or ord(letter) == 127 or letter == "\\" for letter in url
        ):
            raise InvalidInput("The URL is none.", code="bad_url")
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port
            # The host as it will be asked for: names in other scripts in their IDNA form.
            asked = httpx.URL(url).raw_host.decode("ascii").rstrip(".")
        except (ValueError, httpx.InvalidURL) as error:
            raise InvalidInput("The URL is none.", code="bad_url") from error
        if parts.scheme != "https" and not (self._local and parts.scheme == "http"):
            raise Forbidden("Only https may be called.", code="url_scheme")
        if not host or parts.username is not None or parts.password is not None:
            raise Forbidden("The URL needs a host and no credentials.", code="url_host")
        if host.isascii() and asked != host:
            raise Forbidden("The URL can be read in two ways.", code="url_host")
        port = port or (443 if parts.scheme == "https" else 80)
        host, allowed = asked, tuple(hosts)
        if allowed and not any(_matches(host, entry) for entry in allowed):
            raise Forbidden("The workspace's `api_hosts` do not list this host.", code="host_not_listed")
        if port not in _PORTS and not self._local and not allowed:
            raise Forbidden("Only ports 443 and 8443 may be called.", code="url_port")
        return host, port

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        # RFC 6761, 6.3: names below localhost are this machine; not every resolver knows.
        here = self._local and host.endswith(".localhost")
        found = ("127.0.0.1",) if here else self._resolver(host, port)
        if not found:
            raise Unavailable("The host has no address.", code="unresolved")
        # One closed address is enough: whoever mixes them means no good.
        for text in found:
            if not self._open(text):
                raise Forbidden("The host is not on the public internet.", code="private_address")
        return found

    def _open(self, text: str) -> bool:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return False
        return is_public(address) or (self._local and address.is_loopback)


def _matches(host: str, entry: str) -> bool:
    entry = entry.strip().lower().rstrip(".")
    return host.endswith(entry) and len(host) > len(entry) if entry.startswith(".") else host == entry


@cache
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _headers(response: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}


def _body(response: httpx.Response) -> bytes:
    if response.headers.get("content-encoding", "identity") != "identity":
        raise LimitExceeded("The answer is compressed though none was asked for.", code="bad_response")
    body = bytearray()
    for piece in response.iter_raw():
        body += piece
        if len(body) > MAX_BODY:
            raise LimitExceeded(f"The answer is bigger than {MAX_BODY // 1024} KB.", code="response_too_big")
    return bytes(body)
