"""Addresses that get nothing, told by the workspace: what it knows from a provider that it comes from, or by hand.

Addresses are kept as hashes, so no list of them exists: who asks names the addresses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from stepwell.channels.sms.numbers import normal_number
from stepwell.consent.addresses import sendable_address

MOST = 200
Channel = Literal["email", "sms"]
Reason = Literal["hard_bounce", "complaint", "unsubscribed", "stopped", "invalid", "manual"]
_LASTING = frozenset({"hard_bounce", "complaint", "stopped", "invalid", "manual", "erased"})
"""What another word does not replace: an opt-out may become a bounce, a bounce no opt-out."""


class Suppressed(Protocol):
    """Suppressed addresses of a workspace; see `stepwell.adapters.dynamo_messaging`."""

    def suppressed(self, tenant: str, channel: str, addresses: Sequence[str]) -> Mapping[str, str]:
        """Return the reason a suppressed address."""
        ...

    def suppress(
        self, tenant: str, channel: str, address: str, reason: str, at: datetime, source: str
    ) -> None:
        """Suppress an address."""
        ...

    def unsuppress(self, tenant: str, channel: str, address: str) -> None:
        """Lift a suppression."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of addresses.

    Attributes:
        changed: How many are suppressed now, or no more.
        known: How many were so before.
        refused: Those that are none.
    """

    changed: int
    known: int
    refused: tuple[str, ...]


def add(
    store: Suppressed,
    tenant: str,
    channel: Channel,
    told: Sequence[str],
    reason: Reason,
    at: datetime,
    source: str,
) -> Outcome:
    """Suppress addresses; repeating it changes nothing."""
    named = {one: _normal(channel, one) for one in told}
    wanted = list(dict.fromkeys(address for address in named.values() if address))
    before = store.suppressed(tenant, channel, wanted)
    new = [one for one in wanted if before.get(one) not in {reason, *_LASTING}]
    for address in new:
        store.suppress(tenant, channel, address, reason, at, source)
    refused = tuple(one for one, address in named.items() if not address)
    return Outcome(len(new), len(wanted) - len(new), refused)


def look(store: Suppressed, tenant: str, channel: Channel, told: Sequence[str]) -> dict[str, str]:
    """Return why addresses are suppressed, as they were written; those that are not are left out."""
    named = {one: _normal(channel, one) for one in told}
    found = store.suppressed(tenant, channel, list(dict.fromkeys(filter(None, named.values()))))
    return {one: found[address] for one, address in named.items() if address in found}


def lift(store: Suppressed, tenant: str, channel: Channel, told: Sequence[str]) -> Outcome:
    """Have addresses get messages again, as far as their contacts' consent lets them."""
    named = {one: _normal(channel, one) for one in told}
    wanted = list(dict.fromkeys(address for address in named.values() if address))
    found = store.suppressed(tenant, channel, wanted)
    for address in found:
        store.unsuppress(tenant, channel, address)
    refused = tuple(one for one, address in named.items() if not address)
    return Outcome(len(found), len(wanted) - len(found), refused)


def _normal(channel: Channel, told: str) -> str:
    if channel == "sms":
        return normal_number(told)
    return (sendable_address(told) or "").lower()
