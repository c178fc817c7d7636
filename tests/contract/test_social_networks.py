"""Each social network's adapter against its stand-in: connecting, posting, lost answers, refusals, reading."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from stepwell.adapters import (
    facebook_pages,
    instagram_network,
    linkedin_network,
    x_network,
)
from stepwell.adapters.facebook_pages import FacebookPages
from stepwell.adapters.instagram_network import InstagramNetwork
from stepwell.adapters.lead_forms import FacebookLeads, LinkedInLeads
from stepwell.adapters.linkedin_network import LinkedInNetwork
from stepwell.adapters.linkedin_oauth import LOGIN_SCOPES as LINKEDIN_LOGIN
from stepwell.adapters.linkedin_oauth import LinkedInOAuth
from stepwell.adapters.meta_oauth import INSTAGRAM_SCOPES, PAGE_SCOPES, MetaOAuth
from stepwell.adapters.meta_oauth import LOGIN_SCOPES as META_LOGIN
from stepwell.adapters.x_network import XNetwork
from stepwell.adapters.x_oauth import LOGIN_SCOPES as X_LOGIN
from stepwell.adapters.x_oauth import XOAuth
from stepwell.contracts.social import (
    Account,
    Media,
    MediaKind,
    MentionKind,
    Platform,
    PostKind,
    SocialPost,
    TokenExpired,
    Tokens,
)
from stepwell.errors import (
    NotReady,
    OutcomeUnknown,
    ProviderRejected,
    Throttled,
    Unavailable,
)
from stepwell.social.platforms import network_of, oauth_of

from local.providers.world import PEOPLE
from tests.contract.social_server import (
    CHALLENGE,
    CLIENT,
    REDIRECT,
    VERIFIER,
    Files,
    Server,
    connected,
    first,
    say_yes,
    text,
)

ALL = tuple(Platform)
TEXTUAL = (Platform.TWITTER, Platform.FACEBOOK, Platform.LINKEDIN)
ADA = PEOPLE[1]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    found = Server(tmp_path)
    yield found
    found.close()


def network(server: Server, platform: Platform, files: Any = None) -> Any:
    made = {
        Platform.TWITTER: XNetwork,
        Platform.FACEBOOK: FacebookPages,
        Platform.INSTAGRAM: InstagramNetwork,
        Platform.LINKEDIN: LinkedInNetwork,
    }
    return made[platform](server.means(platform, files=files))


def oauth(server: Server, platform: Platform) -> Any:
    means = server.means(platform)
    match platform:
        case Platform.TWITTER:
            return XOAuth(means)
        case Platform.LINKEDIN:
            return LinkedInOAuth(means)
    return MetaOAuth(means, PAGE_SCOPES if platform is Platform.FACEBOOK else INSTAGRAM_SCOPES)


def opened(server: Server, platform: Platform) -> tuple[Any, Account, Tokens]:
    dance = oauth(server, platform)
    account, tokens = first(dance.accounts(connected(dance)))
    return network(server, platform), account, tokens


def image(server: Server, name: str = "a.png", alt: str = "A red shoe") -> Media:
    return Media(MediaKind.IMAGE, f"{server.address}/files/{name}", alt)


def video(server: Server) -> Media:
    return Media(MediaKind.VIDEO, f"{server.address}/files/clip.mp4")


def any_post(server: Server, platform: Platform, words: str = "Hello from the shop") -> SocialPost:
    media = (image(server),) if platform is Platform.INSTAGRAM else ()
    return text(words, media=media)


def scope_of(url: str) -> str:
    return parse_qs(urlsplit(url).query)["scope"][0]


def since(server: Server) -> datetime:
    return server.clock.now() - timedelta(minutes=1)


# ---- connecting -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ALL)
def test_an_account_is_connected(server: Server, platform: Platform) -> None:
    dance = oauth(server, platform)
    tokens = connected(dance)
    assert tokens.access
    assert tokens.expires_at is not None
    assert tokens.expires_at > server.clock.now()
    owned = dance.accounts(tokens)
    assert len(owned) == 1
    assert owned[0].account.platform is platform
    assert owned[0].account.external_id
    assert owned[0].account.name
    assert "secret" not in repr(owned)
    assert tokens.access not in repr(owned)


@pytest.mark.parametrize("platform", ALL)
def test_permissions_that_the_app_was_not_given_are_not_asked_for(server: Server, platform: Platform) -> None:
    dance = oauth(server, platform)
    asked = re.split("[ ,]", scope_of(dance.authorize_url(CLIENT, "s", CHALLENGE, REDIRECT)))
    few = replace(CLIENT, without=tuple(asked[1:]))
    assert scope_of(dance.authorize_url(few, "s", CHALLENGE, REDIRECT)) == asked[0]


@pytest.mark.parametrize("platform", ALL)
def test_a_code_is_good_once_and_for_its_client_and_address(server: Server, platform: Platform) -> None:
    dance = oauth(server, platform)
    url = dance.authorize_url(CLIENT, "s", CHALLENGE, REDIRECT)
    code = say_yes(url)["code"]
    with pytest.raises(ProviderRejected) as caught:
        dance.exchange(CLIENT, code, VERIFIER, REDIRECT + "/other")
    code = say_yes(url)["code"]
    dance.exchange(CLIENT, code, VERIFIER, REDIRECT)
    with pytest.raises(ProviderRejected) as caught:
        dance.exchange(CLIENT, code, VERIFIER, REDIRECT)
    assert caught.value.code in ("token_refused", "provider_rejected")


def test_x_wants_the_verifier_of_the_challenge(server: Server) -> None:
    dance = oauth(server, Platform.TWITTER)
    code = say_yes(dance.authorize_url(CLIENT, "s", CHALLENGE, REDIRECT))["code"]
    with pytest.raises(ProviderRejected):
        dance.exchange(CLIENT, code, "w" * 64, REDIRECT)


@pytest.mark.parametrize("platform", ALL)
def test_a_no_comes_back_as_one(server: Server, platform: Platform) -> None:
    url = oauth(server, platform).authorize_url(CLIENT, "s", CHALLENGE, REDIRECT)
    assert say_yes(url, say="deny")["error"] == "access_denied"


@pytest.mark.parametrize("platform", ALL)
def test_tokens_are_renewed(server: Server, platform: Platform) -> None:
    dance = oauth(server, platform)
    account, tokens = first(dance.accounts(connected(dance)))
    server.clock.seconds += 3_600
    fresh = dance.refresh(CLIENT, tokens)
    network(server, platform).publish(account, fresh, any_post(server, platform))


def test_a_refresh_token_of_x_is_good_once(server: Server) -> None:
    dance = oauth(server, Platform.TWITTER)
    tokens = connected(dance)
    dance.refresh(CLIENT, tokens)
    with pytest.raises(ProviderRejected):
        dance.refresh(CLIENT, tokens)


@pytest.mark.parametrize("platform", ALL)
def test_ended_tokens_are_told_apart(server: Server, platform: Platform) -> None:
    made, account, tokens = opened(server, platform)
    server.world.expire({"twitter": "x", "linkedin": "linkedin"}.get(platform.value, "graph"))
    with pytest.raises(TokenExpired):
        made.publish(account, tokens, any_post(server, platform))


@pytest.mark.parametrize("platform", ALL)
def test_access_is_given_back(server: Server, platform: Platform) -> None:
    dance = oauth(server, platform)
    account, tokens = first(dance.accounts(connected(dance)))
    dance.revoke(CLIENT, tokens)
    dance.revoke(CLIENT, tokens)
    with pytest.raises(TokenExpired):
        network(server, platform).publish(account, tokens, any_post(server, platform))


@pytest.mark.parametrize("platform", [Platform.TWITTER, Platform.FACEBOOK, Platform.LINKEDIN])
def test_a_contact_signs_in(server: Server, platform: Platform) -> None:
    means = server.means(platform)
    dance: Any = {
        Platform.TWITTER: lambda: XOAuth(means, X_LOGIN),
        Platform.FACEBOOK: lambda: MetaOAuth(means, META_LOGIN),
        Platform.LINKEDIN: lambda: LinkedInOAuth(means, LINKEDIN_LOGIN),
    }[platform]()
    person = dance.person(connected(dance, ADA.id))
    assert ADA.email in person.values()
    assert ADA.name in person.values()


@pytest.mark.parametrize("platform", ALL)
def test_the_table_of_platforms_makes_them(server: Server, platform: Platform) -> None:
    parts = server.means(platform).parts
    assert network_of(parts)
    assert oauth_of(parts).authorize_url(CLIENT, "s", CHALLENGE, REDIRECT).startswith(server.address)
    assert (
        oauth_of(replace(parts, address="", local=False))
        .authorize_url(CLIENT, "s", "c", REDIRECT)
        .startswith(("https://x.com/", "https://www.facebook.com/", "https://www.linkedin.com/"))
    )
    with pytest.raises(NotReady):
        network_of(replace(parts, local=False))
    for module in (x_network, facebook_pages, linkedin_network):
        assert module.login(parts)
    assert instagram_network.oauth(parts)


# ---- posting ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ALL)
def test_a_post_is_published_found_counted_and_removed(server: Server, platform: Platform) -> None:
    made, account, tokens = opened(server, platform)
    post = any_post(server, platform, "Grüße & Schuhe <b>#sale_2026</b> \\o/ (new)")
    if platform is not Platform.INSTAGRAM:
        post = replace(post, link="https://shop.example/sale?a=1&b=2")
    assert made.find(account, tokens, post, since(server)) is None
    posted = made.publish(account, tokens, post)
    assert posted.external_id
    assert posted.url.startswith("https://")
    found = made.find(account, tokens, post, since(server))
    assert found is not None
    assert found.external_id == posted.external_id
    assert made.find(account, tokens, replace(post, text="Another"), since(server)) is None
    later = server.clock.now() + timedelta(minutes=1)
    assert made.find(account, tokens, post, later) is None
    numbers = made.metrics(account, tokens, [posted.external_id])
    assert numbers[0].external_id == posted.external_id
    assert (numbers[0].likes, numbers[0].comments, numbers[0].shares) == (0, 0, 0)
    assert numbers[0].impressions
    made.remove(account, tokens, posted.external_id)
    made.remove(account, tokens, posted.external_id)
    assert made.metrics(account, tokens, [posted.external_id]) == []


@pytest.mark.parametrize("platform", ALL)
def test_what_lies_in_the_feed_is_what_was_written(server: Server, platform: Platform) -> None:
    made, account, tokens = opened(server, platform)
    posted = made.publish(account, tokens, any_post(server, platform, "Hi #standin_fine (ok)"))
    assert server.world.all()[0].request["text"] == "Hi #standin_fine (ok)"
    assert server.world.all()[0].id == posted.external_id


@pytest.mark.parametrize("platform", ALL)
def test_a_lost_answer_is_unknown_and_the_post_is_found(server: Server, platform: Platform) -> None:
    made, account, tokens = opened(server, platform)
    post = any_post(server, platform, "Lost #standin_lost")
    with pytest.raises(OutcomeUnknown):
        made.publish(account, tokens, post)
    assert made.find(account, tokens, post, since(server)) is not None
    assert len(server.world.all()) == 1


@pytest.mark.parametrize("platform", ALL)
@pytest.mark.parametrize(
    ("fate", "kind"),
    [
        ("busy", Throttled),
        ("broken", OutcomeUnknown),
        ("refused", ProviderRejected),
        ("expired", TokenExpired),
    ],
)
def test_refusals_mean_what_they_say(
    server: Server, platform: Platform, fate: str, kind: type[Exception]
) -> None:
    made, account, tokens = opened(server, platform)
    with pytest.raises(kind) as caught:
        made.publish(account, tokens, any_post(server, platform, f"Hm #standin_{fate}"))
    assert type(caught.value) is kind
    assert server.world.all() == []
    if isinstance(caught.value, Throttled):
        assert caught.value.retry_after_s
        assert caught.value.retry_after_s <= 86_400


@pytest.mark.parametrize("platform", ALL)
def test_who_is_not_there_surely_did_nothing(server: Server, platform: Platform) -> None:
    made, account, tokens = opened(server, platform)
    server.http.shutdown()
    server.http.server_close()
    with pytest.raises(Unavailable):
        made.publish(account, tokens, replace(text(), media=any_post(server, platform).media))


@pytest.mark.parametrize("platform", TEXTUAL)
def test_a_repeated_text_is_refused_as_a_duplicate(server: Server, platform: Platform) -> None:
    made, account, tokens = opened(server, platform)
    made.publish(account, tokens, text())
    with pytest.raises(ProviderRejected) as caught:
        made.publish(account, tokens, text())
    assert caught.value.code == "duplicate"


@pytest.mark.parametrize("platform", ALL)
@pytest.mark.parametrize("several", [1, 3])
def test_images_are_posted_with_what_they_show(server: Server, platform: Platform, several: int) -> None:
    made, account, tokens = opened(server, platform)
    media = tuple(image(server, f"{n}.png", f"Picture {n}") for n in range(several))
    post = text("See", media=media)
    posted = made.publish(account, tokens, post)
    kept = server.world.all()[0].request["media"]
    assert [one["alt"] for one in kept] == [f"Picture {n}" for n in range(several)]
    found = made.find(account, tokens, post, since(server))
    assert found is not None
    assert found.external_id == posted.external_id


@pytest.mark.parametrize("platform", ALL)
def test_a_video_is_posted_when_the_network_is_done_with_it(server: Server, platform: Platform) -> None:
    _, account, tokens = opened(server, platform)
    made = network(server, platform, Files())
    made.publish(account, tokens, text("Look", media=(video(server),)))
    assert len(server.world.all()) == 1
    if platform is not Platform.FACEBOOK:
        assert server.slept


def test_a_video_that_takes_too_long_is_a_matter_of_time(server: Server) -> None:
    made, account, tokens = opened(server, Platform.INSTAGRAM)
    with pytest.raises(Throttled):
        made.publish(account, tokens, text("#standin_slow", media=(video(server),)))
    assert server.world.all() == []
    assert sum(server.slept) <= 40


@pytest.mark.parametrize("platform", [Platform.FACEBOOK, Platform.INSTAGRAM])
@pytest.mark.parametrize("kind", ["image", "video"])
def test_stories_are_posted_and_found(server: Server, platform: Platform, kind: str) -> None:
    made, account, tokens = opened(server, platform)
    medium = image(server) if kind == "image" else video(server)
    post = SocialPost(text="", media=(medium,), kind=PostKind.STORY)
    assert made.find(account, tokens, post, since(server)) is None
    posted = made.publish(account, tokens, post)
    assert server.world.all()[0].request["kind"] == "story"
    found = made.find(account, tokens, post, since(server))
    assert found is not None
    assert found.external_id == posted.external_id
    assert made.metrics(account, tokens, [posted.external_id])


@pytest.mark.parametrize("platform", [Platform.FACEBOOK, Platform.INSTAGRAM])
def test_reels_are_posted_and_found(server: Server, platform: Platform) -> None:
    made, account, tokens = opened(server, platform)
    post = SocialPost(text="Watch this", media=(video(server),), kind=PostKind.REEL)
    posted = made.publish(account, tokens, post)
    assert server.world.all()[0].request["kind"] == "reel"
    found = made.find(account, tokens, post, since(server))
    assert found is not None
    assert found.external_id == posted.external_id
    with pytest.raises(ProviderRejected):
        made.publish(account, tokens, replace(post, media=(image(server),)))


def test_b2b_targeting_is_told_to_linkedin(server: Server) -> None:
    made, account, tokens = opened(server, Platform.LINKEDIN)
    target = {
        "industries": [4],
        "seniorities": ["urn:li:seniority:6"],
        "staff_count_ranges": ["SIZE_11_TO_50"],
    }
    made.publish(account, tokens, text(target=target))
    assert server.world.all()[0].request["targeting"] == [
        {
            "industries": ["urn:li:industry:4"],
            "seniorities": ["urn:li:seniority:6"],
            "staffCountRanges": ["SIZE_11_TO_50"],
        }
    ]
    with pytest.raises(ProviderRejected):
        made.publish(account, tokens, text("Other", target={"shoe_size": [43]}))


def test_an_audience_is_told_to_facebook(server: Server) -> None:
    made, account, tokens = opened(server, Platform.FACEBOOK)
    made.publish(account, tokens, text(target={"countries": ["de"], "age_min": 18}))
    assert server.world.all()[0].request["targeting"] == {
        "geo_locations": {"countries": ["DE"]},
        "age_min": 18,
    }


def test_media_that_is_none_is_refused_before_anything_is_posted(server: Server) -> None:
    made, account, tokens = opened(server, Platform.TWITTER)
    odd = Media(MediaKind.VIDEO, f"{server.address}/files/picture.png")
    with pytest.raises(ProviderRejected) as caught:
        made.publish(account, tokens, text(media=(odd,)))
    assert caught.value.code == "media"
    inside = Media(MediaKind.IMAGE, "http://169.254.169.254/latest/meta-data")
    with pytest.raises(ProviderRejected):
        made.publish(account, tokens, text(media=(inside,)))
    assert server.world.all() == []


# ---- what people do ---------------------------------------------------------------------------------------------


def act(server: Server, platform: Platform, post: Any, what: str, words: str = "") -> int:
    found = server.world.find(post.external_id) if post else None
    match platform:
        case Platform.TWITTER:
            return int(server.made["x"].act(found, what, ADA, words))
        case Platform.LINKEDIN:
            return int(server.made["linkedin"].act(found, what, ADA, words))
    return int(server.made["graph"].act(platform.value, found, what, ADA, words))


@pytest.mark.parametrize("platform", ALL)
def test_likes_comments_and_shares_are_counted(server: Server, platform: Platform) -> None:
    made, account, tokens = opened(server, platform)
    posted = made.publish(account, tokens, any_post(server, platform))
    for what in ("like", "comment", "share"):
        act(server, platform, posted, what, "Nice!")
    numbers = made.metrics(account, tokens, [posted.external_id, "1990000000000009999"])
    assert [(n.likes, n.comments, n.shares) for n in numbers] == [(1, 1, 1)]
    assert numbers[0].at == server.clock.now()


@pytest.mark.parametrize("platform", ALL)
def test_comments_and_mentions_are_read_and_answered(server: Server, platform: Platform) -> None:
    made, account, tokens = opened(server, platform)
    posted = made.publish(account, tokens, any_post(server, platform))
    act(server, platform, posted, "comment", "Is it red?")
    server.clock.seconds += 5
    act(server, platform, None, "mention", "The shop is great")
    found, cursor = [], "?"
    while cursor:
        page, cursor = made.mentions(account, tokens, since(server), "" if cursor == "?" else cursor)
        found += page
    kinds = {one.kind: one for one in found}
    assert set(kinds) == {MentionKind.COMMENT, MentionKind.MENTION}
    comment = kinds[MentionKind.COMMENT]
    assert comment.text == "Is it red?"
    assert comment.account == "acc-1"
    assert comment.platform is platform
    assert comment.parent == posted.external_id
    assert comment.author.external_id
    assert comment.at == datetime.fromtimestamp(server.clock.seconds - 5, UTC)
    assert kinds[MentionKind.MENTION].text == "The shop is great"
    answer = made.reply(account, tokens, comment.external_id, "Yes, it is.")
    assert answer.external_id
    again = [m for m in made.mentions(account, tokens, since(server), "")[0] if m.text == "Yes, it is."]
    assert again == [], "our own answers are no mentions"
    late, _ = made.mentions(account, tokens, server.clock.now() + timedelta(hours=1), "")
    assert late == []


@pytest.mark.parametrize("platform", [Platform.TWITTER, Platform.FACEBOOK, Platform.INSTAGRAM])
def test_messages_are_read_and_answered(server: Server, platform: Platform) -> None:
    made, account, tokens = opened(server, platform)
    act(server, platform, None, "message", "Where is my order?")
    page, _ = made.mentions(account, tokens, since(server), "messages|")
    assert [(m.kind, m.text, m.author.external_id) for m in page] == [
        (MentionKind.MESSAGE, "Where is my order?", ADA.id)
    ]
    assert made.reply(account, tokens, page[0].external_id, "On its way.").external_id


def test_messages_of_x_follow_mentions_where_they_may_be_read(server: Server) -> None:
    made, account, tokens = opened(server, Platform.TWITTER)
    assert {"dm.read", "dm.write"} <= set(tokens.scopes)
    act(server, Platform.TWITTER, None, "mention", "The shop is great")
    for index in range(120):
        server.world.say("x", account.external_id, "message", ADA, f"Hello {index}")
    found, cursor = made.mentions(account, tokens, since(server), "")
    assert ([m.kind for m in found], cursor) == ([MentionKind.MENTION], "messages|")
    first_page, cursor = made.mentions(account, tokens, since(server), cursor)
    rest, last = made.mentions(account, tokens, since(server), cursor)
    assert (len(first_page), len(rest), last) == (100, 20, "")
    assert len({m.external_id for m in first_page + rest}) == 120
    assert all(m.author.handle == ADA.handle and m.parent == "" for m in rest)
    later = server.clock.now() + timedelta(hours=1)
    assert made.mentions(account, tokens, later, "messages|") == ([], "")
    told = made.reply(account, tokens, rest[0].external_id, "Welcome")
    assert told.external_id.startswith(f"message:{ADA.id}:")
    unknown = "message:1:2"
    with pytest.raises(ProviderRejected):
        made.reply(account, tokens, unknown, "Welcome")


def test_who_did_not_allow_messages_is_read_without_them(server: Server) -> None:
    narrow = XOAuth(server.means(Platform.TWITTER), ("tweet.read", "tweet.write", "users.read"))
    account, tokens = first(narrow.accounts(connected(narrow)))
    made = network(server, Platform.TWITTER)
    act(server, Platform.TWITTER, None, "mention", "The shop is great")
    page, cursor = made.mentions(account, tokens, since(server), "")
    assert (len(page), cursor) == (1, "")
    assert made.mentions(account, tokens, since(server), "messages|") == ([], ""), "the app lacks the right"


def test_reviews_of_a_page_are_read(server: Server) -> None:
    made, account, tokens = opened(server, Platform.FACEBOOK)
    act(server, Platform.FACEBOOK, None, "review", "Too slow")
    page, cursor = made.mentions(account, tokens, since(server), "reviews|")
    assert (page[0].kind, page[0].text, cursor) == (MentionKind.REVIEW, "Too slow", "")


def test_mentions_come_in_pages(server: Server) -> None:
    made, account, tokens = opened(server, Platform.TWITTER)
    for index in range(120):
        server.world.say("x", account.external_id, "mention", ADA, f"Hello {index}")
    found, cursor = made.mentions(account, tokens, since(server), "")
    more, last = made.mentions(account, tokens, since(server), cursor)
    assert (len(found), len(more), last) == (100, 20, "messages|")


# ---- leads ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", [Platform.FACEBOOK, Platform.LINKEDIN])
def test_what_was_answered_in_a_lead_form_is_fetched(server: Server, platform: Platform) -> None:
    _, account, tokens = opened(server, platform)
    act(server, platform, None, "lead")
    known = server.world.kept("leads" if platform is Platform.FACEBOOK else "linkedin leads")
    assert known is not None
    made: Any = {Platform.FACEBOOK: FacebookLeads, Platform.LINKEDIN: LinkedInLeads}[platform]
    lead = made(server.means(platform)).lead(account, tokens, known["ids"][0])
    assert lead.answers["email"] == ADA.email
    assert ADA.name in (lead.answers.get("full_name"), f"{lead.answers.get('first_name')} Example")
    assert lead.form
    assert "@" not in repr(lead)
    assert lead.accepted is (None if platform is Platform.FACEBOOK else True)
