"""Mentions are told once, whichever way and however often they come, and whatever dies in between."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stepwell.contracts.clock import iso
from stepwell.contracts.events import Event
from stepwell.contracts.social import Account, Platform
from stepwell.errors import Unavailable
from stepwell.social.mentions import mention_id
from stepwell.sources.models import Source, Webhook
from stepwell.triggers.batches import decode
from stepwell.triggers.mapping import MappingPorts, WebhookMapper
from stepwell.triggers.mentions import Hearing
from stepwell.triggers.ports import StreamRecord
from stepwell.triggers.social_polling import OVERLAP, listen, next_listening

from tests.fakes.listening import ACCOUNT, ListeningWorld, written
from tests.fakes.publishing import TENANT
from tests.fakes.sources import MemorySources
from tests.fakes.triggers import MemoryPoison, MemoryTail
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


def test_calls_of_networks_become_mentions():
    world = ListeningWorld()
    page = Account(id="fb1", platform=Platform.FACEBOOK, external_id="page1", name="Acme")
    world.connected.known[page.id] = page
    comment = {
        "item": "comment",
        "comment_id": "C1",
        "message": "Terrible!",
        "from": {"id": "u1", "name": "Ann"},
    }
    own = {**comment, "comment_id": "C2", "from": {"id": "page1"}}
    gone = {**comment, "comment_id": "C3", "verb": "remove"}
    changes = [{"field": "feed", "value": value} for value in (comment, own, gone)]
    message = {"sender": {"id": "u2"}, "recipient": {"id": "page1"}, "message": {"mid": "M1", "text": "Hi"}}
    meta = {
        "object": "page",
        "entry": [{"id": "page1", "time": 1_772_442_000, "changes": changes, "messaging": [message]}],
    }
    post = {
        "id_str": "t1",
        "text": "@acme hello",
        "timestamp_ms": "1772442000000",
        "user": {"id_str": "2", "screen_name": "bob", "name": "Bob", "followers_count": 7},
    }
    x = {
        "for_user_id": "900",
        "tweet_create_events": [post, {**post, "id_str": "t2", "retweeted_status": {}}],
    }
    for _ in range(2):
        call(world, "meta_leads", meta)
        call(world, "x", x)
    told = {event["properties"].get("mention"): event for event in world.events()}
    named = {(one["name"], one["anonymous_id"], one["properties"].get("account")) for one in told.values()}
    assert named == {
        ("social_comment", "meta:u1", "fb1"),
        ("social_message", "meta:u2", "fb1"),
        ("social_mention", "x:2", ACCOUNT.id),
        ("social_share", "x:2", None),
    }
    entries = {entry.mention.external_id: entry for entry in world.inbox.entries.values()}
    assert set(entries) == {"C1", "message:u2:M1", "t1"}
    assert entries["t1"].mention.url == "https://x.com/bob/status/t1"
    assert entries["C1"].sentiment == "negative"


def call(world: ListeningWorld, preset: str, body: Any) -> None:
    """Do what a verified call of a source does."""
    scheme = "meta" if preset == "meta_leads" else "x"
    source = Source(
        id="hook", webhook=Webhook.model_validate({"verify": {"scheme": scheme}, "preset": preset})
    )
    ports = MappingPorts(
        clock=world.world.clock,
        sources=MemorySources(hook=source),
        stream=Decoded(world),
        tail=MemoryTail(),
        poison=MemoryPoison(),
        mentions=Hearing(world.ports.hearing),
    )
    now = iso(world.world.clock.now())
    detail = {"tenant": TENANT, "source": "hook", "id": preset, "received_at": now, "body": body}
    assert WebhookMapper(ports).take(detail).refused == 0


class Decoded:
    """The stream's mouth, whose records are read again."""

    def __init__(self, world: ListeningWorld) -> None:
        self._world = world

    def put(self, records: Sequence[StreamRecord]) -> None:
        for record in records:
            batch = decode(record.data)
            self._world.world.sink.emit(TENANT, [msgspec.to_builtins(event) for event in batch.events])
