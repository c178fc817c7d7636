"""Mailgun's signature: HMAC-SHA256 over a time and a token, both in the body ("Securing Webhooks")."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from stepwell.errors import Unauthenticated
from stepwell.sources.incoming import Incoming
from stepwell.sources.verify import insist_fresh, mismatch, missing, seconds_of

_MAX_TOKEN = 100


def verify_mailgun(call: Incoming, keys: Sequence[str], now: datetime, age_s: float) -> None:
    """Insist that a call is Mailgun's. What it says of the event is not signed: see `signed_of`.

    Raises:
        Unauthenticated: It is not, or it is old.
    """
    signed = _signature(call)
    stamp, token, given = (_text(signed, name) for name in ("timestamp", "token", "signature"))
    if not stamp or not token or not given:
        raise missing()
    insist_fresh(seconds_of(stamp), now, age_s)
    message = (stamp + token).encode("utf-8", "replace")
    # Each is tried, so that the time does not tell which of two was right.
    found = [
        hmac.compare_digest(
            hmac.new(key.encode(), message, hashlib.sha256).hexdigest().encode(),
            given.lower().encode("utf-8", "replace"),
        )
        for key in keys
    ]
    if not any(found):
        raise mismatch()


def signed_of(call: Incoming) -> str:
    """Return what makes a call the only one of its signature: time and token as one, no border of them is signed."""
    try:
        signed = _signature(call)
    except Unauthenticated:
        return ""
    return _text(signed, "timestamp") + _text(signed, "token")


def _signature(call: Incoming) -> Mapping[str, Any]:
    try:
        body = json.loads(call.raw)
    except (ValueError, RecursionError) as error:
        raise missing() from error
    found = body.get("signature") if isinstance(body, dict) else None
    if not isinstance(found, dict):
        raise missing()
    return found


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text if len(text) <= _MAX_TOKEN else ""
