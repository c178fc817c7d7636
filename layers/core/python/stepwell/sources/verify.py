"""Whether a call is the provider's: signatures over the raw bytes, compared in constant time, and fresh.

Formulas are those of the providers' own pages ("Webhooks security" of Twilio, "Validating requests" of HubSpot,
"Validating payloads" of Meta, "Securing webhooks" of X, "Webhook validation" of LinkedIn, "Validating webhook
deliveries" of GitHub); tests compare with the providers' own libraries. Every refusal has a code and no detail that
helps to forge.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from urllib.parse import parse_qsl

from stepwell.errors import Unauthenticated
from stepwell.sources.incoming import Incoming
from stepwell.sources.models import (
    GitHub,
    Hmac,
    HubSpot,
    LinkedIn,
    Mailgun,
    Meta,
    SendGrid,
    Sns,
    StandardWebhooks,
    Token,
    Twilio,
    Webhook,
    X,
)
from stepwell.sources.ports import SigningCertificates

AHEAD_S = 300
"""How far a sender's clock may be ahead of ours."""
_MOST_FIELDS = 2_000


def verify(
    webhook: Webhook,
    call: Incoming,
    secrets: Sequence[str],
    now: datetime,
    certificates: SigningCertificates,
) -> None:
    """Insist that a call is the provider's.

    Args:
        webhook: The source's settings.
        call: The call.
        secrets: Valid secrets, newest first.
        now: The time.
        certificates: Amazon's.

    Raises:
        Unauthenticated: It is not; codes `signature_missing`, `signature_mismatch`, `signature_stale`, `no_secret`, and
            those of SNS.
        Unavailable: A certificate cannot be had.
    """
    if webhook.needs_secret and not secrets:
        raise Unauthenticated("This source has no valid secret: set one.", code="no_secret")
    call = call.at(webhook.url)
    match webhook.verify:
        case Twilio():
            _twilio(call, secrets)
        case SendGrid(max_age_s=age):
            from stepwell.sources.sendgrid import verify_sendgrid

            verify_sendgrid(call, secrets, now, age)
        case Mailgun(max_age_s=age):
            from stepwell.sources.mailgun import verify_mailgun

            verify_mailgun(call, secrets, now, age)
        case StandardWebhooks(max_age_s=age):
            from stepwell.sources.standard import verify_standard

            verify_standard(call, secrets, now, age)
        case HubSpot():
            from stepwell.sources.hubspot import verify_hubspot

            verify_hubspot(call, secrets, now)
        case Meta() | GitHub():
            given = _header(call, "x-hub-signature-256").removeprefix("sha256=")
            _any(secrets, lambda key: _equal(_digest(key, call.raw, "sha256").hex(), given.lower()))
        case X():
            given = _header(call, "x-twitter-webhooks-signature").removeprefix("sha256=")
            _any(secrets, lambda key: _equal(_b64(_digest(key, call.raw, "sha256")), given))
        case LinkedIn():
            given = _header(call, "x-li-signature").removeprefix("hmacsha256=")
            signed = b"hmacsha256=" + call.raw
            _any(secrets, lambda key: _equal(_digest(key, signed, "sha256").hex(), given.lower()))
        case Hmac() as settings:
            _hmac(call, settings, secrets, now)
        case Token() as settings:
            _token(call, settings, secrets)
        case Sns() as settings:
            from stepwell.sources.sns import verify_sns

            verify_sns(call, settings, now, certificates)


def missing() -> Unauthenticated:
    """Return the refusal of a call without signature."""
    return Unauthenticated("The call carries no signature of this source.", code="signature_missing")


def mismatch() -> Unauthenticated:
    """Return the refusal of a call whose signature fits no valid secret."""
    return Unauthenticated(
        "The signature does not fit: wrong secret, address or body.", code="signature_mismatch"
    )


def insist_fresh(seconds: float, now: datetime, age_s: float) -> None:
    """Insist that a signed time is neither old nor ahead.

    Args:
        seconds: The signed time since the epoch.
        now: The time.
        age_s: The most it may be old.

    Raises:
        Unauthenticated: It is.
    """
    if not -AHEAD_S <= now.timestamp() - seconds <= age_s:
        raise Unauthenticated("The signature's time is too far from now.", code="signature_stale")


def seconds_of(text: str) -> float:
    """Read a time in seconds or milliseconds since the epoch.

    Raises:
        Unauthenticated: It is none.
    """
    if not text.isascii() or not text.isdigit() or len(text) > 14:
        raise Unauthenticated("The signature's time cannot be read.", code="signature_stale")
    value = int(text)
    return value / 1000 if value > 100_000_000_000 else float(value)


def once(webhook: Webhook, call: Incoming) -> str:
    """Return what a signature is good for once: empty where a repeat of the call is harmless.

    Mailgun signs a time and a token and nothing of the event: a signature seen once would carry any event. SendGrid's
    covers the body, and what it tells must not count twice either. It is what is signed that counts: one signature
    can be written in several ways.
    """
    match webhook.verify:
        case SendGrid():
            from stepwell.sources.sendgrid import signed_by

            return hashlib.sha256(signed_by(call)).hexdigest()
        case Mailgun():
            from stepwell.sources.mailgun import signed_of

            return signed_of(call)
        case StandardWebhooks():
            return call.headers.get("webhook-id", "").strip()
    return ""


def replayed() -> Unauthenticated:
    """Return the refusal of a call whose signature was used before."""
    return Unauthenticated("This call was taken before.", code="signature_replayed")


def delivery_id(webhook: Webhook, call: Incoming) -> str:
    """Return what makes a repeat of a call the same one: a signed id, else the body itself."""
    settings = webhook.verify
    if isinstance(settings, Hmac) and settings.id_header:
        return call.headers.get(settings.id_header.lower(), "")
    return hashlib.sha256(call.raw).hexdigest()


def _token(call: Incoming, settings: Token, secrets: Sequence[str]) -> None:
    given = _header(call, settings.header) if settings.header else call.token
    if not given or not given.startswith(settings.prefix):
        raise missing()
    _any(secrets, lambda key: _equal(key, given.removeprefix(settings.prefix)))


def _twilio(call: Incoming, secrets: Sequence[str]) -> None:
    given = _header(call, "x-twilio-signature")
    wanted = call.headers.get("x-twilio-webhooks-signature-settings", "")
    algorithm = "sha256" if "algorithm=HMAC_SHA256" in wanted.replace(" ", "") else "sha1"
    told = call.parameters.get("bodySHA256", "")
    fields = b""
    if told:
        if not _equal(hashlib.sha256(call.raw).hexdigest(), told.lower()):
            raise mismatch()
    elif call.raw:
        fields = _bytes(_fields(call.raw))
    _any(
        secrets,
        lambda key: any(
            _equal(_b64(_digest(key, _bytes(url) + fields, algorithm)), given) for url in call.urls
        ),
    )


def _fields(raw: bytes) -> str:
    try:
        pairs = parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise mismatch() from error
    return "".join(f"{name}{value}" for name, value in sorted(set(pairs)))


def _hmac(call: Incoming, settings: Hmac, secrets: Sequence[str], now: datetime) -> None:
    given = _header(call, settings.header)
    if not given.startswith(settings.prefix):
        raise missing()
    given = given.removeprefix(settings.prefix)
    stamp = _header(call, settings.timestamp_header) if settings.timestamp_header else ""
    told = _header(call, settings.id_header) if settings.id_header else ""
    if stamp:
        insist_fresh(seconds_of(stamp), now, settings.max_age_s)
    before, after = (
        part.replace("{timestamp}", stamp).replace("{id}", told) for part in settings.content.split("{body}")
    )
    signed = _bytes(before) + call.raw + _bytes(after)

    def fits(key: str) -> bool:
        digest = _digest(key, signed, settings.algorithm)
        return (
            _equal(digest.hex(), given.lower()) if settings.encoding == "hex" else _equal(_b64(digest), given)
        )

    _any(secrets, fits)


def _any(secrets: Sequence[str], fits: Callable[[str], bool]) -> None:
    # Each is tried, so that the time does not tell which of two was right.
    found = [fits(secret) for secret in secrets]
    if not any(found):
        raise mismatch()


def _header(call: Incoming, name: str) -> str:
    value = call.headers.get(name.lower(), "").strip()
    if not value:
        raise missing()
    return value


def _digest(key: str, content: bytes, algorithm: str) -> bytes:
    return hmac.new(key.encode(), content, algorithm).digest()


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _equal(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), _bytes(right))


def _bytes(text: str) -> bytes:
    # A header or address may hold what is no character: it fits no signature, and is no failure of ours.
    return text.encode("utf-8", "replace")


def unbase64(text: str) -> bytes:
    """Read base64.

    Raises:
        Unauthenticated: It is none.
    """
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise mismatch() from error
