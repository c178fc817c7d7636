"""Stand-in of Mailgun: messages (v3), webhooks of a domain, the signing key, and the signed events themselves.

Mounted under ``/_stepwell/providers/mailgun``. Keys that begin with ``test`` are accepted, for every domain but those
that end in ``unknown.example``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
import uuid
from collections.abc import Mapping
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from local import ses_events
from local.enrichment import Said
from local.outbox import Message
from local.providers.calling import call
from local.providers.mailboxes import Mail, Mailboxes

_PATH = re.compile(r"^/v3/(?:domains/)?(?P<domain>[^/]+)/(?P<what>messages|webhooks)(?:/(?P<id>[a-z_]+))?$")
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
EVENTS = {
    "sent": "accepted",
    "delivered": "delivered",
    "bounced": "failed",
    "complained": "complained",
    "open": "opened",
    "click": "clicked",
    "complain": "complained",
    "unsubscribe": "unsubscribed",
}
_HOOK = {"failed": ("permanent_fail", "temporary_fail"), "accepted": ("accepted",)}


class MailgunStandIn:
    """Mailgun.

    Args:
        mailboxes: Where mail arrives.
        file: Where the addresses of webhooks are kept.
    """

    def __init__(self, mailboxes: Mailboxes, file: Path) -> None:
        self._mailboxes = mailboxes
        self._file = file

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Said:
        """Answer a request; names of headers are in lower case.

        Raises:
            LostAnswerError: See `Mailboxes.take`.
        """
        key = _basic(headers.get("authorization", ""))
        if not key.startswith("test"):
            return Said(401, "Forbidden", {"content-type": "text/plain"})
        if (method, path) == ("GET", "/v5/accounts/http_signing_key"):
            return Said(200, {"message": "success", "http_signing_key": self.signing_key()})
        found = _PATH.match(path)
        if found is None:
            return Said(404, {"message": "Not Found"})
        if found["domain"].endswith("unknown.example"):
            return Said(404, {"message": f"Domain not found: {found['domain']}"})
        form = _form(headers.get("content-type", ""), body)
        if found["what"] == "webhooks":
            return self._webhooks(method, found["domain"], found["id"] or _one(form, "id"), _one(form, "url"))
        return self._send(found["domain"], form) if method == "POST" else Said(405, {"message": "method"})

    def _webhooks(self, method: str, domain: str, id_: str, url: str) -> Said:
        kept = self._kept()
        hooks = kept["webhooks"].setdefault(domain, {})
        if method == "GET":
            return Said(200, {"webhooks": {name: {"urls": [address]} for name, address in hooks.items()}})
        if not id_ or not url:
            return Said(400, {"message": "id and url are required"})
        hooks[id_] = url
        self._file.write_text(json.dumps(kept))
        return Said(200, {"message": "Webhook has been created", "webhook": {"urls": [url]}})

    def _send(self, domain: str, form: Mapping[str, list[str]]) -> Said:
        for name in ("from", "to"):
            if not _ADDRESS.search(_one(form, name)):
                return Said(
                    400, {"message": f"'{name}' parameter is not a valid address. please check documentation"}
                )
        if not _one(form, "text") and not _one(form, "html"):
            return Said(
                400,
                {
                    "message": "Need at least one of 'text', 'html', 'amp-html' or 'template' parameters specified"
                },
            )
        to = _one(form, "to")
        match Mailboxes.fate(to):
            case "busy":
                return Said(429, {"message": "Too many requests"}, {"retry-after": "2"})
            case "account":
                return Said(403, {"message": f"Domain {domain} is not allowed to send: account disabled"})
            case "refused":
                return Said(
                    400, {"message": "to parameter is not a valid address. please check documentation"}
                )
            case "broken":
                return Said(500, "Internal Server Error", {"content-type": "text/plain"})
        id_ = f"{uuid.uuid4().hex[:20]}@{domain}"
        answer = Said(200, {"id": f"<{id_}>", "message": "Queued. Thank you."})
        if _one(form, "o:testmode") == "yes":
            return answer
        self._mailboxes.take(
            Mail(
                id=id_,
                provider="mailgun",
                to=to,
                sender=_one(form, "from"),
                subject=_one(form, "subject"),
                text=_one(form, "text"),
                html=_one(form, "html"),
                reply_to=_one(form, "h:Reply-To"),
                headers={
                    name[2:]: values[0]
                    for name, values in form.items()
                    if name.startswith("h:") and name != "h:Reply-To"
                },
                tags={name[2:]: values[0] for name, values in form.items() if name.startswith("v:")},
                request={"domain": domain, "tags": form.get("o:tag", [])},
            ),
            self.tell,
        )
        return answer

    def tell(self, message: Message, what: str, **more: Any) -> int:
        """Report what became of a message; return the webhook's answer, 0: there is none."""
        event = EVENTS[what]
        hooks = self._kept()["webhooks"].get(message.request["domain"], {})
        url = next((hooks[name] for name in _HOOK.get(event, (event,)) if name in hooks), "")
        if not url:
            return 0
        told: dict[str, Any] = {
            "id": base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="),
            "timestamp": self._mailboxes.now(),
            "event": event,
            "recipient": message.recipients[0],
            "tags": message.request.get("tags") or [],
            "user-variables": dict(message.tags),
            "message": {"headers": {"message-id": message.id, "to": message.recipients[0]}},
            **more,
        }
        if event == "failed":
            found = ses_events.outcome_of(message.recipients[0])
            soft = found.bounce_type == "Transient"
            told |= {
                "severity": "permanent",
                "reason": "old" if soft else "bounce",
                "delivery-status": {
                    "code": 602 if soft else 550,
                    "message": found.diagnostic,
                    "bounce-type": "soft" if soft else "hard",
                },
            }
        elif event == "delivered":
            told["delivery-status"] = {"code": 250, "message": "OK"}
        elif event in ("opened", "clicked"):
            told.setdefault("client-info", {"user-agent": "", "bot": ""})
        return self.post(url, told, int(self._mailboxes.now()))

    def post(self, url: str, event: Mapping[str, Any], at: int, token: str = "") -> int:
        """Post a signed event."""
        token = token or secrets.token_hex(25)
        signature = hmac.new(self.signing_key().encode(), f"{at}{token}".encode(), hashlib.sha256).hexdigest()
        proof = {"timestamp": str(at), "token": token, "signature": signature}
        body = json.dumps({"signature": proof, "event-data": event}).encode()
        return call(url, body, {"content-type": "application/json", "user-agent": "mailgun/treq"})

    def signing_key(self) -> str:
        """Return the key that signs webhooks."""
        return str(self._kept()["signing_key"])

    def _kept(self) -> dict[str, Any]:
        if not self._file.exists():
            self._file.write_text(json.dumps({"signing_key": secrets.token_hex(16), "webhooks": {}}))
        kept: dict[str, Any] = json.loads(self._file.read_text())
        return kept


def _one(form: Mapping[str, list[str]], name: str) -> str:
    return form.get(name, [""])[0]


def _form(kind: str, body: bytes) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    if kind.startswith("multipart/form-data"):
        parsed = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=policy.HTTP)
        for part in parsed.iter_parts():
            name = str(part.get_param("name", header="content-disposition"))
            payload = part.get_payload(decode=True)
            found.setdefault(name, []).append(payload.decode() if isinstance(payload, bytes) else "")
        return found
    for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def _basic(authorization: str) -> str:
    kind, _, text = authorization.partition(" ")
    try:
        user, _, key = base64.b64decode(text).decode().partition(":") if kind == "Basic" else ("", "", "")
    except ValueError:
        return ""
    return key if user == "api" else ""
