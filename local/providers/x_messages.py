"""X's direct messages: the newest first, and answers to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local.clock import iso
from local.enrichment import Said
from local.outbox import Message
from local.providers.world import BY_ID, MENTION, World
from local.providers.x_shapes import account_of, json_of, problem, user

NETWORK = "x"


class XMessages:
    """What people write to an account in private.

    Args:
        world: What the networks know.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def events(
        self, _found: Any, query: Mapping[str, str], _h: Any, _b: bytes, token: Mapping[str, Any]
    ) -> Said:
        """List messages of the account's talks."""
        account = account_of(token).id
        told = [one for one in self._world.all(NETWORK, account, MENTION) if one.request["kind"] == "message"]
        size, start = int(query.get("max_results", "100")), int(query.get("pagination_token") or 0)
        page = told[start : start + size]
        meta: dict[str, Any] = {"result_count": len(page)}
        if len(told) > start + size:
            meta["next_token"] = str(start + size)
        writers = sorted({one.request["author"] for one in page} & BY_ID.keys())
        people = [user(BY_ID[id_], followers=True) for id_ in writers]
        events = [_event(one, account) for one in page]
        return Said(200, {"data": events, "includes": {"users": people}, "meta": meta})

    def send(self, found: re.Match[str], _q: Any, _h: Any, body: bytes, token: Mapping[str, Any]) -> Said:
        """Write to a person."""
        text = str(json_of(body).get("text") or "")
        if not text:
            return problem(400, "Invalid Request", "One of text or attachments is required.")
        if found[1] not in BY_ID:
            return problem(403, "Forbidden", "You do not have permission to DM one or more participants.")
        told = {
            "dm_conversation_id": _talk(account_of(token).id, found[1]),
            "dm_event_id": self._world.number(),
        }
        return Said(201, {"data": told})


def _event(one: Message, account: str) -> dict[str, Any]:
    return {
        "id": one.id,
        "event_type": "MessageCreate",
        "text": str(one.request["text"]),
        "sender_id": one.request["author"],
        "created_at": iso(one.at),
        "dm_conversation_id": _talk(one.request["author"], account),
    }


def _talk(one: str, other: str) -> str:
    return "-".join(sorted((one, other), key=int))
