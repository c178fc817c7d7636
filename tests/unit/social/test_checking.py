"""What networks would refuse, and what they would show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.social import Media, MediaKind, Platform, PostKind, SocialPost
from stepwell.social.checking import faults
from stepwell.social.limits import LIMITS
from stepwell.social.previewing import preview
from stepwell.social.weighing import weighted

IMAGE = Media(MediaKind.IMAGE, "https://acme.example/a.jpg")
VIDEO = Media(MediaKind.VIDEO, "https://acme.example/a.mp4")
X, FB, LI, IG = Platform.TWITTER, Platform.FACEBOOK, Platform.LINKEDIN, Platform.INSTAGRAM


@pytest.mark.parametrize(
    ("platform", "post", "codes"),
    [
        (X, SocialPost("x" * 280), []),
        (X, SocialPost("x" * 281), ["too_long"]),
        (X, SocialPost("x" * 256, link="https://acme.example/1"), ["too_long"]),
        (X, SocialPost("x" * 255, link="https://acme.example/1"), []),
        (X, SocialPost("日" * 141), ["too_long"]),
        (X, SocialPost("hi", media=(IMAGE,) * 5), ["too_many_media", "too_many_media"]),
        (X, SocialPost("hi", kind=PostKind.STORY, media=(IMAGE,)), ["kind_unknown"]),
        (X, SocialPost(""), ["empty"]),
        (LI, SocialPost("x" * 3000), []),
        (LI, SocialPost("x" * 3001), ["too_long"]),
        (LI, SocialPost("hi", media=(IMAGE, VIDEO)), ["mixed_media"]),
        (FB, SocialPost("x" * 63_207), ["too_long"]),
        (FB, SocialPost("", link="acme.example"), ["bad_link"]),
        (FB, SocialPost("", link="https://acme.example"), []),
        (FB, SocialPost("", kind=PostKind.REEL, media=(IMAGE,)), ["reel_media"]),
        (IG, SocialPost("hi"), ["needs_media"]),
        (IG, SocialPost("hi", media=(IMAGE, VIDEO)), []),
        (IG, SocialPost("x" * 2201, media=(IMAGE,)), ["too_long"]),
        (IG, SocialPost(" ".join(f"#t{n}a" for n in range(31)), media=(IMAGE,)), ["too_many_hashtags"]),
        (IG, SocialPost(" ".join(f"@t{n}" for n in range(21)), media=(IMAGE,)), ["too_many_mentions"]),
        (IG, SocialPost("", media=(replace(IMAGE, width=1000, height=2000),)), ["media_shape"]),
        (IG, SocialPost("", kind=PostKind.STORY, media=(replace(IMAGE, width=1080, height=1920),)), []),
        (IG, SocialPost("", kind=PostKind.STORY, media=(IMAGE, IMAGE)), ["story_media"]),
        (IG, SocialPost("", media=(replace(IMAGE, bytes=9_000_000),)), ["media_too_big"]),
        (LI, SocialPost("hi", media=(replace(IMAGE, url="file:///etc/passwd"),)), ["bad_media_url"]),
        (X, SocialPost("hi", media=(replace(IMAGE, alt="a" * 1001),)), ["alt_too_long"]),
    ],
)
def test_a_networks_rules(platform: Platform, post: SocialPost, codes: list[str]) -> None:
    assert [fault.code for fault in faults(post, platform)] == codes


def test_every_network_has_limits_with_sources() -> None:
    assert set(LIMITS) == set(Platform)
    assert all(limits.sources and limits.rate.posts > 0 for limits in LIMITS.values())


def test_a_preview_cuts_at_words_and_never_in_an_address() -> None:
    text = ("word " * 24) + "https://acme.example/a/long/address/that/crosses/the/cut and more"
    shown = preview(SocialPost(text, media=(IMAGE,)), IG)
    assert shown.cut and shown.shown == ("word " * 24).strip() and not shown.clickable_link
    lines = preview(SocialPost("a\nb\nc\nd\ne"), LI)
    assert lines.cut and lines.shown == "a\nb\nc"


def test_a_story_shows_no_text_and_media_replace_the_card() -> None:
    assert preview(SocialPost("hi", media=(IMAGE,), kind=PostKind.STORY), IG).text == ""
    assert preview(SocialPost("hi", link="https://www.acme.example/x"), LI).card == "acme.example"
    assert preview(SocialPost("hi", link="https://www.acme.example/x", media=(IMAGE,)), LI).card == ""


@given(st.text(max_size=4_000), st.sampled_from(list(Platform)))
def test_a_preview_is_the_beginning_of_the_text(text: str, platform: Platform) -> None:
    seen: Any = preview(SocialPost(text, media=(IMAGE,)), platform)
    assert seen.text.startswith(seen.shown)
    assert seen.cut == (seen.shown != seen.text)
    assert len(seen.shown) <= max(LIMITS[platform].shown, 0) or not seen.cut
    too_long = any(fault.code == "too_long" for fault in seen.faults)
    if platform is X:
        assert too_long == (weighted(text) > 280)
