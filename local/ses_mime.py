"""Turns a SESv2 request into the MIME message that SES would send for it."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from typing import Any

#: SMTP line ends, and headers never refolded: a signature over them would break, and a long link would be encoded.
POLICY = policy.SMTP.clone(refold_source="none", max_line_length=998)


def decode_raw(data: str) -> bytes:
    """The bytes of ``Content.Raw.Data``."""
    return base64.b64decode(data)


def build(
    *,
    sender: str,
    destination: dict[str, list[str]],
    reply_to: list[str],
    subject: str,
    text: str,
    html: str,
    headers: list[dict[str, str]],
    attachments: list[dict[str, Any]],
    message_id: str,
    region: str,
    at: float,
) -> bytes:
    """The MIME message of simple or templated content."""
    message = EmailMessage(policy=POLICY)
    message["From"] = sender
    for header, key in (("To", "ToAddresses"), ("Cc", "CcAddresses")):
        if destination.get(key):
            message[header] = ", ".join(destination[key])
    if reply_to:
        message["Reply-To"] = ", ".join(reply_to)
    message["Subject"] = subject
    message["Date"] = format_datetime(datetime.fromtimestamp(at, UTC))
    message["Message-ID"] = _message_id(message_id, region)
    for extra in headers:
        message[extra["Name"]] = extra["Value"]
    if text or not html:
        message.set_content(text or "")
    if html:
        if text:
            message.add_alternative(html, subtype="html")
        else:
            message.set_content(html, subtype="html")
    for attachment in attachments:
        main, _, sub = (attachment.get("ContentType") or "application/octet-stream").partition("/")
        message.add_attachment(
            base64.b64decode(attachment.get("RawContent", "")),
            maintype=main,
            subtype=sub or "octet-stream",
            filename=attachment.get("FileName"),
        )
    return message.as_bytes()


def finish_raw(raw: bytes, message_id: str, region: str) -> bytes:
    """Raw content as SES sends it: its own Message-ID, no ``Bcc``, no ``X-SES-``; all else untouched."""
    head, separator, body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")
    end = b"\r\n" if b"\r\n" in separator else b"\n"
    kept: list[bytes] = []
    dropping = False
    for line in head.split(end):
        if line[:1] not in (b" ", b"\t"):
            name = line.partition(b":")[0].strip().lower()
            dropping = name in (b"message-id", b"bcc") or name.startswith(b"x-ses-")
        if not dropping:
            kept.append(line)
    kept.append(b"Message-ID: " + _message_id(message_id, region).encode())
    return end.join(kept) + separator + body


def raw_details(raw: bytes) -> dict[str, Any]:
    """What SES reads from raw content: sender, recipients, subject, configuration set and tags."""
    message = message_from_bytes(raw, policy=policy.default)
    addresses = [
        a for h in ("To", "Cc", "Bcc") for _, a in getaddresses([str(v) for v in message.get_all(h, [])]) if a
    ]
    tags = {}
    for part in str(message.get("X-SES-MESSAGE-TAGS", "")).split(","):
        name, found, value = part.partition("=")
        if found:
            tags[name.strip()] = value.strip()
    return {
        "sender": str(message.get("From", "")),
        "recipients": addresses,
        "subject": str(message.get("Subject", "")),
        "configuration_set": str(message.get("X-SES-CONFIGURATION-SET", "")),
        "tags": tags,
    }


def _message_id(message_id: str, region: str) -> str:
    domain = "email.amazonses.com" if region == "us-east-1" else f"{region}.amazonses.com"
    return f"<{message_id}@{domain}>"
