"""How a push service keeps a notification: time to live, urgency, topic (RFC 8030, sections 5.2 to 5.4)."""

from __future__ import annotations

import re

from stepwell.contracts.ids import short_hash
from stepwell.contracts.messages import Push

URGENCIES = ("very-low", "low", "normal", "high")
MAX_TTL_S = 28 * 86_400
"""Four weeks: what FCM and Mozilla's service keep at most; more is cut by them anyway."""
_TOPIC = re.compile(r"^[A-Za-z0-9_-]{1,32}$")


def headers_of(push: Push) -> dict[str, str]:
    """Return the headers by which a push service keeps a notification.

    A topic that is none by RFC 8030 (more than 32 characters, others than base64url's) goes as a hash of itself, so
    that equal ones still replace each other.
    """
    urgency = push.urgency if push.urgency in URGENCIES else "normal"
    headers = {"TTL": str(min(max(push.ttl_s, 0), MAX_TTL_S)), "Urgency": urgency}
    if push.topic:
        headers["Topic"] = topic_of(push.topic)
    return headers


def topic_of(text: str) -> str:
    """Return a topic that RFC 8030 allows."""
    return text if _TOPIC.match(text) else short_hash("topic", text, length=32)
