"""Publishing looks at what social steps name: accounts, posts, and what networks take."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from stepwell.contracts.social import Account, AccountState, Platform, SocialPost
from stepwell.errors import ValidationFailed
from stepwell.publishing import checking
from stepwell.publishing.post_checks import Posting
from stepwell.social.ports import StoredAccount
from stepwell.social.posts import ScheduledPost

from tests.fakes.publishing import TENANT
from tests.fakes.social import MemoryAccounts, MemoryPosts
from tests.unit.publishing.stage import Stage, welcome

PHOTO = {"https://www.example.com/red.png": "The new model in red"}


def account(
    platform: Platform, name: str = "one", state: AccountState = AccountState.CONNECTED
) -> StoredAccount:
    told = Account(id=f"{platform.value}-{name}", platform=platform, external_id=name, name=name, state=state)
    return StoredAccount(account=told, sealed="sealed")


@pytest.fixture
def stage() -> Stage:
    made = Stage()
    object.__setattr__(made.ports, "posting", Posting(MemoryAccounts(), MemoryPosts()))
    connect(made, account(Platform.TWITTER), account(Platform.LINKEDIN))
    return made


def connect(stage: Stage, *accounts: StoredAccount) -> None:
    """Have these accounts and no other."""
    posting = stage.ports.posting
    assert posting is not None
    for one in posting.accounts.all(TENANT):
        posting.accounts.delete(TENANT, one.account.id)
    assert all(posting.accounts.save(TENANT, one) for one in accounts)


def write(stage: Stage, post: ScheduledPost) -> ScheduledPost:
    """Keep a post; return it with its revision."""
    posting = stage.ports.posting
    assert posting is not None and posting.posts.save(TENANT, post)
    return replace(post, rev=post.rev + 1)


def drawn(type_: str = "social_post", **config: Any) -> dict[str, Any]:
    document = welcome()
    document["nodes"].append({"id": "tell", "type": type_, "config": config})
    document["edges"].append("mail.sent -> tell")
    return document


def found(stage: Stage, type_: str = "social_post", **config: Any) -> list[tuple[str, str, str]]:
    report = checking.validate(stage.ports, TENANT, drawn(type_, **config))
    told = [v for v in report["violations"] if v["node"] == "tell"]
    assert report["valid"] and report["publishable"] == all(v["severity"] == "warning" for v in told)
    return [(v["code"], v["place"], v["severity"]) for v in told]


def test_what_fits_connected_accounts_is_published(stage: Stage) -> None:
    assert found(stage, platforms=["x", "linkedin"], content="We are open at {{ workspace.name }}.") == []
    stage.create(drawn(platforms=["x"], content="We are open."))
    assert stage.publish().version == 1


def test_a_network_without_an_account_is_told_with_its_place(stage: Stage) -> None:
    assert found(stage, platforms=["x", "facebook"], content="Hello.") == [
        ("no_account", "config.platforms", "error")
    ]
    stage.create(drawn(platforms=["facebook"], content="Hello."))
    with pytest.raises(ValidationFailed) as caught:
        stage.publish()
    assert [v["code"] for v in caught.value.violations] == ["no_account"]
    assert "Facebook" in caught.value.violations[0]["message"]


def test_accounts_that_are_named_exist_and_are_of_the_network(stage: Stage) -> None:
    assert found(stage, platforms=["x"], content="Hello.", accounts=["twitter-one"]) == []
    assert found(stage, platforms=["x"], content="Hello.", accounts=["twitter-on"]) == [
        ("unknown_account", "config.accounts", "error")
    ]
    assert found(stage, platforms=["x"], content="Hello.", accounts=["linkedin-one"]) == [
        ("no_account", "config.accounts", "error")
    ]


@pytest.mark.parametrize("state", [AccountState.EXPIRED, AccountState.REVOKED])
def test_an_account_that_ended_must_be_connected_again(stage: Stage, state: AccountState) -> None:
    old = account(Platform.TWITTER, "old", state)
    connect(stage, old)
    told = [("account_expired", "config.accounts", "error")]
    assert found(stage, platforms=["x"], content="Hello.") == told
    assert found(stage, platforms=["x"], content="Hello.", accounts=["twitter-old"]) == told
    connect(stage, old, account(Platform.TWITTER, "new"))
    assert found(stage, platforms=["x"], content="Hello.") == []
    assert found(stage, platforms=["x"], content="Hello.", accounts=["twitter-old"]) == told


def test_an_account_that_ends_soon_is_a_warning(stage: Stage) -> None:
    stored = account(Platform.TWITTER)
    soon = stage.world.clock.now() + timedelta(days=2)
    connect(stage, replace(stored, account=replace(stored.account, expires_at=soon)))
    assert found(stage, platforms=["x"], content="Hello.") == [
        ("account_expiring", "config.accounts", "warning")
    ]


def test_a_post_that_is_named_exists_and_fits(stage: Stage) -> None:
    assert found(stage, platforms=["x"], content="launch") == [("unknown_content", "config.content", "error")]
    now = stage.world.clock.now()
    post = write(stage, ScheduledPost(id="launch", content=SocialPost(text="Launch. " * 50), created_at=now))
    assert found(stage, platforms=["linkedin"], content="launch") == []
    assert found(stage, platforms=["x"], content="launch") == [("post_too_long", "config.content", "error")]
    short = {Platform.TWITTER: {"text": "Launch."}}
    write(stage, replace(post, overrides=short))
    assert found(stage, platforms=["x"], content="launch") == []


def test_words_and_images_that_a_network_refuses_are_told(stage: Stage) -> None:
    connect(stage, *(account(platform) for platform in Platform))
    assert found(stage, platforms=["x"], content="a " * 200) == [("post_too_long", "config.content", "error")]
    assert found(stage, platforms=["instagram"], content="Hello.") == [
        ("post_needs_media", "config.images", "error")
    ]
    assert found(stage, platforms=["instagram"], content="Hello.", images=PHOTO) == []
    many = {f"https://www.example.com/{n}.png": "" for n in range(5)}
    assert found(stage, platforms=["x", "linkedin"], content="Hello.", images=many)[0] == (
        "post_too_many_media",
        "config.images",
        "error",
    )


def test_a_text_with_merge_fields_is_checked_as_it_reads(stage: Stage) -> None:
    long = "{{ workspace.name }} " + "a " * 200
    assert found(stage, platforms=["x"], content=long) == [("post_too_long", "config.content", "error")]
    varies = "{% if now %}" + "a " * 200 + "{% endif %}"
    assert found(stage, platforms=["x"], content=varies) == [("post_too_long", "config.content", "warning")]


def test_the_parts_of_a_composite_are_told_at_what_was_drawn(stage: Stage) -> None:
    config = {"channels": ["blog", "community"], "platforms": ["facebook"], "content": "launch"}
    assert found(stage, "content_distribution", **config) == [
        ("no_account", "config.platforms", "error"),
        ("unknown_content", "config.content", "error"),
    ]
    assert found(stage, "social_media_post", platforms=["facebook"], content="Hello.") == [
        ("no_account", "config.platforms", "error")
    ]


def test_an_advertising_audience_needs_its_account(stage: Stage) -> None:
    assert found(stage, "ad_audience", audience="238") == [("no_account", "config.platform", "error")]
    connect(stage, account(Platform.FACEBOOK))
    assert found(stage, "ad_audience", audience="238") == []
    assert found(stage, "ad_audience", audience="238", account="facebook-two") == [
        ("unknown_account", "config.account", "error")
    ]


def test_a_workflow_that_posts_nothing_reads_no_accounts(stage: Stage) -> None:
    class Closed(MemoryAccounts):
        def all(self, tenant: str) -> list[StoredAccount]:
            raise AssertionError

    object.__setattr__(stage.ports, "posting", Posting(Closed(), MemoryPosts()))
    stage.create(welcome())
    assert stage.publish().version == 1
