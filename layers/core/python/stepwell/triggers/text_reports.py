"""What AWS End User Messaging tells through the deployment's own topic and queue: deliveries of texts, and answers.

Both come beside SES's events ("Messaging Events", "Example of a two-way SMS message payload"): topics that people
set up for a workspace alone are webhook sources with the preset `eum`, which reads the same. An answer names no
workspace; whose number got it says the settings of text messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from stepwell.channels.sms.refusals import STOPPED
from stepwell.contracts.events import Event
from stepwell.contracts.ids import PROFILE_ID, TENANT_ID, short_hash
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput

CONTEXT = "stepwell"
"""Key of the context under which `adapters.eum_sms` sends the tags."""
SOURCE = "eum"
NAMES: Mapping[str, str] = {
    "TEXT_SUCCESSFUL": "sms_delivered",
    "TEXT_DELIVERED": "sms_delivered",
    "TEXT_SENT": "sms_sent",
    **{
        f"TEXT_{what}": "sms_failed"
        for what in (
            "INVALID", "INVALID_MESSAGE", "UNREACHABLE", "CARRIER_UNREACHABLE", "BLOCKED", "CARRIER_BLOCKED",
            "SPAM", "UNKNOWN", "TTL_EXPIRED", "PROTECT_BLOCKED",
        )
    },
}  # fmt: skip
"""Event by the service's; queued and pending ones mean nothing here."""
_TAGS = ("workflow", "version", "node", "visit", "enrollment", "tag")


def concerns(document: Mapping[str, Any]) -> bool:
    """Tell whether a message of the queue is about texts."""
    kind = document.get("eventType")
    return (isinstance(kind, str) and kind.startswith("TEXT_")) or "inboundMessageId" in document


def events_of(document: Mapping[str, Any], received_at: datetime) -> list[tuple[str, Event]]:
    """Read a message into (tenant, event); of an answer the tenant is empty: its number's owners are to be found.

    Raises:
        InvalidInput: It is not shaped so.
    """
    if "inboundMessageId" in document:
        return [("", _answer(document, received_at))]
    name = NAMES.get(str(document["eventType"]))
    context = document.get("context")
    told = str(context.get(CONTEXT) or "") if isinstance(context, dict) else ""
    tags = dict(parse_qsl(told, max_num_fields=20))
    tenant, profile = tags.get("tenant", ""), tags.get("profile", "")
    if name is None or not TENANT_ID.match(tenant):
        return []
    number = str(document.get("destinationPhoneNumber") or "")
    known = bool(PROFILE_ID.match(profile))
    return [
        (
            tenant,
            Event(
                message_id="eum-"
                + short_hash(str(document["messageId"]), str(document["eventType"]), length=32),
                kind="engagement",
                name=name,
                profile=profile if known else None,
                traits={} if known else {"phone": number},
                properties=_properties(document, tags, name),
                occurred_at=_time(document.get("eventTimestamp")) or received_at,
                received_at=received_at,
                source=SOURCE,
            ),
        )
    ]


def closed_number(event: Event, profile: Profile) -> tuple[str, str]:
    """Return the number that a failed text closes, and why: it is none, or stopped at the provider.

    The number is the one that was texted: the contact may have another by the time of a late report.

    Returns:
        Empty ones: it may get the next one.
    """
    told = event.properties
    reason = STOPPED if told.get("opted_out") is True else "invalid" if told.get("permanent") is True else ""
    number = told.get("to") or event.traits.get("phone") or profile.traits.get("phone")
    return (number, reason) if reason and isinstance(number, str) else ("", "")


def _properties(document: Mapping[str, Any], tags: Mapping[str, str], name: str) -> dict[str, Any]:
    told: dict[str, Any] = {tag: tags[tag] for tag in _TAGS if tags.get(tag)}
    if "enrollment" in told:
        told["enrollment"] = told["enrollment"].replace("--", "/").replace("-", ".")
    if str(told.get("version", "")).isdigit():
        told["version"] = int(told["version"])
    price = document.get("totalMessagePrice")
    found = {
        "provider_id": document.get("messageId"),
        "status": str(document.get("messageStatus") or "").lower(),
        "from": document.get("originationPhoneNumber"),
        "segments": document.get("totalMessageParts"),
        "price": price,
        "carrier_fee": document.get("totalCarrierFee"),
        "currency": "USD" if price is not None else None,
        "country": document.get("isoCountryCode"),
        "reason": document.get("messageStatusDescription") if name == "sms_failed" else None,
        "permanent": True if document.get("eventType") == "TEXT_INVALID" else None,
        "to": document.get("destinationPhoneNumber") if name == "sms_failed" else None,
    }
    return told | {key: value for key, value in found.items() if value not in (None, "")}


def _answer(document: Mapping[str, Any], received_at: datetime) -> Event:
    sender, to, body = (
        document.get(key) for key in ("originationNumber", "destinationNumber", "messageBody")
    )
    if not isinstance(sender, str) or not isinstance(to, str) or not isinstance(body, str):
        raise InvalidInput("Not shaped as a two-way message.", code="not_a_text")
    id_ = str(document["inboundMessageId"])
    told = {"text": body[:2_000], "to": to, "provider_id": id_}
    previous = document.get("previousPublishedMessageId")
    return Event(
        message_id="eum-" + short_hash("answer", id_, length=32),
        kind="engagement",
        name="sms_replied",
        traits={"phone": sender},
        properties=told | ({"answers": str(previous)} if previous else {}),
        occurred_at=received_at,
        received_at=received_at,
        source=SOURCE,
    )


def _time(value: Any) -> datetime | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
