"""Stand-in of Bird's platform API: `POST /v1/sms/messages`, webhook endpoints, and its signed events.

Mounted under ``/_stepwell/providers/bird``. Keys look like ``bk_eu1_test…``. Events go to every endpoint that asks
for them, signed as Bird signs them: Standard Webhooks, HMAC-SHA256 of id, time and body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from local.clock import iso
from local.enrichment import Said
from local.providers.calling import call
from local.providers.phones import Phones, Text

_KEY = re.compile(r"^Bearer bk_[a-z]{2}[0-9]+_test")
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ERRORS: Mapping[str, tuple[int, str, str, str]] = {
    "invalid": (422, "validation_error", "SMSInvalidRecipient", "The recipient cannot be routed."),
    "landline": (422, "validation_error", "SMSInvalidRecipient", "The recipient cannot be routed."),
    "unroutable": (422, "validation_error", "SMSSenderNotConfigured", "The sender is not configured."),
    "opted_out": (422, "validation_error", "recipient_opted_out", "The recipient is on a suppression list."),
    "busy": (429, "rate_limit_error", "RateLimited", "Too many requests."),
    "account": (401, "auth_error", "Unauthenticated", "The key is not valid."),
    "broken": (500, "internal_error", "Internal", "Something went wrong."),
}


class BirdStandIn:
    """Bird.

    Attributes:
        endpoints: Registered webhooks: id, address, events, secret.

    Args:
        phones: Where texts arrive.
        now: Tells the (virtual) time.
    """

    def __init__(self, phones: Phones, now: Callable[[], float]) -> None:
        self._phones = phones
        self._now = now
        self._keys: dict[str, tuple[bytes, Said]] = {}
        self.endpoints: list[dict[str, Any]] = []

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Said:
        """Answer a request; names of headers are in lower case.

        Raises:
            LostAnswerError: See `Phones.take`.
        """
        if not _KEY.match(headers.get("authorization", "")):
            return _error(*_ERRORS["account"])
        try:
            asked = json.loads(body or b"{}")
        except ValueError:
            return _error(400, "bad_request_error", "MalformedBody", "The body is no JSON.")
        match method, path:
            case "POST", "/v1/sms/messages":
                return self._once(headers.get("idempotency-key", ""), body, lambda: self._create(asked))
            case "POST", "/v1/webhooks":
                return self._endpoint(asked)
        if method == "GET" and path.startswith("/v1/sms/messages/"):
            text = self._phones.text(path.rpartition("/")[2])
            if text is not None:
                return Said(200, self._shown(text, "sent"))
        return _error(404, "not_found_error", "NotFound", "There is no such thing.")

    def _once(self, key: str, body: bytes, do: Callable[[], Said]) -> Said:
        """Answer a repeated request with what was answered first."""
        known = self._keys.get(key) if key else None
        if known is not None:
            same = known[0] == body
            return (
                known[1] if same else _error(409, "conflict_error", "IdempotencyKeyReused", "Another body.")
            )
        said = do()
        if key and said.status < 300:
            self._keys[key] = (body, said)
        return said

    def _create(self, asked: Mapping[str, Any]) -> Said:
        to, text = str(asked.get("to") or ""), str(asked.get("text") or "")
        missing = [name for name in ("text", "category", "from") if not asked.get(name)]
        if missing:
            return _error(
                422, "validation_error", "ValidationFailed", f"{missing[0]} is required", missing[0]
            )
        if not re.fullmatch(r"\+[1-9][0-9]{6,14}", to):
            return _error(*_ERRORS["invalid"])
        if asked["category"] not in ("transactional", "marketing", "authentication", "service"):
            return _error(422, "validation_error", "ValidationFailed", "category", "category")
        if len(json.dumps(asked.get("metadata") or {})) > 2_048:
            return _error(422, "validation_error", "ValidationFailed", "metadata is over 2 KB", "metadata")
        fate = self._phones.fate(to)
        if fate in _ERRORS:
            return _error(*_ERRORS[fate])
        made = Text(
            id=_id("sms"),
            provider="bird",
            to=to,
            sender=str(asked["from"]),
            body=text,
            tags={str(k): str(v) for k, v in (asked.get("metadata") or {}).items()},
            request={"category": asked["category"]},
        )
        self._phones.take(made, self.tell)
        return Said(202, self._shown(made, "accepted"))

    def _endpoint(self, asked: Mapping[str, Any]) -> Said:
        made = {
            "id": _id("whk"),
            "url": str(asked.get("url") or ""),
            "events": list(asked.get("events") or []),
            "secret": "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode(),
        }
        self.endpoints.append(made)
        return Said(
            201,
            {
                **made,
                "status": "active",
                "filter": None,
                "created_at": iso(self._now()),
                "updated_at": iso(self._now()),
            },
        )

    def tell(self, text: Text, outcome: str) -> None:
        """Tell what became of a text."""
        self._emit("sms.sent", self._event(text))
        if outcome == "failed":
            error = {
                "code": "unreachable",
                "description": "The phone is off.",
                "occurred_at": iso(self._now()),
            }
            self._emit("sms.undelivered", self._event(text) | {"error": error})
        else:
            self._emit("sms.delivered", self._event(text))

    def reply(self, text: Text, body: str) -> int:
        """Tell what the recipient of a text answers; return the last endpoint's answer."""
        mine = self._event(text) | {
            "sms_id": _id("sms"),
            "to": text.sender,
            "from": text.to,
            "metadata": None,
            "text": body,
            "segments": {"count": 1, "encoding": "GSM_7BIT", "characters": len(body)},
        }
        return self._emit("sms.received", mine)

    def _emit(self, type_: str, data: Mapping[str, Any]) -> int:
        status = 0
        body = json.dumps({"type": type_, "timestamp": iso(self._now()), "data": data}).encode()
        for endpoint in self.endpoints:
            if type_ in endpoint["events"]:
                headers = signed(endpoint["secret"], _id("evt"), int(self._now()), body)
                status = call(endpoint["url"], body, headers | {"content-type": "application/json"})
        return status

    def _event(self, text: Text) -> dict[str, Any]:
        return {
            "sms_id": text.id,
            "workspace_id": "ws_" + "0" * 26,
            "to": text.to,
            "from": text.sender,
            "tags": None,
            "metadata": dict(text.tags) or None,
            "requested_language": None,
            "resolved_language": None,
            "template_id": None,
            "template_version_id": None,
            "template_content_hash": None,
        }

    def _shown(self, text: Text, status: str) -> dict[str, Any]:
        return self._event(text) | {
            "id": text.id,
            "direction": "outbound",
            "status": status,
            "text": text.body,
            "category": text.request["category"],
            "segments": {"count": 1, "encoding": "GSM_7BIT", "characters": len(text.body)},
            "created_at": iso(self._now()),
            "sent_at": None,
            "delivered_at": None,
        }


def signed(secret: str, id_: str, at: int, body: bytes) -> dict[str, str]:
    """Return the headers that sign a call (Standard Webhooks 1.0)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{id_}.{at}.".encode() + body, hashlib.sha256).digest()
    signature = "v1," + base64.b64encode(digest).decode()
    return {"webhook-id": id_, "webhook-timestamp": str(at), "webhook-signature": signature}


def _id(kind: str) -> str:
    return f"{kind}_" + "".join(secrets.choice(_ALPHABET) for _ in range(26))


def _error(status: int, type_: str, code: str, message: str, param: str = "") -> Said:
    error = {"type": type_, "code": code, "name": code, "message": message, "request_id": "req_1"}
    headers = {"retry-after": "2"} if status == 429 else {}
    return Said(status, {"error": error | ({"param": param} if param else {})}, headers)
