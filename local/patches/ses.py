"""Gap: SES forgets headers, tags and configuration set, publishes no events, and never throttles.

Accepted messages go to the outbox as the MIME message SES would send, signed, links and pixel rewritten where
the configuration set asks for clicks and opens; Send, Delivery, Bounce and Complaint events go to its
SNS topics; the account has a send rate; and faults can be asked for. Checks of sender and template stay
MiniStack's.
"""

from __future__ import annotations

import json
import re
import uuid
from email.utils import parseaddr
from typing import Any

from local import ses_events, ses_mime, ses_signing, tracking
from local.faults import DropConnection, SesFaults
from local.mail_publisher import Events
from local.outbox import Message
from local.patches import Parts

TOO_FAST = "Maximum sending rate exceeded."
#: MiniStack keeps every message in memory for its own listing; ours is on disk.
KEPT_THERE = 1000
DAY_S = 86400.0
_PLACE = re.compile(r"\{\{\{\s*(\w+)\s*\}\}\}|\{\{\s*(\w+)\s*\}\}")


def install(parts: Parts) -> None:
    """Wraps the SESv2 handler."""
    from ministack.services import ses_v2

    desk = Desk(parts, ses_v2)
    handle = ses_v2.handle_request

    async def handle_request(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        operation = path.rstrip("/").removeprefix("/v2/email")
        if method == "GET" and operation == "/account":
            return desk.account(await handle(method, path, headers, body, query))
        if method != "POST" or operation not in ("/outbound-emails", "/outbound-bulk-emails"):
            return await handle(method, path, headers, body, query)
        request = json.loads(body or b"{}")
        bulk = operation == "/outbound-bulk-emails"
        refused = desk.refusal(request, bulk)
        if refused is not None:
            return refused
        answer = await handle(method, path, headers, body, query)
        if answer[0] != 200:
            return answer
        answer = desk.accept_bulk(request, answer) if bulk else desk.accept(request, answer)
        if parts.faults.ses.take("kill_after_accept"):
            raise DropConnection
        return answer

    ses_v2.handle_request = handle_request
    service: Any = ses_v2
    service._render_template = render_template
    desk.take_in_internal()


def render_template(template: dict[str, Any], data: Any) -> dict[str, str]:
    """Gap: `{{{name}}}`, and values that look like placeholders themselves; SES renders in one pass."""
    try:
        told = json.loads(data) if isinstance(data, str) else data or {}
    except ValueError:
        told = {}

    def value(found: re.Match[str]) -> str:
        return str(told.get(found[1] or found[2], ""))

    parts = {"Subject": "SubjectPart", "Text": "TextPart", "Html": "HtmlPart"}
    return {name: _PLACE.sub(value, template.get(part) or "") for name, part in parts.items()}


class Desk:
    """Takes accepted messages in and publishes what becomes of them."""

    def __init__(self, parts: Parts, ses_v2: Any) -> None:
        from ministack.core import responses
        from ministack.services import ses

        self._parts = parts
        self._faults: SesFaults = parts.faults.ses
        self._v2, self._v1, self._scope = ses_v2, ses, responses

    def account(self, answer: Any) -> Any:
        """GetAccount with our rate and what the outbox counts."""
        account = json.loads(answer[2])
        rate = self._faults.max_send_rate
        sent = self._parts.outbox.count_since(self._parts.clock.now() - DAY_S)
        account["SendQuota"] = {
            "Max24HourSend": rate * DAY_S,
            "MaxSendRate": rate,
            "SentLast24Hours": float(sent),
        }
        return answer[0], answer[1], json.dumps(account).encode()

    def refusal(self, request: dict[str, Any], bulk: bool) -> Any:
        """An error answer before anything is accepted, or None."""
        if self._faults.take("kill_before_accept"):
            raise DropConnection
        if self._faults.take("fail_next"):
            return self._v2._json_err("InternalServiceErrorException", "Internal error", 500)
        destinations = (
            [e.get("Destination", {}) for e in request.get("BulkEmailEntries", [])]
            if bulk
            else [request.get("Destination", {})]
        )
        recipients = sum(len(_addresses(d)) for d in destinations) or 1
        if self._faults.take("throttle_next") or not self._faults.admit(recipients):
            return self._v2._json_err("TooManyRequestsException", TOO_FAST, 429)
        name = request.get("ConfigurationSetName")
        if name and name not in self._v2._config_sets and name not in self._v1._configuration_sets:
            return self._v2._missing_config_set(name)
        return None

    def accept(self, request: dict[str, Any], answer: Any) -> Any:
        """Takes in a SendEmail."""
        there = json.loads(answer[2])["MessageId"]
        record = self._record(there)
        content, message_id = request.get("Content", {}), _message_id()
        tags = {t["Name"]: t["Value"] for t in request.get("EmailTags") or []}
        if "Raw" in content:
            raw = ses_mime.decode_raw(content["Raw"]["Data"])
            read = ses_mime.raw_details(raw)
            sender = request.get("FromEmailAddress") or read["sender"]
            recipients = _addresses(request.get("Destination", {})) or read["recipients"]
            subject, kind = read["subject"], "Raw"
            configuration_set = request.get("ConfigurationSetName") or read["configuration_set"]
            tags = {**read["tags"], **tags}
            raw = ses_mime.finish_raw(raw, message_id, self._scope.get_region())
        else:
            kind = "Template" if "Template" in content else "Simple"
            part = content.get(kind) or {}
            sender, recipients = (
                request.get("FromEmailAddress", ""),
                _addresses(request.get("Destination", {})),
            )
            subject, configuration_set = record.get("Subject", ""), request.get("ConfigurationSetName", "")
            raw = self._mime(
                request, request.get("Destination", {}), record, part, part.get("Headers"), message_id
            )
        extra = {
            "FeedbackForwardingEmailAddress": request.get("FeedbackForwardingEmailAddress"),
            "Template": record.get("Template"),
        }
        self._take_in(message_id, sender, recipients, subject, configuration_set, tags, kind, raw, extra)
        return answer[0], answer[1], json.dumps({"MessageId": message_id}).encode()

    def take_in_internal(self) -> None:
        """Gap: mail of other services (Cognito's invitations and codes) is only listed; people need to read it."""
        send = self._v1.send_internal_email

        def send_internal_email(source: str, to_addrs: list[str], subject: str, **more: Any) -> Any:
            listed = send(source, to_addrs, subject, **more)
            message_id = _message_id()
            raw = ses_mime.build(
                sender=source,
                destination={"ToAddresses": to_addrs},
                reply_to=(more.get("extra") or {}).get("ReplyToAddresses") or [],
                subject=subject,
                text=more.get("body_text") or "",
                html=more.get("body_html") or "",
                headers=[],
                attachments=[],
                message_id=message_id,
                region=self._scope.get_region(),
                at=self._parts.clock.now(),
            )
            self._take_in(message_id, source, to_addrs, subject, "", {}, "Simple", raw, {})
            return listed

        self._v1.send_internal_email = send_internal_email

    def accept_bulk(self, request: dict[str, Any], answer: Any) -> Any:
        """Takes in the accepted entries of a SendBulkEmail."""
        results = json.loads(answer[2])["BulkEmailEntryResults"]
        part = request.get("DefaultContent", {}).get("Template", {})
        for entry, result in zip(request.get("BulkEmailEntries", []), results, strict=False):
            if result.get("Status") != "SUCCESS":
                continue
            record, message_id = self._record(result["MessageId"]), _message_id()
            tags = {t["Name"]: t["Value"] for t in request.get("DefaultEmailTags") or []}
            tags |= {t["Name"]: t["Value"] for t in entry.get("ReplacementTags") or []}
            headers = (part.get("Headers") or []) + (entry.get("ReplacementHeaders") or [])
            destination = entry.get("Destination", {})
            raw = self._mime(request, destination, record, part, headers, message_id)
            self._take_in(
                message_id,
                request.get("FromEmailAddress", ""),
                _addresses(destination),
                record.get("Subject", ""),
                request.get("ConfigurationSetName", ""),
                tags,
                "Bulk",
                raw,
                {"Template": record.get("Template")},
            )
            result["MessageId"] = message_id
        return answer[0], answer[1], json.dumps({"BulkEmailEntryResults": results}).encode()

    def _mime(
        self,
        request: dict[str, Any],
        destination: dict[str, list[str]],
        record: dict[str, Any],
        part: dict[str, Any],
        headers: list[dict[str, str]] | None,
        message_id: str,
    ) -> bytes:
        return ses_mime.build(
            sender=request.get("FromEmailAddress", ""),
            destination=destination,
            reply_to=request.get("ReplyToAddresses") or [],
            subject=record.get("Subject") or "",
            text=record.get("BodyText") or "",
            html=record.get("BodyHtml") or "",
            headers=headers or [],
            attachments=part.get("Attachments") or [],
            message_id=message_id,
            region=self._scope.get_region(),
            at=self._parts.clock.now(),
        )

    def _record(self, message_id: str) -> dict[str, Any]:
        kept = self._v1._sent_emails_list()
        found: dict[str, Any] = next((r for r in reversed(kept) if r["MessageId"] == message_id), {})
        if len(kept) > 2 * KEPT_THERE:
            del kept[:-KEPT_THERE]
        return found

    def _take_in(
        self,
        message_id: str,
        sender: str,
        recipients: list[str],
        subject: str,
        configuration_set: str,
        tags: dict[str, str],
        kind: str,
        raw: bytes,
        request: dict[str, Any],
    ) -> None:
        wanted = self._parts.mail.wanted(configuration_set)
        raw, links = tracking.rewrite_mime(
            raw,
            f"http://localhost:{self._parts.settings.port}{tracking.PATH}/{message_id}",
            opens="OPEN" in wanted,
            clicks="CLICK" in wanted,
        )
        domain = parseaddr(sender)[1].rpartition("@")[2].lower()
        if domain:
            raw = ses_signing.signed(raw, domain, self._parts.clock.now())
        kept = {
            **request,
            "scope": self._parts.mail.scope(),
            "links": [link.document() for link in links],
        }
        message = Message(
            id=message_id,
            at=self._parts.clock.now(),
            sender=sender,
            recipients=tuple(recipients),
            subject=subject,
            configuration_set=configuration_set,
            tags=tags,
            operation=kind,
            outcome=ses_events.overall(tuple(recipients)),
            size=len(raw),
            raw=raw,
            request={k: v for k, v in kept.items() if v},
        )
        self._parts.outbox.add(message)
        self._parts.counters.add("ses", "messages", max(1, len(recipients)))
        self._parts.counters.add("ses", "bytes", len(raw))
        self._parts.mail.put(message, self._events_of)

    def _events_of(self, message: Message, account: str, region: str) -> Events:
        return ses_events.events_of(message, account, region, self._parts.clock.now())


def _addresses(destination: dict[str, Any]) -> list[str]:
    return [a for key in ("ToAddresses", "CcAddresses", "BccAddresses") for a in destination.get(key) or []]


def _message_id() -> str:
    # The shape of SES: hexadecimal time, a UUID, a counter.
    return f"0100{uuid.uuid4().hex[:12]}-{uuid.uuid4()}-000000"
