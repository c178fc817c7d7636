"""Numbers of posts: asked on a schedule that thins out, kept in order, added up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.social import Account, Metrics, Platform
from stepwell.errors import (
    Forbidden,
    NotReady,
    OutcomeUnknown,
    StepwellError,
    Unavailable,
    ValidationFailed,
)
from stepwell.social.answering import SocialRules
from stepwell.social.engagement import (
    LAST,
    Origin,
    Sample,
    TrackedPost,
    document_of,
    due,
    grouped,
    measured,
    next_look,
    post_of,
    totals,
)
from stepwell.triggers.social_polling import listen, measure

from tests.fakes.listening import ACCOUNT, ListeningWorld
from tests.fakes.publishing import TENANT

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def post(external_id: str = "p1", **more: object) -> TrackedPost:
    return replace(TrackedPost(Platform.TWITTER, ACCOUNT.id, external_id, "", "Hi #a", NOW), **more)


@given(waits=st.lists(st.integers(0, 60 * 24), min_size=1, max_size=200))
def test_a_post_is_asked_about_at_ages_that_double(waits: list[int]):
    one, now, asked = post(), NOW, []
    for wait in waits:
        now += timedelta(minutes=wait)
        if due([one], now):
            asked.append(now - NOW)
            (one,) = measured([one], [Metrics("p1", now, likes=len(asked))], now)
            assert not due([one], now), "never twice at once"
    assert len(asked) <= 10
    for before, after in pairwise(asked):
        # Between two questions lies a doubling of the hour.
        assert after >= timedelta(hours=1) * 2 ** (int(before / timedelta(hours=1)).bit_length())
    last = now - NOW
    if not due([one], now) and next_look(one) is not None:
        assert next_look(one) > now
    assert next_look(one) is None or last < 2 * LAST


def test_it_ends_after_a_month_and_with_the_post():
    old = post(asked=NOW + LAST)
    assert next_look(old) is None
    (gone,) = measured([post()], [], NOW + timedelta(hours=1))
    assert gone.gone
    assert next_look(gone) is None


def test_what_a_network_does_not_tell_is_absent_and_numbers_may_fall():
    (one,) = measured([post()], [Metrics("p1", NOW, likes=3, shares=None)], NOW + timedelta(hours=1))
    (one,) = measured([one], [Metrics("p1", NOW, likes=2, comments=0)], NOW + timedelta(hours=2))
    assert one.latest == {"likes": 2, "comments": 0}
    assert one.engagement == 2
    assert [dict(sample.counts) for sample in one.samples] == [{"likes": 3}, {"likes": 2, "comments": 0}]
    assert post_of(document_of(one)) == one


@pytest.mark.parametrize("said", [Forbidden("no"), OutcomeUnknown("lost")])
def test_whatever_one_account_meets_the_others_are_asked_and_looking_goes_on(said: StepwellError):
    world = ListeningWorld()
    other = Account(id="fb1", platform=Platform.FACEBOOK, external_id="7", name="Page")
    world.connected.known[other.id] = other
    now = world.world.clock.now()
    world.tracked.put(TENANT, post("p1", at=now))
    world.tracked.put(TENANT, post("f1", platform=Platform.FACEBOOK, account="fb1", at=now))
    world.world.clock.advance(timedelta(hours=1))
    world.connected.net.counts = {"p1": {"likes": 2}}
    world.connected.net.refuse = [said]
    world.timer.looks.clear()
    assert measure(world.ports, TENANT) == 1
    assert "measure/-" in world.timer.looks


def test_an_account_that_cannot_be_opened_is_listened_to_by_webhooks_still():
    world = ListeningWorld()
    world.connected.net.refuse = [Forbidden("sealed for another")]
    assert listen(world.ports, TENANT, ACCOUNT.id) == 0
    assert f"listen/{ACCOUNT.id}" in world.timer.looks


def test_rules_that_cannot_be_read_end_neither_listening_nor_measuring():
    world = ListeningWorld()

    def unreadable(_: str) -> SocialRules:
        raise ValidationFailed("The rules have faults.", [])

    ports = replace(world.ports, rules=unreadable)
    (account,) = world.connected.known
    world.tracked.put(TENANT, post("p1", at=world.world.clock.now()))
    for look, work in (("measure/-", measure), (f"listen/{account}", lambda p, t: listen(p, t, account))):
        with pytest.raises(ValidationFailed):
            work(ports, TENANT)
        assert look in world.timer.looks


def test_totals_add_the_newest_numbers():
    one = post("a", samples=(Sample(NOW, {"likes": 1}), Sample(NOW, {"likes": 4, "impressions": 9})))
    two = post("b", platform=Platform.FACEBOOK, samples=(Sample(NOW, {"shares": 2}),), origin=Origin("s"))
    told = totals([one, two, post("c")])
    assert (told["posts"], told["likes"], told["shares"], told["impressions"], told["engagement"]) == (
        3,
        4,
        2,
        9,
        6,
    )
    assert list(grouped([one, two], lambda p: p.platform.value)) == ["facebook", "twitter"]
    assert grouped([one, two], lambda p: p.origin.workflow) == {}


def test_posts_of_an_account_are_asked_about_together_and_trouble_of_one_is_its_own():
    world = ListeningWorld()
    other = Account(id="fb1", platform=Platform.FACEBOOK, external_id="7", name="Page")
    world.connected.known[other.id] = other
    now = world.world.clock.now()
    for number in range(3):
        world.tracked.put(TENANT, post(f"p{number}", at=now))
    world.tracked.put(TENANT, post("f1", platform=Platform.FACEBOOK, account="fb1", at=now))
    assert measure(world.ports, TENANT) == 0
    assert world.connected.net.asked_for == []
    assert world.timer.looks["measure/-"] == (now + timedelta(hours=1)).replace(minute=0, second=0) + (
        timedelta(hours=1) if now.minute or now.second else timedelta()
    )
    world.world.clock.advance(timedelta(hours=1))
    world.connected.net.counts = {"p0": {"likes": 1}, "p1": {"likes": 2}, "f1": {"likes": 9}}
    # Accounts come in order of their ids: Facebook's is not reached.
    world.connected.net.refuse = [Unavailable("down")]
    assert measure(world.ports, TENANT) == 2
    assert sorted(map(len, world.connected.net.asked_for)) == [1, 3]
    kept = {one.external_id: one for one in world.tracked.since(TENANT, now)}
    assert (kept["p1"].latest, kept["p2"].gone, kept["f1"].samples) == ({"likes": 2}, True, ())
    soon = world.world.clock.now().replace(minute=0, second=0) + timedelta(hours=1)
    assert world.timer.looks["measure/-"] == soon, "who could not be asked is asked again in the next hour"
    world.world.clock.advance(timedelta(hours=1))
    assert measure(world.ports, TENANT) == 3
    world.world.clock.advance(timedelta(hours=2))
    world.connected.net.refuse = [NotReady("ended", code="account_expired")] * 2
    assert measure(world.ports, TENANT) == 0
    asked = len(world.connected.net.asked_for)
    assert measure(world.ports, TENANT) == 0
    assert len(world.connected.net.asked_for) == asked, "asked in vain is asked"
    world.world.clock.advance(timedelta(days=40))
    world.timer.looks.clear()
    measure(world.ports, TENANT)
    assert world.timer.looks == {}, "nothing waits any more"


def test_a_workspace_wakes_for_its_posts_ten_times_and_not_each_hour():
    world = ListeningWorld()
    posted = world.world.clock.now() - timedelta(minutes=20)
    world.tracked.put(TENANT, post("p1", at=posted))
    world.connected.net.counts = {"p1": {"likes": 1}}
    woken = 0
    measure(world.ports, TENANT)
    while (due_at := world.timer.looks.pop("measure/-", None)) is not None:
        assert due_at.minute == due_at.second == 0, "posts of an hour are asked for together"
        world.world.clock.advance(due_at - world.world.clock.now())
        assert measure(world.ports, TENANT) == 1
        woken += 1
    assert woken == 10
    assert timedelta(days=21) <= world.world.clock.now() - posted < timedelta(days=22)
