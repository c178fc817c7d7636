"""Profile fields that time changes: scores that decay and computed attributes whose window moves on.

Their states lie in the profile and say themselves when they change (ADR 9). Where conditions are asked over plain
values instead, an hour is the bound: nobody can tell more.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from stepwell.conditions import Facts
from stepwell.conditions.changes import Mover, Moving
from stepwell.contracts import computed, scores

_HOUR = timedelta(hours=1)
_TICK = timedelta(microseconds=1)
_CLOSE = 1e-9


def live(names: Collection[str]) -> Moving:
    """Return what says which fields move: scores (`…_score`) and the named computed attributes."""
    moving = frozenset(names)

    def mover(name: str) -> Mover | None:
        root = name.partition(".")[0]
        if name.endswith("_score"):
            return _score(name)
        return _computed(root) if root in moving else None

    return mover


def _score(name: str) -> Mover:
    def crosses(facts: Facts, now: datetime, level: float) -> datetime | None:
        state = _state(facts, "score_state", name)
        if state is None:
            return _plain(facts, name, now)
        return _reaches(state, level, now)

    def changes(facts: Facts, now: datetime) -> datetime | None:
        state = _state(facts, "score_state", name)
        if state is None:
            return _plain(facts, name, now)
        value = math.floor(scores.exact(state, now.timestamp()) + 0.5)
        found = (crosses(facts, now, value + half) for half in (-0.5, 0.5))
        return min((at for at in found if at is not None), default=None)

    return Mover(changes, crosses)


def _reaches(state: Any, level: float, now: datetime) -> datetime | None:
    """Return when a score passes a level; without rules at their limit the sum falls as a whole, solved at once."""
    shape = scores.shape_of(state[scores.SHAPE])
    seconds = now.timestamp()
    as_of = state[scores.AS_OF]
    left = shape.left(seconds - as_of)
    total = 0.0
    for entry in state[scores.RULES].values():
        if len(entry) > 2 and abs(entry[0]) * left > entry[2]:
            if abs(scores.exact(state, seconds) - level) < _CLOSE:
                return now + _TICK
            at = scores.reaches(state, level, seconds)
            return None if at is None else _later(at, now)
        total += entry[0]
    if total == 0 or shape.rate == 1:
        return None
    needed = (level - shape.base) / total
    if abs(needed - left) * abs(total) < _CLOSE:
        return now + _TICK
    if not 0 < needed < left:
        return None
    return _later(as_of + shape.period * math.log(needed) / math.log(shape.rate), now)


def _computed(name: str) -> Mover:
    def changes(facts: Facts, now: datetime) -> datetime | None:
        state = _state(facts, "computed_state", name)
        if state is None:
            return _plain(facts, name, now)
        at = computed.next_change(state, math.floor(now.timestamp() * 1000))
        return None if at is None else _later(at / 1000, now)

    return Mover(changes)


def _state(facts: Facts, method: str, name: str) -> Any:
    find = getattr(facts.profile, method, None)
    return None if find is None else find(name)


def _plain(facts: Facts, name: str, now: datetime) -> datetime | None:
    if hasattr(facts.profile, "score_state") or facts.profile.get(name) is None:
        return None  # without a state it is a trait, which stands still
    return now + _HOUR


def _later(seconds: float, now: datetime) -> datetime:
    return max(datetime.fromtimestamp(seconds - 0.001, UTC), now + _TICK)
