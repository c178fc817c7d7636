"""Shapes of the Graph API's answers, and who has which page there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from local.enrichment import Said
from local.outbox import Message
from local.providers.world import BY_ID
from local.providers.x_shapes import fields_of

NETWORK = "graph"
PAGE, PAGE_NAME = "100001", "The Shop"
INSTAGRAM, INSTAGRAM_HANDLE = "17841400000000001", "the_shop"
FORM, APP = "500001", "app-1"


def error(status: int, code: int, message: str, subcode: int = 0, kind: str = "OAuthException") -> Said:
    """Return an error of the Graph API."""
    told: dict[str, Any] = {"message": message, "type": kind, "code": code, "fbtrace_id": "Astandin"}
    if subcode:
        told["error_subcode"] = subcode
    return Said(status, {"error": told})


def fated(fate: str) -> Said | None:
    """Return the refusal that a post's fate is; None: it is taken."""
    match fate:
        case "busy":
            usage = {PAGE: [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": 2}]}
            said = error(400, 32, "(#32) Page request limit reached", kind="OAuthException")
            return Said(said.status, said.body, {"x-business-use-case-usage": json.dumps(usage)})
        case "broken":
            return error(500, 2, "An unexpected error has occurred. Please retry your request later.")
        case "refused":
            return error(400, 100, "Invalid parameter", 1_349_125)
        case "expired":
            return error(400, 190, "Error validating access token: Session has expired", 463)
    return None


def gone(id_: str) -> Said:
    """Return what the Graph API says of a thing that is not there."""
    return error(400, 100, f"Unsupported get request. Object with ID '{id_}' does not exist", 33)


def asked_of(query: Mapping[str, str], headers: Mapping[str, str], body: bytes) -> dict[str, Any]:
    """Return the parameters of a call, from its address and its body."""
    kind = headers.get("content-type", "")
    if kind.startswith(("multipart/", "application/json")):
        return {**query, **fields_of(kind, body)}
    return {**query, **dict(parse_qsl(body.decode("utf-8", "replace")))}


def written(at: float) -> str:
    """Write a time as the Graph API does."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def unpacked(value: Any) -> Any:
    """Read a parameter that may be JSON."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value


def listed(found: list[dict[str, Any]], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return a page of an edge."""
    size, start = int(asked.get("limit") or 25), int(asked.get("after") or 0)
    some = found[start : start + size]
    more = {"next": "https://graph.facebook.com/next"} if len(found) > start + size else {}
    return {"data": some, "paging": {"cursors": {"after": str(start + size)}, **more}}


def comment(made: Mapping[str, Any]) -> dict[str, Any]:
    """Show a comment on a page's post."""
    told = {
        "id": made["id"],
        "message": made["text"],
        "created_time": written(made["at"]),
        "permalink_url": f"https://www.facebook.com/{made['id']}",
        "from": {"id": made["author"], "name": name_of(made["author"])},
    }
    return told | ({"parent": {"id": made["parent"]}} if made["parent"] else {})


def name_of(author: str) -> str:
    """Return the shown name of a person or page."""
    return BY_ID[author].name if author in BY_ID else PAGE_NAME


def post(one: Message) -> dict[str, Any]:
    """Show a page's post with everything that may be asked for."""
    request = one.request
    likes, comments = len(request["likes"]), request["comments"]
    seen = 50 * (1 + likes + len(comments) + request["shares"])
    numbers = {
        "post_media_view": seen,
        "post_total_media_view_unique": seen // 2,
        "post_clicks": likes,
        "post_video_views": seen if request.get("video") else 0,
    }
    told: dict[str, Any] = {
        "id": one.id,
        "message": request["text"],
        "description": request["text"],
        "created_time": written(one.at),
        "permalink_url": f"https://www.facebook.com/{one.id}",
        "comments": {
            "data": [comment(made) for made in reversed(comments)],
            "summary": {"total_count": len(comments)},
        },
        "reactions": {"data": [], "summary": {"total_count": likes}},
        "insights": {"data": [{"name": n, "values": [{"value": v}]} for n, v in numbers.items()]},
    }
    # As Facebook does: nobody shared it, so there is no word of it.
    return told | ({"shares": {"count": request["shares"]}} if request["shares"] else {})


def medium(one: Message) -> dict[str, Any]:
    """Show an Instagram medium."""
    request = one.request
    return {
        "id": one.id,
        "caption": request["text"],
        "media_type": request["media_type"],
        "media_product_type": request["product"],
        "permalink": f"https://www.instagram.com/p/{one.id}/",
        "timestamp": written(one.at),
        "username": INSTAGRAM_HANDLE,
        "like_count": len(request["likes"]),
        "comments_count": len(request["comments"]),
        "comments": {
            "data": [
                {
                    "id": made["id"],
                    "text": made["text"],
                    "timestamp": written(made["at"]),
                    "username": BY_ID[made["author"]].handle if made["author"] in BY_ID else INSTAGRAM_HANDLE,
                    "from": {"id": made["author"]},
                }
                for made in reversed(request["comments"])
            ]
        },
    }


def chosen(one: Mapping[str, Any], fields: str) -> dict[str, Any]:
    """Return the fields that were asked for at the top; `id` comes always."""
    depth, names, name = 0, {"id"}, ""
    for letter in fields + ",":
        depth += (letter in "{(") - (letter in "})")
        if letter == "," and depth == 0:
            names.add(name.partition(".")[0].partition("{")[0].strip())
            name = ""
        else:
            name += letter
    return {key: value for key, value in one.items() if key in names} if fields else dict(one)
