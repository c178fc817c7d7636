"""Text messages by Bird (before: MessageBird): `POST /v1/sms/messages`, one attempt a call.

The API is the one of Bird's kept client (PyPI `messagebird-sdk`, 2026), which took the place of
`rest.messagebird.com`, whose client had its last release in 2024. It knows `Idempotency-Key`, for which the visit is
sent: should anybody repeat a request by hand, it is one message. The sender's tags travel in `metadata`, which
webhooks give back (`sources/mappings/bird.jsonata`).
"""

from __future__ import annotations

import json
from typing import Any

from stepwell.adapters.provider_http import Answer, ProviderHttp, address_of
from stepwell.adapters.sms_answers import document_of
from stepwell.channels.ports import ProviderParts
from stepwell.channels.sms.options import BirdOptions
from stepwell.channels.sms.refusals import ACCOUNT_REFUSED, OPTED_OUT
from stepwell.contracts.messages import Sms
from stepwell.errors import AddressGone, OutcomeUnknown, ProviderRejected, StepwellError, Throttled

_MOST_KEY = 200


class BirdTexts:
    """See `stepwell.channels.ports.Sender`.

    Args:
        key: API key.
        address: The API's, by region.
        http: Posts.
    """

    def __init__(self, key: str, address: str, *, http: ProviderHttp | None = None) -> None:
        self._url = f"{address}/v1/sms/messages"
        self._authorization = f"Bearer {key}"
        self._http = http or ProviderHttp("Bird")

    def send(self, message: Sms) -> str:
        """Send and return Bird's message id.

        Raises:
            ProviderRejected: Definitely not sent; code `account_refused` or `recipient_opted_out` where it is that.
            AddressGone: Definitely not sent: there is no such number.
            Throttled: Definitely not sent; slow down.
            Unavailable: Definitely not sent: it was not reached.
            OutcomeUnknown: It may have been sent.
        """
        headers = {
            "authorization": self._authorization,
            "content-type": "application/json",
            "accept": "application/json",
        }
        visit = message.tags.get("visit", "")
        if visit:
            headers["idempotency-key"] = f"{message.tags.get('tenant', '')}-{visit}"[:_MOST_KEY]
        body = json.dumps(request_of(message), ensure_ascii=False, separators=(",", ":")).encode()
        answer = self._http.post(self._url, body, headers)
        if 200 <= answer.status < 300:
            return str(document_of(answer.body).get("id") or "")
        raise _error(answer)


def made(parts: ProviderParts) -> BirdTexts:
    """Make the sender of a workspace; its secret is `api_key`."""
    options: BirdOptions = parts.options
    own = f"https://{options.region}.platform.bird.com"
    return BirdTexts(parts.secrets["api_key"], address_of(own, options.address, local=parts.local))


def request_of(message: Sms) -> dict[str, Any]:
    """Return the body of a request."""
    body: dict[str, Any] = {"to": message.to, "text": message.text, "category": message.purpose.value}
    if message.sender:
        body["from"] = message.sender
    if message.tags:
        body["metadata"] = dict(message.tags)
    return body


def _error(answer: Answer) -> StepwellError:
    found = document_of(answer.body)
    inner = found.get("error")
    told = inner if isinstance(inner, dict) else found
    names = {str(told.get(name) or "") for name in ("code", "name")}
    details = {"status": answer.status, "provider_code": str(told.get("code") or "")}
    if answer.status == 429:
        return Throttled("Bird asked to slow down.", retry_after_s=answer.seconds())
    if answer.status >= 500 or answer.status < 400 or answer.status in (408, 409):
        # 409: another request with this key is under way or was answered otherwise.
        return OutcomeUnknown("Bird failed while it had the message.", details=details)
    if "SMSInvalidRecipient" in names:
        return AddressGone("There is no such number.", details=details)
    if names & {"recipient_opted_out", "SMSRecipientSuppressed"}:
        return ProviderRejected("The number has opted out at Bird.", code=OPTED_OUT, details=details)
    if answer.status in (401, 402, 403, 404) or any(name.startswith("SMSSender") for name in names):
        return ProviderRejected(
            "Bird takes nothing from this account or sender.", code=ACCOUNT_REFUSED, details=details
        )
    return ProviderRejected("Bird refused the message.", details=details)
