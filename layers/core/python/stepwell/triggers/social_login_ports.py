"""What the pages of signing in with a network reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from stepwell.consent.centre import Centre
from stepwell.contracts.clock import Clock
from stepwell.contracts.social import OAuthClient, Platform, Tokens
from stepwell.social.login import LoginSettings
from stepwell.sources.ports import UsedSignatures
from stepwell.triggers.ports import RecordSink


class Login(Protocol):
    """How contacts sign in with a network; `login` of its adapter's module."""

    def authorize_url(self, client: OAuthClient, state: str, challenge: str, redirect: str) -> str:
        """Return where a person says yes."""
        ...

    def exchange(self, client: OAuthClient, code: str, verifier: str, redirect: str) -> Tokens:
        """Return tokens for a code."""
        ...

    def person(self, tokens: Tokens) -> Mapping[str, Any]:
        """Return who said yes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LoginPorts:
    """What the pages reach.

    Attributes:
        settings: Returns what a workspace allows.
        centre: Returns how its pages look.
        sender: Returns its name.
        client: Returns its app at a network.
        login: Returns how contacts sign in with a network.
        keys: Returns the keys of signed links.
        random: Returns what nobody guesses, url-safe.
        public_url: Where these pages are, without a trailing slash.
    """

    clock: Clock
    stream: RecordSink
    used: UsedSignatures
    settings: Callable[[str], LoginSettings]
    centre: Callable[[str], Centre]
    sender: Callable[[str], str]
    client: Callable[[str, Platform], OAuthClient]
    login: Callable[[str, Platform], Login]
    keys: Callable[[], Mapping[str, bytes]]
    random: Callable[[], str]
    public_url: str
    local: bool = False
