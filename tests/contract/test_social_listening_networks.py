"""Listening over each network's adapter and stand-in: read, routed, answered, counted; contacts sign in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from stepwell.adapters.meta_oauth import LOGIN_SCOPES as META_LOGIN
from stepwell.adapters.meta_oauth import MetaOAuth
from stepwell.adapters.x_oauth import LOGIN_SCOPES as X_LOGIN
from stepwell.adapters.x_oauth import XOAuth
from stepwell.contracts.social import Platform
from stepwell.social.answering import read_rules
from stepwell.social.engagement import TrackedPost
from stepwell.social.login import person
from stepwell.social.mentions import AnswerState, State
from stepwell.triggers.social_polling import listen, measure
from stepwell.triggers.social_routing import heard

from tests.contract.social_server import Server, connected
from tests.contract.test_social_networks import ADA, ALL, act, any_post, opened
from tests.fakes.listening import ListeningWorld, MemoryConnected
from tests.fakes.publishing import TENANT

RULES = {
    "rules": [
        {"id": "angry", "when": 'event.sentiment = "negative"', "escalate": True},
        {"id": "thanks", "when": 'event.sentiment = "positive"', "answer": ["Thank you, {{ name }}!"]},
    ]
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    found = Server(tmp_path)
    yield found
    found.close()


class Opened(MemoryConnected):
    """An account, opened over its real adapter."""

    def __init__(self, network: Any, account: Any, tokens: Any) -> None:
        super().__init__(account)
        self.net, self._tokens = network, tokens

    def with_tokens(self, tenant: str, account: str, do: Any) -> Any:
        return do(self.known[account], self._tokens)


@pytest.mark.parametrize("platform", ALL)
def test_what_is_written_is_heard_answered_and_counted(server: Server, platform: Platform) -> None:
    network, account, tokens = opened(server, platform)
    world = ListeningWorld(connected=Opened(network, account, tokens), rules=read_rules(RULES))
    world.world.clock.at = server.clock.now()
    posted = network.publish(account, tokens, any_post(server, platform))
    tracked = TrackedPost(platform, account.id, posted.external_id, "", "Hello", server.clock.now())
    world.tracked.put(TENANT, tracked)
    act(server, platform, posted, "like", "")
    act(server, platform, posted, "comment", "This is terrible")
    act(server, platform, None, "mention", "The shop is great")
    server.clock.seconds += 3600
    world.world.clock.at = server.clock.now()
    assert listen(world.ports, TENANT, account.id) == 2
    for _, one in list(world.work.asked):
        heard(world.ports, TENANT, one["mentions"])
    by_rule = {entry.rule: entry for entry in world.inbox.entries.values()}
    assert by_rule["angry"].state is State.ESCALATED
    assert by_rule["thanks"].answer.state is AnswerState.SENT, by_rule["thanks"].answer
    assert by_rule["thanks"].answer.external_id
    # Read again, with its overlap: our own answer is no mention, and nothing is told twice.
    server.clock.seconds += 300
    world.world.clock.at = server.clock.now()
    assert listen(world.ports, TENANT, account.id) == 0
    assert len(world.events()) == 2
    assert {event["properties"]["platform"] for event in world.events()} == {platform.value}
    assert measure(world.ports, TENANT) == 1
    (counted,) = world.tracked.since(TENANT, tracked.at - timedelta(minutes=1))
    assert counted.latest["likes"] == 1
    assert not replace(counted).gone


@pytest.mark.parametrize("platform", [Platform.TWITTER, Platform.FACEBOOK])
def test_who_signs_in_is_who_the_network_says(server: Server, platform: Platform) -> None:
    means = server.means(platform)
    dance: Any = XOAuth(means, X_LOGIN) if platform is Platform.TWITTER else MetaOAuth(means, META_LOGIN)
    who = person(platform, dance.person(connected(dance, ADA.id)))
    assert who.traits["name"] == ADA.name
    # The stand-in tells Facebook's address as Facebook does: without a word that it is verified.
    assert who.email == (ADA.email if platform is Platform.TWITTER else "")
    assert who.anonymous_id.endswith(ADA.id)
