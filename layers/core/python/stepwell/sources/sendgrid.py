"""SendGrid's signed event webhook: ECDSA on P-256 over the timestamp and the raw body ("Event Webhook Security")."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from stepwell.errors import InvalidInput
from stepwell.sources.incoming import Incoming
from stepwell.sources.verify import insist_fresh, mismatch, missing, seconds_of, unbase64

SIGNATURE = "x-twilio-email-event-webhook-signature"
TIMESTAMP = "x-twilio-email-event-webhook-timestamp"


def public_key(text: str) -> ec.EllipticCurvePublicKey:
    """Read a verification key as SendGrid shows it: base64, with or without the lines of PEM around it.

    Raises:
        InvalidInput: It is no public key on P-256.
    """
    lines = [line.strip() for line in text.splitlines() if "-----" not in line]
    try:
        key = load_der_public_key(base64.b64decode("".join(lines), validate=True))
    except (binascii.Error, ValueError, UnsupportedAlgorithm) as error:
        raise InvalidInput("This is no verification key of SendGrid.", code="bad_secret") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise InvalidInput("SendGrid's verification key is a public key on P-256.", code="bad_secret")
    return key


def verify_sendgrid(call: Incoming, keys: Sequence[str], now: datetime, age_s: float) -> None:
    """Insist that a call is SendGrid's.

    Raises:
        Unauthenticated: It is not, or it is old.
    """
    given, stamp = call.headers.get(SIGNATURE, "").strip(), call.headers.get(TIMESTAMP, "").strip()
    if not given or not stamp:
        raise missing()
    signature, signed = unbase64(given), signed_by(call)
    insist_fresh(seconds_of(stamp), now, age_s)
    for key in keys:
        try:
            public_key(key).verify(signature, signed, ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            continue
        return
    raise mismatch()


def signed_by(call: Incoming) -> bytes:
    """Return what a call's signature is over: its time and its body."""
    return call.headers.get(TIMESTAMP, "").strip().encode("utf-8", "replace") + call.raw
