"""What SES tells about the reference workload's messages, through SNS and the queue of mail events."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from stepwell.contracts.clock import iso
from stepwell.contracts.messages import Email

from bench.deployment import MeteredCloud

QUEUE_REQUEST = 10
"""Messages that Lambda receives or deletes by one request of SQS."""
Feedback = Sequence[tuple[tuple[str, ...], int]]
FEEDBACK: Feedback = ((("Send",), 100), (("Delivery",), 100), (("Open", "Click"), 100))
"""What SES tells, and how many messages the queue hands on at a time: all in full batches, as in a busy deployment."""
FEEDBACK_ALONE: Feedback = (*FEEDBACK[:2], (("Open", "Click"), 1))
"""A cohort's sends and deliveries come within seconds; where few people read, each opens and clicks alone."""


def tell(cloud: MeteredCloud, messages: Sequence[Mapping[str, Any]], batch: int) -> None:
    """Let SES tell something about messages, so many a call of the function.

    SNS's own sends to the queue are billed as the queue's, to be on the dear side.

    Raises:
        ValueError: The function could not read a message.
    """
    for start in range(0, len(messages), batch):
        some = messages[start : start + batch]
        cloud.meter.amounts["sns_request"] += len(some)
        cloud.meter.amounts["sqs_request"] += len(some) + 2 * ceil(len(some) / QUEUE_REQUEST)
        records = [{"messageId": str(n), "body": json.dumps(told)} for n, told in enumerate(some)]
        if cloud.call("ingest_callbacks", {"Records": records})["batchItemFailures"]:
            raise ValueError("SES told what cannot be read")


def ses_events(mails: list[Email], now: datetime) -> list[dict[str, Any]]:
    """Return what SES tells: each mail sent and delivered; of a contact's two, one opened and clicked."""
    told = []
    opened: set[str] = set()
    for number, email in enumerate(mails):
        mail = {
            "timestamp": iso(now - timedelta(hours=2)),
            "messageId": f"0100018f-{number:08d}-{now.timestamp():.0f}-{email.tags.get('visit', '')}-000000",
            "source": email.sender,
            "destination": [email.to],
            "tags": {name: [value] for name, value in email.tags.items()},
        }
        told.append({"eventType": "Send", "mail": mail, "send": {}})
        told.append(
            {
                "eventType": "Delivery",
                "mail": mail,
                "delivery": {
                    "timestamp": iso(now - timedelta(hours=2)),
                    "recipients": [email.to],
                    "smtpResponse": "250 ok",
                },
            }
        )
        if email.to in opened:
            continue
        opened.add(email.to)
        agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36"
        seen = {"timestamp": iso(now - timedelta(minutes=9)), "userAgent": agent, "ipAddress": "203.0.113.9"}
        told.append({"eventType": "Open", "mail": mail, "open": seen})
        told.append(
            {"eventType": "Click", "mail": mail, "click": {**seen, "link": "https://www.example.com/"}}
        )
    return told
