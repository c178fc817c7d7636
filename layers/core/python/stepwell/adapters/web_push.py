"""Notifications by the browsers' own push services (RFC 8030): encrypted, signed, one attempt a call.

An endpoint is an address that a stranger sent, so only hosts of known push services are called, no redirect is
followed, and a service that a workspace added itself is called through the guard against private addresses.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from stepwell.adapters.provider_http import Answer, ProviderHttp
from stepwell.adapters.push_crypto import encrypt, public_of, read_private, vapid_token
from stepwell.channels.ports import ProviderParts
from stepwell.channels.push.options import WebPushOptions
from stepwell.channels.push.payload import pack
from stepwell.channels.push.subscriptions import LOCAL_SERVICES, PUSH_SERVICES, WEB_PUSH, is_push_service
from stepwell.channels.push.topics import headers_of
from stepwell.contracts.clock import Clock
from stepwell.contracts.ids import short_hash
from stepwell.contracts.messages import Push
from stepwell.errors import (
    AddressGone,
    LimitExceeded,
    NotReady,
    OutcomeUnknown,
    ProviderRejected,
    StepwellError,
    Throttled,
    Unavailable,
)
from stepwell.runtime.effects import HttpRequest

TOKEN_LIFE = timedelta(hours=12)
"""RFC 8292 allows a day; half of it bears clocks that differ."""
_MOST_TOKENS = 100


def made(parts: ProviderParts) -> WebPush:
    """Make the adapter of a workspace; see `stepwell.channels.providers`."""
    return WebPush(
        parts.options,
        str(parts.secrets.get("private_key", "")),
        clock=parts.clock,
        http=parts.http,
        local=parts.local,
    )


class WebPush:
    """See `stepwell.channels.ports.Sender`.

    Args:
        options: The workspace's public key and subject.
        private_key: Its private key, base64url.
        clock: The clock.
        http: Guarded calls, for push services that the workspace added.
        pool: Kept connections to the others; default: the process's.
        local: Whether the local cloud's stand-in may be called.

    Raises:
        NotReady: The private key is none, or not that of the public one.
    """

    def __init__(
        self,
        options: WebPushOptions,
        private_key: str,
        *,
        clock: Clock,
        http: Any = None,
        pool: Any = None,
        local: bool = False,
    ) -> None:
        try:
            self._key = read_private(private_key)
        except ValueError as error:
            raise NotReady("The private key of web push is none.", code="bad_push_key") from error
        if public_of(self._key) != options.public_key:
            raise NotReady("The keys of web push do not belong together.", code="bad_push_key")
        self._options = options
        self._clock = clock
        self._known = ProviderHttp("The push service", pool)
        self._http = http
        self._services = (*PUSH_SERVICES, *(LOCAL_SERVICES if local else ()))
        self._tokens: dict[str, tuple[int, str]] = {}

    def send(self, push: Push) -> str:
        """Hand a notification to the push service; return its address of the message, or an id of our own.

        Raises:
            NotReady: Not taken; it is a subscription of another kind.
            AddressGone: The subscription ended, or can never have worked.
            Throttled: Not taken; slow down.
            Unavailable: Not taken; it was not reached, or is down.
            OutcomeUnknown: It may have been taken.
            ProviderRejected: Not taken.
        """
        subscription = push.subscription
        if subscription.kind != WEB_PUSH:
            # Another provider of the workspace may take it.
            raise NotReady("This subscription is none of a browser.", code="other_push_kind")
        try:
            body = encrypt(pack(push).data, subscription.p256dh, subscription.auth)
        except ValueError as error:
            raise AddressGone("The subscription's key is none.", code="bad_subscription") from error
        except LimitExceeded as error:
            raise ProviderRejected(error.message, code=error.code) from error
        answer = self._post(subscription.endpoint, body, self._headers(push))
        if 200 <= answer.status < 300:
            return answer.headers.get("location") or short_hash("push", push.report, subscription.id)
        raise error_of(answer)

    def _post(self, endpoint: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        if is_push_service(endpoint, self._services):
            return self._known.post(endpoint, body, headers)
        if self._http is None or not is_push_service(endpoint, self._options.hosts):
            raise AddressGone("This push service is not known.", code="unknown_push_service")
        answer = self._http.call(HttpRequest("POST", endpoint, headers, body, hosts=self._options.hosts))
        return Answer(answer.status, answer.headers, answer.body)

    def _headers(self, push: Push) -> dict[str, str]:
        parts = urlsplit(push.subscription.endpoint)
        token = self._token(f"{parts.scheme}://{parts.netloc}")
        return {
            "Authorization": f"vapid t={token},k={self._options.public_key}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            **headers_of(push),
        }

    def _token(self, audience: str) -> str:
        now = int(self._clock.now().timestamp())
        expires, token = self._tokens.get(audience, (0, ""))
        # A new one when half of its life is over: one signature serves all messages to a service.
        if not now + TOKEN_LIFE.total_seconds() / 2 < expires <= now + TOKEN_LIFE.total_seconds():
            if len(self._tokens) >= _MOST_TOKENS:
                self._tokens.clear()
            expires = now + int(TOKEN_LIFE.total_seconds())
            token = vapid_token(self._key, audience, self._options.subject, expires)
            self._tokens[audience] = (expires, token)
        return token


def error_of(answer: Answer) -> StepwellError:
    """Say what a push service's refusal means (RFC 8030, sections 5 and 7.3; RFC 8292, section 4.2)."""
    match answer.status:
        case 404 | 410:
            return AddressGone("The browser's subscription ended.", code="subscription_ended")
        case 413:
            return ProviderRejected(
                "The notification is too large for the push service.", code="push_too_large"
            )
        case 429:
            return Throttled("The push service asked to slow down.", retry_after_s=answer.seconds())
        case 401 | 403:
            return ProviderRejected("The push service refused our key.", code="push_key_refused")
        case 503:
            wait_s = answer.seconds()
            if wait_s is not None:
                return Throttled("The push service is busy.", retry_after_s=wait_s)
            return Unavailable("The push service is down.")
        case status if status >= 500:
            return OutcomeUnknown(f"The push service failed while it had the message ({status}).")
        case status:
            # Redirects too: nobody is led elsewhere.
            return ProviderRejected("The push service refused the message.", details={"status": status})
