"""One request a call to a social network, and what is known when no answer came.

A call that people would see the effect of (`acts`) is never repeated and its lost answer is `OutcomeUnknown`; of all
others (reading, uploading a file that nothing refers to yet, renewing a token) a lost answer is only `Unavailable`.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import urllib3

from stepwell.adapters.provider_http import CONNECT_S, Answer, address_of, once
from stepwell.adapters.sms_answers import document_of
from stepwell.contracts.social import Media
from stepwell.errors import OutcomeUnknown, ProviderRejected, StepwellError, Unavailable
from stepwell.social.ports import NetworkParts

READ_S = 20.0
_LONGEST_REASON = 300
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class Means:
    """What a network's adapters work with.

    Attributes:
        parts: What they are made of.
        sleep: Waits between looks at a file that the network still works on.
        patience_s: How long one call waits for that in all.
        pool: Kept connections; default: the process's.
        files: Reads media; default: a guarded reader.
    """

    parts: NetworkParts
    sleep: Callable[[float], None] = time.sleep
    patience_s: float = 40.0
    pool: Any = None
    files: Any = None

    def now(self) -> datetime:
        """Return the time."""
        return self.parts.clock.now()

    def base(self, default: str) -> str:
        """Return the network's address, or the stand-in's.

        Raises:
            NotReady: Another address is set, and this is no local cloud.
        """
        return address_of(default, self.parts.address, local=self.parts.local)

    def url_of(self, media: Media) -> str:
        """Return where a medium can be fetched."""
        if media.url.startswith(("https://", "http://")):
            return media.url
        return f"{self.parts.public_url}/{media.url.lstrip('/')}"

    def reader(self) -> Any:
        """Return what reads media."""
        if self.files is not None:
            return self.files
        from stepwell.adapters.media_files import MediaFiles

        return MediaFiles(local=self.parts.local)


class SocialHttp:
    """Calls a network.

    Args:
        name: The network, for messages.
        pool: Kept connections; default: the process's.
    """

    def __init__(self, name: str, pool: Any = None) -> None:
        self._name = name
        self._pool = pool

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes | None = None,
        query: Mapping[str, Any] | None = None,
        acts: bool = False,
    ) -> Answer:
        """Send a request once.

        Raises:
            Unavailable: It certainly did not arrive, or it is harmless to repeat.
            OutcomeUnknown: It acts and may have arrived.
        """
        pool = self._pool or _pool()
        asked = {name: value for name, value in (query or {}).items() if value not in ("", None)}
        full = f"{url}{'&' if '?' in url else '?'}{urlencode(asked)}" if asked else url
        lost = OutcomeUnknown if acts else Unavailable
        return once(pool, self._name, method, full, body=body, headers=headers, lost=lost)

    def broken(self, status: int, *, acts: bool) -> StepwellError:
        """Return what a server's own fault means: 5xx, or a redirect."""
        lost = OutcomeUnknown if acts else Unavailable
        return lost(f"{self._name} failed while it had the call.", details={"status": status})


def refused(name: str, reason: str, *, code: str = "", **details: Any) -> ProviderRejected:
    """Return a refusal for good, with what the network says of it."""
    return ProviderRejected(
        f"{name} refused this.",
        code=code or None,
        details={"reason": " ".join(reason.split())[:_LONGEST_REASON], **details},
    )


def told(answer: Answer) -> dict[str, Any]:
    """Return an answer's JSON object; empty: it is none."""
    return document_of(answer.body)


def part(value: Any) -> dict[str, Any]:
    """Return an object within an answer; empty: it is none."""
    return value if isinstance(value, dict) else {}


def parts(value: Any) -> list[dict[str, Any]]:
    """Return the objects of a list within an answer."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def count(value: Any) -> int | None:
    """Return a number that a network counts; None: it does not tell."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def json_bytes(value: Any) -> bytes:
    """Write JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def form_bytes(fields: Mapping[str, Any]) -> bytes:
    """Write a form; what is no text becomes JSON, empty fields are left out."""
    return urlencode(
        {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in fields.items()
            if value not in ("", None)
        }
    ).encode()


def multipart(fields: Mapping[str, str], name: str, file: bytes) -> tuple[bytes, str]:
    """Write a form with one file (RFC 7578); return it with its content type."""
    mark = secrets.token_hex(16)
    lines: Iterable[bytes] = (
        f'--{mark}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for field, value in fields.items()
    )
    head = (
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    return b"".join(
        (*lines, head, file, f"\r\n--{mark}--\r\n".encode())
    ), f"multipart/form-data; boundary={mark}"


def insist_host(url: str, *suffixes: str, local: bool) -> str:
    """Return an address that a network gave for an upload, where it is one of its own.

    Raises:
        ProviderRejected: It leads elsewhere: tokens would go there.
    """
    found = urlsplit(url)
    host = found.hostname or ""
    own = found.scheme == "https" and any(host == s or host.endswith(f".{s}") for s in suffixes)
    if not own and not (local and host in _LOOPBACK):
        raise ProviderRejected("The network gave an address that is not its own.", code="odd_address")
    return url


def joined(text: str, link: str) -> str:
    """Put a link after a text, as previews show it (`stepwell.social.checking`); one that is in it stays there."""
    if not link or link in text:
        return text
    return f"{text.rstrip()}\n\n{link}" if text.strip() else link


def same_text(left: str, right: str) -> bool:
    """Tell whether two texts are the same but for blanks."""
    return " ".join(left.split()) == " ".join(right.split())


@cache
def _pool() -> urllib3.PoolManager:
    return urllib3.PoolManager(
        num_pools=8, maxsize=8, timeout=urllib3.Timeout(connect=CONNECT_S, read=READ_S), retries=False
    )
