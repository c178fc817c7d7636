"""Many messages in one SendBulkEmail: the request, and what its answer says of each message.

SES renders every entry from an inline template; ours are rendered already, so that the template only puts subject,
HTML and text where they belong, unescaped. Headers and tags go with each entry.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from stepwell.adapters.mail_answers import ACCOUNT_REFUSED
from stepwell.contracts.messages import Email
from stepwell.errors import OutcomeUnknown, ProviderRejected, StepwellError, Throttled, Unavailable

AT_ONCE = 50
"""Entries that SES takes in a call ("SendBulkEmail": up to 50 destinations)."""
MAX_DATA = 262_144
"""Characters of an entry's template data (`ReplacementTemplateData` in the API reference)."""
_MAX_CALL = 4_000_000
_TEXT = {"Subject": "{{{s}}}", "Text": "{{{t}}}"}
_HTML = {**_TEXT, "Html": "{{{h}}}"}
_SLOW = frozenset({"ACCOUNT_THROTTLED", "ACCOUNT_DAILY_QUOTA_EXCEEDED"})
_ACCOUNT = frozenset(
    {
        "ACCOUNT_SENDING_PAUSED",
        "ACCOUNT_SUSPENDED",
        "CONFIGURATION_SET_SENDING_PAUSED",
        "MAIL_FROM_DOMAIN_NOT_VERIFIED",
    }
)
# "Unable to process your request" in the API reference: nothing was taken.
_NOT_NOW = frozenset({"TRANSIENT_FAILURE"})
_REJECTED = frozenset(
    {
        "CONFIGURATION_SET_NOT_FOUND",
        "FAILED",
        "INVALID_PARAMETER",
        "INVALID_SENDING_POOL_NAME",
        "MESSAGE_REJECTED",
        "TEMPLATE_NOT_FOUND",
    }
)


def data_of(email: Email) -> str:
    """Return what the inline template puts into a message."""
    told = {"s": email.subject, "t": email.text}
    if email.html:
        told["h"] = email.html
    return json.dumps(told, ensure_ascii=False)


def batches(emails: Sequence[Email]) -> Iterator[tuple[list[int], list[str]]]:
    """Yield (positions, template data) of messages that go in one call; those that fit in none are left out."""
    groups: dict[tuple[str, str, str, bool], tuple[list[int], list[str]]] = {}
    sizes: dict[tuple[str, str, str, bool], int] = {}
    for index, email in enumerate(emails):
        data = data_of(email)
        if len(data) > MAX_DATA:
            continue
        key = (email.sender, email.reply_to, email.configuration_set, bool(email.html))
        positions, texts = groups.setdefault(key, ([], []))
        if len(positions) == AT_ONCE or (positions and sizes[key] + len(data) > _MAX_CALL):
            yield positions, texts
            positions, texts = groups[key] = ([], [])
            sizes[key] = 0
        positions.append(index)
        texts.append(data)
        sizes[key] = sizes.get(key, 0) + len(data)
    yield from groups.values()


def bulk_request(emails: Sequence[Email], data: Sequence[str]) -> dict[str, Any]:
    """Return the arguments of SendBulkEmail for messages of one sender, reply address and configuration set."""
    first = emails[0]
    template = {"TemplateContent": _HTML if first.html else _TEXT, "TemplateData": "{}"}
    request: dict[str, Any] = {
        "FromEmailAddress": first.sender,
        "DefaultContent": {"Template": template},
        "BulkEmailEntries": [_entry(email, text) for email, text in zip(emails, data, strict=True)],
    }
    if first.reply_to:
        request["ReplyToAddresses"] = [first.reply_to]
    if first.configuration_set:
        request["ConfigurationSetName"] = first.configuration_set
    return request


def _entry(email: Email, data: str) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "Destination": {"ToAddresses": [email.to]},
        "ReplacementTags": [{"Name": name, "Value": value} for name, value in email.tags.items()],
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": data}},
    }
    if email.headers:
        entry["ReplacementHeaders"] = [{"Name": n, "Value": v} for n, v in email.headers.items()]
    return entry


def results_of(answer: Mapping[str, Any], wanted: int) -> list[str | StepwellError]:
    """Return the message id or the error of each entry; one that the answer does not tell of is unknown."""
    told = list(answer.get("BulkEmailEntryResults") or ())[:wanted]
    found = [_result(one) for one in told]
    missing = [
        OutcomeUnknown("SES did not say what became of the message.") for _ in range(wanted - len(told))
    ]
    return [*found, *missing]


def _result(one: Mapping[str, Any]) -> str | StepwellError:
    status = str(one.get("Status") or "")
    if status == "SUCCESS":
        return str(one.get("MessageId") or "")
    details = {"aws_status": status}
    if status in _SLOW:
        return Throttled(f"SES asked to slow down ({status}).")
    if status in _NOT_NOW:
        return Unavailable(f"SES took no message ({status}).")
    if status in _ACCOUNT:
        return ProviderRejected(
            f"SES takes nothing from this account ({status}).", code=ACCOUNT_REFUSED, details=details
        )
    if status in _REJECTED:
        return ProviderRejected(f"SES refused the message ({status}).", details=details)
    return OutcomeUnknown(f"SES answered {status or 'nothing'}.", details=details)
