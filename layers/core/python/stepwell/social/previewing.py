"""What a post will look like on a network: the words before "more", hashtags, the link's card, the room left."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from stepwell.contracts.social import Media, Platform, PostKind, SocialPost
from stepwell.social.checking import Fault, faults, length, written
from stepwell.social.limits import LIMITS
from stepwell.social.weighing import EMOJI, LINK, hashtags, mentions

_LINES = {Platform.LINKEDIN: 3, Platform.FACEBOOK: 5}
"""Lines that a feed shows at most; a post of many short lines is cut by these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A post as a network shows it.

    Attributes:
        platform: The network.
        kind: Post, story or reel.
        text: The whole text, with the link where it belongs there.
        shown: What the feed shows before "more".
        cut: Whether there is more.
        length: How long it is as the network counts.
        limit: How long it may be.
        hashtags: Its hashtags, each once.
        mentions: Handles that it names, each once.
        card: Host of the link whose card is shown; empty: none is, because there is no link or media take its place.
        clickable_link: Whether a link can be clicked: on Instagram none can.
        media: Its media.
        faults: What the network would refuse.
    """

    platform: Platform
    kind: PostKind
    text: str
    shown: str
    cut: bool
    length: int
    limit: int
    hashtags: tuple[str, ...]
    mentions: tuple[str, ...]
    card: str
    clickable_link: bool
    media: tuple[Media, ...]
    faults: tuple[Fault, ...]


def preview(post: SocialPost, platform: Platform) -> Preview:
    """Return what a post, as composed for a network, will look like."""
    limits = LIMITS[platform]
    text = "" if post.kind is PostKind.STORY else written(post, platform)
    shown = _shown(text, limits.shown, _LINES.get(platform, 0))
    link = post.link or next(iter(_links(text)), "")
    carded = bool(link) and not post.media and platform is not Platform.INSTAGRAM
    return Preview(
        platform=platform,
        kind=post.kind,
        text=text,
        shown=shown,
        cut=shown != text,
        length=length(text, platform),
        limit=limits.text,
        hashtags=tuple(dict.fromkeys(hashtags(text))),
        mentions=tuple(dict.fromkeys(mentions(text))),
        card=(urlsplit(link).hostname or "").removeprefix("www.") if carded else "",
        clickable_link=bool(link) and platform is not Platform.INSTAGRAM,
        media=post.media,
        faults=tuple(faults(post, platform)),
    )


def _links(text: str) -> list[str]:
    return [match.group() for match in LINK.finditer(text) if match.group().startswith("http")]


def _shown(text: str, most: int, lines: int) -> str:
    """Cut where the feed does: at a word's end, never inside an address or an emoji."""
    cut = text
    if lines and cut.count("\n") >= lines:
        cut = "\n".join(cut.split("\n")[:lines])
    if len(cut) <= most:
        return cut
    end = most
    for whole in (*LINK.finditer(text), *EMOJI.finditer(text)):
        if whole.start() < end < whole.end():
            end = whole.start()
    space = re.search(r"\s\S*$", cut[: end + 1])
    if space and space.start() > most // 2:
        end = space.start()
    return cut[:end].rstrip()
