"""Consents that an import tells: kept, unless they would open what the contact has closed."""

from __future__ import annotations

from stepwell.contracts.events import Event
from stepwell.contracts.profiles import Profile
from stepwell.runtime.ports import MessagingStore


def keep_told(messaging: MessagingStore, tenant: str, event: Event, profile: Profile) -> None:
    """Keep what an import tells of a consent; an opt-out stays one unless somebody forced it, with a reason.

    The event itself, with its proof, stands in the contact's history and in the lake.

    Args:
        messaging: Where consents are.
        tenant: Tenant id.
        event: A `consent_told` event.
        profile: The contact.
    """
    told = event.properties
    channel, state = str(told.get("channel") or "email"), str(told.get("consent") or "")
    key = f"{channel}:{told.get('purpose') or 'marketing'}"
    if state not in ("granted", "denied"):
        return
    if state == "granted" and told.get("forced") is not True:
        address = profile.email if channel == "email" else ""
        if address and messaging.suppressed(tenant, channel, [address]):
            return
        if messaging.records(tenant, [profile.id])[profile.id].consent.get(key) == "denied":
            return
    messaging.set_consent(tenant, profile.id, {key: state})
