"""Social networks in memory: stores that refuse stale writes, and networks that lose answers, crash and slow down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from stepwell.contracts.clock import Clock
from stepwell.contracts.social import (
    Account,
    AccountState,
    Mention,
    Metrics,
    OAuthClient,
    OwnedAccount,
    Platform,
    Posted,
    SocialPost,
    TokenExpired,
    Tokens,
)
from stepwell.errors import Forbidden, NotReady, OutcomeUnknown, ProviderRejected
from stepwell.social.campaigns import Campaigns
from stepwell.social.connected import Connected, ConnectedPorts, tokens_text
from stepwell.social.connecting import ConnectPorts, account_id
from stepwell.social.finding import WantedPosts, stands_at
from stepwell.social.ports import App, Connection, StoredAccount
from stepwell.social.posts import Delivery, ScheduledPost, document, read
from stepwell.social.publisher import Publisher, PublishPorts
from stepwell.social.scheduling import SchedulePorts


class MemoryPosts:
    """See `stepwell.social.ports.PostStore`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], tuple[int, dict[str, Any]]] = {}

    def all(self, tenant: str) -> list[ScheduledPost]:
        return [read(id_, *row) for (owner, id_), row in sorted(self.rows.items()) if owner == tenant]

    def page(
        self,
        tenant: str,
        wanted: WantedPosts,
        limit: int,
        cursor: str | None = None,
        *,
        newest_first: bool = True,
    ) -> tuple[list[ScheduledPost], str | None]:
        found = [post for post in self.all(tenant) if wanted.fits(post)]
        found.sort(key=lambda post: (stands_at(post), post.id), reverse=newest_first)
        start = [one.id for one in found].index(cursor) + 1 if cursor else 0
        shown = found[start : start + limit]
        return shown, shown[-1].id if found[start + limit :] else None

    def get(self, tenant: str, post: str) -> ScheduledPost | None:
        row = self.rows.get((tenant, post))
        return None if row is None else read(post, *row)

    def save(self, tenant: str, post: ScheduledPost) -> bool:
        if self.rows.get((tenant, post.id), (0,))[0] != post.rev:
            return False
        self.rows[tenant, post.id] = (post.rev + 1, document(post))
        return True


class MemoryAccounts:
    """See `stepwell.social.ports.AccountStore`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], StoredAccount] = {}

    def all(self, tenant: str) -> list[StoredAccount]:
        return [stored for (owner, _), stored in sorted(self.rows.items()) if owner == tenant]

    def get(self, tenant: str, account: str) -> StoredAccount | None:
        return self.rows.get((tenant, account))

    def save(self, tenant: str, stored: StoredAccount) -> bool:
        before = self.rows.get((tenant, stored.account.id))
        if (before.rev if before else 0) != stored.rev:
            return False
        self.rows[tenant, stored.account.id] = replace(stored, rev=stored.rev + 1)
        return True

    def delete(self, tenant: str, account: str) -> None:
        self.rows.pop((tenant, account), None)


class MemoryConnections:
    """See `stepwell.social.ports.Connections`."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], Connection] = {}

    def put(self, tenant: str, state: str, connection: Connection) -> None:
        self.rows[tenant, state] = connection

    def take(self, tenant: str, state: str) -> Connection | None:
        return self.rows.pop((tenant, state), None)


class PlainVault:
    """See `stepwell.social.ports.Vault`; bound to workspace and name like the real one."""

    def seal(self, tenant: str, name: str, text: str) -> str:
        return f"{tenant}|{name}|{text}"

    def open(self, tenant: str, name: str, sealed: str) -> str:
        owner, of, text = sealed.split("|", 2)
        if (owner, of) != (tenant, name):
            raise Forbidden("It is another's.", code="foreign_secret")
        return text


class MemoryLeases:
    """See `stepwell.social.ports.Leases`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.taken: dict[tuple[str, str, int], int] = {}
        self.rests: dict[tuple[str, str], datetime] = {}
        self.locks: dict[tuple[str, str], datetime] = {}

    def take(self, tenant: str, name: str, cap: int, window_s: int) -> float:
        now = self._clock.now()
        rest = self.rests.get((tenant, name))
        if rest is not None and rest > now:
            return (rest - now).total_seconds()
        window = int(now.timestamp()) // window_s
        if self.taken.get((tenant, name, window), 0) >= cap:
            return (window + 1) * window_s - now.timestamp()
        self.taken[tenant, name, window] = self.taken.get((tenant, name, window), 0) + 1
        return 0.0

    def rest(self, tenant: str, name: str, seconds: float) -> None:
        self.rests[tenant, name] = self._clock.now() + timedelta(seconds=seconds)

    def lock(self, tenant: str, name: str, seconds: int) -> bool:
        now = self._clock.now()
        if self.locks.get((tenant, name), now) > now:
            return False
        self.locks[tenant, name] = now + timedelta(seconds=seconds)
        return True

    def unlock(self, tenant: str, name: str) -> None:
        self.locks.pop((tenant, name), None)


class MemoryTimer:
    """See `stepwell.social.ports.Timer`."""

    def __init__(self) -> None:
        self.rows: set[tuple[str, str, datetime, int]] = set()

    def at(self, tenant: str, token: str, when: datetime, mark: int = 0) -> None:
        self.rows.add((tenant, token, when, mark))

    def drop(self, tenant: str, token: str, when: datetime, mark: int = 0) -> None:
        self.rows.discard((tenant, token, when, mark))

    def due(self, now: datetime) -> list[tuple[str, str]]:
        """Take what is due, like the sweeper."""
        found = sorted(row for row in self.rows if row[2] <= now)
        self.rows -= set(found)
        return list(dict.fromkeys((tenant, token) for tenant, token, *_ in found))

    def next(self) -> datetime | None:
        return min((when for _, _, when, _ in self.rows), default=None)


@dataclass
class Team:
    """See `stepwell.social.ports.Team`."""

    told: list[tuple[str, str, str]] = field(default_factory=list)

    def tell(self, tenant: str, subject: str, text: str) -> bool:
        self.told.append((tenant, subject, text))
        return True


@dataclass
class Asked:
    """See `stepwell.social.ports.Work`."""

    work: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, tenant: str, work: Sequence[Mapping[str, Any]]) -> None:
        self.work += [{"tenant": tenant, **one} for one in work]


@dataclass
class There:
    """A post on a network."""

    account: str
    post: SocialPost
    at: datetime
    id: str


class FakeNetwork:
    """See `stepwell.contracts.social.Network`: what is there, and what it does to the next calls.

    Attributes:
        there: All posts.
        script: What the next calls of `publish` do: an error to raise before, `"lost"` (done, the answer lost) or
            `"nothing"` (not done, the answer lost); a callable is called first.
        shows_after: So long a post is not found yet.
        blind: Raised by `find`.
        good: Access tokens that are taken; None: all.
    """

    def __init__(self, platform: Platform, clock: Clock) -> None:
        self.platform = platform
        self._clock = clock
        self.there: list[There] = []
        self.script: list[Any] = []
        self.shows_after = timedelta()
        self.blind: Exception | None = None
        self.good: set[str] | None = None
        self.answered: list[tuple[str, str]] = []
        self.calls = 0

    def _insist(self, tokens: Tokens) -> None:
        if self.good is not None and tokens.access not in self.good:
            raise TokenExpired("The token has ended.")

    def publish(self, account: Account, tokens: Tokens, post: SocialPost) -> Posted:
        self.calls += 1
        self._insist(tokens)
        act = self.script.pop(0) if self.script else None
        if callable(act) and not isinstance(act, type):
            act = act()
        if isinstance(act, Exception):
            raise act
        if act == "nothing":
            raise OutcomeUnknown("No answer.", code="no_answer")
        made = There(account.id, post, self._clock.now(), f"{self.platform.value}-{len(self.there) + 1}")
        self.there.append(made)
        if act == "lost":
            raise OutcomeUnknown("No answer.", code="no_answer")
        return self._posted(made)

    def find(self, account: Account, tokens: Tokens, post: SocialPost, since: datetime) -> Posted | None:
        self._insist(tokens)
        if self.blind is not None:
            raise self.blind
        seen = self._clock.now() - self.shows_after
        for one in self.there:
            if one.account == account.id and one.post.text == post.text and since <= one.at <= seen:
                return self._posted(one)
        return None

    def metrics(self, account: Account, tokens: Tokens, ids: Sequence[str]) -> list[Metrics]:
        self._insist(tokens)
        return [Metrics(id_, self._clock.now(), likes=1) for id_ in ids]

    def mentions(
        self, account: Account, tokens: Tokens, since: datetime, cursor: str
    ) -> tuple[list[Mention], str]:
        return [], ""

    def reply(self, account: Account, tokens: Tokens, mention_id: str, text: str) -> Posted:
        self.answered.append((mention_id, text))
        return Posted(f"r{len(self.answered)}")

    def remove(self, account: Account, tokens: Tokens, external_id: str) -> None:
        self.there = [one for one in self.there if one.id != external_id]

    def _posted(self, one: There) -> Posted:
        return Posted(one.id, f"https://{self.platform.value}.example/{one.id}")


class FakeOAuth:
    """See `stepwell.contracts.social.OAuth`; refresh tokens are good once."""

    def __init__(self, platform: Platform, clock: Clock) -> None:
        self.platform = platform
        self._clock = clock
        self.pages = [("ext-1", f"Acme on {platform.label}")]
        self.lives: timedelta | None = timedelta(hours=2)
        self.challenges: dict[str, str] = {}
        self.refresh_tokens = {"r0"}
        self.refreshed = 0
        self.revoked: list[str] = []

    def authorize_url(self, client: OAuthClient, state: str, challenge: str, redirect: str) -> str:
        self.challenges[state] = challenge
        return f"https://{self.platform.value}.example/authorize?client_id={client.id}&state={state}"

    def exchange(self, client: OAuthClient, code: str, verifier: str, redirect: str) -> Tokens:
        if code != "good" or not client.secret:
            raise ProviderRejected("The code is not taken.")
        return self._tokens(0)

    def refresh(self, client: OAuthClient, tokens: Tokens) -> Tokens:
        if tokens.refresh not in self.refresh_tokens:
            raise ProviderRejected("The refresh token is not taken.")
        self.refresh_tokens.remove(tokens.refresh)
        self.refreshed += 1
        return self._tokens(self.refreshed)

    def accounts(self, tokens: Tokens) -> list[OwnedAccount]:
        return [
            OwnedAccount(Account("", self.platform, id_, name, handle=name.split()[0].lower()), tokens)
            for id_, name in self.pages
        ]

    def revoke(self, client: OAuthClient, tokens: Tokens) -> None:
        self.revoked.append(tokens.access)

    def _tokens(self, number: int) -> Tokens:
        self.refresh_tokens.add(f"r{number}")
        ends = self._clock.now() + self.lives if self.lives else None
        return Tokens(f"a{number}", f"r{number}" if self.lives else "", ends)


class FakeNetworks:
    """See `stepwell.social.ports.Networks`; and `Apps`."""

    def __init__(self, clock: Clock) -> None:
        self.networks = {platform: FakeNetwork(platform, clock) for platform in Platform}
        self.oauths = {platform: FakeOAuth(platform, clock) for platform in Platform}
        self.without_app: set[Platform] = set()

    def network(self, tenant: str, platform: Platform) -> FakeNetwork:
        return self.networks[platform]

    def oauth(self, tenant: str, platform: Platform) -> FakeOAuth:
        return self.oauths[platform]

    def app(self, tenant: str, platform: Platform) -> App:
        if platform in self.without_app:
            raise NotReady("There is no app.", code="no_app")
        return App(OAuthClient("client", "secret"))


@dataclass
class Pauses:
    """See `stepwell.social.publisher.Pauses`."""

    code: str = ""

    def why(self, tenant: str, post: ScheduledPost, account: str) -> str:
        return self.code


@dataclass
class Tellings:
    """See `stepwell.social.publisher.Told`."""

    told: list[tuple[str, str]] = field(default_factory=list)

    def published(self, tenant: str, post: ScheduledPost, delivery: Delivery, content: SocialPost) -> None:
        self.told.append((post.id, delivery.account))


class SocialWorld:
    """All of social over memory; the same attributes as `stepwell.social_wiring.SocialParts`."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.posts, self.accounts, self.connections = MemoryPosts(), MemoryAccounts(), MemoryConnections()
        self.vault, self.leases, self.timer = PlainVault(), MemoryLeases(clock), MemoryTimer()
        self.networks, self.team, self.work = FakeNetworks(clock), Team(), Asked()
        self.apps = self.networks
        self.pauses, self.told = Pauses(), Tellings()

    @property
    def connected(self) -> Connected:
        return Connected(
            ConnectedPorts(
                clock=self.clock,
                accounts=self.accounts,
                vault=self.vault,
                apps=self.networks,
                networks=self.networks,
                leases=self.leases,
                timer=self.timer,
                team=self.team,
            )
        )

    @property
    def publishing(self) -> PublishPorts:
        return PublishPorts(
            clock=self.clock,
            posts=self.posts,
            connected=self.connected,
            leases=self.leases,
            timer=self.timer,
            pauses=self.pauses,
            told=self.told,
            public_url="https://events.example.com",
        )

    def publisher(self, claimant: str) -> Publisher:
        return Publisher(self.publishing, claimant)

    @property
    def campaigns(self) -> Campaigns:
        return Campaigns(self.publishing, self.accounts)

    @property
    def scheduling(self) -> SchedulePorts:
        return SchedulePorts(
            clock=self.clock, posts=self.posts, accounts=self.accounts, timer=self.timer, work=self.work
        )

    @property
    def connecting(self) -> ConnectPorts:
        return ConnectPorts(
            clock=self.clock,
            accounts=self.accounts,
            connections=self.connections,
            vault=self.vault,
            apps=self.networks,
            networks=self.networks,
            timer=self.timer,
        )

    def connect(self, tenant: str, platform: Platform, external_id: str = "ext-1", **tokens: Any) -> Account:
        """Have an account connected, without OAuth."""
        id_ = account_id(tenant, platform, external_id)
        account = Account(id_, platform, external_id, f"Acme on {platform.label}")
        sealed = self.vault.seal(tenant, id_, tokens_text(Tokens(**{"access": "a0", **tokens})))
        assert self.accounts.save(tenant, StoredAccount(account=account, sealed=sealed, connected_by="ann"))
        return account

    def expire(self, tenant: str, account: Account) -> None:
        """Have an account lose its access."""
        stored = self.accounts.get(tenant, account.id)
        assert stored is not None
        ended = replace(stored.account, state=AccountState.EXPIRED)
        assert self.accounts.save(tenant, replace(stored, account=ended))

    def run(
        self, claimant: Callable[[], str] = lambda: "sweep", until: timedelta = timedelta(days=2)
    ) -> None:
        """Let time pass and do what is due, until nothing is."""
        last = self.clock.now() + until
        for _ in range(500):
            when = self.timer.next()
            if when is None or when > last:
                return
            if when > self.clock.now():
                self.clock.at = when
            for tenant, token in self.timer.due(self.clock.now()):
                if token.startswith("post/"):
                    self.publisher(claimant()).publish(tenant, token.removeprefix("post/"))
        raise AssertionError("it does not come to an end")
