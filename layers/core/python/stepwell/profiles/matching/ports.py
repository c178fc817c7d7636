"""What matching hands its decisions to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from stepwell.profiles.matching.model import MatchDecision


class MergeQueue(Protocol):
    """Takes decisions: merges go to the deterministic merge, reviews to people."""

    def put(self, decisions: Iterable[MatchDecision]) -> int:
        """Take decisions in any order, each pair at most once; idempotent a pair. Return how many were taken.

        Raises:
            Unavailable: The queue is down; nothing or a prefix was taken, putting all again is safe.
        """
        ...
