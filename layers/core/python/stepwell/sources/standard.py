"""Standard Webhooks 1.0 ("Verifying signatures"), by which Bird and others sign: id, time and body, one key."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime

from stepwell.errors import Unauthenticated
from stepwell.sources.incoming import Incoming
from stepwell.sources.verify import insist_fresh, mismatch, missing, seconds_of, unbase64

_MOST = 10


def verify_standard(call: Incoming, secrets: Sequence[str], now: datetime, age_s: float) -> None:
    """Insist that a call is the sender's; one of the signatures that it carries suffices.

    Raises:
        Unauthenticated: It is not.
    """
    told, stamp, marks = (
        call.headers.get(f"webhook-{name}", "").strip() for name in ("id", "timestamp", "signature")
    )
    if not told or not stamp or not marks:
        raise missing()
    insist_fresh(seconds_of(stamp), now, age_s)
    signed = f"{told}.{stamp}.".encode("utf-8", "replace") + call.raw
    given = [
        mark for version, _, mark in (one.partition(",") for one in marks.split()[:_MOST]) if version == "v1"
    ]
    # Each is tried, so that the time does not tell which of two was right.
    found = [_fits(secret, signed, mark) for secret in secrets for mark in given]
    if not any(found):
        raise mismatch()


def _fits(secret: str, signed: bytes, mark: str) -> bool:
    try:
        key = unbase64(secret.removeprefix("whsec_"))
    except Unauthenticated:
        return False
    digest = base64.b64encode(hmac.new(key, signed, "sha256").digest())
    return hmac.compare_digest(digest, mark.encode("utf-8", "replace"))
