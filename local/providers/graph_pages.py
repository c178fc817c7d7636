"""Facebook pages within the stand-in of the Graph API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from local.enrichment import Said
from local.outbox import Message
from local.providers.calling import fetch
from local.providers.graph_shapes import (
    PAGE,
    chosen,
    comment,
    error,
    fated,
    gone,
    listed,
    name_of,
    post,
    unpacked,
    written,
)
from local.providers.phones import LostAnswerError
from local.providers.world import MENTION, Someone, World

NETWORK = "facebook"


class PagesStandIn:
    """Pages.

    Args:
        world: What the networks know.
        address: Where uploads go.
    """

    def __init__(self, world: World, address: str) -> None:
        self._world = world
        self._address = address

    def answer(self, method: str, first: str, edge: str, asked: Mapping[str, Any]) -> Said:
        """Answer a call."""
        match method, edge:
            case "POST", "feed" | "photos" | "videos" | "photo_stories":
                return self._publish(edge, asked)
            case "POST", "video_reels" | "video_stories":
                return self._clip(edge, asked)
            case "POST", "comments":
                return self._comment(first, asked)
            case "POST", "messages":
                return self._message(asked)
            case "POST", "subscribed_apps":
                return Said(200, {"success": True})
            case (
                "GET",
                "published_posts" | "video_reels" | "stories" | "tagged" | "conversations" | "ratings",
            ):
                return Said(200, listed(self._edge(edge, asked), asked))
            case "GET", "":
                return self._shown(first, asked)
            case "DELETE", "":
                return Said(200, {"success": True}) if self._world.remove(first) else gone(first)
        return error(400, 100, f"(#100) Tried accessing nonexisting field ({edge})")

    def uploaded(self, video: str, headers: Mapping[str, str]) -> Said:
        """Fetch the video of an upload that was begun."""
        kept = self._world.kept(f"video:{video}")
        if kept is None or not headers.get("authorization", "").startswith("OAuth "):
            return error(400, 100, "There is no such upload.")
        if not fetched(headers.get("file_url", "")):
            return error(400, 389, "Unable to fetch video file from URL.")
        self._world.keep(f"video:{video}", kept | {"url": headers["file_url"]})
        return Said(200, {"success": True})

    # ---- posts ------------------------------------------------------------------------------------------------

    def _publish(self, edge: str, asked: Mapping[str, Any]) -> Said:
        text = str(asked.get("message") or asked.get("description") or asked.get("caption") or "")
        if (said := fated(self._world.fate(text))) is not None:
            return said
        media = []
        for name in ("url", "file_url"):
            if asked.get(name):
                if not fetched(str(asked[name])):
                    return error(400, 324, "Missing or invalid image file")
                media.append({"url": asked[name], "alt": str(asked.get("alt_text_custom") or "")})
        if edge == "photos" and unpacked(asked.get("published", "true")) is False:
            id_ = self._world.number()
            self._world.keep(f"photo:{id_}", media[0])
            return Said(200, {"id": id_})
        unseen = [str(asked["photo_id"])] if edge == "photo_stories" else []
        unseen += [str(one["media_fbid"]) for one in unpacked(asked.get("attached_media") or "[]")]
        for id_ in unseen:
            kept = self._world.kept(f"photo:{id_}")
            if kept is None:
                return error(400, 100, "(#100) Invalid photo")
            media.append(kept)
        if not text and not media and not asked.get("link"):
            return error(400, 100, "(#100) Missing message or attachment")
        kind = "story" if edge == "photo_stories" else "post"
        own = self._world.all(NETWORK, PAGE)
        if kind == "post" and own and own[0].request["text"] == text and not media:
            return error(400, 506, "Duplicate status message")
        made = self._add(
            text,
            kind,
            media,
            link=asked.get("link"),
            video=edge == "videos",
            targeting=unpacked(asked.get("targeting") or ""),
        )
        if edge == "feed":
            return Said(200, {"id": made.id})
        if edge == "photo_stories":
            return Said(200, {"success": True, "post_id": made.id})
        return Said(200, {"id": made.id.partition("_")[2], "post_id": made.id})

    def _clip(self, edge: str, asked: Mapping[str, Any]) -> Said:
        if asked.get("upload_phase") == "start":
            id_ = self._world.number()
            self._world.keep(f"video:{id_}", {"url": ""})
            return Said(200, {"video_id": id_, "upload_url": f"{self._address}/video-upload/v26.0/{id_}"})
        kept, text = self._world.kept(f"video:{asked.get('video_id')}"), str(asked.get("description") or "")
        if kept is None or not kept["url"]:
            return error(400, 6000, "There was a problem uploading your video file.")
        if (said := fated(self._world.fate(text))) is not None:
            return said
        kind = "reel" if edge == "video_reels" else "story"
        made = self._add(text, kind, [{"url": kept["url"], "alt": ""}], video=True)
        return Said(200, {"success": True, "post_id": made.id})

    def _add(self, text: str, kind: str, media: list[Any], **more: Any) -> Message:
        id_ = f"{PAGE}_{self._world.number()}"
        made = self._world.add(NETWORK, PAGE, id_, text, kind=kind, media=media, **more)
        if self._world.fate(text) == "lost":
            raise LostAnswerError
        return made

    def _edge(self, edge: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        fields, since = str(asked.get("fields") or ""), float(asked.get("since") or 0)
        if edge in ("published_posts", "video_reels", "stories"):
            kinds = {"published_posts": ("post", "reel"), "video_reels": ("reel",), "stories": ("story",)}[
                edge
            ]
            own = [o for o in self._world.all(NETWORK, PAGE) if o.request["kind"] in kinds and o.at >= since]
            if edge == "stories":
                return [
                    {
                        "post_id": one.id,
                        "status": "published",
                        "creation_time": str(int(one.at)),
                        "media_type": "video" if one.request.get("video") else "photo",
                        "url": f"https://www.facebook.com/{one.id}",
                    }
                    for one in own
                ]
            return [chosen(post(one), fields) for one in own]
        kinds_ = {"tagged": "mention", "conversations": "message", "ratings": "review"}
        said = [o for o in self._world.all(NETWORK, PAGE, MENTION) if o.request["kind"] == kinds_[edge]]
        return [_said(edge, one) for one in said]

    def _shown(self, first: str, asked: Mapping[str, Any]) -> Said:
        fields = str(asked.get("fields") or "")
        if not first:
            found = {id_: self._world.find(id_) for id_ in str(asked.get("ids") or "").split(",")}
            if None in found.values():
                return error(400, 803, "(#803) Some of the aliases you requested do not exist")
            return Said(200, {id_: chosen(post(one), fields) for id_, one in found.items() if one})
        one = self._world.find(first)
        return Said(200, chosen(post(one), fields)) if one else gone(first)

    # ---- talking ----------------------------------------------------------------------------------------------

    def _comment(self, first: str, asked: Mapping[str, Any]) -> Said:
        text = str(asked.get("message") or "")
        if (said := fated(self._world.fate(text))) is not None:
            return said
        found, parent = self._world.find(first), ""
        if found is None and (below := self._world.commented(NETWORK, first)) is not None:
            found, parent = below[0], first
        if found is None:
            return gone(first)
        made = self._world.comment(found, PAGE, text, f"{found.id}_{self._world.number()}", parent)
        if self._world.fate(text) == "lost":
            raise LostAnswerError
        return Said(200, {"id": made["id"]})

    def _message(self, asked: Mapping[str, Any]) -> Said:
        person, message = unpacked(asked.get("recipient")), unpacked(asked.get("message"))
        if not isinstance(person, dict) or not isinstance(message, dict):
            return error(400, 100, "(#100) recipient and message are required")
        return Said(200, {"recipient_id": person["id"], "message_id": f"m_{self._world.number()}"})

    def act(
        self, one: Message | None, what: str, author: Someone, text: str
    ) -> tuple[str, str, dict[str, Any]]:
        """Act as somebody; return what the webhook is told."""
        who, now = {"id": author.id, "name": author.name}, int(self._world.now())
        value: dict[str, Any] = {"from": who, "verb": "add", "created_time": now}
        if what == "message" or one is None:
            made = self._world.say(NETWORK, PAGE, what, author, text)
            if what == "message":
                message = {"mid": made.id, "text": text}
                entry = {
                    "sender": {"id": author.id},
                    "recipient": {"id": PAGE},
                    "timestamp": now * 1000,
                    "message": message,
                }
                return "page", PAGE, {"messaging": [entry]}
            if what == "review":
                value |= {
                    "item": "rating",
                    "review_text": text,
                    "recommendation_type": "negative",
                    "reviewer_id": author.id,
                }
                return "page", PAGE, {"changes": [{"field": "ratings", "value": value}]}
            value |= {"item": "post", "post_id": made.id, "message": text, "sender_name": author.name}
            return "page", PAGE, {"changes": [{"field": "mention", "value": value}]}
        value["post_id"] = one.id
        if what == "like":
            self._world.change(one, likes=[*one.request["likes"], author.id])
            value |= {"item": "reaction", "reaction_type": "like"}
        elif what == "share":
            self._world.change(one, shares=one.request["shares"] + 1)
            value |= {"item": "share", "share_id": self._world.number(), "message": text}
        else:
            made_ = self._world.comment(one, author.id, text, f"{one.id}_{self._world.number()}")
            value |= {"item": "comment", "comment_id": made_["id"], "parent_id": one.id, "message": text}
        return "page", PAGE, {"changes": [{"field": "feed", "value": value}]}


def fetched(url: str) -> bool:
    """Fetch a medium as Meta does, where it lies on this machine; elsewhere it is believed to be there."""
    host = urlsplit(url).hostname or ""
    if host in ("127.0.0.1", "localhost") or host.endswith(".localhost"):
        return fetch(url)[0] == 200
    return url.startswith("https://")


def _said(edge: str, one: Message) -> dict[str, Any]:
    who = {"id": one.request["author"], "name": name_of(one.request["author"])}
    text = one.request["text"]
    if edge == "conversations":
        message = {"id": one.id, "from": who, "message": text, "created_time": written(one.at)}
        return {"id": f"t_{one.request['author']}", "messages": {"data": [message]}}
    if edge == "ratings":
        return {
            "created_time": written(one.at),
            "recommendation_type": "negative",
            "review_text": text,
            "reviewer": who,
            "open_graph_story": {"id": one.id},
        }
    made = {"id": one.id, "text": text, "at": one.at, "author": one.request["author"], "parent": ""}
    return comment(made)
