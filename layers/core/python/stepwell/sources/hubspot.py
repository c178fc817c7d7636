"""HubSpot's signature, version 3: HMAC-SHA256 over method, decoded address, body and time ("Validating requests")."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

from stepwell.sources.incoming import Incoming
from stepwell.sources.verify import insist_fresh, mismatch, missing, seconds_of

HUBSPOT_AGE_S = 300
_ENDED = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'",
    "%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip
"""What HubSpot decodes in the address before it signs ("Validating requests", v3)."""


def verify_hubspot(call: Incoming, keys: Sequence[str], now: datetime) -> None:
    """Insist that a call is HubSpot's.

    Raises:
        Unauthenticated: It is not, or it is old.
    """
    given = call.headers.get("x-hubspot-signature-v3", "").strip()
    stamp = call.headers.get("x-hubspot-request-timestamp", "").strip()
    if not given or not stamp:
        raise missing()
    insist_fresh(seconds_of(stamp), now, HUBSPOT_AGE_S)
    # Each is tried, so that the time does not tell which of two was right.
    found = [_fits(call, key, url, stamp, given) for key in keys for url in call.urls]
    if not any(found):
        raise mismatch()


def _fits(call: Incoming, key: str, url: str, stamp: str, given: str) -> bool:
    signed = _bytes(call.method) + _bytes(_decoded(url)) + call.raw + stamp.encode()
    wanted = base64.b64encode(hmac.new(key.encode(), signed, hashlib.sha256).digest())
    return hmac.compare_digest(wanted, _bytes(given))


def _decoded(url: str) -> str:
    for written, meant in _ENDED.items():
        url = url.replace(written, meant).replace(written.lower(), meant)
    return url


def _bytes(text: str) -> bytes:
    # A header or address may hold what is no character: it fits no signature, and is no failure of ours.
    return text.encode("utf-8", "replace")
