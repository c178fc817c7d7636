"""What people said about pairs in the review queue; it holds in every later run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What somebody who looked at a pair said.

    Attributes:
        SAME: One person; they are merged also against a veto.
        DIFFERENT: Two people; never asked again, never merged.
        UNSURE: It stays in the queue.
    """

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Review:
    """One verdict.

    Attributes:
        left: A profile id.
        right: The other.
        verdict: What was said.
        by: Who said it.
        at: When.
    """

    left: str
    right: str
    verdict: Verdict
    by: str
    at: datetime


Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Settled:
    """Pairs that need no probability, the smaller id first.

    Attributes:
        same: One person each.
        different: Two people each.
    """

    same: frozenset[Pair] = frozenset()
    different: frozenset[Pair] = frozenset()


def pair(left: str, right: str) -> Pair:
    """Return a pair with the smaller id first."""
    return (left, right) if left < right else (right, left)


def settle(reviews: Iterable[Review]) -> Settled:
    """Return what stands: of each pair the last verdict; at the same moment ``different`` wins."""
    last: dict[Pair, Review] = {}
    order = {Verdict.UNSURE: 0, Verdict.SAME: 1, Verdict.DIFFERENT: 2}
    for review in sorted(reviews, key=lambda r: (r.at, order[r.verdict])):
        if review.left != review.right:
            last[pair(review.left, review.right)] = review
    return Settled(
        same=frozenset(p for p, r in last.items() if r.verdict is Verdict.SAME),
        different=frozenset(p for p, r in last.items() if r.verdict is Verdict.DIFFERENT),
    )
