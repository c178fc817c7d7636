"""Calls back as providers do: over HTTP, to addresses of the local cloud whatever name they carry."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

import urllib3

logger = logging.getLogger("stepwell.providers")
_POOL = urllib3.PoolManager(timeout=urllib3.Timeout(connect=2.0, read=30.0), retries=False)


def call(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """Post to an address of this machine; return the status, 0: nobody answered.

    Names below ``localhost`` (the local cloud's gateway has such) lead here, whatever the resolver says of them.

    Raises:
        ValueError: The address is elsewhere.
    """
    here, host = _here(url)
    try:
        answer = _POOL.request("POST", here, body=body, headers={**headers, "host": host})
    except (urllib3.exceptions.HTTPError, OSError) as error:
        logger.warning("a callback got no answer: %s", type(error).__name__)
        return 0
    if answer.status >= 400:
        logger.warning("a callback was answered %s", answer.status)
    return int(answer.status)


def fetch(url: str) -> tuple[int, bytes]:
    """Ask an address of this machine; return status and body, 0: nobody answered.

    Raises:
        ValueError: The address is elsewhere.
    """
    here, host = _here(url)
    try:
        answer = _POOL.request("GET", here, headers={"host": host})
    except (urllib3.exceptions.HTTPError, OSError) as error:
        logger.warning("a question got no answer: %s", type(error).__name__)
        return 0, b""
    return int(answer.status), answer.data


def _here(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host != "127.0.0.1" and host != "localhost" and not host.endswith(".localhost"):
        raise ValueError("stand-ins call nobody but this machine")
    return parts._replace(netloc=f"127.0.0.1:{parts.port or 80}", scheme="http").geturl(), parts.netloc
