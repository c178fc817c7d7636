"""Advertising audiences of networks: who is put in or taken out, and what a network made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from stepwell.contracts.social import Tokens


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an audience may hold: the network gets hashes of it and nothing else.

    Attributes:
        email: Address; may be empty.
        phone: Number in E.164; may be empty.
    """

    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AudienceChange:
    """What is wanted of an audience.

    Attributes:
        platform: Network by name.
        account: Connected account whose admin manages it; empty: the first one of the network.
        audience: The network's id.
        remove: Take people out instead of putting them in.
    """

    platform: str
    account: str
    audience: str
    remove: bool = False


@dataclass(frozen=True, slots=True)
class AudienceResult:
    """What a network says of a change.

    Attributes:
        received: How many it took.
        invalid: How many of them it could not read.
    """

    received: int
    invalid: int


class Audiences(Protocol):
    """A network's advertising audiences; a repeat changes nothing. Errors are those of `contracts.social.Network`."""

    def add(self, tokens: Tokens, audience: str, people: Sequence[Person]) -> AudienceResult:
        """Put people in."""
        ...

    def remove(self, tokens: Tokens, audience: str, people: Sequence[Person]) -> AudienceResult:
        """Take people out."""
        ...


class AudienceKeeper(Protocol):
    """Advertising audiences of networks; see `stepwell.social.advertising.Advertising`."""

    def keep(self, tenant: str, wanted: AudienceChange, people: Sequence[Person]) -> AudienceResult:
        """Put people in an audience, or take them out; a repeat changes nothing.

        Raises:
            NotReady: No account is connected, or a right is missing.
            ProviderRejected: The network refuses.
            Unavailable: Nothing was done; call again.
        """
        ...
