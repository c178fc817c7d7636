"""Clicks by link."""

from __future__ import annotations

from replies.forms import Reply


class ClickedLink(Reply):
    """A link of a message.

    Attributes:
        link: Its id: the author's `data-link`, else a hash of its address.
        position: Its place in the message; 0: the message of now has no such link.
        url: Where it leads; empty: that differs by contact.
        share: Its part of all clicks of the message.
    """

    link: str
    position: int
    url: str
    clicks: int
    share: float


class ClickedMessage(Reply):
    """The message of a node; machines' clicks are not among them."""

    node: str
    clicks: int
    links: list[ClickedLink]
