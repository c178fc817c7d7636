"""Short links in texts, on the workspace's own domain: an id leads to the address and tells who opened it.

Nothing is signed, for the address lies in the store and nowhere else: a made-up id leads nowhere. Ids follow from the
visit, so that a repeated step writes the same ones, and from a secret, so that nobody reckons those of others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from stepwell.contracts.ids import TENANT_ID, short_hash

PATH = "/s/"
KEPT = timedelta(days=90)
"""How long a short link leads on; a text is read within minutes."""
MAX_LINKS = 10
_ID = re.compile(r"^[a-z2-7]{10}$")
URL = re.compile(r"https?://[^\s<>\"]+")
"""Addresses in a text."""
_ENDS = ".,;:!?)]}'"
_PAIRS = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class ShortLink:
    """Where a short link leads.

    Attributes:
        id: Its id.
        url: The address.
        at: When the text was made.
        tags: Of its message (`channels.email.Origin.tags`); empty: nothing is told when it is opened.
    """

    id: str
    url: str
    at: datetime
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def until(self) -> datetime:
        """When it leads nowhere."""
        return self.at + KEPT


class ShortLinks(Protocol):
    """Where short links are kept."""

    def put(self, tenant: str, links: Sequence[ShortLink]) -> None:
        """Keep links; repeating it changes nothing."""
        ...

    def find(self, tenant: str, id_: str) -> ShortLink | None:
        """Return a link; None: there is none, or its time is over."""
        ...


class Shortener:
    """Shortens the addresses of one text.

    Attributes:
        links: What is to be kept before the text goes out.

    Args:
        tenant: Workspace.
        base: Before the path: ``https://go.acme.example``.
        now: The time.
        tags: Of the message.
        secret: Ids follow from it.
    """

    def __init__(
        self, tenant: str, base: str, now: datetime, tags: Mapping[str, str], secret: bytes = b""
    ) -> None:
        self._tenant = tenant
        self._base = base.rstrip("/")
        self._now = now
        self._tags = tags
        self._secret = secret.hex()
        self.links: list[ShortLink] = []

    def text(self, text: str, quiet: str = "") -> str:
        """Return a text with short links; that to the address `quiet` tells nothing when it is opened."""
        return URL.sub(lambda found: self._within(found.group(), quiet), text)

    def quiet(self, url: str) -> str:
        """Return a short link that tells nothing when it is opened."""
        return self._short(url, {})

    def _within(self, found: str, quiet: str) -> str:
        url = _without_end(found)
        if url.startswith(self._base + PATH) or len(self.links) >= MAX_LINKS:
            return found
        return self._short(url, {} if url == quiet else self._tags) + found[len(url) :]

    def _short(self, url: str, tags: Mapping[str, str]) -> str:
        visit = self._tags.get("visit", "")
        id_ = short_hash("short", self._secret, self._tenant, visit, url, "told" if tags else "", length=10)
        if all(link.id != id_ for link in self.links):
            self.links.append(ShortLink(id_, url, self._now, dict(tags)))
        return f"{self._base}{PATH}{self._tenant}-{id_}"


def _without_end(found: str) -> str:
    """Return an address without the marks of the sentence that it ends; a bracket that it opened stays."""
    url = found.rstrip(_ENDS)
    while url != found and (end := found[len(url)]) in _PAIRS and url.count(_PAIRS[end]) > url.count(end):
        url += end
    return url


def read_path(path: str) -> tuple[str, str] | None:
    """Read ``/s/<tenant>-<id>``; None: it is none of ours."""
    tenant, _, id_ = path.removeprefix(PATH).strip("/").partition("-")
    if not path.startswith(PATH) or not TENANT_ID.match(tenant) or not _ID.match(id_):
        return None
    return tenant, id_
