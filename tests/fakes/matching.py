"""A queue of decisions that remembers them; meets `MergeQueue`."""

from __future__ import annotations

from collections.abc import Iterable

from stepwell.profiles.matching.model import MatchDecision


class ListQueue:
    def __init__(self) -> None:
        self.taken: dict[tuple[str, str], MatchDecision] = {}

    def put(self, decisions: Iterable[MatchDecision]) -> int:
        count = 0
        for decision in decisions:
            self.taken[decision.candidate.left, decision.candidate.right] = decision
            count += 1
        return count
