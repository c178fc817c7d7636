"""What listening to social networks reaches: the inbox, the stream, accounts, people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from stepwell.contracts.clock import Clock
from stepwell.contracts.profiles import Profile
from stepwell.contracts.social import Account, Network, Platform, Tokens
from stepwell.contracts.workspace import AuditEntry, Control, Workspace
from stepwell.social.answering import SocialRules
from stepwell.social.listening_ports import AlarmStore, Inbox, TrackedPosts
from stepwell.social.ports import Leases, Timer, Work

T = TypeVar("T")


class Stream(Protocol):
    """The event stream; message ids drop what comes twice."""

    def emit(self, tenant: str, events: Sequence[Mapping[str, Any]]) -> None:
        """Put event documents."""
        ...


class Contacts(Protocol):
    """Hot profiles."""

    def get(self, tenant: str, profiles: Sequence[str]) -> Mapping[str, Profile]:
        """Read contacts by any of their ids."""
        ...


class Workspaces(Protocol):
    """Settings and switches."""

    def workspace(self, tenant: str) -> Workspace:
        """Return the settings."""
        ...

    def control(self, tenant: str) -> Control:
        """Return the switches."""
        ...


class Connected(Protocol):
    """Accounts, opened; see `stepwell.social.connected.Connected`."""

    def accounts(self, tenant: str) -> list[Account]:
        """Return all."""
        ...

    def network(self, tenant: str, platform: Platform) -> Network:
        """Return a network."""
        ...

    def with_tokens(self, tenant: str, account: str, do: Callable[[Account, Tokens], T]) -> T:
        """Do something with an account."""
        ...


class Letters(Protocol):
    """Writes to people of the workspace."""

    def tell(self, tenant: str, targets: Sequence[str], subject: str, text: str) -> int:
        """Write to teams or addresses (none: the workspace's reply address); return how many were written to."""
        ...


class Audit(Protocol):
    """What happened, for people."""

    def audit(self, tenant: str, entry: AuditEntry) -> None:
        """Keep an entry."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HearPorts:
    """What taking a mention reaches.

    Attributes:
        accounts: Connected accounts of a workspace, up to a minute old.
        work: Has rules asked, by the function that may open accounts.
    """

    clock: Clock
    inbox: Inbox
    stream: Stream
    accounts: Callable[[str], Sequence[Account]]
    work: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SocialPorts:
    """What rules, answers, alarms, polling and measuring reach.

    Attributes:
        rules: Returns a workspace's rules.
        profiles: Contacts, for conditions.
    """

    clock: Clock
    inbox: Inbox
    stream: Stream
    work: Work
    alarms: AlarmStore
    posts: TrackedPosts
    connected: Connected
    rules: Callable[[str], SocialRules]
    profiles: Contacts
    workspaces: Workspaces
    leases: Leases
    timer: Timer
    letters: Letters
    audit: Audit

    @property
    def hearing(self) -> HearPorts:
        """What taking a mention reaches."""
        return HearPorts(
            clock=self.clock,
            inbox=self.inbox,
            stream=self.stream,
            accounts=self.connected.accounts,
            work=self.work,
        )
