"""What is wrong with a post for a network, all of it at once, each fault with a code and a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from stepwell.contracts.social import Media, MediaKind, Platform, PostKind, SocialPost
from stepwell.social.limits import LIMITS, Limits, most
from stepwell.social.weighing import hashtags, mentions, units, weighted


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a network would refuse.

    Attributes:
        code: Stable name.
        place: Field of the post: `text`, `link`, `kind`, `media` or `media.<n>`.
        message: A sentence for a person.
        platform: The network.
    """

    code: str
    place: str
    message: str
    platform: Platform

    def document(self) -> dict[str, str]:
        """Return it as people see it."""
        return {
            "code": self.code,
            "place": self.place,
            "message": self.message,
            "platform": self.platform.value,
        }


def written(post: SocialPost, platform: Platform) -> str:
    """Return the text as it stands on the network: with the link where links are a part of it."""
    if not post.link or not LIMITS[platform].link_in_text or post.link in post.text:
        return post.text
    return f"{post.text.rstrip()}\n\n{post.link}" if post.text.strip() else post.link


def length(text: str, platform: Platform) -> int:
    """Return how long a text is as a network counts."""
    return weighted(text) if LIMITS[platform].weighted else units(text)


def faults(post: SocialPost, platform: Platform) -> list[Fault]:
    """Return all that a network would refuse."""
    return [
        Fault(code, place, message, platform)
        for part in (_kind, _text, _media)
        for code, place, message in part(post, platform, LIMITS[platform])
    ]


Found = Iterator[tuple[str, str, str]]


def _kind(post: SocialPost, platform: Platform, limits: Limits) -> Found:
    label = platform.label
    if post.kind not in limits.kinds:
        yield "kind_unknown", "kind", f"{label} has no {post.kind.value} that can be posted."
    if post.kind is PostKind.STORY and len(post.media) != 1:
        yield "story_media", "media", f"A story on {label} is exactly one image or video."
    if post.kind is PostKind.REEL and [m.kind for m in post.media] != [MediaKind.VIDEO]:
        yield "reel_media", "media", f"A reel on {label} is exactly one video."


def _text(post: SocialPost, platform: Platform, limits: Limits) -> Found:
    label, text = platform.label, written(post, platform)
    if not text.strip() and not post.media and not post.link:
        yield "empty", "text", "The post says nothing."
    if "\x00" in text or any(letter in text for letter in "\ufffe\uffff"):
        yield "bad_characters", "text", "The text holds characters that no network takes."
    over = length(text, platform) - limits.text
    if over > 0:
        yield "too_long", "text", f"The text is {over} too long for {label} ({limits.text} at most)."
    tags, named = len(hashtags(text)), len(mentions(text))
    if limits.hashtags is not None and tags > limits.hashtags:
        yield (
            "too_many_hashtags",
            "text",
            f"{label} takes {limits.hashtags} hashtags at most; these are {tags}.",
        )
    if limits.mentions is not None and named > limits.mentions:
        yield (
            "too_many_mentions",
            "text",
            f"{label} takes {limits.mentions} handles at most; these are {named}.",
        )
    if post.link and not post.link.lower().startswith(("https://", "http://")):
        yield "bad_link", "link", "A link begins with https://."


def _media(post: SocialPost, platform: Platform, limits: Limits) -> Found:
    label = platform.label
    if limits.needs_media and not post.media:
        yield "needs_media", "media", f"{label} takes no post without an image or a video."
    for kind in MediaKind:
        count = sum(1 for medium in post.media if medium.kind is kind)
        if count > most(limits, kind):
            yield (
                "too_many_media",
                "media",
                f"{label} takes {most(limits, kind)} {kind.value}s at most; these are {count}.",
            )
    mixed = len({medium.kind for medium in post.media}) > 1
    if mixed and not limits.media:
        yield "mixed_media", "media", f"{label} takes images or a video, not both."
    elif limits.media and len(post.media) > limits.media:
        yield (
            "too_many_media",
            "media",
            f"{label} takes {limits.media} media at most; these are {len(post.media)}.",
        )
    for index, medium in enumerate(post.media):
        for code, message in _medium(post, medium, label, limits):
            yield code, f"media.{index}", message


def _medium(post: SocialPost, medium: Media, label: str, limits: Limits) -> Iterator[tuple[str, str]]:
    if not medium.url.startswith(("https://", "http://", "images/")):
        yield "bad_media_url", "A medium is a public https address or a picture of the workspace."
    size = limits.image_bytes if medium.kind is MediaKind.IMAGE else limits.video_bytes
    if medium.bytes is not None and medium.bytes > size:
        yield "media_too_big", f"{label} takes {medium.kind.value}s up to {size // 1_000_000} MB."
    if len(medium.alt) > limits.alt:
        yield "alt_too_long", f"{label} takes {limits.alt} characters of alternative text."
    if (
        medium.kind is MediaKind.IMAGE
        and limits.ratio
        and post.kind is PostKind.POST
        and medium.width
        and medium.height
    ):
        least, largest = limits.ratio
        if not least * 0.99 <= medium.width / medium.height <= largest * 1.01:
            yield "media_shape", f"{label} takes images between 4:5 and 1.91:1."
