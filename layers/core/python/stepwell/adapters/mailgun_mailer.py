"""Mailer on Mailgun's v3 messages: one attempt a call, and an honest answer about what is known of it.

Fields are those of "Messages" in Mailgun's API reference. What the sender's tags say travels as `v:` variables, which
webhooks give back as `user-variables` (`sources/mappings/mailgun.jsonata`).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from email.utils import quote
from urllib.parse import quote as url_quote

from urllib3.filepost import encode_multipart_formdata

from stepwell.adapters.mail_answers import ACCOUNT_REFUSED, parts_of_sender, without_ses
from stepwell.adapters.provider_http import Answer, ProviderHttp, address_of
from stepwell.channels.email_options import MailgunOptions
from stepwell.channels.ports import ProviderParts
from stepwell.contracts.messages import Email
from stepwell.errors import OutcomeUnknown, ProviderRejected, StepwellError, Throttled

ADDRESSES: Mapping[str, str] = {"us": "https://api.mailgun.net", "eu": "https://api.eu.mailgun.net"}
_MAX_TAG = 128


class MailgunMailer:
    """See `stepwell.runtime.ports.Mailer`.

    Args:
        key: The account's API key, or a sending key of the domain.
        domain: Sending domain at Mailgun.
        address: The API's, by region; see `ADDRESSES`.
        opens: Whether it counts opens.
        clicks: Whether it counts clicks.
        test_mode: Whether it takes messages and delivers none (it bills them).
        http: Posts.
    """

    def __init__(
        self,
        key: str,
        domain: str,
        address: str = ADDRESSES["us"],
        *,
        opens: bool = True,
        clicks: bool = True,
        test_mode: bool = False,
        http: ProviderHttp | None = None,
    ) -> None:
        self._url = f"{address}/v3/{url_quote(domain, safe='')}/messages"
        self._authorization = "Basic " + base64.b64encode(f"api:{key}".encode()).decode()
        self._more = [
            ("o:tracking-opens", "yes" if opens else "no"),
            ("o:tracking-clicks", "htmlonly" if clicks else "no"),
            *([("o:testmode", "yes")] if test_mode else []),
        ]
        self._http = http or ProviderHttp("Mailgun")

    def send(self, email: Email) -> str:
        """Send and return Mailgun's message id.

        Raises:
            ProviderRejected: Definitely not sent; code `account_refused`: nothing of this account is.
            Throttled: Definitely not sent; slow down.
            Unavailable: Definitely not sent: it was not reached.
            OutcomeUnknown: It may have been sent.
        """
        body, kind = encode_multipart_formdata(
            [*fields_of(email), *(dict(self._more) | _untracked(email)).items()]
        )
        headers = {"authorization": self._authorization, "content-type": kind}
        answer = self._http.post(self._url, body, headers)
        if answer.status == 200:
            return _id(answer.body)
        raise _error(answer)


def made(parts: ProviderParts) -> MailgunMailer:
    """Make the mailer of a workspace; its secret is `api_key`."""
    options: MailgunOptions = parts.options
    return MailgunMailer(
        parts.secrets["api_key"],
        options.domain,
        address_of(ADDRESSES[options.region], options.address, local=parts.local),
        opens=options.opens,
        clicks=options.clicks,
        test_mode=options.test_mode,
    )


def _error(answer: Answer) -> StepwellError:
    status, details = answer.status, {"status": answer.status}
    match status:
        case 429:
            return Throttled("Mailgun asked to slow down.", retry_after_s=answer.seconds())
        case 401 | 402 | 403 | 404:
            # A key that is wrong, an account without credit or shut, a domain that it does not have.
            return ProviderRejected(
                "Mailgun takes nothing from this account or domain.", code=ACCOUNT_REFUSED, details=details
            )
        case _ if status >= 500 or status < 400:
            return OutcomeUnknown("Mailgun failed while it had the message.", details=details)
    return ProviderRejected("Mailgun refused the message.", details=details)


def _untracked(email: Email) -> dict[str, str]:
    """Return what keeps Mailgun from telling what the message tells itself (`stepwell.channels.links`)."""
    own = email.tags.get("own", "")
    kinds = (("c", "o:tracking-clicks"), ("o", "o:tracking-opens"))
    return {name: "no" for letter, name in kinds if letter in own}


def _id(body: bytes) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        # It said 200: the message is on its way, whatever else it said.
        return ""
    return str(found.get("id") or "").strip("<>") if isinstance(found, dict) else ""


def fields_of(email: Email) -> list[tuple[str, str]]:
    """Return the form's fields."""
    fields = [("from", _line(email.sender)), ("to", email.to), ("subject", email.subject)]
    fields.append(("text", email.text or " "))
    if email.html:
        fields.append(("html", without_ses(email.html)))
    if email.reply_to:
        fields.append(("h:Reply-To", _line(email.reply_to)))
    fields += [(f"h:{name}", value) for name, value in email.headers.items()]
    fields += [(f"v:{name}", value) for name, value in email.tags.items()]
    tags = (email.tags.get(name, "")[:_MAX_TAG] for name in ("workflow", "tag"))
    return fields + [("o:tag", tag) for tag in dict.fromkeys(filter(None, tags))]


def _line(sender: str) -> str:
    name, address = parts_of_sender(sender)
    return f'"{quote(name)}" <{address}>' if name else address
