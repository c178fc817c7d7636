"""Files go straight to S3 and come straight from it, by signed addresses; the API sees none of their bytes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx

from stepwell_cli.api import LoopbackTransport
from stepwell_cli.errors import CliError, Exit

_BLOCK = 256 * 1024
_TIMEOUT_S = 120.0


def upload(url: str, file: Path, told: Callable[[int], object]) -> None:
    """Send a file.

    Args:
        url: Signed for exactly the file's length.
        file: The file.
        told: Called with the bytes of each block that was sent.

    Raises:
        CliError: It was not taken.
    """

    def blocks() -> Iterator[bytes]:
        with file.open("rb") as given:
            while block := given.read(_BLOCK):
                yield block
                told(len(block))

    try:
        with _client() as client:
            answer = client.put(url, content=blocks(), headers={"content-length": str(file.stat().st_size)})
    except httpx.HTTPError as error:
        raise CliError(f"The upload broke off: {error}.", code="upload_failed") from None
    if answer.status_code >= 300:
        raise CliError(
            f"The upload was refused ({answer.status_code}).", code="upload_failed", exit_code=Exit.NO
        )


def download(url: str, target: Path) -> int:
    """Save a file; return its bytes.

    Raises:
        CliError: It cannot be had, or not be written.
    """
    size = 0
    try:
        with _client() as client, client.stream("GET", url) as answer:
            if answer.status_code >= 300:
                raise CliError(f"The download was refused ({answer.status_code}).", code="download_failed")
            with target.open("wb") as out:
                for block in answer.iter_bytes(_BLOCK):
                    out.write(block)
                    size += len(block)
    except (httpx.HTTPError, OSError) as error:
        raise CliError(f"The download broke off: {error}.", code="download_failed") from None
    return size


def _client() -> httpx.Client:
    return httpx.Client(transport=LoopbackTransport(), timeout=_TIMEOUT_S)
