"""Which events say that a contact wants no more of a channel, and which workflows that ends.

E-mail ends every marketing workflow that mails or sends nothing at all; another channel ends those whose messages go
by it alone: a journey that mails as well goes on, and the gate skips its texts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

CHANNEL_OF = {"email_send": "email", "sms_send": "sms", "web_push": "push"}
"""Node types that send to a contact."""
_ENDS = {"email_unsubscribed": "email", "email_complained": "email", "sms_unsubscribed": "sms"}
_CHANGED = "preferences_changed"
UNSUBSCRIBING = frozenset(name for name, channel in _ENDS.items() if channel == "email")


def ended_channels(name: str, properties: Mapping[str, Any]) -> frozenset[str]:
    """Return the channels whose marketing an event of the platform's own ends; empty: none."""
    if name == _CHANGED:
        # Of notifications nothing else tells: `push_unsubscribed` says that a browser went.
        changes = properties.get("changes")
        denied = isinstance(changes, Mapping) and changes.get("push:marketing") == "denied"
        return frozenset({"push"} if denied else ())
    channel = _ENDS.get(name)
    return frozenset({channel} if channel else ())


def ends(channel: str, sent_by: Collection[str] | None) -> bool:
    """Tell whether the end of a channel ends a workflow.

    Args:
        channel: The channel.
        sent_by: Channels of the workflow's messages; None: not known, of a workflow published by an earlier release.
    """
    if channel == "email":
        return not sent_by or channel in sent_by
    return sent_by is not None and set(sent_by) == {channel}
