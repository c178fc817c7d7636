"""What people write to and about a Facebook page, and the numbers of its posts, read from the Graph API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stepwell.adapters.meta_graph import Graph, after, insight, moment, total
from stepwell.adapters.social_http import count, part, parts
from stepwell.contracts.social import Account, Author, Mention, MentionKind, Metrics, Platform, Tokens

SOURCES = ("comments", "tags", "messages", "reviews")
_ASKED: Mapping[str, tuple[str, str, int]] = {
    "comments": (
        "published_posts",
        "id,comments.filter(stream).order(reverse_chronological).limit(50)"
        "{id,from,message,created_time,permalink_url,parent{id}}",
        25,
    ),
    "tags": ("tagged", "id,from,message,created_time,permalink_url", 50),
    "messages": ("conversations", "id,link,messages.limit(20){id,from,message,created_time}", 25),
    "reviews": (
        "ratings",
        "created_time,recommendation_type,review_text,reviewer{id,name},open_graph_story{id}",
        50,
    ),
}


def read(graph: Graph, account: Account, tokens: Tokens, source: str, page: str) -> tuple[list[Mention], str]:
    """Return a page of one kind and the cursor of the next; what the page wrote itself is left out."""
    edge, fields, limit = _ASKED[source]
    asked = {"fields": fields, "limit": limit, "after": page}
    said = graph.get(f"{account.external_id}/{edge}", tokens.access, asked)
    found: list[Mention] = []
    for one in parts(said.get("data")):
        match source:
            case "comments":
                found += [_comment(account, one, c) for c in parts(part(one.get("comments")).get("data"))]
            case "tags":
                found.append(_written(account, one, MentionKind.MENTION, str(one.get("id")), ""))
            case "messages":
                found += [_message(account, one, m) for m in parts(part(one.get("messages")).get("data"))]
            case _:
                found.append(_review(account, one))
    return [m for m in found if m.author.external_id != account.external_id], after(said)


def metrics_of(id_: str, one: Mapping[str, Any], at: datetime) -> Metrics:
    """Read a post's numbers; no `shares` in the answer means none."""
    seen = insight(one.get("insights"))
    return Metrics(
        id_,
        at,
        impressions=seen.get("post_media_view"),
        reach=seen.get("post_total_media_view_unique"),
        likes=total(one.get("reactions")),
        comments=total(one.get("comments")),
        shares=count(part(one.get("shares")).get("count")) or 0,
        clicks=seen.get("post_clicks"),
        video_views=seen.get("post_video_views"),
    )


def _written(account: Account, one: Mapping[str, Any], kind: MentionKind, id_: str, parent: str) -> Mention:
    author = part(one.get("from"))
    return Mention(
        platform=Platform.FACEBOOK,
        account=account.id,
        external_id=id_,
        parent=parent,
        kind=kind,
        author=Author(str(author.get("id") or ""), name=str(author.get("name") or "")),
        text=str(one.get("message") or ""),
        url=str(one.get("permalink_url") or ""),
        at=moment(one.get("created_time")),
    )


def _comment(account: Account, post: Mapping[str, Any], one: Mapping[str, Any]) -> Mention:
    parent = str(part(one.get("parent")).get("id") or post.get("id") or "")
    return _written(account, one, MentionKind.COMMENT, str(one.get("id")), parent)


def _message(account: Account, thread: Mapping[str, Any], one: Mapping[str, Any]) -> Mention:
    person = str(part(one.get("from")).get("id") or "")
    return _written(
        account, one, MentionKind.MESSAGE, f"message:{person}:{one.get('id')}", str(thread.get("id") or "")
    )


def _review(account: Account, one: Mapping[str, Any]) -> Mention:
    person, story = part(one.get("reviewer")), str(part(one.get("open_graph_story")).get("id") or "")
    told = {**one, "from": person, "message": one.get("review_text") or one.get("recommendation_type")}
    return _written(account, told, MentionKind.REVIEW, story or f"review:{person.get('id')}", "")
