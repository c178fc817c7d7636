"""What a profile keeps of a score, and what that means at any moment, without the model that made it.

A score is ``base + Σ points``, each event's points decaying from the moment it happened, by the rate of one
month of inactivity: ``points · rate ^ (age / period)``. The sum decays as a whole, so one number a rule holds
the whole history, exact at any moment, and neither order nor batching of events matters. The base does not
decay: a contact of whom nothing is heard comes back to it. A score is a whole number between minimum and
maximum; what exceeds these counts as soon as decay brings it back within.

A state is a plain JSON list, so that profiles store it as it is:
``[version, as of (epoch s), band, "base/min/max/rate/period s", {rule: [points, times, limit?]}]``.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

State = list[Any]
"""See the module's docstring."""

VERSION, AS_OF, BAND, SHAPE, RULES = range(5)
ADJUSTED = "~"
"""Under which rule stand points that a workflow or a person gave."""

UNKNOWN = 0
"""Version of a state that was begun without its model: the pass puts it on the model's base."""

DEFAULT_SHAPE = "100/0/1000/0.95/2592000"
NO_BAND = -1


class Shape(NamedTuple):
    """How a score behaves.

    Attributes:
        base: Where a contact begins, and where decay leads back to.
        low: The least that a score can be.
        high: The most.
        rate: What is left of points after one period (0 < rate ≤ 1; 1: no decay).
        period: Length of the period in seconds.
    """

    base: float
    low: float
    high: float
    rate: float
    period: float

    def left(self, seconds: float) -> float:
        """Return what fraction of points is left after a time; a time before counts as none."""
        if seconds <= 0 or self.rate == 1:
            return 1.0
        return float(self.rate ** (seconds / self.period))

    def text(self) -> str:
        """Write it as a state holds it."""
        return "/".join(f"{part:g}" for part in self)


@lru_cache(maxsize=256)
def shape_of(text: str) -> Shape:
    """Read what `Shape.text` wrote."""
    base, low, high, rate, period = (float(part) for part in text.split("/"))
    return Shape(base, low, high, rate, period)


class Part(NamedTuple):
    """What one rule has given.

    Attributes:
        rule: The rule's code.
        points: What is left of its points.
        times: How often it applied, ever.
    """

    rule: str
    points: float
    times: int


def new_state(version: int, at: float, shape: str = DEFAULT_SHAPE, band: int = NO_BAND) -> State:
    """Return the state of a contact of whom nothing has counted yet."""
    return [version, int(at), band, shape, {}]


def add(state: State, rule: str, points: float, at: float, limit: float | None = None) -> None:
    """Count points that were earned at a moment (epoch seconds), which may lie before the state's.

    Args:
        state: Changed in place.
        rule: The rule's code.
        points: Its points, negative ones too.
        at: When they were earned.
        limit: The most that this rule may give, either way; kept with the points.
    """
    as_of = state[AS_OF]
    if at >= as_of + 1:
        advance(state, at)
    elif at < as_of:
        points *= shape_of(state[SHAPE]).left(as_of - at)
    # The part of a second that the state does not keep must not make points of the future, and decays nothing.
    rules: dict[str, list[float]] = state[RULES]
    if rule in rules:
        known = rules[rule]
        known[0] = round(known[0] + points, 4)
        known[1] += 1
    else:
        known = rules[rule] = [round(0.0 + points, 4), 1]
    if limit is not None:
        known[2:] = [limit]


def advance(state: State, at: float) -> None:
    """Bring a state to a later moment (epoch seconds): what all of its rules have left by then."""
    left = shape_of(state[SHAPE]).left(at - state[AS_OF])
    if left != 1:
        for entry in state[RULES].values():
            entry[0] = round(entry[0] * left, 4)
    state[AS_OF] = int(at)


def parts(state: State, now: float) -> Iterator[Part]:
    """Yield what each rule has left at a moment (epoch seconds), limits applied."""
    left = shape_of(state[SHAPE]).left(now - state[AS_OF])
    for rule, entry in state[RULES].items():
        points = entry[0] * left
        if len(entry) > 2:
            points = min(max(points, -entry[2]), entry[2])
        yield Part(rule, points, int(entry[1]))


def exact(state: State, now: float) -> float:
    """Return the score at a moment (epoch seconds), not rounded."""
    shape = shape_of(state[SHAPE])
    left = shape.left(now - state[AS_OF])
    # As `parts`, which the pass has no time for.
    points = [
        entry[0] * left if len(entry) < 3 else min(max(entry[0] * left, -entry[2]), entry[2])
        for entry in state[RULES].values()
    ]
    total = shape.base + math.fsum(points)
    return total if shape.low <= total <= shape.high else min(max(total, shape.low), shape.high)


def value_of(state: State, now: float) -> int:
    """Return the score at a moment (epoch seconds): a whole number, halves up."""
    return math.floor(exact(state, now) + 0.5)


def values(states: Mapping[str, State], now: float) -> dict[str, int]:
    """Return the scores of all models as profile fields: ``{"lead_score": 120, …}``."""
    return {f"{model}_score": value_of(state, now) for model, state in states.items()}


def reaches(state: State, score: float, now: float) -> float | None:
    """Return when decay alone brings the score to a value it has not now (epoch seconds), None: never.

    Rising and falling count alike. Between two moments at which a rule's points fall below its limit the sum is
    ``a + b · left``, which is solved exactly.
    """
    shape = shape_of(state[SHAPE])
    if shape.rate == 1 or not state[RULES]:
        return None
    started = shape.left(now - state[AS_OF])
    total = 0.0
    for entry in state[RULES].values():
        if len(entry) > 2 and abs(entry[0]) * started > entry[2]:
            break
        total += entry[0]
    else:
        # No rule at its limit: the sum falls as a whole.
        left = (score - shape.base) / total if total else 0.0
        if not 0.0 < left < started:
            return None
        return float(state[AS_OF] + shape.period * math.log(left) / math.log(shape.rate))
    entries = [(entry[0], entry[2] if len(entry) > 2 else math.inf) for entry in state[RULES].values()]
    # `left` falls from `started` to 0; from one bound to the next the same rules stand at their limit.
    falls = {limit / abs(points) for points, limit in entries if points and limit < abs(points)}
    bounds = [started, *sorted((at for at in falls if at < started), reverse=True), 0.0]
    for upper, lower in pairwise(bounds):
        middle = (upper + lower) / 2
        fixed, moving = shape.base, 0.0
        for points, limit in entries:
            if abs(points) * middle > limit:
                fixed += math.copysign(limit, points)
            else:
                moving += points
        if moving == 0:
            continue
        left = (score - fixed) / moving
        if lower < left < upper:
            return float(state[AS_OF] + shape.period * math.log(left) / math.log(shape.rate))
    return None


def merged(ours: State, theirs: State) -> State:
    """Return the state of two contacts that turned out to be one: all points of both, decayed to one moment.

    The newer version of the model says how they behave. The higher band stands: what was told of either contact
    is not told again.
    """
    newer = theirs if theirs[VERSION] > ours[VERSION] else ours
    as_of = max(ours[AS_OF], theirs[AS_OF])
    rules: dict[str, list[float]] = {}
    for state in (ours, theirs):
        _gather(rules, state, as_of, 1)
    return [newer[VERSION], as_of, max(ours[BAND], theirs[BAND]), newer[SHAPE], rules]


def apart(now: State, base: State | None, before: State | None) -> State | None:
    """Return what is left of a merged state when the merge is undone: what was before, and what came since.

    Args:
        now: As it stands.
        base: As it stood right after the merge; None: it came later.
        before: As it stood before the merge; None: there was none.
    """
    rules: dict[str, list[float]] = {}
    as_of = now[AS_OF]
    _gather(rules, now, as_of, 1)
    for state, sign in ((base, -1), (before, 1)):
        if state is not None:
            _gather(rules, state, as_of, sign)
    rules = {rule: entry for rule, entry in rules.items() if entry[1] > 0}
    if not rules and before is None:
        return None
    return [now[VERSION], as_of, now[BAND], now[SHAPE], rules]


def _gather(rules: dict[str, list[float]], state: State, as_of: float, sign: int) -> None:
    left = shape_of(state[SHAPE]).left(as_of - state[AS_OF])
    for rule, entry in state[RULES].items():
        known = rules.setdefault(rule, [0.0, 0])
        known[0] = round(known[0] + sign * entry[0] * left, 4)
        known[1] = int(known[1] + sign * entry[1])
        if len(entry) > 2:
            known[2:] = [entry[2]]
