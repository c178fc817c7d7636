"""Text messages by Twilio's Messages API (2010-04-01): one attempt a call, and an honest answer about it.

Twilio has no idempotency for messages: what was sent twice is two messages, so a time-out is `OutcomeUnknown`. Its
client is not used here (it takes a quarter of a second to import, which a Lambda pays at its start); the contract
tests drive the same stand-in by it. What the sender's tags say travels in the query of `StatusCallback`, which
Twilio signs along (`sources/mappings/twilio.jsonata` reads it).
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from urllib.parse import quote, urlencode

from stepwell.adapters.provider_http import Answer, ProviderHttp, address_of
from stepwell.adapters.sms_answers import document_of
from stepwell.channels.ports import ProviderParts
from stepwell.channels.sms.options import TwilioOptions
from stepwell.channels.sms.refusals import ACCOUNT_REFUSED, OPTED_OUT
from stepwell.contracts.messages import Sms
from stepwell.errors import AddressGone, OutcomeUnknown, ProviderRejected, StepwellError, Throttled

ADDRESS = "https://api.twilio.com"
# Error codes of "Error and Warning Dictionary": numbers that cannot get texts, whatever is done.
_GONE = frozenset({21211, 21217, 21219, 21401, 21604, 21614})
_OPTED_OUT = frozenset({21610})
# About the account, its senders or where it may send: another provider may take the message.
_ACCOUNT = frozenset(
    {20003, 20005, 20008, 21408, 21603, 21606, 21611, 21612, 21618, 21621, 21660, 21701, 21703, 21704, 21705, 63038}
)  # fmt: skip


class TwilioTexts:
    """See `stepwell.channels.ports.Sender`.

    Args:
        options: The workspace's.
        user: SID of the account or of an API key.
        password: Auth token, or the key's secret.
        callback: Address of the webhook that deliveries are reported to; empty: none.
        address: The API's.
        http: Posts.
    """

    def __init__(
        self,
        options: TwilioOptions,
        user: str,
        password: str,
        *,
        callback: str = "",
        address: str = ADDRESS,
        http: ProviderHttp | None = None,
    ) -> None:
        self._options = options
        self._callback = callback
        self._url = f"{address}/2010-04-01/Accounts/{quote(options.account, safe='')}/Messages.json"
        self._authorization = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        self._http = http or ProviderHttp("Twilio")

    def send(self, message: Sms) -> str:
        """Send and return Twilio's message SID.

        Raises:
            ProviderRejected: Definitely not sent; code `account_refused` or `recipient_opted_out` where it is that.
            AddressGone: Definitely not sent: the number gets no texts.
            Throttled: Definitely not sent; slow down.
            Unavailable: Definitely not sent: it was not reached.
            OutcomeUnknown: It may have been sent.
        """
        answer = self._http.post(
            self._url,
            urlencode(self.fields_of(message)).encode(),
            {
                "authorization": self._authorization,
                "content-type": "application/x-www-form-urlencoded",
                "accept": "application/json",
            },
        )
        if answer.status in (200, 201):
            return str(document_of(answer.body).get("sid") or "")
        raise _error(answer)

    def fields_of(self, message: Sms) -> Mapping[str, str]:
        """Return the form's fields."""
        fields = {"To": message.to, "Body": message.text}
        if self._options.messaging_service and not message.sender:
            fields["MessagingServiceSid"] = self._options.messaging_service
        elif message.sender.startswith("MG"):
            fields["MessagingServiceSid"] = message.sender
        elif message.sender:
            fields["From"] = message.sender
        if self._options.ttl_s is not None:
            fields["ValidityPeriod"] = str(self._options.ttl_s)
        if message.max_price is not None:
            fields["MaxPrice"] = f"{message.max_price:.4f}"
        if self._callback:
            fields["StatusCallback"] = f"{self._callback}?{urlencode(dict(message.tags))}"
        return fields


def made(parts: ProviderParts) -> TwilioTexts:
    """Make the sender of a workspace; its secrets are `auth_token`, or `api_key` and `api_secret`."""
    options: TwilioOptions = parts.options
    secrets = parts.secrets
    by_key = "api_key" in secrets
    source = f"{parts.public_url}/v1/webhooks/{parts.tenant}/{options.source}"
    return TwilioTexts(
        options,
        secrets["api_key"] if by_key else options.account,
        secrets["api_secret"] if by_key else secrets["auth_token"],
        callback=source if options.source and parts.public_url else "",
        address=address_of(ADDRESS, options.address, local=parts.local),
    )


def _error(answer: Answer) -> StepwellError:
    told = document_of(answer.body)
    number = told.get("code")
    code = number if isinstance(number, int) else 0
    details = {"status": answer.status, "provider_code": code}
    if answer.status == 429 or code == 20429:
        return Throttled("Twilio asked to slow down.", retry_after_s=answer.seconds())
    if answer.status >= 500 or answer.status < 400:
        return OutcomeUnknown("Twilio failed while it had the message.", details=details)
    if code in _OPTED_OUT:
        return ProviderRejected("The number has opted out at Twilio.", code=OPTED_OUT, details=details)
    if code in _GONE:
        return AddressGone("The number gets no text messages.", details=details)
    if code in _ACCOUNT or answer.status in (401, 403, 404):
        return ProviderRejected(
            "Twilio takes nothing from this account or sender.", code=ACCOUNT_REFUSED, details=details
        )
    return ProviderRejected("Twilio refused the message.", details=details)
