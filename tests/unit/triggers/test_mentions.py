"""Mentions are told once, whichever way and however often they come, and whatever dies in between."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.contracts.events import Event
from stepwell.contracts.social import Platform
from stepwell.errors import Unavailable
from stepwell.social.mentions import mention_id
from stepwell.triggers.mentions import Hearing
from stepwell.triggers.social_polling import OVERLAP, listen, next_listening

from tests.fakes.listening import ACCOUNT, ListeningWorld, written
from tests.fakes.publishing import TENANT
from tests.fakes.world import Crash


def webhook(world: ListeningWorld, number: int, name: str = "social_mention", **more: object) -> Event:
    """Return what a mapping makes of the same mention that the list has."""
    now = world.world.clock.now()
    told = {
        "platform": "twitter",
        "mention_id": str(number),
        "account_id": ACCOUNT.external_id,
        "text": "Your shop is great, thanks",
        "author_handle": "ann42",
        "followers": 120,
        **more,
    }
    return Event(
        message_id=f"src-{number}-{len(world.world.sink.emitted)}",
        kind="webhook",
        name=name,
        anonymous_id="x:42",
        properties=told,
        occurred_at=now - timedelta(seconds=3),
        received_at=now,
        source="x_hook",
    )


def deliver(world: ListeningWorld, event: Event) -> None:
    """Do what the mapper of webhooks does with a call."""
    hearing = Hearing(world.ports.hearing)
    going, fresh = hearing.take(TENANT, [event])
    world.world.sink.emit(TENANT, [msgspec.to_builtins(one) for one in going])
    hearing.told(TENANT, fresh)


def test_a_mention_has_one_event_from_webhook_and_list():
    world = ListeningWorld()
    world.connected.net.written.append(written(world.world.clock.now() - timedelta(minutes=1), id_="7"))
    deliver(world, webhook(world, 7, verified=True))
    assert listen(world.ports, TENANT, ACCOUNT.id) == 0
    (event,) = world.events()
    assert event["message_id"] == "social-" + mention_id(Platform.TWITTER, "7")
    assert event["name"] == "social_mention"
    assert event["anonymous_id"] == "x:42"
    told = event["properties"]
    assert (told["sentiment"], told["account"], told["reach"], told["verified"]) == (
        "positive",
        ACCOUNT.id,
        120,
        True,
    )
    assert len(world.world.sink.emitted) == 1
    assert world.work.asked == [(TENANT, {"kind": "heard", "mentions": [told["mention"]]})]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_each_mention_is_told_once_whatever_overlaps(data: st.DataObject):
    world = ListeningWorld()
    net = world.connected.net
    net.page_size = data.draw(st.integers(1, 4))
    said: set[int] = set()
    number = 0
    for _ in range(data.draw(st.integers(1, 14))):
        crash = data.draw(st.integers(0, 6))
        names = iter(range(crash))

        def die(name: str, left=names, wanted=crash) -> None:
            if wanted and next(left, None) is None:
                raise Crash(name)

        world.inbox.crash = die
        step = data.draw(st.sampled_from(["write", "webhook", "poll", "stream", "wait", "throttle"]))
        try:
            match step:
                case "write":
                    number += 1
                    late = data.draw(st.integers(0, 9))
                    at = world.world.clock.now() - timedelta(minutes=late)
                    net.written.append(written(at, id_=str(number)))
                    said.add(number)
                case "webhook" if said:
                    deliver(world, webhook(world, data.draw(st.sampled_from(sorted(said)))))
                case "poll":
                    listen(world.ports, TENANT, ACCOUNT.id)
                case "stream":
                    world.world.sink.down = 1
                case "throttle":
                    net.refuse = [Unavailable("not reached")]
                case _:
                    world.world.clock.advance(timedelta(minutes=data.draw(st.integers(1, 50))))
        except (Crash, Unavailable):
            pass
    world.inbox.crash = lambda name: None
    world.world.sink.down = 0
    net.refuse = []
    for _ in range(20):
        listen(world.ports, TENANT, ACCOUNT.id)
        world.world.clock.advance(timedelta(minutes=60))
    events = world.events()
    assert {event["properties"]["post_id"] for event in events} == {str(one) for one in said}
    assert len(events) == len(said)
    # What the stream got twice has the same id and was in doubt: nothing that was noted as told was told again.
    assert all(entry.told for entry in world.inbox.entries.values())
    before = len(world.world.sink.emitted)
    for one in sorted(said):
        deliver(world, webhook(world, one))
    listen(world.ports, TENANT, ACCOUNT.id)
    assert len(world.world.sink.emitted) == before
    # Counted once each.
    assert sum(c.all for c in world.inbox.counts.get((TENANT, ACCOUNT.id), {}).values()) == len(said)


def test_our_own_posts_and_removed_comments_are_no_mentions():
    world = ListeningWorld()
    own = written(world.world.clock.now(), id_="1", author=ACCOUNT.external_id)
    assert Hearing(world.ports.hearing).hear(TENANT, [own]) == 0
    deliver(world, webhook(world, 2, "social_comment", verb="remove"))
    assert world.events() == []
    assert world.inbox.entries == {}


def test_other_events_and_those_that_say_too_little_pass_as_they_are():
    world = ListeningWorld()
    like = webhook(world, 1, "social_like")
    bare = webhook(world, 1).evolve(properties={"platform": "twitter", "text": "hi"})
    strange = webhook(world, 1).evolve(anonymous_id="visitor-1")
    going, fresh = Hearing(world.ports.hearing).take(TENANT, [like, bare, strange])
    assert going == [like, bare, strange]
    assert fresh == []


def test_an_account_is_read_once_an_hour_within_its_budget():
    world = ListeningWorld()
    now = world.world.clock.now()
    world.rules = world.rules.model_copy(update={"reads_per_day": 4})
    world.connected.net.written = [written(now - timedelta(minutes=n), id_=str(n)) for n in range(1, 30)]
    assert (
        listen(world.ports, TENANT, ACCOUNT.id) == 6
    )  # two pages of three: the second began below the budget
    at = world.timer.looks[f"listen/{ACCOUNT.id}"]
    assert timedelta(0) < at - now <= timedelta(hours=1)
    world.world.clock.advance(timedelta(hours=1))
    assert listen(world.ports, TENANT, ACCOUNT.id) == 0
    world.world.clock.advance(timedelta(days=1))
    assert listen(world.ports, TENANT, ACCOUNT.id) == 6
    # What was read is not asked for again, save the overlap.
    assert world.inbox.read[TENANT, ACCOUNT.id].cursor == "12"


def test_nobody_reads_what_is_not_wanted_or_not_connected():
    world = ListeningWorld()
    world.rules = world.rules.model_copy(update={"poll": False})
    listen(world.ports, TENANT, ACCOUNT.id)
    assert world.connected.net.calls == 0
    assert f"listen/{ACCOUNT.id}" in world.timer.looks
    assert listen(world.ports, TENANT, "gone") == 0
    assert "listen/gone" not in world.timer.looks


@pytest.mark.parametrize("minute", [0, 17, 59])
def test_an_account_has_a_minute_of_its_own(minute: int):
    world = ListeningWorld()
    now = world.world.clock.now().replace(minute=minute)
    at = next_listening("fb1", now)
    assert timedelta(0) < at - now <= timedelta(hours=1)
    assert next_listening("fb1", at) == at + timedelta(hours=1)
    assert timedelta(hours=1) > OVERLAP
