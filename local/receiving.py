"""Gap: MiniStack's SES receives no mail. What a receipt rule does with an answer, by the cloud's own API.

The raw message goes into the bucket under ``replies/``, and the topic is told as SES tells it (SES guide, "Contents
of notifications for Amazon SES email receiving"), so that the path behind is the one on AWS.
"""

from __future__ import annotations

import json
import uuid
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any

import boto3
from botocore.exceptions import ClientError

from local import ses_events
from local.clock import iso
from local.outbox import Message
from local.settings import ACCOUNT, REGION, LocalSettings

#: Must agree with ``stepwell.contracts.names.REPLIES``; the local cloud knows nothing of the platform.
PREFIX = "replies/"


def answer(message: Message, asked: dict[str, Any], now: float) -> tuple[str, bytes]:
    """The raw answer of a message's recipient, and the address that it goes to.

    Args:
        message: What is answered.
        asked: ``text``; or ``raw``, a whole message; ``subject``, ``from``, ``html`` and ``headers`` if others.
        now: Virtual time.

    Raises:
        ValueError: The message has no Reply-To.
    """
    mime = ses_events.parsed(message)
    to = str(mime.get("Reply-To") or "").strip()
    if not to:
        raise ValueError("the message has no Reply-To")
    if asked.get("raw"):
        return to, str(asked["raw"]).encode()
    made = EmailMessage()
    made["From"] = str(asked.get("from") or message.recipients[0])
    made["To"] = to
    made["Subject"] = str(asked.get("subject") or f"Re: {message.subject}")
    made["Date"] = formatdate(now)
    made["Message-ID"] = make_msgid(domain="people.example")
    made["In-Reply-To"] = f"<{message.id}@email.amazonses.com>"
    for name, value in dict(asked.get("headers") or {}).items():
        del made[name]
        made[name] = str(value)
    quoted = "\n".join(f"> {line}" for line in message.subject.splitlines() or [""])
    made.set_content(f"{asked.get('text') or ''}\n\nOn an earlier day, {message.sender} wrote:\n{quoted}\n")
    if asked.get("html"):
        made.add_alternative(str(asked["html"]), subtype="html")
    return to, made.as_bytes()


def deliver(settings: LocalSettings, prefix: str, to: str, raw: bytes, now: float) -> str:
    """Put a message where the receipt rule of a deployment would, and tell its topic.

    Args:
        settings: Where the cloud is.
        prefix: The deployment's prefix; empty: of the only one there is (mail by another provider names none).
        to: Who it is for.
        raw: The message.
        now: Virtual time.

    Returns:
        The receiver's id of the message.

    Raises:
        ValueError: The deployment receives no mail.
    """
    client: dict[str, Any] = {
        "endpoint_url": settings.endpoint,
        "region_name": REGION,
        "aws_access_key_id": "test",
        "aws_secret_access_key": "test",
    }
    s3, ending = boto3.client("s3", **client), f"-artifacts-{ACCOUNT}-{REGION}"
    if not prefix:
        named = [one["Name"] for one in s3.list_buckets()["Buckets"] if one["Name"].endswith(ending)]
        if len(named) != 1:
            raise ValueError("the mail names no deployment, and there is not exactly one here")
        prefix = named[0].removesuffix(ending)
    mail_id, bucket = uuid.uuid4().hex, f"{prefix}{ending}"
    key, topic = PREFIX + mail_id, f"arn:aws:sns:{REGION}:{ACCOUNT}:{prefix}-replies"
    verdicts = {f"{name}Verdict": {"status": "PASS"} for name in ("spam", "virus", "spf", "dkim", "dmarc")}
    notification = {
        "notificationType": "Received",
        "mail": {"timestamp": iso(now), "messageId": mail_id, "destination": [to], "headersTruncated": False},
        "receipt": {
            "timestamp": iso(now),
            "processingTimeMillis": 1,
            "recipients": [to],
            **verdicts,
            "action": {
                "type": "S3",
                "topicArn": topic,
                "bucketName": bucket,
                "objectKeyPrefix": PREFIX,
                "objectKey": key,
            },
        },
    }
    try:
        s3.put_object(Bucket=bucket, Key=key, Body=raw)
        boto3.client("sns", **client).publish(
            TopicArn=topic, Subject="Amazon SES Email Receipt Notification", Message=json.dumps(notification)
        )
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise ValueError(f"the deployment receives no mail ({code})") from error
    return mail_id
