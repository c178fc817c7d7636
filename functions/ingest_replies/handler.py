"""Takes answers that SES received: the notification names the message in the bucket, the address says whose it is."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stepwell.bootstrap import container
from stepwell.contracts.names import REPLIES
from stepwell.contracts.reply_addresses import read_reply_address
from stepwell.errors import InvalidInput, LimitExceeded, NotFound
from stepwell.observability import observed
from stepwell.receiving import reply_ports
from stepwell.replies.parsing import parse
from stepwell.triggers.replies import Taken, take

_BAD = ("spamVerdict", "virusVerdict")


def handler(event: dict[str, Any], context: object) -> None:
    """Take SNS records, each with one notification of SES's receiving."""
    del context
    with observed("ingest_replies") as batch:
        for record in event["Records"]:
            taken = _taken(_notification(record["Sns"]["Message"]))
            batch.note(kind=taken.kind, rule=taken.rule, forwarded=taken.forwarded, answered=taken.answered)
            batch.count("".join(part.capitalize() for part in taken.kind.split("_")))


def _notification(text: str) -> Mapping[str, Any]:
    """Read a notification; SES greets a topic in plain words when a rule is made."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _taken(notification: Mapping[str, Any]) -> Taken:
    receipt, mail = notification.get("receipt") or {}, notification.get("mail") or {}
    if any((receipt.get(verdict) or {}).get("status") == "FAIL" for verdict in _BAD):
        return Taken("spam")
    parts = container()
    keys, domain = parts.secrets.link_keys(), parts.settings.reply_domain
    for address in receipt.get("recipients") or ():
        try:
            to = read_reply_address(str(address), domain, keys)
        except InvalidInput:
            continue
        key = str((receipt.get("action") or {}).get("objectKey") or "")
        if not key.startswith(REPLIES):
            return Taken("elsewhere")
        try:
            message = parse(parts.objects.get(key))
        except (NotFound, LimitExceeded) as error:
            return Taken("unreadable", error.code)
        return take(reply_ports(parts), to, message, str(mail.get("messageId") or key))
    return Taken("unknown", "no_reply_address")
