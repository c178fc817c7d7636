"""LinkedIn's uploads: images in one piece, videos in parts with their ETags."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from local.enrichment import Said
from local.providers.linkedin_shapes import error
from local.providers.world import World

PART = 4_194_304
"""Bytes of a part of a video ("Videos API")."""


class LinkedInMedia:
    """Images and videos.

    Args:
        world: What the networks know.
        address: Where uploads go.
    """

    def __init__(self, world: World, address: str) -> None:
        self._world = world
        self._address = address

    def act(self, ids: list[str], query: Mapping[str, Any], sent: Mapping[str, Any]) -> Said:
        """Begin or finish an upload."""
        action = query.get("action")
        if action == "initializeUpload":
            return self._begin(ids[0], sent.get("initializeUploadRequest") or {})
        if action == "finalizeUpload":
            return self._finish(sent.get("finalizeUploadRequest") or {})
        return error(400, "INVALID_ACTION", "There is no such action.")

    def put(self, path: str, body: bytes) -> Said:
        """Take a part of a file."""
        _, _, urn, part = path.split("/", 3)
        kept = self._world.kept(urn)
        if kept is None:
            return error(404, "NOT_FOUND", "There is no such upload.")
        tag = hashlib.sha256(body).hexdigest()
        tags = {**kept["tags"], part: tag}
        state = "AVAILABLE" if ":image:" in urn else kept["state"]
        self._world.keep(urn, kept | {"tags": tags, "got": kept["got"] + len(body), "state": state})
        return Said(201 if ":image:" in urn else 200, "", {"etag": f'"{tag}"'})

    def shown(self, ids: list[str], *_rest: Any) -> Said:
        """Tell how far a video is: it is worked on for one look."""
        kept = self._world.kept(ids[0])
        if kept is None:
            return error(404, "NOT_FOUND", "There is no such video.")
        state = kept["state"]
        if state == "PROCESSING":
            self._world.keep(ids[0], kept | {"state": "AVAILABLE"})
        return Said(200, {"id": ids[0], "status": state, "owner": kept["owner"]})

    def of(self, content: Mapping[str, Any]) -> list[dict[str, Any]] | None:
        """Return the media of a post; None: one is not there, or not ready."""
        one = content.get("media")
        many = (content.get("multiImage") or {}).get("images") or []
        found = []
        for medium in [one] if one else many:
            kept = self._world.kept(str(medium.get("id")))
            if kept is None or kept["state"] != "AVAILABLE":
                return None
            found.append({"url": medium["id"], "alt": medium.get("altText", ""), "size": kept["got"]})
        return found

    def _begin(self, kind: str, asked: Mapping[str, Any]) -> Said:
        if not asked.get("owner"):
            return error(400, "MISSING_FIELD", "owner is required")
        urn = f"urn:li:{kind.removesuffix('s')}:C{self._world.number()}"
        size = int(asked.get("fileSizeBytes") or 0)
        kept = {"owner": asked["owner"], "size": size, "got": 0, "tags": {}, "state": "WAITING_UPLOAD"}
        self._world.keep(urn, kept)
        ends = int(self._world.now() * 1000) + 3_600_000
        base = f"{self._address}/dms-uploads/{urn}"
        if kind == "images":
            return Said(200, {"value": {"uploadUrlExpiresAt": ends, "uploadUrl": f"{base}/0", "image": urn}})
        if size <= 0:
            return error(400, "MISSING_FIELD", "fileSizeBytes is required")
        parts = [
            {"uploadUrl": f"{base}/{n}", "firstByte": at, "lastByte": min(at + PART, size) - 1}
            for n, at in enumerate(range(0, size, PART))
        ]
        value = {"uploadUrlsExpireAt": ends, "video": urn, "uploadInstructions": parts, "uploadToken": ""}
        return Said(200, {"value": value})

    def _finish(self, asked: Mapping[str, Any]) -> Said:
        urn = str(asked.get("video") or "")
        kept = self._world.kept(urn)
        wanted = [kept["tags"].get(str(n)) for n in range(len(kept["tags"]))] if kept else []
        if kept is None or kept["got"] != kept["size"] or asked.get("uploadedPartIds") != wanted:
            return error(400, "INVALID_UPLOAD", "The parts do not add up.")
        self._world.keep(urn, kept | {"state": "PROCESSING"})
        return Said(200, "")
