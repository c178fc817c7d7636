"""What may go to a provider without a decision of the gate: notes to people of the workspace, tests, copies, answers.

Whatever the gate decided about names its visit. Anything else must say what it is, and even that reaches no address
that bounced, complained or is not on the allowlist: an opt-out cannot be passed around by calling a note a test.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from stepwell.consent.addresses import allowed
from stepwell.contracts.messages import Email, Push, SkipReason, Sms
from stepwell.contracts.workspace import Control, Workspace
from stepwell.errors import ProviderRejected

TEAM, REPLY, SEED, TEST = "team", "reply", "seed", "test"
KINDS = frozenset({TEAM, REPLY, SEED, TEST})
_COPIES = frozenset({SEED, TEST})
"""What looks like marketing: who unsubscribed gets none of it, on whatever list the address stands."""


class Suppressions(Protocol):
    """Suppressed addresses."""

    def suppressed(self, tenant: str, channel: str, addresses: Sequence[str]) -> Mapping[str, str]:
        """Return why addresses are suppressed."""
        ...


class Workspaces(Protocol):
    """Settings and switches."""

    def workspace(self, tenant: str) -> Workspace:
        """Return a tenant's settings."""
        ...

    def control(self, tenant: str) -> Control:
        """Return a tenant's switches."""
        ...


@dataclass(frozen=True, slots=True)
class Ungated:
    """Looks at each message that names no visit, right before a provider gets it.

    Args:
        channel: The channel.
        suppressions: Suppressed addresses.
        workspaces: Settings and switches.
    """

    channel: str
    suppressions: Suppressions
    workspaces: Workspaces

    def refusal(self, message: Email | Sms | Push) -> ProviderRejected | None:
        """Return why a message must not go; None: it may, or the gate has decided about it."""
        tags = message.tags
        if tags.get("visit"):
            return None
        kind = TEST if tags.get("test") else tags.get("kind", "")
        if kind not in ({TEST} if isinstance(message, Push) else KINDS):
            return ProviderRejected("No message passes around the send gate.", code="ungated")
        tenant = tags["tenant"]
        workspace = self.workspaces.workspace(tenant)
        if not isinstance(message, Push) and not allowed(message.to, workspace.allowlist):
            return _no(SkipReason.NOT_ALLOWLISTED)
        if kind != TEAM and self.workspaces.control(tenant).stopped:
            return _no(SkipReason.TENANT_PAUSED)
        if isinstance(message, Push):
            # A browser has no address on any list: it withdraws its permission itself.
            return None
        reason = self.suppressions.suppressed(tenant, self.channel, [message.to]).get(message.to, "")
        if reason == SkipReason.UNSUBSCRIBED.value:
            return _no(SkipReason.UNSUBSCRIBED) if kind in _COPIES else None
        return _no(SkipReason.SUPPRESSED) if reason else None


def _no(reason: SkipReason) -> ProviderRejected:
    return ProviderRejected("This address gets no such message.", code=reason.value)
