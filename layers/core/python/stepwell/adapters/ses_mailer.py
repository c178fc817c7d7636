"""Mailer on SES v2: one attempt a call, and an honest answer about what is known of it.

SES has no idempotency token, so nothing here repeats: botocore's default would send a timed-out message twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import local
from typing import Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ParamValidationError,
)
from botocore.exceptions import (
    ConnectionError as BotoConnectionError,
)

from stepwell.adapters.aws import STALE_CREDENTIALS, THROTTLES, LateClient, code_of
from stepwell.adapters.mail_answers import ACCOUNT_REFUSED
from stepwell.adapters.ses_bulk import batches, bulk_request, results_of
from stepwell.channels.ports import ProviderParts
from stepwell.contracts.messages import Email
from stepwell.errors import OutcomeUnknown, ProviderRejected, StepwellError, Throttled, Unavailable

_READ_S = 10.0
_BULK = "before-call.sesv2.SendBulkEmail"
# Codes of SendEmail after which the message is certainly not sent and trying again cannot help.
_REJECTED = frozenset(
    {
        "BadRequestException",
        "InvalidParameterValue",
        "MessageRejected",
        "NotFoundException",
        "ValidationException",
    }
)
# The same, and it concerns all messages of the account or sender.
_ACCOUNT = frozenset(
    {"AccountSuspendedException", "MailFromDomainNotVerifiedException", "SendingPausedException"}
)


class SesMailer:
    """See `stepwell.runtime.ports.Mailer`.

    Args:
        ses: A `sesv2` client that makes one attempt; default: created at the first send.
    """

    def __init__(self, ses: Any = None) -> None:
        # What is sent is made here, of texts alone; checking each field once more costs a fifth of a send.
        self._ses = LateClient("sesv2", ses, attempts=1, read_s=_READ_S, validated=False)
        self._written = _Written()

    def send(self, email: Email) -> str:
        """Send and return SES's message id.

        Raises:
            ProviderRejected: Definitely not sent.
            Throttled: Definitely not sent; slow down.
            Unavailable: Definitely not sent: SES was not reached.
            OutcomeUnknown: It may have been sent.
        """
        with _honest():
            answer = self._ses().send_email(**request_of(email))
        return str(answer["MessageId"])

    def send_many(self, emails: Sequence[Email]) -> list[str | StepwellError]:
        """Send messages by SendBulkEmail; return the id or the error of each, in their order.

        A call that SES refuses as a whole sent nothing; its messages then go one by one, so that one that it does not
        take costs no other.
        """
        results: list[str | StepwellError | None] = [None] * len(emails)
        # All are made before the first goes out: whoever cannot be written costs nobody his message.
        for positions, data in list(batches(emails)):
            part = [emails[index] for index in positions]
            for index, result in zip(positions, self._batch(part, data), strict=True):
                results[index] = result
        return [self._alone(emails[i]) if result is None else result for i, result in enumerate(results)]

    def _batch(self, emails: Sequence[Email], data: Sequence[str]) -> list[str | StepwellError]:
        if len(emails) == 1:
            return [self._alone(emails[0])]
        try:
            with _honest():
                answer = self._bulk(bulk_request(emails, data))
        except ProviderRejected as error:
            if error.code == ACCOUNT_REFUSED:
                return [error] * len(emails)
            return [self._alone(email) for email in emails]
        except StepwellError as error:
            return [error] * len(emails)
        return results_of(answer, len(emails))

    def _bulk(self, request: dict[str, Any]) -> dict[str, Any]:
        """Call SendBulkEmail with a body written here: botocore would walk through each of its thousand fields."""
        ses = self._ses()
        ses.meta.events.register_first(_BULK, self._written.put, unique_id="stepwell-bulk")
        self._written.body = json.dumps(request, ensure_ascii=False).encode()
        answer: dict[str, Any] = ses.send_bulk_email(BulkEmailEntries=[], DefaultContent={})
        return answer

    def _alone(self, email: Email) -> str | StepwellError:
        try:
            return self.send(email)
        except StepwellError as error:
            return error


class _Written(local):
    """The body of the call that this thread makes."""

    body: bytes = b""

    def put(self, params: dict[str, Any], **_: Any) -> None:
        """Put it into a request that botocore has made; names in the body are those of the wire."""
        params["body"] = self.body


@contextmanager
def _honest() -> Iterator[None]:
    """Raise what botocore raises as what is known of the message."""
    try:
        yield
    except ClientError as error:
        raise _of_answer(error) from error
    except ParamValidationError as error:
        raise ProviderRejected("The message is not one that SES takes.", code="bad_message") from error
    except (
        EndpointConnectionError,
        ConnectTimeoutError,
        NoCredentialsError,
        CredentialRetrievalError,
    ) as error:
        raise Unavailable("SES could not be reached.") from error
    except (HTTPClientError, BotoConnectionError) as error:
        # The request may have left: a read time-out, a connection closed without an answer.
        raise OutcomeUnknown("SES did not answer.") from error


def made(parts: ProviderParts) -> SesMailer:
    """Make the mailer of a workspace: the deployment's own SES, which needs no options."""
    del parts
    return SesMailer()


def _of_answer(error: ClientError) -> Exception:
    code = code_of(error)
    if code in THROTTLES:
        return Throttled(f"SES asked to slow down ({code}).")
    if code in STALE_CREDENTIALS:
        return Unavailable(f"SES took no message ({code}).")
    if code in _ACCOUNT:
        return ProviderRejected(
            f"SES takes nothing from this account ({code}).",
            code=ACCOUNT_REFUSED,
            details={"aws_code": code},
        )
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    if code in _REJECTED or status < 500:
        return ProviderRejected(f"SES refused the message ({code}).", details={"aws_code": code})
    return OutcomeUnknown(f"SES failed while it had the message ({code or status}).")


def request_of(email: Email) -> dict[str, Any]:
    """Return the arguments of SendEmail (`Simple` content: SES builds and signs the MIME message)."""
    body: dict[str, Any] = {"Text": {"Data": email.text, "Charset": "UTF-8"}}
    if email.html:
        body["Html"] = {"Data": email.html, "Charset": "UTF-8"}
    message: dict[str, Any] = {"Subject": {"Data": email.subject, "Charset": "UTF-8"}, "Body": body}
    if email.headers:
        message["Headers"] = [{"Name": name, "Value": value} for name, value in email.headers.items()]
    request: dict[str, Any] = {
        "FromEmailAddress": email.sender,
        "Destination": {"ToAddresses": [email.to]},
        "Content": {"Simple": message},
        "EmailTags": [{"Name": name, "Value": value} for name, value in email.tags.items()],
    }
    if email.reply_to:
        request["ReplyToAddresses"] = [email.reply_to]
    if email.configuration_set:
        request["ConfigurationSetName"] = email.configuration_set
    return request
