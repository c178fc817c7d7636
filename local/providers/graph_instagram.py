"""Instagram professional accounts within the stand-in of the Graph API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local.enrichment import Said
from local.outbox import Message
from local.providers.graph_pages import fetched
from local.providers.graph_shapes import (
    INSTAGRAM,
    INSTAGRAM_HANDLE,
    chosen,
    error,
    fated,
    gone,
    listed,
    medium,
    unpacked,
    written,
)
from local.providers.phones import LostAnswerError
from local.providers.world import BY_ID, MENTION, Someone, World

NETWORK = "instagram"
_A_DAY = 100


class InstagramStandIn:
    """Instagram.

    Args:
        world: What the networks know.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def knows(self, id_: str) -> bool:
        """Tell whether an id is a container, medium, tag or comment of Instagram."""
        if self._world.kept(f"container:{id_}") is not None or self._world.commented(NETWORK, id_):
            return True
        found = self._world.find(id_)
        return found is not None and found.request["network"] == NETWORK

    def answer(self, method: str, first: str, edge: str, asked: Mapping[str, Any]) -> Said:
        """Answer a call."""
        match method, edge:
            case "POST", "media":
                return self._contain(asked)
            case "POST", "media_publish":
                return self._publish(str(asked.get("creation_id") or ""))
            case "POST", "replies" | "mentions":
                return self._reply(first, edge, asked)
            case "POST", "messages":
                person = unpacked(asked.get("recipient"))
                return Said(200, {"recipient_id": person["id"], "message_id": f"m_{self._world.number()}"})
            case "GET", "media" | "stories" | "tags" | "conversations":
                return Said(200, listed(self._edge(edge, asked), asked))
            case "GET", "content_publishing_limit":
                used = len(self._world.all(NETWORK, INSTAGRAM))
                told = {"quota_usage": used, "config": {"quota_total": _A_DAY, "quota_duration": 86_400}}
                return Said(200, {"data": [told]})
            case "GET", "insights":
                return self._insights(first, asked)
            case "GET", "":
                return self._shown(first, asked)
            case "DELETE", "":
                return Said(200, {"success": True}) if self._world.remove(first) else gone(first)
        return error(400, 100, f"(#100) Tried accessing nonexisting field ({edge})")

    def _contain(self, asked: Mapping[str, Any]) -> Said:
        kind, text = str(asked.get("media_type") or "IMAGE"), str(asked.get("caption") or "")
        urls = [str(asked[name]) for name in ("image_url", "video_url") if asked.get(name)]
        children = [one for one in str(asked.get("children") or "").split(",") if one]
        if kind == "VIDEO" and unpacked(asked.get("is_carousel_item")) is not True:
            return error(
                400, 100, "Use the REELS media type to publish a video to your Instagram feed", 2_207_067
            )
        if len(text) > 2_200 or text.count("#") > 30:
            return error(400, 100, "The caption was too long.", 2_207_010)
        if kind == "CAROUSEL":
            kept = [self._world.kept(f"container:{one}") for one in children]
            if not 2 <= len(kept) <= 10 or any(one is None or not one["item"] for one in kept):
                return error(400, 100, "Carousels need 2 to 10 items.", 2_207_009)
            media = [one["media"][0] for one in kept if one]
        elif len(urls) != 1:
            return error(400, 100, "The parameter image_url is required.", 2_207_004)
        elif not fetched(urls[0]):
            return error(400, 9004, "The media could not be fetched from this URI", 2_207_052)
        else:
            media = [{"url": urls[0], "alt": str(asked.get("alt_text") or "")}]
        id_ = self._world.number()
        kept_ = {
            "kind": kind,
            "text": text,
            "media": media,
            "video": "video_url" in asked,
            "item": unpacked(asked.get("is_carousel_item")) is True,
            "looks": 1 if "video_url" in asked else 0,
            "state": "IN_PROGRESS",
        }
        self._world.keep(f"container:{id_}", kept_)
        return Said(200, {"id": id_})

    def _shown(self, first: str, asked: Mapping[str, Any]) -> Said:
        kept = self._world.kept(f"container:{first}")
        if kept is None:
            one = self._world.find(first)
            return Said(200, chosen(medium(one), str(asked.get("fields") or ""))) if one else gone(first)
        slow = self._world.fate(kept["text"]) == "slow"
        state = "IN_PROGRESS" if slow or kept["looks"] > 0 else "FINISHED"
        if kept["state"] == "PUBLISHED":
            state = "PUBLISHED"
        self._world.keep(f"container:{first}", kept | {"looks": kept["looks"] - 1})
        return Said(200, {"id": first, "status_code": state, "status": f"{state.title()}: the medium."})

    def _publish(self, container: str) -> Said:
        kept = self._world.kept(f"container:{container}")
        if kept is None:
            return error(400, 24, "The requested resource does not exist", 2_207_006)
        if kept["looks"] > 0:
            return error(400, 9007, "The media is not ready for publishing, please wait", 2_207_027)
        if kept["state"] == "PUBLISHED":
            return error(400, 100, "The container was published before", 2_207_032)
        if (said := fated(self._world.fate(kept["text"]))) is not None:
            return said
        if len(self._world.all(NETWORK, INSTAGRAM)) >= _A_DAY:
            return error(400, 9, "Application request limit reached", 2_207_042)
        self._world.keep(f"container:{container}", kept | {"state": "PUBLISHED"})
        kinds = {
            "REELS": "VIDEO",
            "CAROUSEL": "CAROUSEL_ALBUM",
            "STORIES": "VIDEO" if kept["video"] else "IMAGE",
        }
        products = {"REELS": "REELS", "STORIES": "STORY"}
        made = self._world.add(
            NETWORK,
            INSTAGRAM,
            self._world.number(),
            kept["text"],
            media=kept["media"],
            kind=products.get(kept["kind"], "FEED").lower().replace("feed", "post").replace("reels", "reel"),
            media_type=kinds.get(kept["kind"], "IMAGE"),
            product=products.get(kept["kind"], "FEED"),
        )
        if self._world.fate(kept["text"]) == "lost":
            raise LostAnswerError
        return Said(200, {"id": made.id})

    def _edge(self, edge: str, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
        fields = str(asked.get("fields") or "")
        if edge in ("media", "stories"):
            own = [
                one
                for one in self._world.all(NETWORK, INSTAGRAM)
                if (one.request["product"] == "STORY") == (edge == "stories")
            ]
            return [chosen(medium(one), fields) for one in own]
        kind = "mention" if edge == "tags" else "message"
        said = [o for o in self._world.all(NETWORK, INSTAGRAM, MENTION) if o.request["kind"] == kind]
        return [_tag(one) if edge == "tags" else _talk(one) for one in said]

    def _insights(self, first: str, asked: Mapping[str, Any]) -> Said:
        one = self._world.find(first)
        if one is None:
            return gone(first)
        names = str(asked.get("metric") or "").split(",")
        likes, comments = len(one.request["likes"]), len(one.request["comments"])
        seen = 60 * (1 + likes + comments + one.request["shares"])
        numbers = {"views": seen, "reach": seen // 3, "shares": one.request["shares"], "saved": likes // 2}
        odd = [name for name in names if name not in numbers]
        if odd or (one.request["product"] == "STORY" and "saved" in names):
            return error(
                400, 100, f"(#100) metric[0] must be one of the following values: {', '.join(numbers)}"
            )
        data = [{"name": name, "period": "lifetime", "values": [{"value": numbers[name]}]} for name in names]
        return Said(200, {"data": data})

    def _reply(self, first: str, edge: str, asked: Mapping[str, Any]) -> Said:
        text = str(asked.get("message") or "")
        if edge == "mentions":
            found = self._world.find(str(asked.get("media_id") or ""))
            return Said(200, {"id": self._world.number()}) if found else gone(first)
        below = self._world.commented(NETWORK, first)
        if below is None:
            return gone(first)
        made = self._world.comment(below[0], INSTAGRAM, text, self._world.number(), first)
        return Said(200, {"id": made["id"]})

    def act(
        self, one: Message | None, what: str, author: Someone, text: str
    ) -> tuple[str, str, dict[str, Any]]:
        """Act as somebody; return what the webhook is told. Instagram tells of no likes and shares."""
        now = int(self._world.now())
        if one is not None and what == "like":
            self._world.change(one, likes=[*one.request["likes"], author.id])
        if one is not None and what == "share":
            self._world.change(one, shares=one.request["shares"] + 1)
        who = {"id": author.id, "username": author.handle}
        if one is not None and what == "comment":
            made = self._world.comment(one, author.id, text, self._world.number())
            about = {"id": one.id, "media_product_type": one.request["product"]}
            value = {"from": who, "id": made["id"], "text": text, "media": about}
            return "instagram", INSTAGRAM, {"changes": [{"field": "comments", "value": value}]}
        if what in ("like", "share"):
            return "instagram", INSTAGRAM, {"changes": []}
        said = self._world.say(NETWORK, INSTAGRAM, what, author, text)
        if what == "message":
            entry = {
                "sender": {"id": author.id},
                "recipient": {"id": INSTAGRAM},
                "timestamp": now * 1000,
                "message": {"mid": said.id, "text": text},
            }
            return "instagram", INSTAGRAM, {"messaging": [entry]}
        value_ = {"media_id": said.id}
        return "instagram", INSTAGRAM, {"changes": [{"field": "mentions", "value": value_}]}


def _tag(one: Message) -> dict[str, Any]:
    return {
        "id": one.id,
        "caption": one.request["text"],
        "permalink": f"https://www.instagram.com/p/{one.id}/",
        "timestamp": written(one.at),
        "username": BY_ID[one.request["author"]].handle,
    }


def _talk(one: Message) -> dict[str, Any]:
    who = {"id": one.request["author"], "username": BY_ID[one.request["author"]].handle}
    message = {
        "id": one.id,
        "from": who,
        "message": one.request["text"],
        "created_time": written(one.at),
    }
    return {"id": f"t_{one.request['author']}", "messages": {"data": [message]}, "to": INSTAGRAM_HANDLE}
