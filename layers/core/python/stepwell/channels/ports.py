"""What sending needs from outside a channel: providers that take messages, and the browsers of a contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from stepwell.contracts.clock import Clock
from stepwell.contracts.messages import Subscription

if TYPE_CHECKING:
    from stepwell.channels.settings import ChannelSettings


class Sender(Protocol):
    """A provider, or what chooses one; one attempt a call and a provider."""

    def send(self, message: Any) -> str:
        """Hand over an `Email`, `Sms` or `Push`; return the provider's message id.

        Raises:
            Throttled: Definitely not sent; slow down.
            Unavailable: Definitely not sent: it was not reached.
            OutcomeUnknown: It may have been sent.
            AddressGone: Definitely not sent; the address is dead for good.
            ProviderRejected: Definitely not sent.
            NotReady: Definitely not sent; something is not set up.
        """
        ...


class ConfiguredSender(Sender, Protocol):
    """A sender that knows what workspaces say of its channel."""

    def settings(self, tenant: str) -> ChannelSettings:
        """Return a workspace's settings of the channel (its own model), up to a minute old."""
        ...


class Subscriptions(Protocol):
    """Browsers and apps that contacts let us write to."""

    def live(self, tenant: str, contacts: Mapping[str, Sequence[str]]) -> dict[str, tuple[Subscription, ...]]:
        """Return the subscriptions of contacts, the newest first; who has none is absent.

        Args:
            tenant: Tenant id.
            contacts: All ids of each contact (`Profile.ids`) by its id: a subscription stays, over merges, with the
                identity that gave it.
        """
        ...

    def drop(self, tenant: str, profiles: Sequence[str], ids: Sequence[str]) -> None:
        """Remove dead ones of a contact, by all of its ids; missing ones are no error."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderParts:
    """What a provider's adapter is made of: the row's `adapter` is called with it and returns a `Sender`.

    Attributes:
        tenant: Workspace.
        provider: The provider's id among the channel's settings.
        options: Read by the row's `options` model.
        secrets: Opened secrets by name.
        clock: The clock.
        http: Guarded calls (`stepwell.runtime.effects.HttpCaller`).
        public_url: Where providers call us back, without a trailing slash.
        local: Whether this is the local cloud.
    """

    tenant: str
    provider: str
    options: Any
    secrets: Mapping[str, str]
    clock: Clock
    http: Any
    public_url: str = ""
    local: bool = False
