"""Lets the demo workspace connect accounts at the stand-ins of the social networks, and keeps a first draft.

Nothing is connected: an account is read every hour, and the demo's virtual weeks would stand still for each.
"""

from __future__ import annotations

from typing import Any

from local.settings import LocalSettings

STAND_INS = {"twitter": "x", "facebook": "graph", "instagram": "graph", "linkedin": "linkedin"}
_IDEA = "Behind the scenes: how Kim cuts the leather for our smallest bag. #handmade"


def offer(api: Any, settings: LocalSettings) -> None:
    """Set the apps, so that "Connect" leads to a stand-in's page where a person says yes.

    Args:
        api: Client of the platform's API, signed in as an administrator.
        settings: Of the running local cloud.
    """
    for app in api.get("/social/apps")["items"]:
        if app["client_id"] is None:
            address = f"{settings.endpoint}/_stepwell/providers/{STAND_INS[app['platform']]}"
            secret = {"client_id": f"demo-{app['platform']}", "client_secret": "demo", "address": address}
            api.put(f"/social/apps/{app['platform']}", secret)
    if not api.get("/social/posts", limit=1)["items"]:
        api.post("/social/posts", {"text": _IDEA, "draft": True, "id": "behind_the_scenes"})
