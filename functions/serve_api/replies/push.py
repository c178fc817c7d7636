"""Notifications: keys, and the browsers of a contact."""

from __future__ import annotations

from replies.forms import Reply
from replies.privacy import KnownBrowser


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


class ContactBrowser(KnownBrowser):
    """A browser or app that shows a contact notifications.

    Attributes:
        id: By which it is taken away, and by which events name it.
    """

    id: str
