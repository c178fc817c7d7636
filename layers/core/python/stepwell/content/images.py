"""Pictures of messages: what may be uploaded, and the address by which mail clients find it, for good.

A picture's name is a hash of what it shows, so that an address never changes its meaning and caches keep it for good.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from stepwell.contracts.ids import TENANT_ID
from stepwell.errors import InvalidInput, LimitExceeded

KIND = "IMAGE"
PATH = "/images/"
MAX_UPLOAD = 4 * 1024 * 1024
"""Bytes of an upload; with base64 it fits into a request to Lambda."""
MAX_PIXELS = 16_000_000
"""A picture of few bytes may be one of many pixels; more than these are not unpacked."""
MAX_WIDTH = 1_600
"""Pixels across after optimising: twice what the widest mail layouts show."""
MAX_ANIMATION = 1024 * 1024
"""Bytes of an animated GIF, which is kept as it is."""
TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif"}
_NAME = re.compile(r"^([a-f0-9]{32})\.(png|jpg|gif)$")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is stored.

    Attributes:
        data: Its bytes.
        kind: ``png``, ``jpg`` or ``gif``: what all mail clients show.
        width: Pixels across.
        height: Pixels down.
    """

    data: bytes
    kind: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """Its name: a hash of its bytes."""
        return f"{sha256(self.data).hexdigest()[:32]}.{self.kind}"


class Optimiser(Protocol):
    """Makes a picture fit for mail."""

    def optimised(self, data: bytes) -> Picture:
        """Return it in no more than `MAX_WIDTH`, without what cameras write into it.

        Raises:
            InvalidInput: Not a picture that can be read.
            LimitExceeded: Too many pixels, or an animation that is too big.
        """
        ...


def sniffed(data: bytes) -> str:
    """Return what an upload is by its first bytes, whatever its name says.

    Raises:
        InvalidInput: Not a PNG, JPEG, GIF or WebP. SVG is none: it can hold scripts, and mail clients do not show it.
        LimitExceeded: Too big.
    """
    if len(data) > MAX_UPLOAD:
        raise LimitExceeded(f"A picture may have {MAX_UPLOAD // 1024**2} MB.", code="image_too_big")
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    raise InvalidInput("Pictures are PNG, JPEG, GIF or WebP.", code="not_an_image")


def key_of(tenant: str, name: str) -> str:
    """Return where a picture lies."""
    return f"images/{tenant}/{name}"


def read_path(path: str) -> tuple[str, str] | None:
    """Return the workspace and the name that an address names; None: it names none."""
    tenant, _, name = path.removeprefix(PATH).partition("/")
    if not path.startswith(PATH) or not TENANT_ID.match(tenant) or not _NAME.match(name):
        return None
    return tenant, name


def content_type(name: str) -> str:
    """Return a picture's media type."""
    return TYPES[name.rpartition(".")[2]]
