"""What a profile keeps of a computed attribute, and what that means at any moment, without its definition.

A state is a plain JSON list ``[kind, mark of the definition, window in days (0: ever), data]``; what `data` is
depends on the kind:

| kind | without window | with a window |
|---|---|---|
| `count`, `frequency` | n | ``{day: n}`` |
| `sum`, `monetary` | millionths | ``{day: millionths}`` |
| `average` | [n, millionths] | ``{day: [n, millionths]}`` |
| `min`, `max` | value | ``{day: value}`` |
| `distinct` | ``{hash: 0}`` | ``{hash: newest day}`` |
| `first`, `last` | [epoch ms, value] | |
| `days_since` | epoch ms | |
| `stage` | [stage, since (epoch s)] | |

Days are whole days since 1970 in UTC, written as text; a window of 7 days is today and the six days before it.
Amounts are whole millionths, so that the order of additions changes nothing. `distinct` keeps the `SKETCH`
smallest hashes: exact below that, and beyond it the k-minimum-values estimate, some 12 % off at most times.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

State = list[Any]

KIND, MARK, WINDOW, DATA = range(4)
STAGE = "stage"
LIFECYCLE_STAGE = "lifecycle_stage"
SKETCH = 64
HASH_BITS = 32
MILLIONTHS = 1_000_000
DAY_MS = 86_400_000


def value_of(state: State, now_ms: int) -> Any:
    """Return a computed attribute's value at a moment; None: it has none then."""
    kind, _, window, data = state
    if kind == STAGE:
        return data[0]
    if kind == "days_since":
        return max(now_ms - int(data), 0) // DAY_MS
    if kind in ("first", "last"):
        return data[1]
    if kind == "distinct":
        return _distinct(data, window, now_ms // DAY_MS)
    parts = _within(data, now_ms // DAY_MS - window) if window else [data]
    return _combined(kind, parts)


def _within(data: Mapping[str, Any], after: int) -> list[Any]:
    return [part for day, part in data.items() if int(day) > after]


def _combined(kind: str, parts: list[Any]) -> Any:
    if kind in ("count", "frequency"):
        return sum(parts)
    if kind in ("sum", "monetary"):
        return plain(sum(parts), 1)
    if not parts:
        return None
    if kind == "average":
        return plain(sum([total for _, total in parts]), sum([n for n, _ in parts]))
    return min(parts) if kind == "min" else max(parts)


def _distinct(data: Mapping[str, int], window: int, today: int) -> int:
    hashes = [int(mark, 36) for mark, day in data.items() if not window or day > today - window]
    # In a window the sketch may have lost hashes that were newer than those that it kept.
    if len(data) < SKETCH or len(hashes) < 2:
        return len(hashes)
    return round((len(hashes) - 1) * (1 << HASH_BITS) / (max(hashes) + 1))


def plain(millionths: int, divisor: int) -> int | float:
    """Return an amount as people write it."""
    whole, rest = divmod(millionths, MILLIONTHS * divisor)
    return whole if rest == 0 else millionths / (MILLIONTHS * divisor)


def next_change(state: State, now_ms: int) -> int | None:
    """Return when time alone changes the value next (epoch ms), None: never."""
    kind, _, window, data = state
    if kind == "days_since":
        return int(data + (max(now_ms - data, 0) // DAY_MS + 1) * DAY_MS)
    if not window or kind == STAGE:
        return None
    today = now_ms // DAY_MS
    days: Iterable[int] = data.values() if kind == "distinct" else map(int, data)
    oldest = min((day for day in days if day > today - window), default=None)
    return None if oldest is None else (oldest + window) * DAY_MS
