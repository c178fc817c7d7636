"""Shapes of X's answers, and of what clients send."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import unquote

from local.clock import iso
from local.enrichment import Said
from local.outbox import Message
from local.providers.world import BY_ID, PEOPLE, Someone

_URL = re.compile(r"https?://[^\s]+")
#: The account that the admin posts as.
OWN = Someone("2244994945", "stepwell_demo", "Stepwell Demo", "admin@shop.example", 1_900)
TYPE = "https://api.twitter.com/2/problems/"


def account_of(token: Mapping[str, Any]) -> Someone:
    """Return whose account a token opens."""
    return OWN if token["person"] == PEOPLE[0].id else BY_ID[token["person"]]


def client_of(headers: Mapping[str, str], form: Mapping[str, str]) -> tuple[str, str]:
    """Return id and secret that a client shows; both empty: none."""
    kind, _, text = headers.get("authorization", "").partition(" ")
    if kind != "Basic":
        return form.get("client_id", ""), ""
    client, _, secret = base64.b64decode(text).decode().partition(":")
    return unquote(client), unquote(secret)


def problem(status: int, title: str, detail: str, kind: str = "about:blank") -> Said:
    """Return a problem (RFC 7807), as X answers it."""
    return Said(
        status,
        {"title": title, "detail": detail, "type": kind, "status": status},
        {"content-type": "application/problem+json"},
    )


def json_of(body: bytes) -> dict[str, Any]:
    """Read a JSON object; empty: it is none."""
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def fields_of(kind: str, body: bytes) -> dict[str, Any]:
    """Read JSON or a form with files; files are bytes."""
    if not kind.startswith("multipart/form-data"):
        return json_of(body)
    parsed = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=policy.HTTP)
    found: dict[str, Any] = {}
    for part in parsed.iter_parts():
        name = str(part.get_param("name", header="content-disposition"))
        data = part.get_payload(decode=True)
        content = data if isinstance(data, bytes) else b""
        found[name] = content if part.get_filename() else content.decode()
    return found


def user(who: Someone, *, followers: bool = False) -> dict[str, Any]:
    """Show a person."""
    told: dict[str, Any] = {"id": who.id, "username": who.handle, "name": who.name}
    return told | ({"public_metrics": {"followers_count": who.followers}} if followers else {})


def tweet(one: Message) -> dict[str, Any]:
    """Show a post: links shortened, media as a link at its end."""
    text = str(one.request["text"])
    urls: list[dict[str, Any]] = []
    for index, found in enumerate(_URL.findall(text)):
        short = f"https://t.co/{one.id[-8:]}{index}"
        text = text.replace(found, short, 1)
        urls.append({"url": short, "expanded_url": found, "display_url": found[8:]})
    media = one.request.get("media") or []
    if media:
        short = f"https://t.co/{one.id[-8:]}m"
        text = f"{text} {short}".strip()
        urls.append(
            {"url": short, "expanded_url": f"https://x.com/i/status/{one.id}/photo/1", "media_key": "3_1"}
        )
    urls = [
        url | {"start": text.find(url["url"]), "end": text.find(url["url"]) + len(url["url"])} for url in urls
    ]
    told: dict[str, Any] = {
        "id": one.id,
        "text": text,
        "author_id": str(one.request.get("author") or one.request["account"]),
        "created_at": iso(one.at),
        "edit_history_tweet_ids": [one.id],
        "entities": {"urls": urls},
    }
    if media:
        told["attachments"] = {"media_keys": [f"3_{n}" for n in range(len(media))]}
    return told


def answer_of(post: Message, made: Mapping[str, Any]) -> dict[str, Any]:
    """Show an answer to a post."""
    return {
        "id": made["id"],
        "text": made["text"],
        "author_id": made["author"],
        "created_at": iso(made["at"]),
        "in_reply_to_user_id": post.request["account"],
        "referenced_tweets": [{"type": "replied_to", "id": made["parent"] or post.id}],
    }


def numbers(one: Message) -> dict[str, Any]:
    """Count what people did."""
    likes, answers = len(one.request.get("likes", [])), len(one.request.get("comments", []))
    seen = 40 * (1 + likes + answers + int(one.request.get("shares", 0)))
    return {
        "public_metrics": {
            # The guides name the first, X's own client of 2026-07 the second.
            "retweet_count": int(one.request.get("shares", 0)),
            "repost_count": int(one.request.get("shares", 0)),
            "reply_count": answers,
            "like_count": likes,
            "quote_count": 0,
            "bookmark_count": 0,
            "impression_count": seen,
        },
        "non_public_metrics": {"impression_count": seen, "url_link_clicks": likes, "user_profile_clicks": 0},
    }


def fated(fate: str, now: float) -> Said | None:
    """Return the refusal that a post's fate is; None: it is taken."""
    match fate:
        case "busy":
            told = {"title": "Too Many Requests", "detail": "Too Many Requests", "status": 429}
            reset = {"x-rate-limit-reset": str(int(now) + 120), "x-rate-limit-remaining": "0"}
            return Said(429, told, reset)
        case "broken":
            return problem(503, "Service Unavailable", "Service Unavailable")
        case "refused":
            return problem(403, "Forbidden", "You are not permitted to perform this action.")
        case "expired":
            return problem(401, "Unauthorized", "Unauthorized")
    return None
