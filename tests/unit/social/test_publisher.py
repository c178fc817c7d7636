"""Deliveries: what errors make of them, looks after lost answers, tokens that end, rates, pauses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.social import AccountState, Platform
from stepwell.errors import Forbidden, ProviderRejected, Throttled, Unavailable
from stepwell.social import scheduling
from stepwell.social.posts import ScheduledPost
from stepwell.social.scheduling import Wanted

from tests.fakes.social import SocialWorld

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT = "acme"
X, LI = Platform.TWITTER, Platform.LINKEDIN
SocialText = Callable[..., Any]


def content(text: str = "Hello") -> Any:
    from stepwell.contracts.social import SocialPost

    return SocialPost(text)


@pytest.fixture
def world() -> SocialWorld:
    return SocialWorld(ManualClock(START))


def write(world: SocialWorld, *accounts: str, **more: Any) -> ScheduledPost:
    wanted = Wanted(content=content(), accounts=accounts, **more)
    return scheduling.create(world.scheduling, TENANT, wanted, "ann")


def state(world: SocialWorld, post: ScheduledPost) -> ScheduledPost:
    found = world.posts.get(TENANT, post.id)
    assert found is not None
    return found


def test_a_post_goes_out_on_all_networks_at_its_times(world: SocialWorld) -> None:
    ids = [world.connect(TENANT, platform).id for platform in (X, LI)]
    later = {ids[1]: START + timedelta(hours=2)}
    post = write(world, *ids, at=START + timedelta(hours=1), times=later)
    assert (post.state, world.work.work) == ("scheduled", [])
    world.run(until=timedelta(minutes=90))
    assert state(world, post).state == "publishing"
    assert len(world.networks.networks[X].there) == 1 and not world.networks.networks[LI].there
    world.run()
    done = state(world, post)
    assert done.state == "published" and world.told.told == [(post.id, ids[0]), (post.id, ids[1])]
    assert world.timer.next() is None


@pytest.mark.parametrize("act", ["lost", "nothing"])
def test_a_lost_answer_is_looked_for_and_there_is_one_post(world: SocialWorld, act: str) -> None:
    account = world.connect(TENANT, X)
    network = world.networks.networks[X]
    network.script = [act]
    network.shows_after = timedelta(minutes=2)
    post = write(world, account.id)
    world.run()
    done = state(world, post)
    assert done.state == "published" and done.deliveries[0].lost == 1
    assert len(network.there) == 1 and network.calls == (1 if act == "lost" else 2)


def test_two_lost_answers_are_told_and_not_tried_again(world: SocialWorld) -> None:
    account = world.connect(TENANT, X)
    network = world.networks.networks[X]
    network.script = ["nothing", "nothing", "nothing"]
    post = write(world, account.id)
    world.run()
    (delivery,) = state(world, post).deliveries
    assert (delivery.stage.value, delivery.code, network.calls) == ("failed", "outcome_unknown", 2)


def test_what_cannot_be_looked_for_is_never_repeated(world: SocialWorld) -> None:
    account = world.connect(TENANT, X)
    network = world.networks.networks[X]
    network.script, network.blind = ["nothing"], Forbidden("No right to read.")
    post = write(world, account.id)
    world.run()
    (delivery,) = state(world, post).deliveries
    assert (delivery.code, network.calls) == ("outcome_unknown", 1)


def test_a_refusal_is_final_at_its_account_only(world: SocialWorld) -> None:
    ids = [world.connect(TENANT, platform).id for platform in (X, LI)]
    told = ProviderRejected("No.", details={"reason": "Duplicate content."})
    world.networks.networks[X].script = [told]
    post = write(world, *ids)
    world.run()
    done = state(world, post)
    assert done.state == "partly"
    assert (done.deliveries[0].code, done.deliveries[0].reason) == ("provider_rejected", "Duplicate content.")
    scheduling.publish_now(world.scheduling, TENANT, post.id, "ann")
    world.run()
    assert state(world, post).state == "published"
    assert [network.calls for network in (world.networks.networks[X], world.networks.networks[LI])] == [2, 1]


def test_a_network_without_room_gets_it_later(world: SocialWorld) -> None:
    account = world.connect(TENANT, X)
    network = world.networks.networks[X]
    network.script = [Throttled("Slow.", retry_after_s=600), Unavailable("Down."), Unavailable("Down.")]
    post = write(world, account.id)
    world.run()
    assert state(world, post).state == "published" and len(network.there) == 1
    assert world.clock.now() >= START + timedelta(seconds=600)


def test_a_network_that_never_has_room_is_given_up_after_a_day(world: SocialWorld) -> None:
    account = world.connect(TENANT, X)
    world.networks.networks[X].script = [Throttled("Slow.", retry_after_s=3_600)] * 60
    post = write(world, account.id)
    world.run()
    assert [one.code for one in state(world, post).deliveries] == ["throttled"]
    assert timedelta(hours=24) <= world.clock.now() - START <= timedelta(hours=27)


def test_tokens_are_renewed_before_they_end_and_when_they_are_not_taken(world: SocialWorld) -> None:
    ends = START + timedelta(minutes=5)
    account = world.connect(TENANT, X, refresh="r0", expires_at=ends)
    network, oauth = world.networks.networks[X], world.networks.oauths[X]
    network.good = {"a1"}
    write(world, account.id)
    world.run()
    assert (oauth.refreshed, network.calls) == (1, 1)
    network.good = {"a2"}
    write(world, account.id)
    world.run()
    assert oauth.refreshed == 2 and len(network.there) == 2


def test_an_account_that_cannot_be_renewed_is_told_once_and_its_posts_fail(world: SocialWorld) -> None:
    account = world.connect(TENANT, X, refresh="used")
    world.networks.networks[X].good = set()
    first, second = write(world, account.id), write(world, account.id)
    world.run()
    codes = [one.code for post in (first, second) for one in state(world, post).deliveries]
    assert codes == ["account_expired", "account_expired"] and len(world.team.told) == 1
    stored = world.accounts.get(TENANT, account.id)
    assert stored is not None and stored.account.state is AccountState.EXPIRED


def test_who_renews_at_the_same_time_waits_and_finds_the_new_tokens(world: SocialWorld) -> None:
    account = world.connect(TENANT, X, refresh="r0", expires_at=START)
    world.leases.lock(TENANT, f"social.renew#{account.id}", 60)
    with pytest.raises(Throttled):
        world.connected.with_tokens(TENANT, account.id, lambda a, t: t)
    world.leases.unlock(TENANT, f"social.renew#{account.id}")
    old = world.accounts.get(TENANT, account.id)
    assert old is not None
    assert world.connected.with_tokens(TENANT, account.id, lambda a, t: t.access) == "a1"
    assert world.connected.renewed(TENANT, old, world.connected._open(TENANT, old))[1].access == "a1"
    assert world.networks.oauths[X].refreshed == 1


def test_rates_are_leases(world: SocialWorld) -> None:
    account = world.connect(TENANT, LI)
    for number in range(102):
        wanted = Wanted(content=content(f"Post {number}"), accounts=[account.id])
        scheduling.create(world.scheduling, TENANT, wanted, "ann")
    for tenant, token in world.timer.due(START):
        world.publisher("x").publish(tenant, token.removeprefix("post/"))
    assert len(world.networks.networks[LI].there) == 100
    world.run()
    assert len(world.networks.networks[LI].there) == 102


def test_a_stop_holds_posts_and_lets_them_go_on(world: SocialWorld) -> None:
    account = world.connect(TENANT, X)
    world.pauses.code = "stopped"
    post = write(world, account.id)
    world.run(until=timedelta(minutes=5))
    assert (state(world, post).state, state(world, post).deliveries[0].code) == ("scheduled", "stopped")
    world.pauses.code = ""
    world.run()
    assert state(world, post).state == "published"


def test_a_canceled_post_does_not_go_out(world: SocialWorld) -> None:
    account = world.connect(TENANT, X)
    post = write(world, account.id, at=START + timedelta(hours=1))
    scheduling.cancel(world.scheduling, TENANT, post.id, "ann")
    world.run()
    assert state(world, post).state == "canceled" and world.networks.networks[X].calls == 0


def test_a_post_canceled_while_its_answer_is_lost_is_not_tried_again(world: SocialWorld) -> None:
    account = world.connect(TENANT, X)
    network = world.networks.networks[X]
    network.script = ["nothing"]
    post = write(world, account.id)
    world.publisher("x").publish(TENANT, post.id)
    scheduling.cancel(world.scheduling, TENANT, post.id, "ann")
    world.run()
    assert state(world, post).state == "canceled" and network.calls == 1


def test_a_disconnected_account_fails(world: SocialWorld) -> None:
    account = world.connect(TENANT, X)
    post = write(world, account.id, at=START + timedelta(hours=1))
    world.accounts.delete(TENANT, account.id)
    world.run()
    assert [one.code for one in state(world, post).deliveries] == ["no_account"]
