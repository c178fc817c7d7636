"""Listening over an emulated table: accounts that are connected, work that is written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from stepwell.errors import NotFound
from stepwell.publishing.listening import Listening
from stepwell.replies.sentiment import sentiment
from stepwell.social.mentions import Entry, mention_id

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
