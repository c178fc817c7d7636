"""Stand-in of Twilio's Messages API (2010-04-01), its status callbacks and its incoming messages.

Mounted under ``/_stepwell/providers/twilio``. Any account SID and any credentials that begin with ``test`` are
accepted; the auth token of the request signs the callbacks, as Twilio's does (HMAC-SHA1 of address and fields).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from local.enrichment import Said
from local.providers.calling import call
from local.providers.phones import Phones, Text, new_id

_PATH = re.compile(r"^/2010-04-01/Accounts/(AC[0-9a-fA-F]{32})/Messages(?:/((?:SM|MM)[0-9a-f]{32}))?\.json$")
_ERRORS: Mapping[str, tuple[int, int, str]] = {
    "invalid": (400, 21211, "Invalid 'To' Phone Number"),
    "landline": (400, 21614, "'To' number is not a valid mobile number"),
    "unroutable": (400, 21612, "Message cannot be sent with the current combination of 'To' and 'From'"),
    "opted_out": (400, 21610, "Attempt to send to unsubscribed recipient"),
    "busy": (429, 20429, "Too Many Requests"),
    "account": (401, 20003, "Authenticate"),
    "broken": (500, 20500, "Internal Server Error"),
}


class TwilioStandIn:
    """Twilio.

    Args:
        phones: Where texts arrive.
    """

    def __init__(self, phones: Phones) -> None:
        self._phones = phones

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Said:
        """Answer a request; names of headers are in lower case.

        Raises:
            LostAnswerError: See `Phones.take`.
        """
        found = _PATH.match(path)
        if found is None:
            return _error(404, 20404, "The requested resource was not found")
        account, sid = found.groups()
        user, secret = _credentials(headers)
        if not secret.startswith("test") or not (user == account or user.startswith("SK")):
            return _error(401, 20003, "Authenticate")
        if method == "GET" and sid:
            text = self._phones.text(sid)
            return Said(200, _shown(text, account)) if text else _error(404, 20404, "not found")
        if method != "POST" or sid:
            return _error(405, 20004, "Method not allowed")
        return self._create(account, secret, dict(parse_qsl(body.decode("utf-8", "replace"))))

    def _create(self, account: str, secret: str, form: Mapping[str, str]) -> Said:
        to, body = form.get("To", ""), form.get("Body", "")
        if not to:
            return _error(400, 21604, "A 'To' phone number is required.")
        if not re.fullmatch(r"\+[1-9][0-9]{6,14}", to):
            return _error(400, 21211, f"Invalid 'To' Phone Number: {to[:5]}XXXX")
        if not form.get("From") and not form.get("MessagingServiceSid"):
            return _error(400, 21603, "A 'From' phone number is required.")
        if not body:
            return _error(400, 21602, "Message body is required.")
        if len(body) > 1600:
            return _error(400, 21617, "The concatenated message body exceeds the 1600 character limit")
        fate = self._phones.fate(to)
        if fate in _ERRORS:
            return _error(*_ERRORS[fate])
        text = Text(
            id=new_id("SM"),
            provider="twilio",
            to=to,
            sender=form.get("From") or form.get("MessagingServiceSid", ""),
            body=body,
            tags=dict(parse_qsl(form.get("StatusCallback", "").partition("?")[2])),
            request={"callback": form.get("StatusCallback", ""), "key": secret, "account": account},
        )
        self._phones.take(text, self.tell)
        return Said(201, _shown(text, account) | {"status": "queued"})

    def tell(self, text: Text, outcome: str) -> None:
        """Report a delivery to the message's status callback."""
        url = str(text.request.get("callback") or "")
        failed = outcome == "failed"
        for status in ("sent", "undelivered" if failed else "delivered") if url else ():
            fields = {
                "AccountSid": str(text.request["account"]),
                "ApiVersion": "2010-04-01",
                "From": text.sender,
                "To": text.to,
                "MessageSid": text.id,
                "MessageStatus": status,
                "SmsSid": text.id,
                "SmsStatus": status,
            }
            if status == "undelivered":
                fields["ErrorCode"] = "30003"
            self._post(url, fields, str(text.request["key"]))

    def reply(self, text: Text, body: str, url: str) -> int:
        """Send what the recipient of a text answers to a number's webhook; return the answer's status."""
        fields = {
            "AccountSid": str(text.request["account"]),
            "ApiVersion": "2010-04-01",
            "Body": body,
            "From": text.to,
            "To": text.sender,
            "MessageSid": new_id("SM"),
            "NumMedia": "0",
            "NumSegments": "1",
            "SmsStatus": "received",
        }
        fields["SmsMessageSid"] = fields["SmsSid"] = fields["MessageSid"]
        return self._post(
            url or str(text.request["callback"]).partition("?")[0], fields, str(text.request["key"])
        )

    def _post(self, url: str, fields: Mapping[str, str], key: str) -> int:
        headers = {
            "content-type": "application/x-www-form-urlencoded",
            "x-twilio-signature": signature(url, fields, key),
            "user-agent": "TwilioProxy/1.1",
        }
        return call(url, urlencode(fields).encode(), headers)


def signature(url: str, fields: Mapping[str, str], key: str) -> str:
    """Sign a call as Twilio does ("Webhooks security")."""
    signed = url + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    return base64.b64encode(hmac.new(key.encode(), signed.encode(), hashlib.sha1).digest()).decode()


def _credentials(headers: Mapping[str, str]) -> tuple[str, str]:
    kind, _, text = headers.get("authorization", "").partition(" ")
    try:
        user, _, secret = base64.b64decode(text).decode().partition(":") if kind == "Basic" else ("", "", "")
    except ValueError:
        return "", ""
    return user, secret


def _shown(text: Text, account: str) -> dict[str, Any]:
    return {
        "account_sid": account,
        "api_version": "2010-04-01",
        "body": text.body,
        "date_created": "Thu, 01 Jan 2026 00:00:00 +0000",
        "date_sent": None,
        "date_updated": "Thu, 01 Jan 2026 00:00:00 +0000",
        "direction": "outbound-api",
        "error_code": None,
        "error_message": None,
        "from": text.sender if not text.sender.startswith("MG") else None,
        "messaging_service_sid": text.sender if text.sender.startswith("MG") else None,
        "num_media": "0",
        "num_segments": "1",
        "price": None,
        "price_unit": "USD",
        "sid": text.id,
        "status": "sent",
        "subresource_uris": {"media": f"/2010-04-01/Accounts/{account}/Messages/{text.id}/Media.json"},
        "to": text.to,
        "uri": f"/2010-04-01/Accounts/{account}/Messages/{text.id}.json",
    }


def _error(status: int, code: int, message: str) -> Said:
    more = f"https://www.twilio.com/docs/errors/{code}"
    headers = {"retry-after": "2"} if status == 429 else {}
    return Said(status, {"code": code, "message": message, "more_info": more, "status": status}, headers)
