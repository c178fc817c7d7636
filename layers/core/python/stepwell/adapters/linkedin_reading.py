"""What LinkedIn tells of a company page: its posts, their numbers, comments and mentions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from stepwell.adapters.linkedin_rest import plain
from stepwell.adapters.social_http import count, part, parts, same_text
from stepwell.contracts.social import (
    Account,
    Author,
    Mention,
    MentionKind,
    Metrics,
    Platform,
    SocialPost,
)


def find_post(elements: Sequence[Mapping[str, Any]], text: str, post: SocialPost, since: datetime) -> str:
    """Return the id of the post that says this with as many media since a moment; empty: there is none."""
    for one in elements:
        content = part(one.get("content"))
        images = parts(part(content.get("multiImage")).get("images"))
        media = len(images) or int("media" in content)
        link = str(part(content.get("article")).get("source") or "")
        made = moment(one.get("createdAt") or one.get("publishedAt"))
        same = same_text(plain(str(one.get("commentary") or "")), text) and media == len(post.media)
        if same and made >= since and (post.media or link == post.link):
            return str(one.get("id"))
    return ""


def metrics_of(one: Mapping[str, Any], at: datetime) -> Metrics:
    """Read a post's statistics."""
    told = part(one.get("totalShareStatistics"))
    return Metrics(
        str(one.get("share") or one.get("ugcPost") or ""),
        at,
        impressions=count(told.get("impressionCount")),
        reach=count(told.get("uniqueImpressionsCount")),
        likes=count(told.get("likeCount")),
        comments=count(told.get("commentCount")),
        shares=count(told.get("shareCount")),
        clicks=count(told.get("clickCount")),
    )


def mention_of(account: Account, one: Mapping[str, Any]) -> Mention | None:
    """Read a notification; None: it is the page's own, or tells of nothing that was written."""
    made = part(one.get("decoratedGeneratedActivity"))
    comment, share = part(made.get("comment")), part(made.get("share"))
    written = comment or share
    owner = str(written.get("owner") or "")
    if not written or owner == account.external_id:
        return None
    source, entity = (
        str(one.get("sourcePost") or ""),
        str(written.get("entity") or one.get("generatedActivity") or ""),
    )
    post = str(written.get("object") or source)
    return Mention(
        platform=Platform.LINKEDIN,
        account=account.id,
        external_id=f"{post}|{entity}" if comment else entity,
        parent=post if comment else "",
        kind=MentionKind.COMMENT if comment else MentionKind.MENTION,
        author=Author(owner),
        text=plain(str(written.get("text") or part(written.get("message")).get("text") or "")),
        url=f"https://www.linkedin.com/feed/update/{post if comment else entity}/",
        at=moment(one.get("lastModifiedAt")),
    )


def moment(value: Any) -> datetime:
    """Read a time in milliseconds."""
    return datetime.fromtimestamp(int(value or 0) / 1000, UTC)
