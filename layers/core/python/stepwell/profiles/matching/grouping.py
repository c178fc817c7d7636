"""Groups of profiles that become one person, guarded against chains.

Connected components at the threshold alone would let one false pair join two families, and one of thousands join
thousands. So groups grow by average linkage instead: of all joins that at least one pair at the threshold asks
for, the one with the greatest mean evidence goes first, over *all* pairs between the two groups (a pair that was
never compared counts as no evidence), and only while that mean is at least ``least_support_bits``, no veto lies
between any two members, and the group stays within ``largest_group``.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import log2

from stepwell.profiles.matching.model import MatchSettings, Reason
from stepwell.profiles.matching.reviews import Pair, Settled, pair
from stepwell.profiles.matching.vetoes import NOTHING, DeterministicIds, vetoes

Edge = tuple[str, str, float]
_NONE: Mapping[str, DeterministicIds] = {}


@dataclass(frozen=True, slots=True)
class Groups:
    """Which profiles are one person.

    Attributes:
        of: The group (its smallest profile id) of each profile that belongs to one of two or more.
        held: Pairs at the threshold that were not joined, and what held them back.
    """

    of: Mapping[str, str]
    held: Mapping[Pair, Reason]

    def together(self, left: str, right: str) -> bool:
        """Whether two profiles belong to one group."""
        return left in self.of and self.of[left] == self.of.get(right)

    def members(self) -> dict[str, list[str]]:
        """Return the members of each group, sorted."""
        found: dict[str, list[str]] = defaultdict(list)
        for profile in sorted(self.of):
            found[self.of[profile]].append(profile)
        return dict(found)


@dataclass(slots=True)
class _Link:
    """Evidence between two groups: its sum in bits, and whether a pair at the threshold is among it."""

    bits: float
    asks: bool


@dataclass(slots=True)
class _Group:
    """A group while it grows; ``first`` is its smallest profile id, which decides between equals."""

    first: str
    members: list[str]
    ids: set[DeterministicIds]
    links: dict[str, _Link] = field(default_factory=dict)
    apart: set[str] = field(default_factory=set)


class _Growth:
    """Groups that are joined step by step.

    Args:
        edges: Pairs among the profiles with their log-odds.
        settings: Limits.
        ids: What is known for certain of profiles.
        settled: What people said.
    """

    def __init__(
        self,
        edges: Iterable[Edge],
        settings: MatchSettings,
        ids: Mapping[str, DeterministicIds],
        settled: Settled,
    ) -> None:
        self._settings = settings
        self._threshold = log2(settings.threshold / (1 - settings.threshold))
        self._root: dict[str, str] = {}
        self.groups: dict[str, _Group] = {}
        self._heap: list[tuple[float, str, str, str, str, float]] = []
        cap = settings.evidence_cap_bits
        for left, right, bits in edges:
            for profile in (left, right):
                if profile not in self.groups:
                    known = ids.get(profile, NOTHING)
                    self.groups[profile] = _Group(profile, [profile], {known} if known else set())
            link = _Link(max(-cap, min(cap, bits)), bits >= self._threshold)
            self.groups[left].links[right] = self.groups[right].links[left] = link
        for left, right in settled.different:
            if left in self.groups and right in self.groups:
                self.groups[left].apart.add(right)
                self.groups[right].apart.add(left)
        # What a person said comes before everything else, vetoes included.
        for left, right in sorted(settled.same):
            if left in self.groups and right in self.groups:
                a, b = self.root(left), self.root(right)
                if a != b:
                    self._join(a, b)

    def root(self, profile: str) -> str:
        """The name of the group that a profile is in now."""
        while profile in self._root:
            profile = self._root[profile]
        return profile

    def grow(self) -> None:
        """Join while something may be joined."""
        for name, group in self.groups.items():
            for other, link in group.links.items():
                if name < other:
                    self._offer(name, other, link)
        while self._heap:
            mean, _, _, left, right, bits = heapq.heappop(self._heap)
            if left not in self.groups or right not in self.groups:
                continue
            link = self.groups[left].links[right]
            if link.bits != bits:
                continue
            if self._mean(left, right, link) != -mean:
                self._offer(left, right, link)
            elif self.obstacle(left, right) is None:
                self._join(left, right)

    def obstacle(self, left: str, right: str) -> Reason | None:
        """Return what forbids to join two groups, apart from weak support."""
        one, other = self.groups[left], self.groups[right]
        if any(self.root(a) == right for a in one.apart):
            return Reason.GROUP_CONFLICT
        if any(vetoes(a, b) for a in one.ids for b in other.ids):
            return Reason.GROUP_CONFLICT
        if len(one.members) + len(other.members) > self._settings.largest_group:
            return Reason.GROUP_TOO_LARGE
        return None

    def _mean(self, left: str, right: str, link: _Link) -> float:
        return link.bits / (len(self.groups[left].members) * len(self.groups[right].members))

    def _offer(self, left: str, right: str, link: _Link) -> None:
        mean = self._mean(left, right, link)
        if link.asks and mean >= self._settings.least_support_bits:
            one, other = sorted((self.groups[g].first, g) for g in (left, right))
            heapq.heappush(self._heap, (-mean, one[0], other[0], one[1], other[1], link.bits))

    def _join(self, left: str, right: str) -> None:
        keep, gone = (
            (left, right) if len(self.groups[left].links) >= len(self.groups[right].links) else (right, left)
        )
        kept, lost = self.groups[keep], self.groups.pop(gone)
        self._root[gone] = keep
        kept.first = min(kept.first, lost.first)
        kept.members += lost.members
        kept.ids |= lost.ids
        kept.apart |= lost.apart
        kept.links.pop(gone, None)
        for other, link in lost.links.items():
            if other == keep:
                continue
            links = self.groups[other].links
            links.pop(gone)
            had = links.get(keep)
            made = link if had is None else _Link(had.bits + link.bits, had.asks or link.asks)
            links[keep] = kept.links[other] = made
            self._offer(keep, other, made)


def components(pairs: Iterable[Pair]) -> dict[str, str]:
    """Return the connected component (its smallest profile id) of every profile named by a pair.

    No group reaches beyond the component that the pairs at the threshold make up: who reads pairs from a large
    store needs those within components only.
    """
    root: dict[str, str] = {}

    def find(profile: str) -> str:
        top = profile
        while (above := root.setdefault(top, top)) != top:
            top = above
        while profile != top:
            root[profile], profile = top, root[profile]
        return top

    for left, right in pairs:
        a, b = find(left), find(right)
        if a != b:
            root[max(a, b)] = min(a, b)
    return {profile: find(profile) for profile in list(root)}


def group(
    edges: Iterable[Edge],
    settings: MatchSettings,
    *,
    ids: Mapping[str, DeterministicIds] = _NONE,
    settled: Settled | None = None,
) -> Groups:
    """Return the groups that pairs make up.

    Args:
        edges: Compared pairs (left, right, log-odds in bits), those that speak against one person included:
            they are what keeps groups apart. Each pair once.
        settings: Threshold and limits.
        ids: What is known for certain of profiles.
        settled: What people said; a pair called the same is joined first, one called different never.
    """
    said = settled or Settled()
    threshold = log2(settings.threshold / (1 - settings.threshold))
    known = {pair(a, b): bits for a, b, bits in edges}
    for both in said.same:
        known[both] = max(known.get(both, 0.0), settings.evidence_cap_bits)
    asking = sorted(p for p, bits in known.items() if bits >= threshold)
    concerned = {profile for both in asking for profile in both}
    ordered = sorted((a, b, bits) for (a, b), bits in known.items() if a in concerned and b in concerned)
    growth = _Growth(ordered, settings, ids, said)
    growth.grow()
    of = {}
    for made in growth.groups.values():
        if len(made.members) > 1:
            of.update(dict.fromkeys(made.members, made.first))
    held = {}
    for a, b in asking:
        left, right = growth.root(a), growth.root(b)
        if left != right:
            held[a, b] = growth.obstacle(left, right) or Reason.WEAK_SUPPORT
    return Groups(of, held)
