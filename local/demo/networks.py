"""Connects the demo workspace to the stand-ins of the social networks and writes its first posts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from local.settings import LocalSettings

STAND_INS = {"twitter": "x", "facebook": "graph", "instagram": "graph", "linkedin": "linkedin"}
REDIRECT = "http://localhost/social/callback"
_WAIT_S = 30
_WELCOME = "We are open! Twelve bags, made by hand in Springfield. #handmade #bags"
_SALE = "Our spring sale begins on Friday: a fifth off all bags. #sale #handmade"
_IDEA = "Behind the scenes: how Kim cuts the leather for our smallest bag."


def connect(api: Any, settings: LocalSettings) -> None:
    """Connect an account a network, as an administrator does who says yes there; post, schedule, keep a draft.

    Args:
        api: Client of the platform's API, signed in as an administrator.
        settings: Of the running local cloud.
    """
    connected = {one["platform"]: one["id"] for one in api.get("/social/accounts")["items"]}
    for platform, stand_in in STAND_INS.items():
        if platform not in connected:
            connected[platform] = _account(
                api, platform, f"{settings.endpoint}/_stepwell/providers/{stand_in}"
            )
    if api.get("/social/posts", limit=1)["items"]:
        return
    written = [connected[one] for one in ("twitter", "facebook", "linkedin")]
    in_two_days = datetime.fromisoformat(api.get("/me")["now"]) + timedelta(days=2)
    api.post("/social/posts", {"text": _WELCOME, "accounts": written, "id": "we_are_open"})
    own = {"linkedin": {"text": f"{_SALE} Offices order at hello@demo.example."}}
    sale = {
        "text": _SALE,
        "accounts": written,
        "overrides": own,
        "at": in_two_days.isoformat(),
        "id": "spring_sale",
    }
    api.post("/social/posts", sale)
    api.post(
        "/social/posts", {"text": _IDEA, "accounts": written[:1], "draft": True, "id": "behind_the_scenes"}
    )


def _account(api: Any, platform: str, address: str) -> str:
    """Connect what the network's stand-in offers; return the first account's id."""
    api.put(
        f"/social/apps/{platform}",
        {"client_id": f"demo-{platform}", "client_secret": "demo", "address": address},
    )
    begun = api.post("/social/accounts/connect", {"platform": platform, "redirect": REDIRECT})
    answer = httpx.post(begun["url"], data={"say": "allow"}, timeout=_WAIT_S)
    told = parse_qs(urlsplit(answer.headers["location"]).query)
    done = api.post("/social/callback", {"state": told["state"][0], "code": told["code"][0]})
    return str(done["accounts"][0]["id"])
