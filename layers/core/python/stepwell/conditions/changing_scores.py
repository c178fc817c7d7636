"""When the engagement score falls to a number: it only falls without events, by a curve that can be solved."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from .engagement import CLICK_WEIGHT, DELIVERED_WEIGHT, HALF_LIFE_DAYS, OPEN_WEIGHT, PRIOR, VISIT_WEIGHT
from .facts import Facts
from .fading import TICK, Change
from .models import Scalar
from .read import Read
from .values import as_number

_SAFE = timedelta(milliseconds=1)
"""Floats place the crossing to some microseconds."""


def score_crossing(value: Scalar) -> Change:
    """Bound when the engagement score falls to a literal number."""
    number = as_number(value)
    return score_against(lambda _, __: number)


def score_against(other: Read) -> Change:
    """Bound when the engagement score falls to a number that stands still."""

    def run(facts: Facts, now: datetime) -> datetime | None:
        value = as_number(other(facts, now))
        engagement = facts.engagement
        if value is None or value <= 0 or engagement.as_of is None:
            return None
        delivered, opens, clicks, visits = engagement.decayed
        evidence = OPEN_WEIGHT * opens + CLICK_WEIGHT * clicks + VISIT_WEIGHT * visits
        # Counters fall by the same factor f: evidence·f / (evidence·f + 1 + 0.5·delivered·f) = value.
        rest = evidence - value * (evidence + DELIVERED_WEIGHT * delivered)
        if rest <= 0:
            return None
        factor = value * PRIOR / rest
        if factor > 1:
            return None
        days = HALF_LIFE_DAYS * -math.log2(factor)
        if days > 36_500:
            return None
        at = engagement.as_of + timedelta(days=days) - _SAFE
        if at > now:
            return at
        return now + TICK if at + 2 * _SAFE >= now else None

    return run
