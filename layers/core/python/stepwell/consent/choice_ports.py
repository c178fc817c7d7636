"""What the pages behind signed links reach: stores, the stream, and what the workspace offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from stepwell.consent.centre import Centre
from stepwell.consent.proofs import ConsentProofs
from stepwell.consent.unsubscribe import Consents, Profiles, Stream, Workspaces
from stepwell.contracts.clock import Clock


class DataRequests(Protocol):
    """Requests of contacts for their data, or to be erased, until somebody closes them."""

    def add(self, tenant: str, profile: str, what: str, at: datetime, via: str) -> None:
        """Keep a request; one that is open stays as it is."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicePorts:
    """What the pages reach.

    Attributes:
        centre: Returns a workspace's preference centre.
        keys: Keys of links by id.
    """

    clock: Clock
    profiles: Profiles
    consents: Consents
    stream: Stream
    workspaces: Workspaces
    proofs: ConsentProofs
    requests: DataRequests
    centre: Callable[[str], Centre]
    keys: Mapping[str, bytes]
