"""Messages of SNS: Amazon's signature, from Amazon's own host, of the one topic that the source names.

Canonical text and fields as the SNS Developer Guide has them ("Verifying the signatures of Amazon SNS messages").
A message says by itself where its certificate is: only SNS's own hosts of the topic's region are asked, by https.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from stepwell.contracts.clock import from_iso
from stepwell.errors import InvalidInput, Unauthenticated
from stepwell.sources.incoming import Incoming
from stepwell.sources.models import Sns
from stepwell.sources.ports import SigningCertificates
from stepwell.sources.verify import insist_fresh, mismatch, missing, unbase64

_HOST = re.compile(r"^sns\.([a-z0-9-]{3,30})\.amazonaws\.com(?:\.cn)?$")
_PEM_PATH = re.compile(r"^/SimpleNotificationService-[0-9A-Za-z]{8,64}\.pem$")
_SIGNED: Mapping[str, tuple[str, ...]] = {
    "Notification": ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"),
    "SubscriptionConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
    "UnsubscribeConfirmation": (
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ),
}  # fmt: skip


def message_of(raw: bytes) -> dict[str, Any]:
    """Read a message.

    Raises:
        Unauthenticated: It is none.
    """
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise missing() from error
    if not isinstance(document, dict) or document.get("Type") not in _SIGNED:
        raise missing()
    return document


def verify_sns(call: Incoming, settings: Sns, now: datetime, certificates: SigningCertificates) -> None:
    """Insist that a message is the topic's.

    Raises:
        Unauthenticated: It is not; codes `wrong_topic`, `bad_certificate`, and the general ones.
        Unavailable: The certificate cannot be had.
    """
    message = message_of(call.raw)
    if message.get("TopicArn") != settings.topic_arn:
        raise Unauthenticated("The message is of another topic than the source's.", code="wrong_topic")
    try:
        at = from_iso(str(message.get("Timestamp")))
    except (ValueError, OverflowError) as error:
        raise Unauthenticated("The message's time cannot be read.", code="signature_stale") from error
    insist_fresh(at.timestamp(), now, settings.max_age_s)
    url = str(message.get("SigningCertURL") or "")
    if (
        not of_amazon(url, settings.topic_arn)
        or not _PEM_PATH.match(urlsplit(url).path)
        or urlsplit(url).query
    ):
        raise Unauthenticated(
            "The certificate's address is not that of SNS in the topic's region.", code="bad_certificate"
        )
    digest = {"1": hashes.SHA1, "2": hashes.SHA256}.get(str(message.get("SignatureVersion")))
    signature = unbase64(str(message.get("Signature") or ""))
    if digest is None:
        raise mismatch()
    key = _key(certificates.certificate(url), now)
    try:
        key.verify(signature, canonical(message), padding.PKCS1v15(), digest())
    except InvalidSignature as error:
        raise mismatch() from error


def canonical(message: Mapping[str, Any]) -> bytes:
    """Return what SNS signs."""
    names = _SIGNED[str(message["Type"])]
    return "".join(f"{n}\n{message[n]}\n" for n in names if message.get(n) is not None).encode(
        "utf-8", "replace"
    )


def subscription_url(message: Mapping[str, Any], topic_arn: str) -> str:
    """Return the address that confirms a subscription, of a message whose signature was checked.

    Raises:
        InvalidInput: It leads elsewhere than to SNS's confirmation of this topic.
    """
    url = str(message.get("SubscribeURL") or "")
    asked = parse_qs(urlsplit(url).query) if of_amazon(url, topic_arn) else {}
    if asked.get("Action") != ["ConfirmSubscription"] or asked.get("TopicArn") != [topic_arn]:
        raise InvalidInput(
            "The confirmation's address is not that of SNS for this topic.", code="bad_subscribe_url"
        )
    return url


def of_amazon(url: str, topic_arn: str) -> bool:
    """Tell whether a URL is of SNS's own host in the region of a topic."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    partition, region = topic_arn.split(":")[1], topic_arn.split(":")[3]
    host = _HOST.match(parts.netloc)
    return (
        parts.scheme == "https"
        and port is None
        and host is not None
        and host.group(1) == region
        and parts.netloc.endswith(".cn") == (partition == "aws-cn")
        and url.isascii()
        and not any(letter <= " " or letter == "\\" for letter in url)
    )


def _key(pem: bytes, now: datetime) -> rsa.RSAPublicKey:
    try:
        certificate = x509.load_pem_x509_certificate(pem)
        key = certificate.public_key()
    except ValueError as error:
        raise Unauthenticated("The certificate cannot be read.", code="bad_certificate") from error
    moment = now.astimezone(UTC)
    if not certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc:
        raise Unauthenticated("The certificate is not valid now.", code="bad_certificate")
    if not isinstance(key, rsa.RSAPublicKey):
        raise Unauthenticated("The certificate's key is of another kind.", code="bad_certificate")
    return key
