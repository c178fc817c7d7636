"""Posts of workflows: one a campaign, and everybody leaves together."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from stepwell.contracts.social import Platform
from stepwell.errors import NotReady, ProviderRejected
from stepwell.runtime.effects import StepContext
from stepwell.runtime.posting import campaign_of, post_social
from stepwell.social import scheduling
from stepwell.workflows.nodes._effects import PostSocial
from stepwell.workflows.nodes.base import Member

from tests.fakes.social import SocialWorld
from tests.unit.runtime.kitchen import TENANT, Kitchen

BOTH = PostSocial("We are live, says {{ workspace.name }}!", ("twitter", "linkedin"))


class Board(Kitchen):
    def __init__(self, **workspace: Any) -> None:
        super().__init__(name="Acme", **workspace)
        self.social = SocialWorld(self.world.clock)

    def at(self, part: int = 0) -> StepContext:
        context = self.context()
        ports = replace(context.ports, campaigns=self.social.campaigns)
        return replace(context, ports=ports, part=part)

    def of(self, broadcast: str, number: int) -> Member:
        member = self.member(number)
        key = f"{broadcast}:{member.profile.id}"
        context = {**member.token.context, "key": key, "message_id": key}
        return replace(member, token=replace(member.token, context=context))


def test_a_cohort_posts_once_and_leaves_together() -> None:
    board = Board()
    for platform in (Platform.TWITTER, Platform.LINKEDIN):
        board.social.connect(TENANT, platform)
    work = [(board.of("b1", number), BOTH) for number in range(60)]
    for start in (0, 20, 40):
        result = post_social(board.at(), work[start : start + 20])
        assert set(result.outcomes.values()) == {("posted", "")} and len(result.outcomes) == 20
    for network in board.social.networks.networks.values():
        texts = [one.post.text for one in network.there]
        assert texts in ([], ["We are live, says Acme!"])
    assert sum(network.calls for network in board.social.networks.networks.values()) == 2


def test_each_broadcast_and_each_version_is_a_campaign() -> None:
    board = Board()
    board.social.connect(TENANT, Platform.TWITTER)
    post = PostSocial("Hi!", ("twitter",))
    one, other, event = board.of("b1", 0), board.of("b2", 1), board.member(2)
    assert [campaign_of(member, 3) for member in (one, other, event)] == ["b1", "b2", "v3"]
    post_social(board.at(), [(one, post), (other, post), (event, post)])
    assert board.social.networks.networks[Platform.TWITTER].calls == 3


def test_an_event_cannot_pretend_to_be_a_broadcast() -> None:
    board = Board()
    member = board.member(0)
    context = {**member.token.context, "key": "abc", "message_id": f"b1:{member.profile.id}"}
    pretended = replace(member, token=replace(member.token, context=context))
    assert campaign_of(pretended, 3) == "v3"


def test_contacts_wait_for_a_lost_answer_and_then_leave() -> None:
    board = Board()
    board.social.connect(TENANT, Platform.TWITTER)
    board.social.networks.networks[Platform.TWITTER].script = ["lost"]
    work = [(board.of("b1", number), PostSocial("Hi!", ("twitter",))) for number in range(3)]
    result = post_social(board.at(), work)
    assert (len(result.later), result.outcomes) == (3, {}) and 0 < result.wait_s <= 60
    board.world.clock.advance(timedelta(seconds=result.wait_s))
    result = post_social(board.at(1), work)
    assert set(result.outcomes.values()) == {("posted", "")}
    assert board.social.networks.networks[Platform.TWITTER].calls == 1


@pytest.mark.parametrize(
    ("effect", "outcome"),
    [
        (PostSocial("Hi!", ("facebook",)), ("failed", "no_account")),
        (PostSocial("Hi!", ("twitter", "facebook")), ("posted", "no_account")),
        (PostSocial("x" * 300, ("twitter",)), ("failed", "too_long")),
        (PostSocial("no_such_draft", ("twitter",)), ("failed", "unknown_content")),
        (PostSocial("{{ 1 / 0 }}", ("twitter",)), ("failed", "render_error")),
        (PostSocial("Hi!", ("twitter",), accounts=("twitter-other",)), ("failed", "no_account")),
    ],
)
def test_what_cannot_be_posted_fails_with_its_reason(effect: PostSocial, outcome: tuple[str, str]) -> None:
    board = Board()
    board.social.connect(TENANT, Platform.TWITTER)
    result = post_social(board.at(), [(board.of("b1", 0), effect)])
    assert list(result.outcomes.values()) == [outcome]


def test_a_draft_of_people_is_posted() -> None:
    board = Board()
    account = board.social.connect(TENANT, Platform.TWITTER)
    from stepwell.contracts.social import SocialPost

    wanted = scheduling.Wanted(content=SocialPost("Written by people"), accounts=[account.id], draft=True)
    scheduling.create(board.social.scheduling, TENANT, wanted, "ann", "launch")
    post_social(board.at(), [(board.of("b1", 0), PostSocial("launch", ("twitter",)))])
    (there,) = board.social.networks.networks[Platform.TWITTER].there
    assert there.post.text == "Written by people"


def test_a_refusal_is_told_and_a_function_without_networks_says_so() -> None:
    board = Board()
    board.social.connect(TENANT, Platform.TWITTER)
    board.social.networks.networks[Platform.TWITTER].script = [ProviderRejected("No.")]
    result = post_social(board.at(), [(board.of("b1", 0), PostSocial("Hi!", ("twitter",)))])
    assert list(result.outcomes.values()) == [("failed", "provider_rejected")]
    with pytest.raises(NotReady):
        post_social(board.context(), [(board.of("b1", 0), PostSocial("Hi!", ("twitter",)))])
