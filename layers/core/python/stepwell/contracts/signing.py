"""Tokens that we sign and read again ourselves: ``<key id>.<what it says>.<mac>``.

Each kind of token has a space of its own in what is signed, so that no token of one kind can be one of another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from stepwell.errors import NotReady

_MAC_BYTES = 16


def signed(kind: str, says: str, keys: Mapping[str, bytes]) -> str:
    """Return a token, signed with the newest (last) key.

    Raises:
        NotReady: There is no key.
    """
    if not keys:
        raise NotReady("No key to sign links with: is the deployment complete?")
    key_id = list(keys)[-1]
    said = f"{key_id}.{says}"
    return f"{said}.{_mac(kind, keys[key_id], said)}"


def said_by(kind: str, token: str, keys: Mapping[str, bytes], longest: int) -> str | None:
    """Return what a token says; None: it is longer than it can be, or none of the keys signed it."""
    said, _, mac = token.rpartition(".")
    key_id, _, says = said.partition(".")
    key = keys.get(key_id)
    if len(token) > longest or key is None or not token.isascii():
        return None
    return says if hmac.compare_digest(mac, _mac(kind, key, said)) else None


def _mac(kind: str, key: bytes, said: str) -> str:
    digest = hmac.new(key, f"{kind}\x1f{said}".encode(), hashlib.sha256).digest()[:_MAC_BYTES]
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
