"""Computed attributes of two contacts that turned out to be one, and of two that turned out to be two.

Each is an aggregate over events, so the aggregate over the events of both follows from the two states alone
(what a state holds is in `stepwell.contracts.computed`). Sums can be taken apart again exactly; a least, a
greatest, a first or a last value only if nothing came in since.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from stepwell.contracts.computed import DATA, KIND, MARK, SKETCH, STAGE, WINDOW, State
from stepwell.profiles.writing import text

ADDED = frozenset({"count", "frequency", "sum", "monetary", "average"})
"""Kinds that can be taken apart whatever came since."""


def merged(ours: Mapping[str, State], theirs: Mapping[str, State]) -> dict[str, State]:
    """Return the states of the contact that both are.

    A state of another definition than ours, and the lifecycle stage, which is settled anew, are left as ours.
    """
    found = dict(ours)
    for name, state in theirs.items():
        known = found.get(name)
        if known is None:
            if state[KIND] != STAGE:
                found[name] = state
        elif known[MARK] == state[MARK] and known[KIND] == state[KIND] != STAGE:
            found[name] = [*known[:DATA], _both(known, state[DATA])]
    return found


def apart(
    now: Mapping[str, State], base: Mapping[str, State], before: Mapping[str, State]
) -> dict[str, State]:
    """Return what is left of merged states when the merge is undone: what was before, and what came since.

    Args:
        now: As they stand.
        base: As they stood right after the merge.
        before: As they stood before it.
    """
    found: dict[str, State] = {}
    for name in now.keys() | before.keys():
        state, merge, own = now.get(name), base.get(name), before.get(name)
        if state == merge:
            left = own
        elif state is None or merge is None or state[:DATA] != merge[:DATA]:
            left = state
        else:
            left = _without(state, merge[DATA], own if own and own[:DATA] == state[:DATA] else None)
        if left is not None:
            found[name] = left
    return found


def _both(state: State, theirs: Any) -> Any:
    kind, window, ours = state[KIND], state[WINDOW], state[DATA]
    if kind == "distinct":
        return _distinct(ours, theirs, window)
    fold = _PAIRS[kind]
    if not window:
        return fold(ours, theirs)
    days = dict(ours)
    for day, part in theirs.items():
        days[day] = fold(days[day], part) if day in days else part
    newest = max(map(int, days), default=0)
    return {day: part for day, part in days.items() if int(day) > newest - window}


def _distinct(ours: Mapping[str, int], theirs: Mapping[str, int], window: int) -> dict[str, int]:
    found = {mark: max(ours.get(mark, 0), theirs.get(mark, 0)) for mark in (*ours, *theirs)}
    if window:
        newest = max(found.values(), default=0)
        found = {mark: day for mark, day in found.items() if day > newest - window}
    return {mark: found[mark] for mark in sorted(found, key=lambda mark: int(mark, 36))[:SKETCH]}


def _without(state: State, merge: Any, own: State | None) -> State | None:
    kind, now = state[KIND], state[DATA]
    before = None if own is None else own[DATA]
    data: Any
    if kind == "distinct":
        news = {mark: day for mark, day in now.items() if merge.get(mark) != day}
        data = {**(before or {}), **news}
    elif state[WINDOW]:
        parts = {day: _part(kind, part, merge.get(day), (before or {}).get(day)) for day, part in now.items()}
        data = {day: part for day, part in parts.items() if part is not None}
    else:
        data = _part(kind, now, merge, before)
    return None if data is None or data == {} else [*state[:DATA], data]


def _part(kind: str, now: Any, merge: Any, before: Any) -> Any:
    if merge is None:
        return now
    if kind not in ADDED:
        return before if now == merge else now
    if kind == "average":
        both = [n - m + b for n, m, b in zip(now, merge, before or (0, 0), strict=True)]
        return both if both[0] > 0 else None
    left = now - merge + (before or 0)
    return left if left or before is not None else None


def _sum(ours: Any, theirs: Any) -> Any:
    return ours + theirs


def _average(ours: Any, theirs: Any) -> Any:
    return [ours[0] + theirs[0], ours[1] + theirs[1]]


def _first(ours: Any, theirs: Any) -> Any:
    return min(ours, theirs, key=lambda told: (told[0], text(told[1])))


def _last(ours: Any, theirs: Any) -> Any:
    return max(ours, theirs, key=lambda told: (told[0], text(told[1])))


_PAIRS: Mapping[str, Callable[[Any, Any], Any]] = {
    "count": _sum,
    "frequency": _sum,
    "sum": _sum,
    "monetary": _sum,
    "average": _average,
    "min": min,
    "max": max,
    "first": _first,
    "last": _last,
    "days_since": max,
}
