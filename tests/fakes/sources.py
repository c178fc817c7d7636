"""In-memory stand-ins for what sources need (`stepwell.sources.ports`)."""

from __future__ import annotations

from datetime import datetime

from stepwell.errors import Forbidden, Unavailable
from stepwell.sources.models import SealedSecret, Source


class MemorySources:
    """See `SourceStore`; what `find` keeps is as stale as `kept`, until somebody asks for it fresh."""

    def __init__(self, **sources: Source) -> None:
        self.now: dict[tuple[str, str], Source] = {}
        self._kept: dict[tuple[str, str], Source | None] = {}
        self.asked = 0
        for source in sources.values():
            self.put("acme", source)

    def put(self, tenant: str, source: Source) -> None:
        self.now[tenant, source.id] = source

    def find(self, tenant: str, source: str, fresh: bool = False) -> Source | None:
        self.asked += 1
        if fresh or (tenant, source) not in self._kept:
            self._kept[tenant, source] = self.now.get((tenant, source))
        return self._kept[tenant, source]


class PlainBox:
    """See `SecretBox`; binds a secret to its tenant and source without hiding it."""

    def __init__(self) -> None:
        self.opened = 0

    def seal(self, tenant: str, source: str, text: str) -> str:
        return f"{tenant}/{source}/{text}"

    def open(self, tenant: str, source: str, secret: SealedSecret) -> str:
        self.opened += 1
        mark = f"{tenant}/{source}/"
        if not secret.sealed.startswith(mark):
            raise Forbidden("foreign", code="foreign_secret")
        return secret.sealed.removeprefix(mark)


class MemoryCertificates:
    """See `SigningCertificates`."""

    def __init__(self) -> None:
        self.pem: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.confirmed: list[str] = []

    def certificate(self, url: str) -> bytes:
        self.asked.append(url)
        if url not in self.pem:
            raise Unavailable("no answer")
        return self.pem[url]

    def confirm(self, url: str) -> None:
        self.confirmed.append(url)


class MemoryUsed:
    """See `UsedSignatures`."""

    def __init__(self) -> None:
        self.until: dict[tuple[str, str, str], datetime] = {}

    def taken(self, tenant: str, source: str, mark: str) -> bool:
        return (tenant, source, mark) in self.until

    def take(self, tenant: str, source: str, mark: str, until: datetime) -> None:
        self.until[tenant, source, mark] = until
