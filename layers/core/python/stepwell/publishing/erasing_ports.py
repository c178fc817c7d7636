"""What erasing a contact needs from outside, and what an erasure under way remembers of him."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from stepwell.contracts.profiles import Profile
from stepwell.publishing.ports import PublishingPorts
from stepwell.runtime.effects import Ports

Sweep = Literal["profiles", "config"]


@dataclass(frozen=True, slots=True)
class Erasure:
    """An erasure under way; it is kept until it is done, and then forgotten.

    Attributes:
        id: Made of the profile id, not to be turned back; job, audit entry and queue name the erasure by it.
        job: Job that tells its progress.
        at: When it was asked for: what happened later is a new contact's.
        people: Profile id and the ids of contacts that were merged into it.
        identities: Profile ids of his addresses, numbers, user and device ids, unless they are somebody else's:
            pointers lie there.
        values: Texts that name him: addresses, numbers, user and device ids.
        emails: Addresses that stay suppressed, by hash.
        phones: Numbers that stay suppressed, by hash.
        due: The moment for which a row stands in the due index (epoch seconds), 0: none.
    """

    id: str
    job: str
    at: datetime
    people: tuple[str, ...]
    identities: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    due: int = 0

    @property
    def ids(self) -> frozenset[str]:
        """All ids that stand for him."""
        return frozenset((*self.people, *self.identities))


class Erasures(Protocol):
    """Erasures under way, and who was erased."""

    def get(self, tenant: str, erasure: str) -> Erasure | None:
        """Read one that is under way."""
        ...

    def put(self, tenant: str, erasure: Erasure) -> bool:
        """Keep one unless it is under way already."""
        ...

    def close(self, tenant: str, erasure: Erasure) -> None:
        """Forget one that is done."""
        ...

    def remember(self, tenant: str, erasure: Erasure) -> None:
        """Note hashes of his ids: what is older than the erasure is shown to nobody, wherever it lies."""
        ...

    def erased_at(self, tenant: str, ids: Iterable[str]) -> datetime | None:
        """Return when any of these was erased last, None: never."""
        ...


class PersonalData(Protocol):
    """Where data of a contact lies; each call may be repeated."""

    def count(self, tenant: str, erasure: Erasure, workflows: Iterable[str]) -> Mapping[str, int]:
        """Count what would be deleted, a kind."""
        ...

    def purge(self, tenant: str, erasure: Erasure, workflows: Iterable[str]) -> Mapping[str, int]:
        """Delete what lies at known keys; return how many items of each kind."""
        ...

    def sweep(
        self, tenant: str, erasure: Erasure, table: Sweep, cursor: str | None, *, returned: bool
    ) -> tuple[Mapping[str, int], str | None]:
        """Read some pages of a table; delete what is his and take his ids and names out of what is not.

        Args:
            tenant: Tenant id.
            erasure: The erasure.
            table: Which table.
            cursor: Where to go on.
            returned: Whether somebody new has his ids by now: what the new one has stays.
        """
        ...


@dataclass(frozen=True, slots=True)
class ErasingPorts:
    """What erasing reaches.

    Attributes:
        erasures: Erasures under way.
        data: Where data of a contact lies.
        publishing: Workflows, jobs, the queue, the audit log, the clock.
        runtime: Tokens, profiles, messaging records.
    """

    erasures: Erasures
    data: PersonalData
    publishing: PublishingPorts
    runtime: Ports

    def profile(self, tenant: str, erasure: Erasure) -> Profile | None:
        """Return what is stored under the contact's id now."""
        return self.runtime.profiles.get(tenant, [erasure.people[0]]).get(erasure.people[0])
