"""What each network takes, and how often: one table, each rule with its source; read on 2026-11-23.

Rates are leases of our own below what a network refuses by, so that a burst is spread and not refused; what a network
says itself (`Throttled`) holds besides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from stepwell.contracts.social import MediaKind, Platform, PostKind

MB = 1_000_000
AS_OF = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Rate:
    """How many posts an account may make in a window.

    Attributes:
        posts: How many.
        window_s: Seconds.
    """

    posts: int
    window_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a network takes.

    Attributes:
        text: Most characters as the network counts.
        weighted: Whether they are weighed (X) and not counted.
        link_in_text: Whether a link is a part of the text and counts there.
        shown: Characters that a feed shows before "more".
        hashtags: Most hashtags; None: no limit is told.
        mentions: Most handles; None: no limit is told.
        images: Most images.
        videos: Most videos.
        media: Most media of both kinds together; 0: they cannot be mixed.
        image_bytes: Most bytes of an image.
        video_bytes: Most bytes of a video.
        alt: Most characters of an alternative text.
        needs_media: Whether there is no post without a medium.
        kinds: Kinds of posts.
        ratio: Least and most width by height of an image in a post; None: any.
        rate: Posts an account.
        sources: Where it is told.
    """

    text: int
    weighted: bool = False
    link_in_text: bool = False
    shown: int = 0
    hashtags: int | None = None
    mentions: int | None = None
    images: int = 0
    videos: int = 1
    media: int = 0
    image_bytes: int = 0
    video_bytes: int = 0
    alt: int = 0
    needs_media: bool = False
    kinds: tuple[PostKind, ...] = (PostKind.POST,)
    ratio: tuple[float, float] | None = None
    rate: Rate = field(default_factory=lambda: Rate(100, 86_400))
    sources: tuple[str, ...] = ()


LIMITS: Mapping[Platform, Limits] = {
    Platform.TWITTER: Limits(
        text=280,
        weighted=True,
        link_in_text=True,
        shown=280,
        images=4,
        videos=1,
        media=4,
        image_bytes=5 * MB,
        video_bytes=512 * MB,
        alt=1_000,
        rate=Rate(100, 900),
        sources=(
            "https://docs.x.com/fundamentals/counting-characters",
            "https://docs.x.com/x-api/media/quickstart/best-practices",
            "https://docs.x.com/x-api/fundamentals/rate-limits",
        ),
    ),
    Platform.FACEBOOK: Limits(
        text=63_206,
        shown=477,
        images=10,
        videos=1,
        image_bytes=10 * MB,
        video_bytes=10_000 * MB,
        alt=1_000,
        kinds=(PostKind.POST, PostKind.STORY, PostKind.REEL),
        rate=Rate(50, 86_400),
        sources=(
            "https://developers.facebook.com/docs/pages-api/posts",
            "https://developers.facebook.com/docs/graph-api/reference/page/photos",
            "https://developers.facebook.com/docs/video-api/guides/reels-publishing",
        ),
    ),
    Platform.LINKEDIN: Limits(
        text=3_000,
        shown=210,
        images=20,
        videos=1,
        image_bytes=36 * MB,
        video_bytes=500 * MB,
        alt=4_086,
        rate=Rate(100, 86_400),
        sources=(
            "https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api",
            "https://learn.microsoft.com/linkedin/marketing/community-management/shares/multiimage-post-api",
            "https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api",
        ),
    ),
    Platform.INSTAGRAM: Limits(
        text=2_200,
        link_in_text=True,
        shown=125,
        hashtags=30,
        mentions=20,
        images=10,
        videos=10,
        media=10,
        image_bytes=8 * MB,
        video_bytes=300 * MB,
        alt=1_000,
        needs_media=True,
        kinds=(PostKind.POST, PostKind.STORY, PostKind.REEL),
        ratio=(4 / 5, 1.91),
        rate=Rate(100, 86_400),
        sources=(
            "https://developers.facebook.com/docs/instagram-platform/content-publishing/",
            "https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media",
        ),
    ),
}


def most(limits: Limits, kind: MediaKind) -> int:
    """Return how many media of a kind a post may have."""
    return limits.images if kind is MediaKind.IMAGE else limits.videos
