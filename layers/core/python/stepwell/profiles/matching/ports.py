"""What matching hands its decisions to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from stepwell.profiles.matching.model import MatchDecision


class MergeQueue(Protocol):
    """Takes decisions: merges go to the deterministic merge, reviews to people."""

    def put(self, decisions: Iterable[MatchDecision]) -> int:
        """Take decisions of a run, each pair at most once; return how many were taken.

        A run that is repeated puts its decisions again: what applies them takes a merge that is done for done.

        Raises:
            Unavailable: The queue is down; nothing or a prefix was taken.
        """
        ...
