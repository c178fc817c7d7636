"""A post becomes what one network gets: its own words and media where it has some, addresses that can be fetched."""

from __future__ import annotations

from dataclasses import replace

from stepwell.contracts.social import Platform, SocialPost
from stepwell.social.posts import ScheduledPost

OWN = "images/"
"""Keys of pictures of the workspace; they are served below the public address."""


def composed(post: ScheduledPost, platform: Platform) -> SocialPost:
    """Return what a network gets, media as they are kept."""
    return replace(post.content, **post.overrides.get(platform, {}))


def reachable(content: SocialPost, public_url: str) -> SocialPost:
    """Return it with addresses that the network can fetch in place of keys of our own."""
    media = tuple(
        replace(one, url=f"{public_url}/{one.url}") if one.url.startswith(OWN) else one
        for one in content.media
    )
    return replace(content, media=media)
