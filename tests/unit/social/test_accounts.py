"""Accounts over time: what renews itself, what ends, who is told and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.social import Account, AccountState, OAuthClient, OwnedAccount, Platform, Tokens
from stepwell.errors import Forbidden, NotFound, NotReady
from stepwell.social import connecting
from stepwell.social.connected import AHEAD
from stepwell.social.ports import App, Connection, StoredAccount

from tests.fakes.social import SocialWorld

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT, LI = "acme", Platform.LINKEDIN


@pytest.fixture
def world() -> SocialWorld:
    return SocialWorld(ManualClock(START))


def state(world: SocialWorld, account: Account) -> AccountState:
    stored = world.accounts.get(TENANT, account.id)
    assert stored is not None
    return connecting.shown_state(stored, world.clock.now())


def live(world: SocialWorld, until: datetime) -> None:
    """Let time pass and have accounts looked at."""
    while (when := world.timer.next()) is not None and when <= until:
        world.clock.at = max(when, world.clock.now())
        for tenant, token in world.timer.due(world.clock.now()):
            world.connected.look(tenant, token.removeprefix("account/"))
    world.clock.at = until


def test_what_renews_itself_is_renewed_while_nobody_posts(world: SocialWorld) -> None:
    ends = START + timedelta(days=60)
    account = world.connect(TENANT, LI, refresh="r0", expires_at=ends)
    world.networks.oauths[LI].lives = timedelta(days=60)
    world.connected.watch(TENANT, account.id, START + timedelta(days=1))
    live(world, START + timedelta(days=200))
    assert world.networks.oauths[LI].refreshed == 3 and world.team.told == []
    assert state(world, account) is AccountState.CONNECTED


def test_what_cannot_be_renewed_is_told_a_week_before_and_serves_until_it_ends(world: SocialWorld) -> None:
    ends = START + timedelta(days=60)
    account = world.connect(TENANT, LI, expires_at=ends)
    world.connected.watch(TENANT, account.id, START + timedelta(days=1))
    live(world, ends - AHEAD - timedelta(hours=1))
    assert (state(world, account), world.team.told) == (AccountState.CONNECTED, [])
    live(world, ends - timedelta(days=1))
    assert state(world, account) is AccountState.EXPIRING and len(world.team.told) == 1
    assert "2026-05-01" in world.team.told[0][1]
    assert world.connected.with_tokens(TENANT, account.id, lambda _, tokens: tokens.access) == "a0"
    live(world, ends + timedelta(hours=1))
    assert state(world, account) is AccountState.EXPIRED and len(world.team.told) == 2
    with pytest.raises(NotReady) as caught:
        world.connected.with_tokens(TENANT, account.id, lambda _, tokens: tokens.access)
    assert caught.value.code == "account_expired"


def test_a_refused_refresh_before_the_end_warns_and_does_not_end(world: SocialWorld) -> None:
    account = world.connect(TENANT, LI, refresh="used", expires_at=START + timedelta(days=3))
    world.connected.look(TENANT, account.id)
    assert state(world, account) is AccountState.EXPIRING and len(world.team.told) == 1
    world.connected.look(TENANT, account.id)
    assert len(world.team.told) == 1
    assert world.connected.with_tokens(TENANT, account.id, lambda _, tokens: tokens.access) == "a0"


def test_connecting_again_mends_an_account(world: SocialWorld) -> None:
    account = world.connect(TENANT, LI)
    world.expire(TENANT, account)
    begun = connecting.begin(world.connecting, TENANT, LI, "https://c.example/social/callback", "ann")
    (again,) = connecting.finish(world.connecting, TENANT, begun.state, "good", "ann")
    assert again.id == account.id and state(world, account) is AccountState.CONNECTED


def test_a_person_with_two_pages_keeps_one_when_the_other_goes(world: SocialWorld) -> None:
    oauth = world.networks.oauths[LI]
    oauth.pages = [("1", "One"), ("2", "Two")]
    begun = connecting.begin(world.connecting, TENANT, LI, "https://c.example/social/callback", "ann")
    one, two = connecting.finish(world.connecting, TENANT, begun.state, "good", "ann")
    assert not connecting.disconnect(world.connecting, TENANT, one.id) and oauth.revoked == []
    assert connecting.disconnect(world.connecting, TENANT, two.id) and oauth.revoked == ["a0"]


def test_a_connection_is_too_old_after_a_quarter_of_an_hour(world: SocialWorld) -> None:
    begun = connecting.begin(world.connecting, TENANT, LI, "https://c.example/social/callback", "ann")
    world.clock.advance(timedelta(minutes=15))
    with pytest.raises(Exception, match="too old"):
        connecting.finish(world.connecting, TENANT, begun.state, "good", "ann")


def test_what_opens_an_account_is_in_no_repr() -> None:
    account = Account(id="a", platform=LI, external_id="1", name="Acme")
    tokens = Tokens("hush-access", "hush-refresh")
    kept = StoredAccount(account=account, sealed="hush-sealed")
    begun = Connection(platform=LI, verifier="hush", redirect="https://c", actor="ann", expires_at=START)
    for one in (tokens, OwnedAccount(account, tokens), App(OAuthClient("id", "hush")), kept, begun):
        assert "hush" not in repr(one)


def test_a_connection_is_of_one_workspace_one_person_and_one_use(world: SocialWorld) -> None:
    redirect = "https://console.example.com/social/callback"

    def begun() -> str:
        return connecting.begin(world.connecting, TENANT, LI, redirect, "ann").state

    foreign, others, late, good = begun(), begun(), begun(), begun()
    with pytest.raises(NotFound):
        connecting.finish(world.connecting, "other", foreign, "good", "ann")
    with pytest.raises(Forbidden):
        connecting.finish(world.connecting, TENANT, others, "good", "eve")
    with pytest.raises(NotFound):
        connecting.finish(world.connecting, TENANT, others, "good", "ann")
    assert connecting.finish(world.connecting, TENANT, good, "good", "ann")
    with pytest.raises(NotFound):
        connecting.finish(world.connecting, TENANT, good, "good", "ann")
    world.clock.advance(connecting.GOOD_FOR)
    with pytest.raises(NotFound):
        connecting.finish(world.connecting, TENANT, late, "good", "ann")


def test_who_is_disconnected_leaves_no_token(world: SocialWorld) -> None:
    account = world.connect(TENANT, LI, refresh="r0", expires_at=START + timedelta(days=60))
    assert connecting.disconnect(world.connecting, TENANT, account.id)
    assert world.accounts.rows == {} and world.networks.oauths[LI].revoked
    with pytest.raises(NotFound):
        world.connected.with_tokens(TENANT, account.id, lambda _account, tokens: tokens)
