"""Listening over an emulated table: accounts that are connected, work that is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeVar

import boto3
from stepwell.adapters.dynamo import DynamoTable
from stepwell.adapters.social_alarms import DynamoAlarms
from stepwell.adapters.social_inbox import DynamoInbox
from stepwell.adapters.social_tracking import DynamoTracked
from stepwell.contracts.social import (
    Account,
    Author,
    Mention,
    MentionKind,
    Metrics,
    Platform,
    Posted,
    Tokens,
)
from stepwell.contracts.workspace import AuditEntry
from stepwell.errors import NotFound
from stepwell.publishing.listening import Listening
from stepwell.replies.sentiment import sentiment
from stepwell.social.alarms import Alarms
from stepwell.social.answering import SocialRules
from stepwell.social.crisis import Counted, hour_of
from stepwell.social.engagement import TrackedPost
from stepwell.social.listening_ports import Listened, Wanted
from stepwell.social.mentions import Entry, mention_id
from stepwell.triggers.social_ports import SocialPorts

from tests.fakes.world import World

T = TypeVar("T")
ACCOUNT = Account(id="tw1", platform=Platform.TWITTER, external_id="900", name="Acme", handle="acme")


class MemoryWork:
    """Work that was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Mapping[str, Any]]] = []

    def ask(self, tenant: str, work: Sequence[Mapping[str, Any]]) -> None:
        self.asked += [(tenant, dict(one)) for one in work]


class MemoryNetwork:
    """A network whose lists are what a test puts there; `refuse` is raised by the next calls."""

    def __init__(self) -> None:
        self.written: list[Mention] = []
        self.page_size = 3
        self.answers: list[tuple[str, str]] = []
        self.refuse: list[Exception] = []
        self.taken_though: bool = False
        self.counts: dict[str, dict[str, int]] = {}
        self.asked_for: list[Sequence[str]] = []
        self.calls = 0

    def _maybe(self) -> None:
        if self.refuse:
            raise self.refuse.pop(0)

    def mentions(
        self, account: Account, tokens: Tokens, since: datetime, cursor: str
    ) -> tuple[list[Mention], str]:
        self.calls += 1
        self._maybe()
        found = sorted((m for m in self.written if m.at >= since), key=lambda m: (m.at, m.external_id))
        start = int(cursor or 0)
        page = found[start : start + self.page_size]
        end = start + self.page_size
        return page, str(end) if end < len(found) else ""

    def reply(self, account: Account, tokens: Tokens, mention_id: str, text: str) -> Posted:
        if self.taken_though:
            self.answers.append((mention_id, text))
        self._maybe()
        self.answers.append((mention_id, text))
        return Posted(f"r{len(self.answers)}", f"https://x.example/r{len(self.answers)}")

    def metrics(self, account: Account, tokens: Tokens, ids: Sequence[str]) -> list[Metrics]:
        self.asked_for.append(ids)
        self._maybe()
        now = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
        return [Metrics(one, now, **self.counts[one]) for one in ids if one in self.counts]


class MemoryConnected:
    """Accounts that are connected; one network for all."""

    def __init__(self, *accounts: Account) -> None:
        self.known = {account.id: account for account in accounts or (ACCOUNT,)}
        self.net = MemoryNetwork()

    def accounts(self, tenant: str) -> list[Account]:
        return list(self.known.values())

    def network(self, tenant: str, platform: Platform) -> Any:
        return self.net

    def with_tokens(self, tenant: str, account: str, do: Callable[[Account, Tokens], T]) -> T:
        if account not in self.known:
            raise NotFound("There is no such account.", code="no_account")
        return do(self.known[account], Tokens("secret"))


def written(
    at: datetime,
    text: str = "Your shop is great, thanks",
    *,
    id_: str = "1",
    author: str = "42",
    kind: MentionKind = MentionKind.MENTION,
    parent: str = "",
    account: str = ACCOUNT.id,
    platform: Platform = Platform.TWITTER,
) -> Mention:
    """Return something that somebody wrote."""
    return Mention(
        platform,
        account,
        id_,
        parent,
        kind,
        Author(author, f"ann{author}", "Ann", 120),
        text,
        f"https://x.example/{id_}",
        at,
    )


def entry(mention: Mention) -> Entry:
    """Return a mention as it is kept at first."""
    felt = sentiment(mention.text)
    id_ = mention_id(mention.platform, mention.external_id)
    return Entry(id_, mention, felt.label, felt.score, felt.language)


class MemoryInbox:
    """See `stepwell.social.listening_ports.Inbox`; `crash` is called before each write with its name."""

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], Entry] = {}
        self.counts: dict[tuple[str, str], dict[datetime, Counted]] = {}
        self.claims: dict[tuple[str, str, str, str], str] = {}
        self.read: dict[tuple[str, str], Listened] = {}
        self.crash: Callable[[str], None] = lambda name: None

    def keep(self, tenant: str, entry: Entry) -> Entry:
        self.crash("keep")
        known = self.entries.get((tenant, entry.id))
        if known is not None:
            return known
        kept = replace(entry, rev=1, told=False)
        self.entries[tenant, entry.id] = kept
        hours = self.counts.setdefault((tenant, entry.mention.account), {})
        hour = hour_of(entry.mention.at)
        counted = hours.get(hour, Counted())
        hours[hour] = Counted(counted.all + 1, counted.bad + (entry.sentiment == "negative"))
        return kept

    def find(self, tenant: str, id_: str) -> Entry | None:
        return self.entries.get((tenant, id_))

    def save(self, tenant: str, entry: Entry) -> bool:
        self.crash("save")
        known = self.entries.get((tenant, entry.id))
        if known is None or known.rev != entry.rev:
            return False
        self.entries[tenant, entry.id] = replace(entry, rev=entry.rev + 1, told=known.told)
        return True

    def told(self, tenant: str, entry: Entry) -> None:
        self.crash("told")
        known = self.entries[tenant, entry.id]
        self.entries[tenant, entry.id] = replace(known, told=True)

    def page(
        self, tenant: str, wanted: Wanted, limit: int, cursor: str | None = None
    ) -> tuple[list[Entry], str | None]:
        mine = [one for (owner, _), one in self.entries.items() if owner == tenant and wanted.fits(one)]
        mine.sort(key=lambda one: (one.mention.at, one.id), reverse=True)
        start = int(cursor or 0)
        return mine[start : start + limit], str(start + limit) if start + limit < len(mine) else None

    def series(self, tenant: str, account: str, since: datetime) -> Mapping[datetime, Counted]:
        hours = self.counts.get((tenant, account), {})
        return {at: counted for at, counted in hours.items() if at.date() >= since.date()}

    def claim_answer(self, tenant: str, entry: Entry, thread: str, now: datetime) -> bool:
        self.crash("claim_answer")
        mention = entry.mention
        key = (tenant, mention.platform.value, mention.author.external_id, thread)
        return self.claims.setdefault(key, entry.id) == entry.id

    def release_answer(self, tenant: str, entry: Entry, thread: str) -> None:
        self.crash("release_answer")
        mention = entry.mention
        key = (tenant, mention.platform.value, mention.author.external_id, thread)
        if self.claims.get(key) == entry.id:
            del self.claims[key]

    def listened(self, tenant: str, account: str) -> Listened | None:
        return self.read.get((tenant, account))

    def save_listened(self, tenant: str, account: str, listened: Listened) -> None:
        self.crash("save_listened")
        self.read[tenant, account] = listened


class MemoryAlarms:
    """See `stepwell.social.listening_ports.AlarmStore`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Alarms] = {}

    def get(self, tenant: str, account: str) -> Alarms:
        return self.kept.get((tenant, account), Alarms(account))

    def all(self, tenant: str) -> list[Alarms]:
        return [self.kept[key] for key in sorted(self.kept) if key[0] == tenant]

    def save(self, tenant: str, alarms: Alarms) -> bool:
        if self.get(tenant, alarms.account).rev != alarms.rev:
            return False
        self.kept[tenant, alarms.account] = replace(alarms, rev=alarms.rev + 1)
        return True


class MemoryTracked:
    """See `stepwell.social.listening_ports.TrackedPosts`."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], TrackedPost] = {}

    def put(self, tenant: str, post: TrackedPost) -> None:
        self.kept.setdefault((tenant, post.id), post)

    def save(self, tenant: str, posts: Sequence[TrackedPost]) -> None:
        for post in posts:
            known = self.kept.get((tenant, post.id))
            asked = known.asked if known is not None else None
            if known is not None and post.asked is not None and (asked is None or asked < post.asked):
                self.kept[tenant, post.id] = post

    def since(self, tenant: str, at: datetime, limit: int = 5_000) -> list[TrackedPost]:
        mine = [post for (owner, _), post in self.kept.items() if owner == tenant and post.at >= at]
        return sorted(mine, key=lambda post: (post.at, post.id), reverse=True)[:limit]

    def find(self, tenant: str, at: datetime, id_: str) -> TrackedPost | None:
        found = self.kept.get((tenant, id_))
        return found if found is not None and found.at == at else None


class MemoryLetters:
    """Letters to people."""

    def __init__(self) -> None:
        self.written: list[tuple[tuple[str, ...], str, str]] = []

    def tell(self, tenant: str, targets: Sequence[str], subject: str, text: str) -> int:
        self.written.append((tuple(targets), subject, text))
        return 1


class MemoryLeases:
    """Rates: `full` names have no room."""

    def __init__(self) -> None:
        self.taken: dict[str, int] = {}

    def take(self, tenant: str, name: str, cap: int, window_s: int) -> float:
        if self.taken.get(name, 0) >= cap:
            return float(window_s)
        self.taken[name] = self.taken.get(name, 0) + 1
        return 0.0

    def rest(self, tenant: str, name: str, seconds: float) -> None:
        del tenant, name, seconds

    def lock(self, tenant: str, name: str, seconds: int) -> bool:
        return True

    def unlock(self, tenant: str, name: str) -> None:
        del tenant, name


class MemoryTimer:
    """What is to be looked at."""

    def __init__(self) -> None:
        self.looks: dict[str, datetime] = {}

    def at(self, tenant: str, token: str, when: datetime) -> None:
        self.looks[token] = when

    def drop(self, tenant: str, token: str, when: datetime) -> None:
        self.looks.pop(token, None)


class MemoryAudit:
    """Audit entries."""

    def __init__(self) -> None:
        self.entries: list[AuditEntry] = []

    def audit(self, tenant: str, entry: AuditEntry) -> None:
        self.entries.append(entry)


@dataclass
class ListeningWorld:
    """All that listening reaches, in memory."""

    world: World = field(default_factory=World)
    inbox: Any = field(default_factory=MemoryInbox)
    alarms: Any = field(default_factory=MemoryAlarms)
    tracked: Any = field(default_factory=MemoryTracked)
    work: MemoryWork = field(default_factory=MemoryWork)
    connected: MemoryConnected = field(default_factory=MemoryConnected)
    letters: MemoryLetters = field(default_factory=MemoryLetters)
    leases: MemoryLeases = field(default_factory=MemoryLeases)
    timer: MemoryTimer = field(default_factory=MemoryTimer)
    audit: MemoryAudit = field(default_factory=MemoryAudit)
    rules: SocialRules = field(default_factory=SocialRules)

    @property
    def ports(self) -> SocialPorts:
        return SocialPorts(
            clock=self.world.clock,
            inbox=self.inbox,
            stream=self.world.sink,
            work=self.work,
            alarms=self.alarms,
            posts=self.tracked,
            connected=self.connected,
            rules=lambda tenant: self.rules,
            profiles=self.world.profiles,
            workspaces=self.world.workspaces,
            leases=self.leases,
            timer=self.timer,
            letters=self.letters,
            audit=self.audit,
        )

    def events(self) -> list[Mapping[str, Any]]:
        """Events on the stream, each message id once, as the pass sees them."""
        return list({told["message_id"]: told for _, told in self.world.sink.emitted}.values())


def listening_of(documents: Any, clock: Any, client: Any = None) -> Listening:
    """Return what people do, over table `config`."""
    table = DynamoTable(client or boto3.client("dynamodb", region_name="us-east-1"), "config")
    return Listening(
        clock=clock,
        documents=documents,
        inbox=DynamoInbox(table),
        alarms=DynamoAlarms(table),
        posts=DynamoTracked(table),
        accounts=MemoryConnected(),
        work=MemoryWork(),
    )
