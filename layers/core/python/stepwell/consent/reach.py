"""Where a message of a channel would go, and what is wrong with it if it cannot go there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stepwell.consent.addresses import sendable_address
from stepwell.contracts.messages import SkipReason
from stepwell.contracts.profiles import Profile

_E164 = re.compile(r"^\+[1-9][0-9]{6,14}\Z")


@dataclass(frozen=True, slots=True)
class Reach:
    """Where to.

    Attributes:
        address: The address as the provider carries it; empty: there is none to send to.
        reason: Why there is none.
        country: Of the address (ISO 3166), where it tells; empty: it does not.
        granted: Whether having it means that its owner agreed: a browser asks before it hands one out.
    """

    address: str
    reason: SkipReason | None = None
    country: str = ""
    granted: bool = False


def by_email(profile: Profile) -> Reach:
    """Return the contact's e-mail address."""
    if not profile.email.strip():
        return Reach("", SkipReason.NO_ADDRESS)
    address = sendable_address(profile.email)
    return Reach(address) if address is not None else Reach("", SkipReason.INVALID_ADDRESS)


def by_phone(profile: Profile) -> Reach:
    """Return the contact's number: E.164 already, as profiles keep it."""
    told = profile.traits.get("phone")
    number = told.strip() if isinstance(told, str) else ""
    if not number:
        return Reach("", SkipReason.NO_ADDRESS)
    return Reach(number) if _E164.match(number) else Reach("", SkipReason.INVALID_ADDRESS)


def by_subscriptions(count: int) -> Reach:
    """Return where notifications go: not one address but each of the contact's browsers and apps."""
    return Reach("subscriptions", granted=True) if count else Reach("", SkipReason.NO_ADDRESS)
