"""What X answers, read: refusals, posts as they were written, numbers, mentions.

X's own client of 2026-07 says `post` where the guides say `tweet` (`referenced_posts`): both are read.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stepwell.adapters.provider_http import Answer
from stepwell.adapters.social_http import SocialHttp, count, joined, part, parts, refused, told
from stepwell.contracts.social import (
    Account,
    Author,
    Mention,
    MentionKind,
    Metrics,
    Platform,
    SocialPost,
    TokenExpired,
    Tokens,
)
from stepwell.errors import AddressGone, NotReady, StepwellError, Throttled

API = "https://api.x.com"
RIGHT_MISSING = "right_missing"
_DUPLICATE = "duplicate content"
_RIGHTS = ("client-forbidden", "client-not-enrolled", "oauth1-permissions", "unsupported-authentication")


def error_of(answer: Answer, http: SocialHttp, now: datetime, *, acts: bool) -> StepwellError:
    """Translate a refusal ("Response codes & errors", https://docs.x.com/x-api/fundamentals/response-codes-and-errors)."""
    said = told(answer)
    detail = str(said.get("detail") or said.get("error_description") or said.get("title") or "")
    first = parts(said.get("errors"))[:1]
    reason = str(first[0].get("message") or detail) if first else detail
    if answer.status == 401:
        return TokenExpired("X does not take the token any more.")
    if answer.status == 429:
        ends = answer.seconds_at("x-user-limit-24hour-reset") if spent(answer) else None
        ends = ends or answer.seconds_at("x-rate-limit-reset")
        wait = max(1.0, ends - now.timestamp()) if ends is not None else None
        return Throttled("X asked to slow down.", retry_after_s=wait)
    if answer.status == 404:
        return AddressGone("This does not exist at X any more.")
    if answer.status == 402:
        return NotReady("The app's credits at X are used up.", code="credits")
    if answer.status == 403 and any(right in str(said.get("type") or "") for right in _RIGHTS):
        return NotReady("The app or the account lacks a right at X.", code=RIGHT_MISSING)
    if answer.status == 403 and _DUPLICATE in reason.lower():
        return refused("X", reason, code="duplicate")
    if answer.status >= 500 or answer.status < 400:
        return http.broken(answer.status, acts=acts)
    return refused("X", reason, status=answer.status)


def spent(answer: Answer) -> bool:
    """Tell whether a day's posts are used up."""
    return answer.headers.get("x-user-limit-24hour-remaining", "").strip() == "0"


def bearer(tokens: Tokens) -> dict[str, str]:
    """Return the headers that carry a token."""
    return {"authorization": f"Bearer {tokens.access}", "accept": "application/json"}


def full_text(post: SocialPost) -> str:
    """Return the text as it is posted: X shows a link by its address within the text."""
    return joined(post.text, post.link)


def text_of(post: Mapping[str, Any]) -> str:
    """Return a post's text as it was written: short links become what they stand for, those of media go."""
    note = part(post.get("note_tweet"))
    text = str(note.get("text") or post.get("text") or "")
    entities = part(note.get("entities") or post.get("entities"))
    for one in parts(entities.get("urls")):
        meant = "" if one.get("media_key") else str(one.get("expanded_url") or "")
        text = text.replace(str(one.get("url") or "\0"), meant)
    return html.unescape(text).strip()


def url_of(account: Account, id_: str) -> str:
    """Return where a post is shown."""
    return f"https://x.com/{account.handle or 'i/web'}/status/{id_}" if id_ else ""


def metrics_of(one: Mapping[str, Any], at: datetime) -> Metrics:
    """Read a post's numbers."""
    public, own = part(one.get("public_metrics")), part(one.get("non_public_metrics"))
    reposts = public.get("retweet_count", public.get("repost_count"))
    shares = [count(reposts), count(public.get("quote_count"))]
    return Metrics(
        str(one.get("id")),
        at,
        impressions=count(public.get("impression_count")),
        likes=count(public.get("like_count")),
        comments=count(public.get("reply_count")),
        shares=None if None in shares else sum(n for n in shares if n is not None),
        clicks=count(own.get("url_link_clicks")),
        saves=count(public.get("bookmark_count")),
    )


def mention_of(account: Account, one: Mapping[str, Any], people: Mapping[str, Mapping[str, Any]]) -> Mention:
    """Read a mention."""
    author, id_ = people.get(str(one.get("author_id")), {}), str(one.get("id"))
    answered = [
        r
        for r in parts(one.get("referenced_tweets") or one.get("referenced_posts"))
        if r.get("type") == "replied_to"
    ]
    ours = str(one.get("in_reply_to_user_id") or "") == account.external_id
    handle = str(author.get("username") or "")
    return Mention(
        platform=Platform.TWITTER,
        account=account.id,
        external_id=id_,
        parent=str(answered[0].get("id")) if answered else "",
        kind=MentionKind.COMMENT if answered and ours else MentionKind.MENTION,
        author=Author(
            str(one.get("author_id") or ""),
            handle,
            str(author.get("name") or ""),
            count(part(author.get("public_metrics")).get("followers_count")),
        ),
        text=text_of(one),
        url=f"https://x.com/{handle or 'i/web'}/status/{id_}",
        at=datetime.fromisoformat(str(one.get("created_at")).replace("Z", "+00:00")),
    )
