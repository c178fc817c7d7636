"""Stand-in of SendGrid's v3 API: Mail Send, the event webhook's settings, and the signed events themselves.

Mounted under ``/_stepwell/providers/sendgrid``. Keys that begin with ``SG.test`` are accepted.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from local import ses_events
from local.enrichment import Said
from local.outbox import Message
from local.providers.calling import call
from local.providers.mailboxes import Mail, Mailboxes

_RESERVED = frozenset(
    {"x-sg-id", "x-sg-eid", "received", "dkim-signature", "content-type", "content-transfer-encoding"}
    | {"to", "from", "subject", "reply-to", "cc", "bcc"}
)
_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
_SETTINGS = "/v3/user/webhooks/event/settings"
EVENTS = {
    "sent": "processed",
    "delivered": "delivered",
    "bounced": "bounce",
    "complained": "spamreport",
    "open": "open",
    "click": "click",
    "complain": "spamreport",
    "unsubscribe": "unsubscribe",
}


class SendGridStandIn:
    """SendGrid.

    Args:
        mailboxes: Where mail arrives.
        file: Where the webhook's address and key are kept.
    """

    def __init__(self, mailboxes: Mailboxes, file: Path) -> None:
        self._mailboxes = mailboxes
        self._file = file

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Said:
        """Answer a request; names of headers are in lower case.

        Raises:
            LostAnswerError: See `Mailboxes.take`.
        """
        if not headers.get("authorization", "").startswith("Bearer SG.test"):
            return _errors(401, "The provided authorization grant is invalid, expired, or revoked")
        asked = _json(body)
        match method, path:
            case "POST", "/v3/mail/send":
                return self._send(asked)
            case "GET", _ if path == _SETTINGS:
                return Said(200, self._kept()["webhook"])
            case "PATCH", _ if path == _SETTINGS:
                kept = self._kept()
                kept["webhook"] |= {name: asked[name] for name in ("enabled", "url") if name in asked}
                self._file.write_text(json.dumps(kept))
                return Said(200, kept["webhook"])
            case (("GET" | "PATCH"), _) if path == f"{_SETTINGS}/signed":
                return Said(200, {"public_key": self.public_key()})
        return _errors(404, "not found")

    def _send(self, asked: Mapping[str, Any]) -> Said:
        fault = _fault(asked)
        if fault:
            return _errors(400, *fault)
        person = asked["personalizations"][0]
        to = str(person["to"][0]["email"])
        match Mailboxes.fate(to):
            case "busy":
                return Said(
                    429,
                    _body("too many requests"),
                    {"x-ratelimit-reset": str(int(self._mailboxes.now()) + 2)},
                )
            case "account":
                return _errors(403, "The from address does not match a verified Sender Identity.", "from")
            case "refused":
                return _errors(400, "Does not contain a valid address.", "personalizations.0.to.0.email")
            case "broken":
                return Said(500, "upstream failed", {"content-type": "text/plain"})
        id_ = uuid.uuid4().hex[:22]
        if (asked.get("mail_settings") or {}).get("sandbox_mode", {}).get("enable"):
            return Said(200, "", {"x-message-id": id_})
        content = {part["type"]: str(part["value"]) for part in asked["content"]}
        self._mailboxes.take(
            Mail(
                id=id_,
                provider="sendgrid",
                to=to,
                sender=_line(asked["from"]),
                subject=str(person.get("subject") or asked.get("subject") or ""),
                text=content.get("text/plain", ""),
                html=content.get("text/html", ""),
                reply_to=_line(asked["reply_to"]) if asked.get("reply_to") else "",
                headers={**(asked.get("headers") or {}), **(person.get("headers") or {})},
                tags={**(asked.get("custom_args") or {}), **(person.get("custom_args") or {})},
                request={"categories": asked.get("categories") or []},
            ),
            self.tell,
        )
        return Said(202, "", {"x-message-id": id_})

    def tell(self, message: Message, what: str, **more: Any) -> int:
        """Report what became of a message; return the webhook's answer, 0: there is none."""
        webhook = self._kept()["webhook"]
        if not webhook.get("enabled") or not webhook.get("url"):
            return 0
        event: dict[str, Any] = {
            "email": message.recipients[0],
            "timestamp": int(self._mailboxes.now()),
            "event": EVENTS[what],
            "category": message.request.get("categories") or [],
            "sg_event_id": base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="),
            "sg_message_id": f"{message.id}.recvd-local-0",
            **message.tags,
            **more,
        }
        if what == "bounced":
            found = ses_events.outcome_of(message.recipients[0])
            soft = found.bounce_type == "Transient"
            event |= {
                "type": "blocked" if soft else "bounce",
                "status": found.code,
                "reason": found.diagnostic,
            }
        elif what == "delivered":
            event["response"] = "250 OK"
        elif what == "open":
            event.setdefault("sg_machine_open", False)
        return self.post(str(webhook["url"]), json.dumps([event]).encode(), int(self._mailboxes.now()))

    def post(self, url: str, body: bytes, at: int) -> int:
        """Post signed events."""
        signature = self._private().sign(str(at).encode() + body, ec.ECDSA(hashes.SHA256()))
        return call(
            url,
            body,
            {
                "content-type": "application/json",
                "user-agent": "SendGrid Event API",
                "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
                "x-twilio-email-event-webhook-timestamp": str(at),
            },
        )

    def public_key(self) -> str:
        """Return the verification key as SendGrid shows it."""
        public = self._private().public_key()
        der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return base64.b64encode(der).decode()

    def _private(self) -> ec.EllipticCurvePrivateKey:
        found = serialization.load_pem_private_key(self._kept()["key"].encode(), None)
        if not isinstance(found, ec.EllipticCurvePrivateKey):
            raise ValueError("the kept key is no key of SendGrid's")
        return found

    def _kept(self) -> dict[str, Any]:
        if not self._file.exists():
            pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            self._file.write_text(json.dumps({"key": pem.decode(), "webhook": {"enabled": False, "url": ""}}))
        kept: dict[str, Any] = json.loads(self._file.read_text())
        return kept


def _fault(asked: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return what Mail Send refuses, and in which field."""
    people = asked.get("personalizations")
    if not isinstance(people, list) or not people:
        return (
            "The personalizations field is required and must have at least one personalization.",
            "personalizations",
        )
    to = (people[0].get("to") or [{}])[0].get("email", "")
    if not _ADDRESS.match(str(to)):
        return "Does not contain a valid address.", "personalizations.0.to.0.email"
    if not _ADDRESS.match(str((asked.get("from") or {}).get("email", ""))):
        return "The from object must be provided for every email send.", "from.email"
    if not asked.get("subject") and not people[0].get("subject"):
        return "The subject is required.", "subject"
    content = asked.get("content") or []
    if not content or any(not part.get("value") for part in content):
        return "The content value must be a string at least one character in length.", "content.0.value"
    if [part["type"] for part in content] != sorted(
        (p["type"] for p in content), key=lambda t: t != "text/plain"
    ):
        return "If present, text/plain and text/html may only be provided once, text/plain first.", "content"
    if any(str(name).lower() in _RESERVED for name in asked.get("headers") or {}):
        return "The headers field may not contain a reserved header.", "headers"
    custom = {**(asked.get("custom_args") or {}), **(people[0].get("custom_args") or {})}
    if len(json.dumps(custom)) > 10_000 or any(not isinstance(value, str) for value in custom.values()):
        return "The custom_args must be strings of at most 10,000 bytes together.", "custom_args"
    if len(asked.get("categories") or []) > 10:
        return "The number of categories exceeds 10.", "categories"
    return None


def _body(message: str, field: str | None = None) -> dict[str, Any]:
    return {"errors": [{"message": message, "field": field, "help": None}]}


def _errors(status: int, message: str, field: str | None = None) -> Said:
    return Said(status, _body(message, field))


def _line(party: Mapping[str, Any]) -> str:
    return f"{party['name']} <{party['email']}>" if party.get("name") else str(party["email"])


def _json(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
