"""Builds the JSON that SES publishes about a message (SES Developer Guide, "Event data")."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from typing import Any

from local.clock import iso
from local.outbox import Message

DELIVERED, BOUNCED, COMPLAINED = "delivered", "bounced", "complained"


@dataclass(frozen=True)
class Outcome:
    """What becomes of a message at one recipient.

    Attributes:
        status: ``delivered``, ``bounced`` or ``complained``.
        bounce_type: ``Permanent`` or ``Transient``.
        bounce_sub_type: ``General``, ``Suppressed``, ``MailboxFull`` …
        diagnostic: What the receiving server said.
    """

    status: str = DELIVERED
    bounce_type: str = ""
    bounce_sub_type: str = ""
    diagnostic: str = ""
    code: str = ""


HARD = Outcome(BOUNCED, "Permanent", "General", "smtp; 550 5.1.1 user unknown", "5.1.1")
SUPPRESSED = Outcome(
    BOUNCED,
    "Permanent",
    "Suppressed",
    "Amazon SES did not send the message to this address "
    "because it is on the suppression list for your account.",
    "5.1.1",
)
SOFT = Outcome(BOUNCED, "Transient", "MailboxFull", "smtp; 452 4.2.2 mailbox full", "4.2.2")
COMPLAINT = Outcome(COMPLAINED)


def outcome_of(address: str) -> Outcome:
    """The outcome for an address: those of SES's simulator, and any at ``*.test`` of that name."""
    local, _, domain = parseaddr(address)[1].lower().partition("@")
    if domain == "simulator.amazonses.com":
        name = local.split("+")[0]
        return {"bounce": HARD, "suppressionlist": SUPPRESSED, "complaint": COMPLAINT}.get(name, Outcome())
    ends = {
        "softbounce.test": SOFT,
        "bounce.test": HARD,
        "suppressed.test": SUPPRESSED,
        "complaint.test": COMPLAINT,
    }
    for end, outcome in ends.items():
        if domain == end or domain.endswith("." + end):
            return outcome
    return Outcome()


def overall(recipients: tuple[str, ...]) -> str:
    """The outcome shown for a message: the worst among its recipients."""
    found = {outcome_of(r).status for r in recipients}
    return BOUNCED if BOUNCED in found else COMPLAINED if COMPLAINED in found else DELIVERED


def mail_object(message: Message, account: str, region: str) -> dict[str, Any]:
    """The ``mail`` part that all events of a message share."""
    parsed = message_from_bytes(message.raw, policy=policy.default)
    headers = [{"name": name, "value": str(value)} for name, value in parsed.items() if name.lower() != "bcc"]
    address = parseaddr(message.sender)[1]
    common: dict[str, Any] = {"from": [str(parsed.get("From", message.sender))]}
    for header, name in (("To", "to"), ("Cc", "cc"), ("Reply-To", "replyTo")):
        if parsed.get(header):
            common[name] = [_spelled(n, a) for n, a in getaddresses([str(parsed[header])])]
    if parsed.get("Date"):
        common["date"] = str(parsed["Date"])
    common["messageId"] = message.id
    common["subject"] = message.subject
    tags: dict[str, list[str]] = {
        "ses:source-tls-version": ["TLSv1.3"],
        "ses:operation": ["SendBulkEmail" if message.operation == "Bulk" else "SendEmail"],
        "ses:source-ip": ["127.0.0.1"],
        "ses:from-domain": [address.rpartition("@")[2]],
        "ses:caller-identity": ["local"],
    }
    if message.configuration_set:
        tags["ses:configuration-set"] = [message.configuration_set]
    tags.update({name: [value] for name, value in message.tags.items()})
    return {
        "timestamp": iso(message.at),
        "source": message.sender,
        "sourceArn": f"arn:aws:ses:{region}:{account}:identity/{address.rpartition('@')[2]}",
        "sendingAccountId": account,
        "messageId": message.id,
        "destination": list(message.recipients),
        "headersTruncated": False,
        "headers": headers,
        "commonHeaders": common,
        "tags": tags,
    }


def events_of(message: Message, account: str, region: str, now: float) -> list[tuple[str, dict[str, Any]]]:
    """All events of an accepted message in the order in which SES sends them: (SESv2 type, event)."""
    mail = mail_object(message, account, region)
    found: list[tuple[str, dict[str, Any]]] = [("SEND", {"eventType": "Send", "mail": mail, "send": {}})]
    delivered_tags = {**mail["tags"], "ses:outgoing-ip": ["127.0.0.1"]}
    elapsed = max(1, int((now - message.at) * 1000))
    for recipient in message.recipients:
        address, outcome = parseaddr(recipient)[1], outcome_of(recipient)
        if outcome.status == BOUNCED:
            found.append(
                ("BOUNCE", {"eventType": "Bounce", "mail": mail, "bounce": _bounce(address, outcome, now)})
            )
            continue
        delivery = {
            "timestamp": iso(now),
            "processingTimeMillis": elapsed,
            "recipients": [address],
            "smtpResponse": "250 2.6.0 Message received",
            "remoteMtaIp": "127.0.0.1",
            "reportingMTA": "a8-1.smtp-out.amazonses.com",
        }
        delivered = {**mail, "tags": delivered_tags}
        found.append(("DELIVERY", {"eventType": "Delivery", "mail": delivered, "delivery": delivery}))
        if outcome.status == COMPLAINED:
            complaint = _complaint([address], now)
            found.append(("COMPLAINT", {"eventType": "Complaint", "mail": mail, "complaint": complaint}))
    return found


def reader_event(
    kind: str, message: Message, account: str, region: str, now: float, reader: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """What a reader did with a delivered message: (SESv2 type, event).

    Args:
        kind: ``open``, ``click``, ``complaint``, or ``bounce``: a server that took it sends it back later.
        message: The message.
        account: Account of the sender.
        region: Region of the sender.
        now: When.
        reader: ``ipAddress`` and ``userAgent``; for a click ``link`` and ``linkTags`` as well.
    """
    mail = mail_object(message, account, region)
    if kind == "complaint":
        detail = _complaint([parseaddr(r)[1] for r in message.recipients], now)
    elif kind == "bounce":
        detail = _bounce(parseaddr(message.recipients[0])[1], HARD, now)
    else:
        detail = {"timestamp": iso(now), **reader}
    return kind.upper(), {"eventType": kind.capitalize(), "mail": mail, kind: detail}


def parsed(message: Message) -> EmailMessage:
    """The MIME message of a stored message."""
    found = message_from_bytes(message.raw, policy=policy.default)
    return found if isinstance(found, EmailMessage) else EmailMessage()


def _complaint(addresses: list[str], now: float) -> dict[str, Any]:
    return {
        "complainedRecipients": [{"emailAddress": address} for address in addresses],
        "timestamp": iso(now),
        "feedbackId": _feedback_id(),
        "complaintSubType": None,
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": iso(now),
    }


def _bounce(address: str, outcome: Outcome, now: float) -> dict[str, Any]:
    return {
        "feedbackId": _feedback_id(),
        "bounceType": outcome.bounce_type,
        "bounceSubType": outcome.bounce_sub_type,
        "bouncedRecipients": [
            {
                "emailAddress": address,
                "action": "failed",
                "status": outcome.code,
                "diagnosticCode": outcome.diagnostic,
            }
        ],
        "timestamp": iso(now),
        "reportingMTA": "dns; a8-1.smtp-out.amazonses.com",
    }


def _feedback_id() -> str:
    return f"0100{uuid.uuid4().hex[:12]}-{uuid.uuid4()}-000000"


def _spelled(name: str, address: str) -> str:
    return f"{name} <{address}>" if name else address
