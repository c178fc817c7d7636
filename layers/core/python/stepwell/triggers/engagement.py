"""What SES tells about messages, as engagement events of the contact (SES Developer Guide, "Event data").

The tags that the sender put on the message say whose it is; a message without them is not ours and is left
alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from stepwell.contracts.clock import from_iso
from stepwell.contracts.events import Event
from stepwell.contracts.ids import PROFILE_ID, TENANT_ID, short_hash
from stepwell.contracts.web_events import utm_of
from stepwell.errors import InvalidInput
from stepwell.profiles.traits import normal_email
from stepwell.triggers.machines import TABLE_VERSION, judge
from stepwell.triggers.mail_clients import reader_of

NAMES: Mapping[str, str] = {
    "Send": "email_sent",
    "Delivery": "email_delivered",
    "Bounce": "email_bounced",
    "Complaint": "email_complained",
    "Open": "email_opened",
    "Click": "email_clicked",
    "Reject": "email_rejected",
    "Rendering Failure": "email_rejected",
    "DeliveryDelay": "email_delayed",
}
"""Event name by SES event type; a Subscription event belongs to SES's own lists, which are not used."""

_OWN: Mapping[str, str] = {"Click": "c", "Open": "o"}
_PARTS: Mapping[str, str] = {"Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay"}
# In this order: of a recent event the profile keeps what fits, and lost answers are settled by the visit.
_TAGS = ("workflow", "version", "node", "visit", "enrollment", "run", "tag")
_ADDRESS = re.compile(r"<([^<>]+)>\s*$")


def events_of(document: Mapping[str, Any], received_at: datetime) -> list[tuple[str, Event]]:
    """Read one SES event into (tenant, event), one a recipient that it speaks of.

    Returns:
        Nothing for types that mean nothing here and for messages without our tags.

    Raises:
        InvalidInput: Not an SES event.
    """
    kind = str(document.get("eventType") or document.get("notificationType") or "")
    mail = document.get("mail")
    if not kind or not isinstance(mail, dict):
        raise InvalidInput("Not an SES event.", code="not_ses_event")
    name = NAMES.get(kind)
    tags = _tags(mail.get("tags"))
    if kind in _OWN and _OWN[kind] in tags.get("own", ""):
        return []  # the message tells this itself (`channels.links`), and would be counted twice
    tenant, profile = tags.get("tenant", ""), _profile(tags)
    if name is None or not TENANT_ID.match(tenant) or not profile:
        return []
    part = document.get(_PARTS.get(kind, kind.lower()))
    detail: Mapping[str, Any] = part if isinstance(part, dict) else {}
    sent_at = _time(mail.get("timestamp"))
    at = _time(detail.get("timestamp")) or (sent_at if kind == "Send" else None) or received_at
    properties: dict[str, Any] = {t: tags[t] for t in _TAGS if tags.get(t)}
    if "enrollment" in properties:
        # A tag holds neither dot nor slash; `channels.email.tag_of_token` writes it so.
        properties["enrollment"] = properties["enrollment"].replace("--", "/").replace("-", ".")
    if str(properties.get("version", "")).isdigit():
        properties["version"] = int(properties["version"])
    properties["provider_id"] = str(mail.get("messageId") or "")
    properties |= _detail(kind, detail)
    if kind in ("Open", "Click"):
        properties |= _reading(detail, sent_at, at)
    machine = _machine(kind, detail, sent_at, at)
    if machine:
        properties |= {"machine_rule": machine, "machine_table": TABLE_VERSION}
    return [
        (tenant, _event(kind, name, profile, address, properties, at, received_at, machine, detail))
        for address in _recipients(kind, detail, mail)
    ]


def _event(
    kind: str,
    name: str,
    profile: str,
    address: str,
    properties: Mapping[str, Any],
    at: datetime,
    received_at: datetime,
    machine: str,
    detail: Mapping[str, Any],
) -> Event:
    # SES may deliver an event more than once; what makes it one event is all that it says but the delivery.
    told = (kind, str(properties["provider_id"]), address, str(detail.get("link") or ""))
    once = (str(detail.get("feedbackId") or ""), str(detail.get("timestamp") or ""))
    return Event(
        message_id="ses-" + short_hash(*told, *once, length=32),
        kind="engagement",
        name=name,
        profile=profile,
        email=address or None,
        properties={**properties},
        occurred_at=at,
        received_at=received_at,
        source="ses",
        machine=bool(machine),
    )


def _tags(found: Any) -> dict[str, str]:
    if not isinstance(found, dict):
        return {}
    # A tag's value is a list of one; a tag of several values is none that the sender sets.
    return {
        str(name): str(values[0]) if isinstance(values, list) and values else str(values)
        for name, values in found.items()
    }


def _profile(tags: Mapping[str, str]) -> str:
    for value in (tags.get("profile", ""), tags.get("enrollment", "")[:16]):
        if PROFILE_ID.match(value):
            return value
    return ""


def _detail(kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    if kind == "Bounce":
        first: Mapping[str, Any] = next(iter(detail.get("bouncedRecipients") or ()), {})
        return {
            "bounce_type": str(detail.get("bounceType") or "Undetermined"),
            "bounce_sub_type": str(detail.get("bounceSubType") or ""),
            "diagnostic": str(first.get("diagnosticCode") or "")[:300],
        }
    if kind == "Complaint":
        return {"complaint_type": str(detail.get("complaintFeedbackType") or "")}
    if kind == "Click":
        return _clicked(detail)
    if kind in ("Reject", "Rendering Failure"):
        return {"reason": str(detail.get("reason") or detail.get("errorMessage") or "")[:300]}
    return {}


def _clicked(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Return which link was clicked, and the campaign that its address names."""
    link = str(detail.get("link") or "")
    tags = _tags(detail.get("linkTags"))
    told: dict[str, Any] = {"link": link[:1000], **utm_of(link)}
    if tags.get("link"):
        told["link_id"] = tags["link"][:60]
    if tags.get("position", "").isdigit():
        told["link_position"] = int(tags["position"][:4])
    return told


def _reading(detail: Mapping[str, Any], sent_at: datetime | None, at: datetime) -> dict[str, Any]:
    """Return with what it was read and how long after the send; how long it stayed open nobody can know."""
    found = reader_of(str(detail.get("userAgent") or ""))
    told: dict[str, Any] = {name: value for name, value in found._asdict().items() if value}
    if sent_at is not None and at >= sent_at:
        told["seconds_after_send"] = int((at - sent_at).total_seconds())
    return told


def _machine(kind: str, detail: Mapping[str, Any], sent_at: datetime | None, at: datetime) -> str:
    if kind not in ("Open", "Click"):
        return ""
    return judge(kind.lower(), str(detail.get("userAgent") or ""), sent_at, at)


def _recipients(kind: str, detail: Mapping[str, Any], mail: Mapping[str, Any]) -> list[str]:
    found: Iterable[Any]
    if kind == "Bounce":
        found = [r.get("emailAddress") for r in detail.get("bouncedRecipients") or () if isinstance(r, dict)]
    elif kind == "Complaint":
        found = [
            r.get("emailAddress") for r in detail.get("complainedRecipients") or () if isinstance(r, dict)
        ]
    elif kind == "Delivery":
        found = detail.get("recipients") or ()
    else:
        found = ()
    addresses = [_address(value) for value in found]
    # We mail one person a message: what is said of the message is said of its one recipient.
    return list(dict.fromkeys(filter(None, addresses))) or [
        next((a for a in map(_address, mail.get("destination") or ()) if a), "")
    ]


def _address(value: Any) -> str:
    text = str(value or "")
    bracketed = _ADDRESS.search(text)
    return normal_email(bracketed.group(1) if bracketed else text)


def _time(value: Any) -> datetime | None:
    try:
        return from_iso(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None
