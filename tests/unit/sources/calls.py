"""Signed calls as the providers make them, by their own libraries where there is one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from hubspot.utils.signature import Signature
from stepwell.sources.sns import canonical
from twilio.request_validator import RequestValidator

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOST = "events.example.com"
SECRET = "a-secret-of-32-characters-or-so-"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
CERTIFICATE_URL = "https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"


def http(
    path: str, body: bytes, headers: Mapping[str, str], query: str = "", method: str = "POST"
) -> dict[str, Any]:
    """An HTTP API (payload 2.0) request, its body in base64 so that no byte is lost."""
    return {
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"Host": HOST, "X-Forwarded-Proto": "https", **headers},
        "requestContext": {"domainName": HOST, "http": {"method": method, "path": path}},
        "isBase64Encoded": True,
        "body": base64.b64encode(body).decode(),
    }


def url(path: str, query: str = "") -> str:
    return f"https://{HOST}{path}" + (f"?{query}" if query else "")


def twilio(path: str, fields: Mapping[str, str], secret: str = SECRET) -> dict[str, Any]:
    signature = RequestValidator(secret).compute_signature(url(path), dict(fields))
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/x-www-form-urlencoded"}
    return http(path, urlencode(fields).encode(), headers)


def twilio_json(path: str, body: bytes, secret: str = SECRET) -> dict[str, Any]:
    query = f"bodySHA256={hashlib.sha256(body).hexdigest()}"
    signature = RequestValidator(secret).compute_signature(url(path, query), {})
    return http(path, body, {"X-Twilio-Signature": signature, "Content-Type": "application/json"}, query)


def hubspot(path: str, body: bytes, at: datetime = NOW, secret: str = SECRET) -> dict[str, Any]:
    stamp = str(int(at.timestamp() * 1000))
    signature = Signature.get_signature(secret, body.decode(), "v3", url(path), "POST", stamp)
    headers = {"X-HubSpot-Signature-v3": signature, "X-HubSpot-Request-Timestamp": stamp}
    return http(path, body, {**headers, "Content-Type": "application/json"})


def meta(path: str, body: bytes, secret: str = SECRET) -> dict[str, Any]:
    digest = hmac.new(secret.encode(), body, "sha256").hexdigest()
    return http(path, body, {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"})


def x(path: str, body: bytes, secret: str = SECRET) -> dict[str, Any]:
    digest = base64.b64encode(hmac.new(secret.encode(), body, "sha256").digest()).decode()
    return http(path, body, {"x-twitter-webhooks-signature": f"sha256={digest}"})


def linkedin(path: str, body: bytes, secret: str = SECRET) -> dict[str, Any]:
    """As "Webhook validation" of LinkedIn's documentation signs."""
    digest = hmac.new(secret.encode(), b"hmacsha256=" + body, "sha256").hexdigest()
    return http(path, body, {"X-LI-Signature": digest, "Content-Type": "application/json"})


def mailgun(path: str, event: Any, at: datetime = NOW, secret: str = SECRET, **more: str) -> dict[str, Any]:
    """As "Securing Webhooks" of Mailgun's manual signs."""
    stamp, token = (
        str(int(at.timestamp())),
        more.get("token", "a8ce0edb2dd8301dee6c2405235584e45aa91d1e9f979f3de0"),
    )
    signature = hmac.new(secret.encode(), (stamp + token).encode(), "sha256").hexdigest()
    proof = {"timestamp": stamp, "token": token, "signature": signature}
    body = json.dumps({"signature": proof, "event-data": event}).encode()
    return http(path, body, {"Content-Type": "application/json"})


class SendGridSender:
    """Signs as SendGrid does; `key` is what its settings page shows."""

    def __init__(self) -> None:
        self._private = ec.generate_private_key(ec.SECP256R1())
        self.key = base64.b64encode(
            self._private.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        ).decode()

    def call(self, path: str, body: bytes, at: datetime = NOW) -> dict[str, Any]:
        stamp = str(int(at.timestamp()))
        signature = self._private.sign(stamp.encode() + body, ec.ECDSA(hashes.SHA256()))
        return http(
            path,
            body,
            {
                "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
                "X-Twilio-Email-Event-Webhook-Timestamp": stamp,
                "Content-Type": "application/json",
            },
        )


class SnsSender:
    """Signs as SNS does, with a certificate of its own."""

    def __init__(self, at: datetime = NOW, days: int = 30) -> None:
        self._private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
        self.pem = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._private.public_key())
            .serial_number(1)
            .not_valid_before(at - timedelta(days=days))
            .not_valid_after(at + timedelta(days=days))
            .sign(self._private, hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )

    def message(self, message: Any, version: str = "2", at: datetime = NOW, **more: Any) -> dict[str, Any]:
        document = {
            "Type": "Notification",
            "MessageId": "11111111-2222-3333-4444-555555555555",
            "TopicArn": TOPIC,
            "Message": message if isinstance(message, str) else json.dumps(message),
            "Timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "SignatureVersion": version,
            "SigningCertURL": CERTIFICATE_URL,
            **more,
        }
        digest = hashes.SHA256() if version == "2" else hashes.SHA1()
        signature = self._private.sign(canonical(document), padding.PKCS1v15(), digest)
        return {**document, "Signature": base64.b64encode(signature).decode()}

    def call(self, path: str, document: Mapping[str, Any]) -> dict[str, Any]:
        return http(path, json.dumps(document).encode(), {"Content-Type": "text/plain; charset=UTF-8"})
