"""What Firebase gets: the message of `projects.messages.send`, without what it would refuse the whole message for."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from stepwell.channels.push.payload import MAX_ACTIONS, SHORTENED
from stepwell.channels.push.topics import headers_of
from stepwell.contracts.messages import Push
from stepwell.errors import ProviderRejected

MAX_PAYLOAD = 4_096
"""Bytes of what is shown and of the data, keys and values ("About FCM messages"); counted here with JSON's marks."""
_LOSSES: tuple[Callable[[Push], Push], ...] = (
    lambda push: push,
    lambda push: replace(push, data={}),
    lambda push: replace(push, image=""),
    lambda push: replace(push, icon=""),
    lambda push: replace(push, actions=()),
    # Texts a quarter at a time: an exact cut would be of no use to a reader.
    *(lambda push: replace(push, body=_shorter(push.body)),) * 12,
    *(lambda push: replace(push, title=_shorter(push.title)),) * 8,
    lambda push: push,
)
_RESERVED = ("from", "message_type", "gcm", "google")
"""What names of data may not be or, the last two, begin with; Firebase refuses the message for one of them."""


def fitted(push: Push) -> Push:
    """Return a notification that Firebase takes: without the parts that web push loses too, in the same order.

    Raises:
        ProviderRejected: The address alone is too long.
    """
    for lose in _LOSSES:
        if _size(push) <= MAX_PAYLOAD:
            return push
        push = lose(push)
    raise ProviderRejected("The notification's address is too long for Firebase.", code="push_too_large")


def _size(push: Push) -> int:
    message = message_of(push)
    counted = (message["notification"], message["data"], message["webpush"].get("notification", {}))
    return sum(len(text_of(part)) for part in counted)


def text_of(value: Any) -> bytes:
    """Return what goes over the wire."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def message_of(push: Push) -> dict[str, Any]:
    """Return the message of `projects.messages.send`: shown by the system, with all that an app may want as data."""
    kept = headers_of(push)
    urgent = push.urgency == "high"
    actions = [
        {"action": one.action, "title": one.title, **({"url": one.url} if one.url else {})}
        for one in push.actions[:MAX_ACTIONS]
    ]
    data = {
        **{name: str(value) for name, value in push.data.items() if not _reserved(name)},
        "url": push.url,
        "report": push.report,
        "actions": json.dumps(actions, ensure_ascii=False, separators=(",", ":")) if actions else "",
    }
    shown = {"title": push.title, "body": push.body, "image": push.image}
    android: dict[str, Any] = {"ttl": f"{kept['TTL']}s", "priority": "HIGH" if urgent else "NORMAL"}
    apns = {"apns-priority": "10" if urgent else "5"}
    if topic := kept.get("Topic"):
        android["collapse_key"] = topic
        apns["apns-collapse-id"] = topic
    web: dict[str, Any] = {"headers": kept}
    if push.url.startswith("https://"):
        web["fcm_options"] = {"link": push.url}
    if push.icon or actions:
        web["notification"] = {
            **({"icon": push.icon} if push.icon else {}),
            **(
                {"actions": [{"action": a["action"], "title": a["title"]} for a in actions]}
                if actions
                else {}
            ),
        }
    return {
        "token": push.subscription.endpoint,
        "notification": {name: value for name, value in shown.items() if value},
        "data": {name: value for name, value in data.items() if value},
        "android": android,
        "apns": {"headers": apns},
        "webpush": web,
    }


def _shorter(text: str) -> str:
    kept = text.removesuffix(SHORTENED)
    kept = kept[: len(kept) * 3 // 4].rstrip()
    return kept + SHORTENED if kept else ""


def _reserved(name: str) -> bool:
    return name in _RESERVED or name.startswith(_RESERVED[2:])
