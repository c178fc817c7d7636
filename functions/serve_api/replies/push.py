"""Notifications: keys."""

from __future__ import annotations

from replies.forms import Reply


class PushKeys(Reply):
    """The keys of web push.

    Attributes:
        provider: The provider in the channel's settings that has them.
        public_key: By which browsers subscribe, base64url.
        rev: The settings' revision.
    """

    provider: str
    public_key: str
    rev: int
