"""Notifications by Firebase Cloud Messaging's HTTP v1 API, for apps and for pages that use Firebase's own client.

Signed in as a service account by a JWT (RFC 7523): one signature, for which `google-auth` would bring transports and
credentials of every kind along. One attempt a call.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from stepwell.adapters.fcm_messages import fitted, message_of, text_of
from stepwell.adapters.provider_http import Answer, ProviderHttp, address_of
from stepwell.adapters.push_crypto import base64url
from stepwell.channels.ports import ProviderParts
from stepwell.channels.push.options import FcmOptions
from stepwell.channels.push.subscriptions import FCM
from stepwell.contracts.clock import Clock
from stepwell.contracts.messages import Push
from stepwell.errors import (
    AddressGone,
    NotReady,
    OutcomeUnknown,
    ProviderRejected,
    StepwellError,
    Throttled,
    Unavailable,
)

SEND, TOKENS = "https://fcm.googleapis.com", "https://oauth2.googleapis.com"
SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFE = timedelta(hours=1)
_SPARE_S = 120
_QUOTA_S = 60.0
"""Firebase asks for at least a minute after an exceeded quota that names no time ("Scale your messages")."""
_NO_TOKEN = "registration token is not a valid"
_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"


def made(parts: ProviderParts) -> Fcm:
    """Make the adapter of a workspace; see `stepwell.channels.providers`."""
    account = str(parts.secrets.get("service_account", ""))
    return Fcm(parts.options, account, clock=parts.clock, local=parts.local)


class Fcm:
    """See `stepwell.channels.ports.Sender`.

    Args:
        options: The Firebase project.
        service_account: The key file of a service account that may send, as JSON.
        clock: The clock.
        pool: Kept connections; default: the process's.
        local: Whether a stand-in may be called.

    Raises:
        NotReady: The key file is none.
    """

    def __init__(
        self,
        options: FcmOptions,
        service_account: str,
        *,
        clock: Clock,
        pool: Any = None,
        local: bool = False,
    ) -> None:
        try:
            told = json.loads(service_account)
            self._email, self._key_id = str(told["client_email"]), str(told.get("private_key_id") or "")
            key = serialization.load_pem_private_key(str(told["private_key"]).encode(), None)
        except (ValueError, KeyError, TypeError) as error:
            raise NotReady("The service account's key file is none.", code="bad_service_account") from error
        if not isinstance(key, rsa.RSAPrivateKey):
            raise NotReady("The service account's key is no RSA key.", code="bad_service_account")
        self._key = key
        self._clock = clock
        self._http = ProviderHttp("Firebase", pool)
        project = f"/v1/projects/{options.project_id}/messages:send"
        self._send_url = address_of(SEND, options.address, local=local) + project
        self._token_url = address_of(TOKENS, options.address, local=local) + "/token"
        self._token: tuple[float, str] = (0.0, "")

    def send(self, push: Push) -> str:
        """Hand a notification to Firebase; return its name of the message.

        Raises:
            AddressGone: The token is registered no more, or is none.
            Throttled: Not taken; slow down.
            Unavailable: Not taken; it was not reached, or is down.
            OutcomeUnknown: It may have been taken.
            ProviderRejected: Not taken.
            NotReady: The service account may not sign in, or it is a subscription of another kind.
        """
        if push.subscription.kind != FCM:
            # Another provider of the workspace may take it.
            raise NotReady("This subscription is none of Firebase.", code="other_push_kind")
        message = message_of(fitted(push))
        known = self._token[1]
        token = self._signed_in()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = text_of({"message": message})
        answer = self._http.post(self._send_url, body, headers)
        if answer.status == 200:
            return str(_json(answer).get("name") or "")
        if answer.status == 401 and _code(answer) != "THIRD_PARTY_AUTH_ERROR":
            self._token = (0.0, "")
            if token == known:  # it ended before its time; a fresh one that is refused will never do
                raise Unavailable("Firebase wants a new token.")
        raise error_of(answer)

    def _signed_in(self) -> str:
        now = self._clock.now().timestamp()
        until, token = self._token
        if now < until <= now + _LIFE.total_seconds():
            return token
        form = f"grant_type={_GRANT}&assertion={self._assertion(int(now))}".encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        try:
            answer = self._http.post(self._token_url, form, headers)
        except OutcomeUnknown as error:
            # No message left with it: to ask again is safe.
            raise Unavailable("Google's sign-in did not answer.") from error
        if answer.status == 429 or answer.status >= 500:
            raise Throttled("Google's sign-in asked to slow down.", retry_after_s=answer.seconds())
        told = _json(answer)
        if answer.status != 200 or not told.get("access_token"):
            raise NotReady(
                "Google does not accept the service account.",
                code="service_account_refused",
                details={"error": str(told.get("error") or answer.status)[:100]},
            )
        lasts_s = min(float(told.get("expires_in") or 0), _LIFE.total_seconds())
        self._token = (now + max(lasts_s - _SPARE_S, 0), str(told["access_token"]))
        return self._token[1]

    def _assertion(self, now: int) -> str:
        head = {"alg": "RS256", "typ": "JWT", **({"kid": self._key_id} if self._key_id else {})}
        claims = {
            "iss": self._email,
            "scope": SCOPE,
            "aud": TOKENS + "/token",
            "iat": now,
            "exp": now + int(_LIFE.total_seconds()),
        }
        said = ".".join(
            base64url(json.dumps(part, separators=(",", ":")).encode()) for part in (head, claims)
        )
        return f"{said}.{base64url(self._key.sign(said.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def error_of(answer: Answer) -> StepwellError:
    """Say what Firebase's refusal means (FCM reference, "ErrorCode")."""
    code = _code(answer)
    match code, answer.status:
        case ("UNREGISTERED", _) | ("NOT_FOUND", 404):
            return AddressGone("The app is registered no more.", code="subscription_ended")
        case "INVALID_ARGUMENT", _ if _of_token(answer):
            return AddressGone("The registration token is none.", code="bad_subscription")
        case ("QUOTA_EXCEEDED" | "RESOURCE_EXHAUSTED", _) | (_, 429):
            return Throttled("Firebase asked to slow down.", retry_after_s=answer.seconds() or _QUOTA_S)
        case ("UNAVAILABLE", _) | (_, 503):
            wait_s = answer.seconds()
            if wait_s is not None:
                return Throttled("Firebase is busy.", retry_after_s=wait_s)
            return Unavailable("Firebase is down.")
        case ("SENDER_ID_MISMATCH", _):
            # Not the contact's doing: the workspace names another project than its app does.
            return ProviderRejected(
                "The app was registered with another Firebase project.", code=code.lower()
            )
        case ("THIRD_PARTY_AUTH_ERROR", _):
            return ProviderRejected(
                "Firebase may not send to this platform: see its keys.", code=code.lower()
            )
        case (_, status) if status >= 500:
            return OutcomeUnknown(f"Firebase failed while it had the message ({code or status}).")
    return ProviderRejected(
        f"Firebase refused the message ({code or answer.status}).", details={"code": code}
    )


def _json(answer: Answer) -> Mapping[str, Any]:
    try:
        found = json.loads(answer.body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _code(answer: Answer) -> str:
    error = _json(answer).get("error")
    if not isinstance(error, dict):
        return ""
    for detail in error.get("details") or ():
        if isinstance(detail, dict) and detail.get("@type") == _ERROR:
            return str(detail.get("errorCode") or "")
    return str(error.get("status") or "")


def _of_token(answer: Answer) -> bool:
    error = _json(answer).get("error") or {}
    if _NO_TOKEN in str(error.get("message") or ""):
        return True
    violations = (
        one
        for detail in error.get("details") or ()
        if isinstance(detail, dict)
        for one in detail.get("fieldViolations") or ()
    )
    return any(isinstance(one, dict) and one.get("field") == "message.token" for one in violations)
