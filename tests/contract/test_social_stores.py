"""Stores of social networks: the fakes and the adapters on an emulated DynamoDB keep the same promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stepwell.adapters.dynamo_parking import DynamoParking
from stepwell.adapters.social_leases import DueTimer, DynamoLeases
from stepwell.adapters.social_parts import AdapterNetworks, DueWork, KmsVault, MailTeam
from stepwell.adapters.social_store import DynamoAccounts, DynamoApps, DynamoConnections, DynamoPosts
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.names import SOCIAL_WORKFLOW
from stepwell.contracts.social import Account, AccountState, Media, MediaKind, Platform, SocialPost
from stepwell.contracts.workspace import Workspace
from stepwell.errors import Forbidden, InvalidInput, NotReady, Unavailable
from stepwell.social.finding import WantedPosts
from stepwell.social.ports import AccountStore, Connection, Connections, Leases, PostStore, StoredAccount
from stepwell.social.posts import Delivery, Mode, ScheduledPost, Stage

from tests.contract.conftest import Emulator
from tests.fakes.social import Asked, MemoryAccounts, MemoryConnections, MemoryLeases, MemoryPosts, PlainVault
from tests.fakes.sources import PlainBox

NOW = datetime(2026, 3, 2, 9, 0, 0, 123_000, tzinfo=UTC)


@dataclass
class Stored:
    posts: PostStore
    accounts: AccountStore
    connections: Connections
    leases: Leases
    clock: ManualClock


@pytest.fixture(params=["fake", "dynamo"])
def stored(request: pytest.FixtureRequest, emulator: Emulator) -> Stored:
    clock = ManualClock(NOW)
    if request.param == "fake":
        return Stored(MemoryPosts(), MemoryAccounts(), MemoryConnections(), MemoryLeases(clock), clock)
    config, engine = emulator.table("config"), emulator.table("engine")
    leases = DynamoLeases(engine, clock)
    return Stored(DynamoPosts(config), DynamoAccounts(config), DynamoConnections(config), leases, clock)


def post(id_: str = "p1", **more: Any) -> ScheduledPost:
    media = (Media(MediaKind.IMAGE, "https://acme.example/a.png", "A shoe", 400, 300, 1_000),)
    given = {
        "id": id_,
        "content": SocialPost("Hi 👍", link="https://acme.example", media=media, target={"age_min": 18}),
        "overrides": {Platform.LINKEDIN: {"text": "Hello", "media": ()}},
        "deliveries": (
            Delivery(account="twitter-a", platform=Platform.TWITTER, at=NOW, stage=Stage.CLAIMED, tries=1),
            Delivery(account="linkedin-a", platform=Platform.LINKEDIN, code="throttled", next_at=NOW),
        ),
        "mode": Mode.LIVE,
        "at": NOW,
        "time_zone": "Europe/Berlin",
        "created_at": NOW,
        "origin": {"workflow": "w", "version": 2, "node": "n", "campaign": "v2"},
    }
    return ScheduledPost(**{**given, **more})


def test_a_post_comes_back_as_it_was(stored: Stored) -> None:
    assert stored.posts.save("acme", post())
    assert stored.posts.get("acme", "p1") == replace(post(), rev=1)
    assert stored.posts.get("other", "p1") is None and listed(stored, "other") == []
    assert stored.posts.save("acme", post("p0"))
    assert listed(stored) == ["p1", "p0"]


def listed(stored: Stored, tenant: str = "acme", /, *, newest_first: bool = True, **wanted: Any) -> list[str]:
    """The ids of posts, page by page."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        posts, cursor = stored.posts.page(tenant, WantedPosts(**wanted), 2, cursor, newest_first=newest_first)
        assert len(posts) <= 2
        found += [one.id for one in posts]
        if cursor is None:
            return found


def test_posts_are_listed_by_their_moments_page_by_page(stored: Stored) -> None:
    days = [NOW + timedelta(days=n) for n in range(5)]
    for number, at in enumerate(days):
        assert stored.posts.save("acme", post(f"p{number}", at=at))
    draft = post("draft", at=None, mode=Mode.DRAFT, created_at=days[1] + timedelta(hours=1), origin={})
    assert stored.posts.save("acme", draft)
    assert listed(stored) == ["p4", "p3", "p2", "draft", "p1", "p0"]
    assert listed(stored, newest_first=False) == ["p0", "p1", "draft", "p2", "p3", "p4"]
    assert listed(stored, since=days[1], until=days[3]) == ["p2", "draft", "p1"]
    assert listed(stored, since=days[1], until=days[3], newest_first=False) == ["p1", "draft", "p2"]
    assert listed(stored, since=days[1] + timedelta(microseconds=1), until=days[2]) == ["draft"]
    assert listed(stored, state="draft") == ["draft"] == listed(stored, words="DRAFT")
    assert listed(stored, workflow="w", since=days[3]) == ["p4", "p3"]
    assert listed(stored, account="twitter-a", platform="linkedin", until=days[1]) == ["p0"]
    assert listed(stored, account="facebook-a") == [] == listed(stored, platform="facebook")


def test_a_post_that_moves_stands_at_its_new_moment_alone(stored: Stored) -> None:
    assert stored.posts.save("acme", post("p1")) and stored.posts.save("acme", post("p2"))
    later = NOW + timedelta(days=3)
    assert not stored.posts.save("acme", post("p1", at=later, rev=7)), "somebody else was first"
    assert listed(stored, since=later) == []
    assert stored.posts.save("acme", post("p1", at=later, rev=1))
    assert stored.posts.save("acme", post("p1", at=later, rev=2, changed_by="ann"))
    assert listed(stored) == ["p1", "p2"] and listed(stored, until=later) == ["p2"]


def test_a_cursor_of_another_list_is_refused(stored: Stored) -> None:
    if isinstance(stored.posts, DynamoPosts):
        for cursor in ("x", "e30="):
            with pytest.raises(InvalidInput):
                stored.posts.page("acme", WantedPosts(), 2, cursor)


def test_of_two_who_write_over_one_revision_one_does(stored: Stored) -> None:
    assert stored.posts.save("acme", post())
    assert not stored.posts.save("acme", post()), "it is not new any more"
    assert stored.posts.save("acme", replace(post(), rev=1, mode=Mode.CANCELED))
    assert not stored.posts.save("acme", replace(post(), rev=1))
    kept = stored.posts.get("acme", "p1")
    assert kept is not None and (kept.rev, kept.mode) == (2, Mode.CANCELED)


def test_an_account_comes_back_and_is_forgotten(stored: Stored) -> None:
    account = Account(
        "twitter-a",
        Platform.TWITTER,
        "1",
        "Acme",
        "acme",
        scopes=("read",),
        expires_at=NOW + timedelta(days=1),
    )
    one = StoredAccount(account=account, sealed="…", connected_at=NOW, connected_by="ann")
    assert stored.accounts.save("acme", one) and not stored.accounts.save("acme", one)
    assert stored.accounts.get("acme", "twitter-a") == replace(one, rev=1)
    ended = replace(one, rev=1, account=replace(account, state=AccountState.EXPIRED), note="no", told_at=NOW)
    assert stored.accounts.save("acme", ended)
    assert stored.accounts.all("acme") == [replace(ended, rev=2)]
    assert stored.accounts.all("other") == []
    stored.accounts.delete("acme", "twitter-a")
    stored.accounts.delete("acme", "twitter-a")
    assert stored.accounts.get("acme", "twitter-a") is None


def test_a_connection_is_taken_once(stored: Stored) -> None:
    one = Connection(
        platform=Platform.FACEBOOK, verifier="v", redirect="https://c.example", actor="ann", expires_at=NOW
    )
    stored.connections.put("acme", "hash", one)
    assert stored.connections.take("other", "hash") is None
    assert stored.connections.take("acme", "hash") == one
    assert stored.connections.take("acme", "hash") is None


def test_a_rate_is_a_lease_by_window(stored: Stored) -> None:
    leases = stored.leases
    assert [leases.take("acme", "x", 2, 900) for _ in range(2)] == [0.0, 0.0]
    wait_s = leases.take("acme", "x", 2, 900)
    assert 0 < wait_s <= 900
    assert leases.take("acme", "y", 2, 900) == leases.take("other", "x", 2, 900) == 0.0
    stored.clock.advance(timedelta(seconds=wait_s))
    assert leases.take("acme", "x", 2, 900) == 0.0


def test_a_rest_holds_whatever_room_there_is(stored: Stored) -> None:
    stored.leases.rest("acme", "x", 60)
    assert 59 <= stored.leases.take("acme", "x", 10, 900) <= 60
    stored.clock.advance(timedelta(seconds=61))
    assert stored.leases.take("acme", "x", 10, 900) == 0.0


def test_a_lock_is_held_until_it_is_given_back_or_its_time_is_over(stored: Stored) -> None:
    leases = stored.leases
    assert leases.lock("acme", "renew", 60) and not leases.lock("acme", "renew", 60)
    leases.unlock("acme", "renew")
    assert leases.lock("acme", "renew", 60)
    stored.clock.advance(timedelta(seconds=61))
    assert leases.lock("acme", "renew", 60)


def test_looks_lie_in_the_due_index(emulator: Emulator) -> None:
    parking = DynamoParking(emulator.table("engine"))
    timer = DueTimer(parking)
    timer.at("acme", "post/p1", NOW)
    timer.at("acme", "post/p1", NOW, 7)
    later = NOW + timedelta(hours=1)

    def rows() -> list[tuple[str, str, int]]:
        return [
            (row.workflow, row.token, row.epoch)
            for bucket, shards in parking.due_buckets("acme", later)
            for shard in shards
            for row in parking.due_rows("acme", bucket, shard, 10)
        ]

    assert sorted(rows()) == [(SOCIAL_WORKFLOW, "post/p1", 0), (SOCIAL_WORKFLOW, "post/p1", 7)]
    timer.drop("acme", "post/p1", NOW)
    assert rows() == [(SOCIAL_WORKFLOW, "post/p1", 7)]


@pytest.mark.parametrize("vault", [PlainVault(), KmsVault(PlainBox())])
def test_tokens_open_for_their_account_alone(vault: Any) -> None:
    sealed = vault.seal("acme", "twitter-a", "token")
    assert vault.open("acme", "twitter-a", sealed) == "token"
    for tenant, name in (("other", "twitter-a"), ("acme", "twitter-b")):
        with pytest.raises(Forbidden):
            vault.open(tenant, name, sealed)


def test_apps_are_read_from_their_document(emulator: Emulator) -> None:
    apps = DynamoApps(emulator.table("config"), PlainVault())
    with pytest.raises(NotReady, match="no app"):
        apps.app("acme", Platform.TWITTER)
    assert apps.address("acme", Platform.TWITTER) == ""
    made = AdapterNetworks(apps, ManualClock(NOW), None, local=True, public_url="https://events.example.com")
    for platform in Platform:
        assert made.network("acme", platform) is not None
        assert made.oauth("acme", platform) is not None


def test_due_tokens_become_work() -> None:
    asked = Asked()
    DueWork(asked).due("acme", ["post/p1", "account/twitter-a", "post/p1", "measure/-"])
    assert asked.work == [
        {"tenant": "acme", "kind": "publish", "post": "p1"},
        {"tenant": "acme", "kind": "account", "account": "twitter-a"},
        {"tenant": "acme", "kind": "measure", "measure": "-"},
    ]


class Workspaces:
    def __init__(self, reply_to: str) -> None:
        self._reply_to = reply_to

    def workspace(self, tenant: str) -> Workspace:
        return Workspace(tenant, sender="Shop <shop@example.com>", reply_to=self._reply_to)


class Box:
    def __init__(self, error: Exception | None = None) -> None:
        self.error, self.sent = error, list[Any]()

    def send(self, email: Any) -> str:
        if self.error:
            raise self.error
        self.sent.append(email)
        return "id"


def test_the_team_is_told_where_it_can_be() -> None:
    box = Box()
    assert MailTeam(Workspaces("help@example.com"), lambda: box).tell("acme", "Subject", "Text")
    assert [(one.to, one.subject) for one in box.sent] == [("help@example.com", "Subject")]
    assert not MailTeam(Workspaces(""), lambda: box).tell("acme", "Subject", "Text")
    down = Box(Unavailable("down"))
    assert not MailTeam(Workspaces("help@example.com"), lambda: down).tell("acme", "Subject", "Text")
