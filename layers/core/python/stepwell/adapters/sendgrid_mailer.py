"""Mailer on SendGrid's v3 Mail Send: one attempt a call, and an honest answer about what is known of it.

Fields and limits are those of "Mail Send" in SendGrid's API reference. What the sender's tags say travels in
`custom_args`, which the event webhook gives back beside each event (`sources/mappings/sendgrid.jsonata`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from stepwell.adapters.mail_answers import ACCOUNT_REFUSED, parts_of_sender, without_ses
from stepwell.adapters.provider_http import Answer, ProviderHttp, address_of
from stepwell.channels.email_options import SendGridOptions
from stepwell.channels.ports import ProviderParts
from stepwell.contracts.messages import Email
from stepwell.errors import OutcomeUnknown, ProviderRejected, StepwellError, Throttled, Unavailable

ADDRESSES: Mapping[str, str] = {"us": "https://api.sendgrid.com", "eu": "https://api.eu.sendgrid.com"}
PATH = "/v3/mail/send"
_MAX_CATEGORIES = 10
_MAX_CATEGORY = 255
_LONGEST_WAIT_S = 600.0


class SendGridMailer:
    """See `stepwell.runtime.ports.Mailer`.

    Args:
        key: API key with the right `mail.send`.
        address: The API's; see `ADDRESSES`.
        opens: Whether it counts opens.
        clicks: Whether it counts clicks.
        ip_pool: Pool of addresses to send from; empty: the account's default.
        sandbox: Whether it only checks messages and delivers none.
        http: Posts.
        wall: Seconds since the epoch, to read when a limit ends.
    """

    def __init__(
        self,
        key: str,
        address: str = ADDRESSES["us"],
        *,
        opens: bool = True,
        clicks: bool = True,
        ip_pool: str = "",
        sandbox: bool = False,
        http: ProviderHttp | None = None,
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._url = address + PATH
        self._headers = {"authorization": f"Bearer {key}", "content-type": "application/json"}
        self._more = _settings(opens, clicks, ip_pool, sandbox)
        self._http = http or ProviderHttp("SendGrid")
        self._wall = wall

    def send(self, email: Email) -> str:
        """Send and return SendGrid's message id.

        Raises:
            ProviderRejected: Definitely not sent; code `account_refused`: nothing of this account is.
            Throttled: Definitely not sent; slow down.
            Unavailable: Definitely not sent: it was not reached, or says that it is not available.
            OutcomeUnknown: It may have been sent.
        """
        body = json.dumps({**request_of(email), **_own(self._more, email)}, ensure_ascii=False).encode()
        answer = self._http.post(self._url, body, self._headers)
        if answer.status in (200, 202):
            return answer.headers.get("x-message-id", "")
        raise self._error(answer)

    def _error(self, answer: Answer) -> StepwellError:
        status, details = answer.status, {"status": answer.status}
        match status:
            case 429:
                return Throttled("SendGrid asked to slow down.", retry_after_s=self._wait(answer))
            case 401 | 403:
                # A key that is wrong or may not send, an account that is shut, a sender that it has not verified.
                return ProviderRejected(
                    "SendGrid takes nothing from this account or sender.",
                    code=ACCOUNT_REFUSED,
                    details=details,
                )
            case 503 if _said_so(answer.body):
                return Unavailable("SendGrid says that it is not available.", code="provider_unavailable")
            case _ if status >= 500 or status < 400:
                return OutcomeUnknown("SendGrid failed while it had the message.", details=details)
        return ProviderRejected("SendGrid refused the message.", details={**details, **_field(answer.body)})

    def _wait(self, answer: Answer) -> float | None:
        told = answer.seconds()
        if told is not None:
            return told
        reset = answer.seconds_at("x-ratelimit-reset")
        return None if reset is None else min(max(reset - self._wall(), 1.0), _LONGEST_WAIT_S)


def made(parts: ProviderParts) -> SendGridMailer:
    """Make the mailer of a workspace; its secret is `api_key`."""
    options: SendGridOptions = parts.options
    return SendGridMailer(
        parts.secrets["api_key"],
        address_of(ADDRESSES[options.region], options.address, local=parts.local),
        opens=options.opens,
        clicks=options.clicks,
        ip_pool=options.ip_pool,
        sandbox=options.sandbox,
    )


def _own(more: dict[str, Any], email: Email) -> dict[str, Any]:
    """Return the settings without what the message tells itself (`stepwell.channels.links`)."""
    own = email.tags.get("own", "")
    if not own:
        return more
    tracking = dict(more["tracking_settings"])
    for letter, name in (("c", "click_tracking"), ("o", "open_tracking")):
        if letter in own:
            tracking[name] = {"enable": False}
    return {**more, "tracking_settings": tracking}


def _settings(opens: bool, clicks: bool, ip_pool: str, sandbox: bool) -> dict[str, Any]:
    more: dict[str, Any] = {
        "tracking_settings": {
            "click_tracking": {"enable": clicks, "enable_text": False},
            "open_tracking": {"enable": opens},
            # Our own links and headers unsubscribe; a second list at the provider would contradict them.
            "subscription_tracking": {"enable": False},
        }
    }
    if ip_pool:
        more["ip_pool_name"] = ip_pool
    if sandbox:
        more["mail_settings"] = {"sandbox_mode": {"enable": True}}
    return more


def request_of(email: Email) -> dict[str, Any]:
    """Return the body of Mail Send."""
    name, address = parts_of_sender(email.sender)
    # SendGrid wants the plain part first.
    content: list[dict[str, str]] = [{"type": "text/plain", "value": email.text or " "}]
    if email.html:
        content.append({"type": "text/html", "value": without_ses(email.html)})
    personal: dict[str, Any] = {"to": [{"email": email.to}]}
    if email.tags:
        personal["custom_args"] = dict(email.tags)
    request: dict[str, Any] = {
        "personalizations": [personal],
        "from": {"email": address, **({"name": name} if name else {})},
        "subject": email.subject,
        "content": content,
    }
    if email.reply_to:
        answers, to = parts_of_sender(email.reply_to)
        request["reply_to"] = {"email": to, **({"name": answers} if answers else {})}
    if email.headers:
        request["headers"] = dict(email.headers)
    categories = _categories(email.tags)
    if categories:
        request["categories"] = categories
    return request


def _categories(tags: Mapping[str, str]) -> list[str]:
    told = (tags.get(name, "")[:_MAX_CATEGORY] for name in ("tenant", "workflow", "tag"))
    return list(dict.fromkeys(filter(None, told)))[:_MAX_CATEGORIES]


def _errors(body: bytes) -> list[Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return []
    errors = found.get("errors") if isinstance(found, dict) else None
    return errors if isinstance(errors, list) else []


def _said_so(body: bytes) -> bool:
    return bool(_errors(body))


def _field(body: bytes) -> dict[str, str]:
    """Return which field it refuses; its sentence may quote the address, and errors hold no personal data."""
    field = next((e.get("field") for e in _errors(body) if isinstance(e, dict)), None)
    return {"field": field[:100]} if isinstance(field, str) else {}
