"""X's media upload, version 2: in one piece, or initialised, appended and finished."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from typing import Any

from local.enrichment import Said
from local.providers.world import World
from local.providers.x_shapes import fields_of, json_of, problem


class XMedia:
    """Media of posts.

    Args:
        world: What the networks know.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._pieces: dict[str, dict[int, bytes]] = {}

    def upload(self, _found: Any, _q: Any, headers: Mapping[str, str], body: bytes, _t: Any) -> Said:
        """Take a file in one piece."""
        form = fields_of(headers.get("content-type", ""), body)
        data = form.get("media", b"")
        if isinstance(data, str):
            data = base64.b64decode(data)
        if not data or form.get("media_category") not in ("tweet_image", "tweet_gif", "tweet_video"):
            return problem(400, "Invalid Request", "media and media_category are required.")
        return Said(200, {"data": self._keep(self._world.number(), data, str(form["media_category"]))})

    def initialize(self, _found: Any, _q: Any, headers: Mapping[str, str], body: bytes, _t: Any) -> Said:
        """Begin an upload."""
        form = fields_of(headers.get("content-type", ""), body)
        if not form.get("media_type") or not int(str(form.get("total_bytes") or 0)):
            return problem(400, "Invalid Request", "media_type and total_bytes are required.")
        id_ = self._world.number()
        self._pieces[id_] = {}
        kept = {"state": "begun", "size": int(str(form["total_bytes"])), "type": str(form["media_type"])}
        self._world.keep(f"x:{id_}", kept | {"category": str(form.get("media_category") or "")})
        return Said(200, {"data": {"id": id_, "media_key": f"13_{id_}", "expires_after_secs": 86_400}})

    def append(self, found: re.Match[str], _q: Any, headers: Mapping[str, str], body: bytes, _t: Any) -> Said:
        """Take a piece."""
        form = fields_of(headers.get("content-type", ""), body)
        data = form.get("media", b"")
        if isinstance(data, str):
            data = base64.b64decode(data)
        if found[1] not in self._pieces or len(data) > 5 * 1024 * 1024:
            return problem(400, "Invalid Request", "There is no such upload, or the piece is too big.")
        self._pieces[found[1]][int(str(form.get("segment_index") or 0))] = data
        return Said(200, {"data": {"expires_at": int(self._world.now()) + 86_400}})

    def finalize(self, found: re.Match[str], *_rest: Any) -> Said:
        """Put the pieces together; a video is worked on for one look."""
        kept, pieces = self._world.kept(f"x:{found[1]}"), self._pieces.pop(found[1], {})
        data = b"".join(pieces[index] for index in sorted(pieces))
        if kept is None or len(data) != kept["size"]:
            return problem(400, "Invalid Request", "Segments do not add up to provided total file size.")
        told = self._keep(found[1], data, kept["category"], waits=kept["category"] == "tweet_video")
        return Said(200, {"data": told})

    def status(self, _found: Any, query: Mapping[str, str], *_rest: Any) -> Said:
        """Tell how far a video is."""
        id_ = query.get("media_id", "")
        kept = self._world.kept(f"x:{id_}")
        if kept is None:
            return problem(404, "Not Found", "There is no such medium.")
        self._world.keep(f"x:{id_}", kept | {"state": "succeeded"})
        info = {"state": "succeeded", "progress_percent": 100}
        return Said(200, {"data": {"id": id_, "media_key": f"13_{id_}", "processing_info": info}})

    def metadata(self, _found: Any, _q: Any, _h: Any, body: bytes, _t: Any) -> Said:
        """Take an alternative text."""
        asked = json_of(body)
        kept = self._world.kept(f"x:{asked.get('id')}")
        if kept is None:
            return problem(404, "Not Found", "There is no such medium.")
        alt = str(((asked.get("metadata") or {}).get("alt_text") or {}).get("text") or "")
        self._world.keep(f"x:{asked['id']}", kept | {"alt": alt})
        return Said(200, {"data": {"id": asked["id"], "associated_metadata": asked.get("metadata")}})

    def _keep(self, id_: str, data: bytes, category: str, *, waits: bool = False) -> dict[str, Any]:
        state = "pending" if waits else "succeeded"
        kept = {"state": state, "size": len(data), "category": category, "alt": ""}
        self._world.keep(f"x:{id_}", kept | {"sha256": hashlib.sha256(data).hexdigest()})
        told: dict[str, Any] = {
            "id": id_,
            "media_key": f"3_{id_}",
            "size": len(data),
            "expires_after_secs": 86_400,
        }
        return told | ({"processing_info": {"state": "pending", "check_after_secs": 1}} if waits else {})
