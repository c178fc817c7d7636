"""Asking somebody to confirm that they want marketing, and the events of what contacts choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from stepwell.consent.proofs import ASKED, Proof
from stepwell.consent.reach import by_email, by_phone
from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput

SUBSCRIPTIONS = "subscriptions"
"""Stands for the addresses of notifications, which are many; see `stepwell.consent.reach.by_subscriptions`."""


def addresses_of(profile: Profile) -> dict[str, str]:
    """Return the contact's addresses by channel."""
    found = {"email": by_email(profile).address, "sms": by_phone(profile).address, "push": SUBSCRIPTIONS}
    return {channel: address for channel, address in found.items() if address}


def event_of(
    profile: str, name: str, properties: Mapping[str, Any], mark: str, now: datetime
) -> Mapping[str, Any]:
    """Return an event of the platform's own about a contact."""
    return {
        "v": 1,
        "message_id": mark,
        "kind": "engagement",
        "name": name,
        "profile": profile,
        "properties": dict(properties),
        "occurred_at": iso(now),
        "received_at": iso(now),
        "source": "stepwell",
    }


def mark_of(name: str, token: str, now: datetime) -> str:
    """Return the message id of what a link led to."""
    # A repeated request within the minute is one event; a later change of mind is another.
    return "link-" + short_hash(name, token, iso(now)[:16], length=24)


def asking(
    profile: Profile, channel: str, wording: str, page: str, source: str, now: datetime
) -> tuple[Sequence[Proof], Mapping[str, Any]]:
    """Return the proof that somebody was asked, and the event that has a workflow send the link.

    Raises:
        InvalidInput: The contact cannot be reached so.
    """
    if channel not in addresses_of(profile):
        raise InvalidInput(f"The contact has no address for {channel}.", code="no_address")
    mark = mark_of(f"ask-{channel}", profile.id, now)
    proof = Proof(
        profile=profile.id,
        key=f"{channel}:marketing",
        state=ASKED,
        at=now,
        received_at=now,
        message_id=mark,
        wording=wording,
        page=page,
        source=source,
        kept=False,
    )
    told = {"channel": channel, "wording": wording, "page_url": page}
    return [proof], event_of(profile.id, "opt_in_requested", told, mark, now)
