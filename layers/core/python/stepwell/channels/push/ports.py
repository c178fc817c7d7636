"""Where the pass keeps the subscriptions that browsers and apps send."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from stepwell.contracts.messages import Subscription

MAX_SUBSCRIPTIONS = 20
"""A contact's browsers and apps; of more the oldest go."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A subscription with what is known of it.

    Attributes:
        subscription: Where it leads.
        profile: Under which of the contact's ids it lies.
        since: When it was told first.
        seen: When it was told last.
        browser: What shows it, as the client says; may be empty.
    """

    subscription: Subscription
    profile: str
    since: datetime
    seen: datetime
    browser: str = ""


class SubscriptionBook(Protocol):
    """Subscriptions as the pass writes and people see them."""

    def hosts(self, tenant: str) -> Sequence[str]:
        """Return the push services that may be called for a workspace, up to a minute old."""
        ...

    def keep(self, tenant: str, kept: Kept) -> bool:
        """Keep a subscription; return whether it is new to this contact.

        Whoever else had it has it no more: a browser shows what it gets to whoever sits before it. May be repeated.
        """
        ...

    def of(self, tenant: str, profiles: Sequence[str]) -> Sequence[Kept]:
        """Return a contact's subscriptions by all of its ids, the newest first."""
        ...

    def live(self, tenant: str, contacts: Mapping[str, Sequence[str]]) -> dict[str, tuple[Subscription, ...]]:
        """See `stepwell.channels.ports.Subscriptions`."""
        ...

    def drop(self, tenant: str, profiles: Sequence[str], ids: Sequence[str]) -> None:
        """See `stepwell.channels.ports.Subscriptions`."""
        ...
