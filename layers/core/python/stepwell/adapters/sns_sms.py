"""Text messages by SNS `Publish` to a number: one attempt a call, and an honest answer about what is known of it.

SNS passes them to End User Messaging and takes no context along: its delivery reports stand in CloudWatch logs and
name the number alone. A workspace that wants deliveries, answers and caps of its own uses `eum`.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError, ParamValidationError

from stepwell.adapters.aws import STALE_CREDENTIALS, THROTTLES, LateClient, code_of
from stepwell.adapters.sms_answers import asked
from stepwell.channels.ports import ProviderParts
from stepwell.channels.sms.refusals import ACCOUNT_REFUSED, OPTED_OUT
from stepwell.channels.sms.senders import kind_of_sender
from stepwell.contracts.messages import Purpose, Sms
from stepwell.errors import (
    AddressGone,
    OutcomeUnknown,
    ProviderRejected,
    StepwellError,
    Throttled,
    Unavailable,
)

_READ_S = 10.0
_ACCOUNT = frozenset(
    {"AuthorizationError", "AuthorizationErrorException", "AccessDenied", "KMSOptInRequired"}
)
_THROTTLES = THROTTLES | {"Throttled", "ThrottledException"}


class SnsTexts:
    """See `stepwell.channels.ports.Sender`.

    Args:
        client: An `sns` client that makes one attempt; default: created at the first send.
    """

    def __init__(self, client: Any = None) -> None:
        self._client = LateClient("sns", client, attempts=1, read_s=_READ_S)

    def send(self, message: Sms) -> str:
        """Send and return SNS's message id.

        Raises:
            ProviderRejected: Definitely not sent.
            AddressGone: Definitely not sent: there is no such number.
            Throttled: Definitely not sent; slow down.
            Unavailable: Definitely not sent: it was not reached.
            OutcomeUnknown: It may have been sent.
        """
        try:
            with asked("SNS"):
                answer = self._client().publish(**request_of(message))
        except ClientError as error:
            raise _of_answer(error) from error
        except ParamValidationError as error:
            raise ProviderRejected("The message is not one that SNS takes.", code="bad_message") from error
        return str(answer["MessageId"])


def made(parts: ProviderParts) -> SnsTexts:
    """Make the sender of a workspace."""
    del parts
    return SnsTexts()


def _of_answer(error: ClientError) -> StepwellError:
    code = code_of(error)
    said = str(error.response.get("Error", {}).get("Message", ""))
    told = {"aws_code": code}
    if code in _THROTTLES:
        return Throttled(f"SNS asked to slow down ({code}).")
    if code in STALE_CREDENTIALS:
        return Unavailable(f"SNS took no message ({code}).")
    if "opted out" in said.lower():
        return ProviderRejected("The number is on the opt-out list.", code=OPTED_OUT, details=told)
    if code.startswith("InvalidParameter") and "PhoneNumber" in said:
        return AddressGone("There is no such number.", details=told)
    if code in _ACCOUNT:
        return ProviderRejected("The account may not send this.", code=ACCOUNT_REFUSED, details=told)
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if status < 500:
        return ProviderRejected(f"SNS refused the message ({code}).", details=told)
    return OutcomeUnknown(f"SNS failed while it had the message ({code or status}).")


def request_of(message: Sms) -> dict[str, Any]:
    """Return the arguments of Publish."""
    marketing = message.purpose is Purpose.MARKETING
    attributes = {"AWS.SNS.SMS.SMSType": _text("Promotional" if marketing else "Transactional")}
    if message.sender:
        named = kind_of_sender(message.sender) == "name"
        place = "AWS.SNS.SMS.SenderID" if named else "AWS.MM.SMS.OriginationNumber"
        attributes[place] = _text(message.sender)
    if message.max_price is not None:
        attributes["AWS.SNS.SMS.MaxPrice"] = {
            "DataType": "Number",
            "StringValue": f"{message.max_price:.5f}",
        }
    return {"PhoneNumber": message.to, "Message": message.text, "MessageAttributes": attributes}


def _text(value: str) -> dict[str, str]:
    return {"DataType": "String", "StringValue": value}
