"""What people write to and about an Instagram account, and the numbers of its media, read from the Graph API.

Metrics of media as of v22.0 (2025-01-21): `views` took the place of `impressions`, `plays` and `video_views`
(https://developers.facebook.com/docs/instagram-platform/reference/instagram-media/insights, read 2026-11-23).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stepwell.adapters.meta_graph import Graph, after, insight, moment
from stepwell.adapters.social_http import count, part, parts
from stepwell.contracts.social import Account, Author, Mention, MentionKind, Metrics, Platform, Tokens

_ASKED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "comments": (
        "media",
        {
            "fields": "id,permalink,comments.limit(50){id,text,timestamp,username,from,parent_id}",
            "limit": 25,
        },
    ),
    "tags": ("tags", {"fields": "id,caption,permalink,timestamp,username", "limit": 50}),
    "messages": (
        "conversations",
        {
            "fields": "id,messages.limit(20){id,from,message,created_time}",
            "limit": 25,
            "platform": "instagram",
        },
    ),
}


def read(graph: Graph, account: Account, tokens: Tokens, source: str, page: str) -> tuple[list[Mention], str]:
    """Return a page of one kind and the cursor of the next; what the account wrote itself is left out."""
    edge, asked = _ASKED[source]
    said = graph.get(f"{account.external_id}/{edge}", tokens.access, {**asked, "after": page})
    found: list[Mention] = []
    for one in parts(said.get("data")):
        match source:
            case "comments":
                found += [_comment(account, one, c) for c in parts(part(one.get("comments")).get("data"))]
            case "tags":
                found.append(_tag(account, one))
            case _:
                found += [_message(account, one, m) for m in parts(part(one.get("messages")).get("data"))]
    ours = {account.external_id, account.handle} - {""}
    return [m for m in found if not {m.author.external_id, m.author.handle} & ours], after(said)


def metrics_of(graph: Graph, token: str, id_: str, at: datetime) -> Metrics:
    """Ask for a medium's numbers."""
    one = graph.get(id_, token, {"fields": "like_count,comments_count,media_type,media_product_type"})
    asked = ["views", "reach", "shares"]
    if one.get("media_product_type") != "STORY":
        asked.append("saved")
    seen = insight(graph.get(f"{id_}/insights", token, {"metric": ",".join(asked)}))
    video = one.get("media_type") == "VIDEO"
    return Metrics(
        id_,
        at,
        impressions=seen.get("views"),
        reach=seen.get("reach"),
        likes=count(one.get("like_count")),
        comments=count(one.get("comments_count")),
        shares=seen.get("shares"),
        saves=seen.get("saved"),
        video_views=seen.get("views") if video else None,
    )


def _comment(account: Account, medium: Mapping[str, Any], one: Mapping[str, Any]) -> Mention:
    author = part(one.get("from"))
    handle = str(one.get("username") or author.get("username") or "")
    return Mention(
        platform=Platform.INSTAGRAM,
        account=account.id,
        external_id=str(one.get("id")),
        parent=str(one.get("parent_id") or medium.get("id") or ""),
        kind=MentionKind.COMMENT,
        author=Author(str(author.get("id") or handle), handle),
        text=str(one.get("text") or ""),
        url=str(medium.get("permalink") or ""),
        at=moment(one.get("timestamp")),
    )


def _tag(account: Account, one: Mapping[str, Any]) -> Mention:
    handle = str(one.get("username") or "")
    return Mention(
        platform=Platform.INSTAGRAM,
        account=account.id,
        external_id=f"tag:{one.get('id')}",
        parent="",
        kind=MentionKind.MENTION,
        author=Author(handle, handle),
        text=str(one.get("caption") or ""),
        url=str(one.get("permalink") or ""),
        at=moment(one.get("timestamp")),
    )


def _message(account: Account, thread: Mapping[str, Any], one: Mapping[str, Any]) -> Mention:
    author = part(one.get("from"))
    person = str(author.get("id") or "")
    return Mention(
        platform=Platform.INSTAGRAM,
        account=account.id,
        external_id=f"message:{person}:{one.get('id')}",
        parent=str(thread.get("id") or ""),
        kind=MentionKind.MESSAGE,
        author=Author(person, str(author.get("username") or "")),
        text=str(one.get("message") or ""),
        url="",
        at=moment(one.get("created_time")),
    )
