"""Stand-in of Firebase Cloud Messaging's HTTP v1 API and of Google's sign-in for service accounts.

Mounted under ``/_stepwell/providers/fcm``. Any service account is accepted whose assertion is well formed. The
registration token says what happens: ``gone-…`` is unregistered, ``bad-…`` is none, ``busy-…`` exceeds the quota
once, ``down-…`` is unavailable once, ``broken-…`` fails, ``expired-…`` ends the access token once.
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from local.enrichment import Said

_SEND = re.compile(r"^/v1/projects/([a-z0-9-]{6,30})/messages:send$")
_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
_FAULTS: Mapping[str, tuple[int, str, str]] = {
    "gone": (404, "NOT_FOUND", "UNREGISTERED"),
    "bad": (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"),
    "busy": (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
    "down": (503, "UNAVAILABLE", "UNAVAILABLE"),
    "broken": (500, "INTERNAL", "INTERNAL"),
    "expired": (401, "UNAUTHENTICATED", ""),
}
# What the real one says; it names no field.
_NO_TOKEN = "The registration token is not a valid FCM registration token"
_MOST = 4_096
_RESERVED = re.compile(r"^(from|message_type)$|^(gcm|google)")
_ONCE = frozenset({"busy", "down", "expired"})
Show = Callable[[str, Mapping[str, Any], str], None]


class FirebaseStandIn:
    """Firebase.

    Args:
        show: Shows a message: registration token, payload as the service worker has it, message id.
    """

    def __init__(self, show: Show) -> None:
        self._show = show
        self._tokens: set[str] = set()
        self.calls: Counter[str] = Counter()

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Said:
        """Answer a request; names of headers are in lower case."""
        if method == "POST" and path == "/token":
            return self._sign_in(parse_qs(body.decode("utf-8", "replace")))
        if method != "POST" or not _SEND.match(path):
            return _no(404, "NOT_FOUND")
        if headers.get("authorization", "").removeprefix("Bearer ") not in self._tokens:
            return _no(401, "UNAUTHENTICATED")
        try:
            message = json.loads(body)["message"]
            token = str(message["token"])
        except (ValueError, KeyError, TypeError):
            return _no(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT")
        if any(not isinstance(value, str) for value in (message.get("data") or {}).values()):
            return _no(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.data")
        if _size(message) > _MOST or any(_RESERVED.match(name) for name in message.get("data") or {}):
            return _no(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", "message.data")
        fate = token.partition("-")[0]
        self.calls[token] += 1
        if fate in _FAULTS and not (fate in _ONCE and self.calls[token] > 1):
            if fate == "expired":
                self._tokens.clear()
            status, name, code = _FAULTS[fate]
            return _no(status, name, code, says=_NO_TOKEN if fate == "bad" else "")
        id_ = uuid.uuid4().hex
        self._show(token, payload_of(message), id_)
        return Said(200, {"name": f"projects/local/messages/{id_}"})

    def _sign_in(self, form: Mapping[str, list[str]]) -> Said:
        assertion = form.get("assertion", [""])[0].split(".")
        grant = form.get("grant_type", [""])[0]
        try:
            claims = json.loads(base64.urlsafe_b64decode(assertion[1] + "=="))
            right = grant.endswith(":jwt-bearer") and "firebase.messaging" in claims["scope"]
        except (ValueError, KeyError, IndexError, TypeError):
            right = False
        if not right:
            return Said(400, {"error": "invalid_grant", "error_description": "Invalid JWT."})
        token = "ya29." + uuid.uuid4().hex
        self._tokens.add(token)
        return Said(200, {"access_token": token, "expires_in": 3_599, "token_type": "Bearer"})


def payload_of(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message of Firebase as the service worker would have it."""
    shown, data = message.get("notification") or {}, message.get("data") or {}
    actions = json.loads(data.get("actions") or "[]")
    found = {
        "t": shown.get("title"),
        "b": shown.get("body"),
        "m": shown.get("image"),
        "u": data.get("url"),
        "r": data.get("report"),
        "a": [{"a": one["action"], "t": one["title"], "u": one.get("url", "")} for one in actions],
    }
    return {name: value for name, value in found.items() if value}


def _size(message: Mapping[str, Any]) -> int:
    parts = (message.get("notification") or {}, message.get("data") or {})
    return sum(len(f"{name}{value}".encode()) for part in parts for name, value in part.items())


def _no(status: int, name: str, code: str = "", field: str = "", says: str = "") -> Said:
    details: list[dict[str, Any]] = [{"@type": _ERROR, "errorCode": code}] if code else []
    if field:
        kind = "type.googleapis.com/google.rpc.BadRequest"
        details.append({"@type": kind, "fieldViolations": [{"field": field, "description": "Invalid."}]})
    error = {"code": status, "message": says or name.lower(), "status": name, "details": details}
    return Said(status, {"error": error}, {"retry-after": "1"} if status == 429 else {})
