"""A contact's hours shrunk to those of its segments, and these to everybody's: empirical Bayes.

A contact's distribution over hours is drawn from a Dirichlet distribution around that of its segments with strength
``a``; then its share of an hour is ``(n_h + a g_h) / (n + a)`` (Dirichlet-multinomial). Hours are a circle on which
people are not punctual: a count lends weight to the hours beside it (a triangle over two hours each way), which
on Deskdrop is worth as much as quarters of hours of one's own, at a quarter of the bytes.

How strong the shrinkage is, the contacts say themselves: ``a`` is where the leave-one-out likelihood of all of
them is greatest (T. Minka, "Estimating a Dirichlet distribution", 2000, section 3.2: the Polya likelihood's
leave-one-out approximation), for that takes the lent weight into account; without it the exact marginal likelihood
chooses 50 on Deskdrop, with it leave-one-out chooses 15, each what predicts best.

A segment's distribution is shrunk to everybody's in the same way. Its counts are those of few contacts, which are
alike within: they count as ``n / (1 + (m - 1) / (1 + a))`` with ``m`` counts a contact (design effect, L. Kish,
"Survey Sampling", 1965; 1 / (1 + a) is the intraclass correlation of Dirichlet-multinomial counts).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import exp, lgamma, log

from stepwell.timing.hours import HOURS

WIDTH_H = 2.0
"""Half the base of the triangle, in hours: of 1, 1.5, 2, 2.5 and 3, 1.5 and 2 predict best on Deskdrop."""
STRONGEST, WEAKEST, USUAL = 1_000.0, 1.0, 15.0
"""Limits of strength; the usual one is for workspaces that are too young to say."""
LEAST_COUNTS = 200
_STEPS = 30
_GOLDEN = (5**0.5 - 1) / 2


def _lent() -> tuple[float, ...]:
    weights = [max(0.0, 1 - min(d, HOURS - d) / WIDTH_H) for d in range(HOURS)]
    return tuple(weight / sum(weights) for weight in weights)


LENT: tuple[float, ...] = _lent()
"""What a count gives to the hour so many hours away, around the clock; sums to one."""


def spread_out(counts: Sequence[float]) -> list[float]:
    """Return counts with weight lent to the hours beside; the sum stays."""
    found = [0.0] * HOURS
    for hour, count in enumerate(counts):
        if count:
            for away, weight in enumerate(LENT):
                if weight:
                    found[(hour + away) % HOURS] += weight * count
    return found


def shrunk(counts: Sequence[float], prior: Sequence[float], strength: float) -> list[float]:
    """Return a contact's shares of the hours (sum 1).

    Args:
        counts: Its counts.
        prior: Shares of the group that it belongs to.
        strength: How many counts the group is worth.
    """
    number = sum(counts)
    lent = spread_out(counts)
    return [(n + strength * share) / (number + strength) for n, share in zip(lent, prior, strict=True)]


def strength_of(contacts: Iterable[tuple[Sequence[float], Sequence[float]]]) -> float:
    """Return the strength at which contacts, each told by its others' counts, are likeliest.

    Args:
        contacts: Counts of each, and the shares of its group.
    """
    terms: list[tuple[float, float, float, float]] = []
    total = 0.0
    for counts, prior in contacts:
        number = sum(counts)
        if number <= 1:
            continue  # nothing is left when one is left out
        total += number
        lent = spread_out(counts)
        # What has aged counts as less than one: it is left out as what it is.
        terms += [
            (count, near - LENT[0] * min(count, 1.0), number - min(count, 1.0), share)
            for count, near, share in zip(counts, lent, prior, strict=True)
            if count
        ]
    if total < LEAST_COUNTS:
        return USUAL

    def likelihood(strength: float) -> float:
        return sum(
            count * log((near + strength * share) / (others + strength))
            for count, near, others, share in terms
        )

    return _greatest(likelihood)


def group_shares(
    counts: Sequence[float], contacts: int, around: Sequence[float], strength: float
) -> list[float]:
    """Return a segment's shares of the hours, shrunk to everybody's.

    Args:
        counts: Of all its contacts.
        contacts: How many contacts they are of.
        around: Everybody's shares.
        strength: Of contacts, see `strength_of`.
    """
    number = sum(counts)
    if number <= 0 or contacts <= 0:
        return list(around)
    effect = 1 + max(number / contacts - 1, 0) / (1 + strength)
    worth = [count / effect for count in counts]

    def likelihood(held: float) -> float:
        told = sum(lgamma(n + held * g) - lgamma(held * g) for n, g in zip(worth, around, strict=True) if n)
        return lgamma(held) - lgamma(held + number / effect) + told

    held = _greatest(likelihood)
    # Many together are punctual enough: no weight is lent.
    return [(n + held * g) / (number / effect + held) for n, g in zip(worth, around, strict=True)]


def shares_of(counts: Sequence[float]) -> list[float]:
    """Return everybody's shares: half a count each beside what was counted (Jeffreys), so that none is zero."""
    total = sum(counts) + len(counts) / 2
    return [(count + 0.5) / total for count in counts]


def _greatest(function: Callable[[float], float]) -> float:
    """Return where a function with one summit is greatest: golden section over the logarithm (Kiefer, 1953)."""
    low, high = log(WEAKEST), log(STRONGEST)
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = function(exp(left)), function(exp(right))
    for _ in range(_STEPS):
        if at_left < at_right:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = function(exp(right))
        else:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = function(exp(left))
    return exp((low + high) / 2)
