"""Text messages by AWS End User Messaging: one attempt a call, and an honest answer about what is known of it.

SendTextMessage has no idempotency token, so nothing here repeats. What the sender's tags say travels in `Context`,
which has five places: it goes as one query string (`sources/mappings/eum.jsonata` reads it).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from botocore.exceptions import ClientError, ParamValidationError

from stepwell.adapters.aws import STALE_CREDENTIALS, THROTTLES, LateClient, code_of
from stepwell.adapters.sms_answers import asked
from stepwell.channels.ports import ProviderParts
from stepwell.channels.sms.options import EumOptions
from stepwell.channels.sms.refusals import ACCOUNT_REFUSED, OPTED_OUT
from stepwell.contracts.messages import Purpose, Sms
from stepwell.errors import (
    AddressGone,
    OutcomeUnknown,
    ProviderRejected,
    StepwellError,
    Throttled,
    Unavailable,
)

CONTEXT = "stepwell"
_READ_S = 10.0
_ACCOUNT = frozenset({"AccessDeniedException", "ServiceQuotaExceededException", "ResourceNotFoundException"})
_MAX_PRICE = 99.99999


class EumTexts:
    """See `stepwell.channels.ports.Sender`.

    Args:
        options: The workspace's.
        client: A `pinpoint-sms-voice-v2` client that makes one attempt; default: created at the first send.
    """

    def __init__(self, options: EumOptions | None = None, client: Any = None) -> None:
        self._options = options or EumOptions()
        self._client = LateClient("pinpoint-sms-voice-v2", client, attempts=1, read_s=_READ_S)

    def send(self, message: Sms) -> str:
        """Send and return End User Messaging's message id.

        Raises:
            ProviderRejected: Definitely not sent; code `recipient_opted_out`: the number is on the account's
                opt-out list.
            AddressGone: Definitely not sent: there is no such number.
            Throttled: Definitely not sent; slow down.
            Unavailable: Definitely not sent: it was not reached.
            OutcomeUnknown: It may have been sent.
        """
        try:
            with asked("End User Messaging"):
                answer = self._client().send_text_message(**request_of(message, self._options))
        except ClientError as error:
            raise _of_answer(error) from error
        except ParamValidationError as error:
            raise ProviderRejected(
                "The message is not one that End User Messaging takes.", code="bad_message"
            ) from error
        return str(answer["MessageId"])


def made(parts: ProviderParts) -> EumTexts:
    """Make the sender of a workspace."""
    return EumTexts(parts.options)


def _of_answer(error: ClientError) -> StepwellError:
    code, details = code_of(error), dict(error.response)
    reason = str(details.get("Reason") or "")
    told = {"aws_code": code, "reason": reason}
    if code in THROTTLES:
        return Throttled(f"End User Messaging asked to slow down ({code}).")
    if code in STALE_CREDENTIALS:
        return Unavailable(f"End User Messaging took no message ({code}).")
    if reason == "DESTINATION_PHONE_NUMBER_OPTED_OUT":
        return ProviderRejected("The number is on the opt-out list.", code=OPTED_OUT, details=told)
    if code == "ValidationException" and _names_number(details):
        return AddressGone("There is no such number.", details=told)
    if code in _ACCOUNT:
        return ProviderRejected("The account may not send this.", code=ACCOUNT_REFUSED, details=told)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if status < 500:
        return ProviderRejected(f"End User Messaging refused the message ({reason or code}).", details=told)
    return OutcomeUnknown(f"End User Messaging failed while it had the message ({code or status}).")


def _names_number(details: dict[str, Any]) -> bool:
    return any(
        str(field.get("Name") or "").lower() == "destinationphonenumber"
        for field in details.get("Fields") or ()
        if isinstance(field, dict)
    )


def request_of(message: Sms, options: EumOptions) -> dict[str, Any]:
    """Return the arguments of SendTextMessage."""
    marketing = message.purpose is Purpose.MARKETING
    request: dict[str, Any] = {
        "DestinationPhoneNumber": message.to,
        "MessageBody": message.text,
        "MessageType": "PROMOTIONAL" if marketing else "TRANSACTIONAL",
    }
    if message.sender:
        request["OriginationIdentity"] = message.sender
    if options.configuration_set:
        request["ConfigurationSetName"] = options.configuration_set
    if options.ttl_s is not None:
        request["TimeToLive"] = options.ttl_s
    if options.protect:
        request["ProtectConfigurationId"] = options.protect
    if message.max_price is not None:
        request["MaxPrice"] = f"{min(message.max_price, _MAX_PRICE):.5f}"
    if message.tags:
        request["Context"] = {CONTEXT: urlencode(dict(message.tags))}
    return request
