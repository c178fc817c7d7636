"""What merging needs from outside, as small Protocols."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from stepwell.contracts.clock import Clock
from stepwell.contracts.merges import Merge, Side
from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.profiles.matching.model import MatchDecision
from stepwell.profiles.matching.reviews import Pair, Review


class Profiles(Protocol):
    """Profiles by any of their ids."""

    def get(self, tenant: str, ids: Sequence[str]) -> dict[str, Profile]:
        """Read profiles; pointers are followed."""
        ...


class Records(Protocol):
    """Messaging records."""

    def records(self, tenant: str, profiles: Sequence[str]) -> dict[str, MessagingRecord]:
        """Read messaging records; a profile without one gets an empty record with rev 0."""
        ...


class Members(Protocol):
    """Lists of segments' members."""

    def move(self, tenant: str, moves: Sequence[tuple[str, str, bool, int]]) -> None:
        """Write moves ``(segment, profile, entered, since)``; repeating one changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class KeptMerge:
    """A merge with what it takes to undo it.

    Attributes:
        merge: The merge.
        winner: What the winner was.
        loser: What the loser was, under the revisions that stand in its place; None: that merge stands no more.
    """

    merge: Merge
    winner: Side
    loser: Side | None


class MergeStore(Protocol):
    """Merges: one transaction each way, and the list of them."""

    def commit(self, tenant: str, merge: Merge, before: tuple[Side, Side], after: Side) -> bool:
        """Make one contact of two, all or nothing.

        Args:
            tenant: Tenant id.
            merge: The merge.
            before: Winner and loser as read: their revisions must still be stored.
            after: The winner to be.

        Returns:
            False when somebody wrote one of the four items since.
        """
        ...

    def repoint(self, tenant: str, ids: Iterable[str], old: str, new: str) -> None:
        """Make pointers that lead to one profile lead to another one; those that lead elsewhere stay."""
        ...

    def read(self, tenant: str, merge: str) -> KeptMerge | None:
        """Read a merge by its id."""
        ...

    def revert(self, tenant: str, merge: Merge, winner: Side, loser: Side) -> bool:
        """Put both contacts back, all or nothing, and note it; False when somebody wrote one of them since."""
        ...

    def page(self, tenant: str, limit: int, cursor: str | None) -> tuple[list[Merge], str | None]:
        """Page through merges, newest first; also those that were undone."""
        ...

    def of_losers(self, tenant: str, losers: Sequence[str]) -> list[Merge]:
        """Return the merges that made these profiles pointers."""
        ...


class ReviewStore(Protocol):
    """Pairs that people look at, and what they said."""

    def put(self, tenant: str, decisions: Iterable[MatchDecision]) -> int:
        """Put pairs into the queue that are not in it, nor answered; return how many were taken."""
        ...

    def page(self, tenant: str, limit: int, cursor: str | None) -> tuple[list[MatchDecision], str | None]:
        """Page through the queue, by pair."""
        ...

    def find(self, tenant: str, pair: Pair) -> MatchDecision | None:
        """Return what the queue says of a pair, answered ones too."""
        ...

    def answered(self, tenant: str, pairs: Iterable[Pair]) -> Mapping[Pair, Review]:
        """Return what people said of pairs."""
        ...

    def answer(self, tenant: str, review: Review) -> None:
        """Note what somebody said; the pair leaves the queue, or stays when he is unsure."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePorts:
    """All that merging reaches."""

    clock: Clock
    profiles: Profiles
    messaging: Records
    merges: MergeStore
    reviews: ReviewStore
    members: Members
