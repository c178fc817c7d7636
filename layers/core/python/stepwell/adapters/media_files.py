"""Reads images and videos for networks that want them sent (X, LinkedIn; Meta fetches them by itself).

The address comes from a tenant: it is judged and pinned like any other call (`guarded_http`), each redirect anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from time import monotonic
from typing import IO
from urllib.parse import urljoin

import httpx

from stepwell.adapters.guarded_http import GuardedHttp, _tls
from stepwell.adapters.pinned import PinnedBackend, PinnedTransport
from stepwell.errors import Forbidden, InvalidInput, LimitExceeded, ProviderRejected, Unavailable

MOST_BYTES = 200_000_000
"""What a Lambda's disk and time allow; networks allow more for videos (512 MB at X, 5 GB at LinkedIn)."""
_IN_MEMORY = 8_000_000
_SECONDS = 60.0
_REDIRECTS = 3
_TYPES = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"ftypqt", 4, "video/quicktime"),
    (b"ftyp", 4, "video/mp4"),
)


@dataclass(frozen=True, slots=True)
class File:
    """A medium that was read.

    Attributes:
        size: Bytes.
        type: MIME type by its first bytes, whatever the server said.
        stream: Its content, at its start.
    """

    size: int
    type: str
    stream: IO[bytes]

    def pieces(self, size: int) -> Iterator[bytes]:
        """Yield the content in pieces."""
        self.stream.seek(0)
        while piece := self.stream.read(size):
            yield piece

    def whole(self) -> bytes:
        """Return all of it."""
        self.stream.seek(0)
        return self.stream.read()


class MediaFiles(GuardedHttp):
    """Reads media from public addresses."""

    def read(self, url: str, most: int = MOST_BYTES) -> File:
        """Read a file.

        Args:
            url: Its address.
            most: Bytes that it may have.

        Raises:
            ProviderRejected: It is missing, too big, or neither image nor video.
            Unavailable: It could not be read now.
        """
        deadline = monotonic() + _SECONDS
        try:
            for _ in range(_REDIRECTS + 1):
                found = self._try(url, min(most, MOST_BYTES), deadline)
                if isinstance(found, File):
                    return found
                url = urljoin(url, found)
        except (Forbidden, InvalidInput, LimitExceeded) as error:
            raise ProviderRejected(error.message, code="media") from error
        except (httpx.HTTPError, OSError) as error:
            raise Unavailable("A medium could not be read.", code="media_unreachable") from error
        raise ProviderRejected("A medium's address leads around in circles.", code="media")

    def _try(self, url: str, most: int, deadline: float) -> File | str:
        host, port = self.judge(url, ())
        backend = PinnedBackend(self._addresses(host, port), deadline)
        with (
            httpx.Client(
                transport=PinnedTransport(backend, self._tls or _tls()),
                follow_redirects=False,
                trust_env=False,
            ) as client,
            client.stream(
                "GET", url, headers={"Accept-Encoding": "identity", "User-Agent": "Stepwell"}
            ) as said,
        ):
            if said.is_redirect:
                return str(said.headers.get("location", ""))
            if said.status_code >= 500 or said.status_code == 429:
                raise Unavailable("A medium could not be read.", code="media_unreachable")
            if said.status_code != 200:
                raise ProviderRejected(
                    "A medium's address answers no file.", code="media", details={"status": said.status_code}
                )
            return _kept(said.iter_raw(), most)


def _kept(pieces: Iterator[bytes], most: int) -> File:
    stream: IO[bytes] = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise LimitExceeded(f"A medium is bigger than {most // 1_000_000} MB.")
        stream.write(piece)
    stream.seek(0)
    return File(size, type_of(stream.read(16)), stream)


def type_of(start: bytes) -> str:
    """Return the MIME type of a file by its first 16 bytes.

    Raises:
        ProviderRejected: It is neither an image nor a video that networks take.
    """
    for magic, at, name in _TYPES:
        if start[at : at + len(magic)] == magic:
            return name
    raise ProviderRejected("A medium is neither JPEG, PNG, GIF, WebP nor MP4.", code="media")
