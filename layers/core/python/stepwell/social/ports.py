"""What social needs from outside: stores, leases, vault, networks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from stepwell.contracts.clock import Clock
from stepwell.contracts.social import Account, Network, OAuth, OAuthClient, Platform

if TYPE_CHECKING:
    from stepwell.social.finding import WantedPosts
    from stepwell.social.posts import ScheduledPost


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkParts:
    """What a platform's adapter is made of.

    Attributes:
        platform: The platform.
        clock: The clock.
        http: Guarded calls (`stepwell.runtime.effects.HttpCaller`).
        local: Whether this is the local cloud.
        public_url: Where we serve files, without a trailing slash.
        address: Another address of the network, good in the local cloud alone (a stand-in); empty: its own.
    """

    platform: Platform
    clock: Clock
    http: Any
    local: bool = False
    public_url: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAccount:
    """An account as it is kept.

    Attributes:
        account: The account.
        sealed: Its tokens, encrypted; empty: there are none any more.
        rev: Grows at each write; 0: it is not stored yet.
        connected_at: When somebody last said yes.
        connected_by: Who connected it.
        note: Code of why it cannot be used; empty: it can.
        told_at: When the team was told of that.
    """

    account: Account
    sealed: str = field(default="", repr=False)
    rev: int = 0
    connected_at: datetime | None = None
    connected_by: str = ""
    note: str = ""
    told_at: datetime | None = None


class AccountStore(Protocol):
    """Connected accounts of a workspace."""

    def all(self, tenant: str) -> list[StoredAccount]:
        """Return all, in order of their ids."""
        ...

    def get(self, tenant: str, account: str) -> StoredAccount | None:
        """Return one as it is now; None: there is none."""
        ...

    def save(self, tenant: str, stored: StoredAccount) -> bool:
        """Save over the revision in `stored.rev` (0: it must be new); False: somebody else was first."""
        ...

    def delete(self, tenant: str, account: str) -> None:
        """Forget one; a missing one is no error."""
        ...


class PostStore(Protocol):
    """Posts of a workspace."""

    def page(
        self,
        tenant: str,
        wanted: WantedPosts,
        limit: int,
        cursor: str | None = None,
        *,
        newest_first: bool = True,
    ) -> tuple[list[ScheduledPost], str | None]:
        """Return posts in order of their moments, and the cursor of the next page (None: the list is through).

        A page may be short although more follows.
        """
        ...

    def get(self, tenant: str, post: str) -> ScheduledPost | None:
        """Return one as it is now; None: there is none."""
        ...

    def save(self, tenant: str, post: ScheduledPost) -> bool:
        """Save over the revision in `post.rev` (0: it must be new); False: somebody else was first."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An OAuth connection that somebody began.

    Attributes:
        platform: The platform.
        verifier: PKCE verifier.
        redirect: Where the network sends the person back.
        actor: Who began it: nobody else can finish it.
        expires_at: Until when it is good.
    """

    platform: Platform
    verifier: str = field(repr=False)
    redirect: str
    actor: str
    expires_at: datetime


class Connections(Protocol):
    """OAuth connections under way, by the hash of their state."""

    def put(self, tenant: str, state: str, connection: Connection) -> None:
        """Keep one."""
        ...

    def take(self, tenant: str, state: str) -> Connection | None:
        """Return one and forget it at once: of two callers one gets it; None: there is none."""
        ...


@dataclass(frozen=True, slots=True)
class App:
    """A workspace's own app at a network.

    Attributes:
        client: Its id and opened secret.
        address: Another address of the network (local cloud); empty: its own.
    """

    client: OAuthClient
    address: str = ""


class Apps(Protocol):
    """Apps of workspaces."""

    def app(self, tenant: str, platform: Platform) -> App:
        """Return one.

        Raises:
            NotReady: None is set (`no_app`).
        """
        ...


class Networks(Protocol):
    """Adapters by workspace and platform."""

    def network(self, tenant: str, platform: Platform) -> Network:
        """Return a network."""
        ...

    def oauth(self, tenant: str, platform: Platform) -> OAuth:
        """Return what connects accounts."""
        ...


class Vault(Protocol):
    """Encrypts tokens; bound to workspace and account."""

    def seal(self, tenant: str, name: str, text: str) -> str:
        """Encrypt."""
        ...

    def open(self, tenant: str, name: str, sealed: str) -> str:
        """Decrypt.

        Raises:
            Forbidden: It belongs to another workspace or account.
        """
        ...


class Leases(Protocol):
    """Rates and locks that all processes share."""

    def take(self, tenant: str, name: str, cap: int, window_s: int) -> float:
        """Take one of `cap` in a window; return 0, or the seconds until there is room."""
        ...

    def rest(self, tenant: str, name: str, seconds: float) -> None:
        """Have nothing granted under a name for a while."""
        ...

    def lock(self, tenant: str, name: str, seconds: int) -> bool:
        """Take a lock for a while; False: somebody has it."""
        ...

    def unlock(self, tenant: str, name: str) -> None:
        """Give a lock back."""
        ...


class Timer(Protocol):
    """Has posts and accounts looked at when their time has come."""

    def at(self, tenant: str, token: str, when: datetime, mark: int = 0) -> None:
        """Have a token (``post/<id>``, ``account/<id>``) looked at; may be repeated; marks stand side by side."""
        ...

    def drop(self, tenant: str, token: str, when: datetime, mark: int = 0) -> None:
        """Forget a look of a mark; a missing one is no error."""
        ...


class Work(Protocol):
    """Hands work to the function that may open accounts."""

    def ask(self, tenant: str, work: Sequence[Mapping[str, Any]]) -> None:
        """Hand over, done soon."""
        ...


class Team(Protocol):
    """Tells the people of a workspace."""

    def tell(self, tenant: str, subject: str, text: str) -> bool:
        """Write to them; False: nobody could be told."""
        ...
