"""Letters to people of a workspace about what is said on social networks; see `Letters` in `triggers.social_ports`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from stepwell.channels.email import sender_line
from stepwell.consent.addresses import allowed, sendable_address
from stepwell.contracts.messages import Email, Purpose
from stepwell.contracts.workspace import Workspace
from stepwell.errors import NotReady, OutcomeUnknown, ProviderRejected, Unavailable


class Workspaces(Protocol):
    """Settings."""

    def workspace(self, tenant: str) -> Workspace:
        """Return a workspace's."""
        ...


class SocialLetters:
    """Writes to teams and addresses.

    Args:
        workspaces: Settings: teams, sender, whom tests may write to.
        mailer: Returns what sends.
        configuration_set: SES configuration set, may be empty.
    """

    def __init__(
        self, workspaces: Workspaces, mailer: Callable[[], Any], configuration_set: str = ""
    ) -> None:
        self._workspaces = workspaces
        self._mailer = mailer
        self._configuration_set = configuration_set

    def tell(self, tenant: str, targets: Sequence[str], subject: str, text: str) -> int:
        """Write to teams or addresses (none: the workspace's reply address); return how many were written to."""
        workspace = self._workspaces.workspace(tenant)
        named = targets or (workspace.reply_to,)
        addresses = dict.fromkeys(one for name in named for one in workspace.teams.get(name, (name,)))
        return sum(self._send(workspace, address, subject, text) for address in addresses if address)

    def _send(self, workspace: Workspace, target: str, subject: str, text: str) -> bool:
        address = sendable_address(target)
        if address is None or not allowed(address, workspace.allowlist):
            return False
        letter = Email(
            to=address,
            sender=sender_line(workspace.sender),
            subject=" ".join(subject.split())[:200],
            text=text,
            # No enrollment among the tags: its bounces and clicks are no contact's.
            tags={"tenant": workspace.tenant, "kind": "team"},
            configuration_set=self._configuration_set,
            purpose=Purpose.TRANSACTIONAL,
        )
        try:
            self._mailer().send(letter)
        except OutcomeUnknown:
            return True
        except (ProviderRejected, NotReady, Unavailable):
            # The inbox and the list of alarms say it too; a mention is not held up by its letter.
            return False
        return True
