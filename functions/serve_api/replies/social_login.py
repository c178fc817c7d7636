"""Signing in with a network, for contacts."""

from __future__ import annotations

from typing import Annotated

from stepwell.social.login import LoginSettings

from replies.forms import DocumentOf, Json, Reply


class SocialLoginPage(Reply):
    """A page on which contacts sign in; forms may link it."""

    platform: str
    label: str
    url: str


class SocialLoginSettings(Reply):
    """How contacts may sign in with a network.

    Attributes:
        rev: Send it back with the next change; 0: nothing is set.
        callback: The address to register at each network's app.
        pages: One a network; the same address without its last part offers all.
    """

    rev: int
    settings: Annotated[Json, DocumentOf(LoginSettings)]
    callback: str
    pages: list[SocialLoginPage]
