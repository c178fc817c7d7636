"""How big a segment is, from a random sample, with how sure that is.

Profile ids are hashes, so the contacts of one part of the table are a random sample of all. The share of members
among them has the Wilson interval (E. B. Wilson, 1927), which stays honest for shares near 0 and 1 and for small
samples: ``(p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n)`` with z = 1.96 for 95 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Estimate:
    """A segment's size.

    Attributes:
        sampled: Contacts that were asked.
        members: Of these, how many belong.
        total: Contacts of the workspace, as the sample tells.
        size: Members of the whole workspace, as the sample tells.
        low: With 95 % certainty not fewer.
        high: With 95 % certainty not more.
        exact: Whether everybody was asked.
    """

    sampled: int
    members: int
    total: int
    size: int
    low: int
    high: int
    exact: bool


def wilson(members: int, sampled: int, z: float = Z95) -> tuple[float, float]:
    """Return the interval of a share, 0 to 1; nobody asked: anything is possible."""
    if sampled == 0:
        return 0.0, 1.0
    share, square = members / sampled, z * z
    middle = share + square / (2 * sampled)
    spread = z * math.sqrt(share * (1 - share) / sampled + square / (4 * sampled * sampled))
    scale = 1 + square / sampled
    return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)


def estimate(answers: Sequence[bool], share: float) -> Estimate:
    """Return the estimate of a sample's answers.

    Args:
        answers: Whether each sampled contact belongs.
        share: Which part of the workspace was asked, above 0 and up to 1.
    """
    sampled, members = len(answers), sum(answers)
    exact = share >= 1
    total = sampled if exact else round(sampled / share)
    if exact:
        return Estimate(sampled, members, total, members, members, members, True)
    low, high = wilson(members, sampled)
    size = round(total * members / sampled) if sampled else 0
    return Estimate(
        sampled, members, total, size, max(math.floor(total * low), members), math.ceil(total * high), False
    )


@dataclass(frozen=True, slots=True)
class Overlap:
    """How two segments overlap in a sample.

    Attributes:
        first: Members of the first one in the sample.
        second: Members of the second one.
        both: Members of both.
    """

    first: int
    second: int
    both: int

    @property
    def of_first(self) -> float:
        """Which part of the first one is in the second one too."""
        return self.both / self.first if self.first else 0.0

    @property
    def of_second(self) -> float:
        """Which part of the second one is in the first one too."""
        return self.both / self.second if self.second else 0.0

    @property
    def jaccard(self) -> float:
        """Members of both among the members of either."""
        either = self.first + self.second - self.both
        return self.both / either if either else 0.0


def overlap(first: Sequence[bool], second: Sequence[bool]) -> Overlap:
    """Return how the answers to two conditions overlap, contact by contact."""
    both = sum(a and b for a, b in zip(first, second, strict=True))
    return Overlap(sum(first), sum(second), both)
