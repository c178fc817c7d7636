"""At which hours of the day a contact is active: counts kept in the hot profile, event by event.

A state is ``(newest, marks, counts, older counts, …)``: the newest hour counted (local hours since 1970), a bit for
each of the last 24 hours that were counted, and a text a period of 13 weeks, newest first, with a character for each
hour of the day. An hour of a day counts once, however much happened in it, so one long visit weighs no more than
an opened mail; within a day of the newest event that holds for any order, and for events of two profiles that
are merged. Sums over whole periods need no rounding when they age: the same events give the same state in any
grouping, and what is older than a year goes.

About 45 bytes a contact, 30 more when it is known for long, before they are squeezed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any

HOURS = 24
PERIOD_H = 13 * 7 * 24
PERIODS = 4
AGEING = 0.5**0.5
"""What a count of one period before weighs: half in half a year. Deskdrop likes 0.5 to 1 alike (`bench.sendtime`)."""

_MARKS = 24
_ALL = (1 << _MARKS) - 1
_HOUR_MS = 3_600_000
_QUARTER_MS = 900_000
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&'()*+,-./:;<=>?@[]^_`{|}~"
"""Of JSON one byte each; an hour of the day counts once a day, so 91 are enough for a period."""
_MOST = len(_DIGITS) - 1
_VALUES = {digit: value for value, digit in enumerate(_DIGITS)}
_NONE = "0" * HOURS
_OFFSETS: dict[tuple[tzinfo, int], int] = {}
_OFFSETS_KEPT = 5_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

State = Sequence[Any]
"""See the module's docstring; empty: nothing counted. It is never changed in place."""
EMPTY: State = ()

VISITS = frozenset({"page", "screen"})
"""Kinds of events that a person makes by being there."""
ENGAGED = frozenset(
    {
        "email_opened",
        "email_clicked",
        "email_replied",
        "sms_clicked",
        "sms_replied",
        "push_opened",
        "push_clicked",
    }
)
"""What people do about messages; machines' opens are marked and never get here."""


def offset_ms(zone: tzinfo, at: int) -> int:
    """Return by how much a zone's clocks are ahead of UTC (ms), remembered a zone and quarter of an hour.

    Args:
        zone: Zone.
        at: Epoch milliseconds.
    """
    key = (zone, at // _QUARTER_MS)
    found = _OFFSETS.get(key)
    if found is None:
        if len(_OFFSETS) >= _OFFSETS_KEPT:
            _OFFSETS.clear()
        ahead = (_EPOCH + timedelta(milliseconds=at)).astimezone(zone).utcoffset() or timedelta()
        found = _OFFSETS[key] = int(ahead.total_seconds() * 1000)
    return found


def noted(state: State, at: int, offset: int) -> State:
    """Count an hour in which the contact was active.

    Args:
        state: So far.
        at: Epoch milliseconds.
        offset: See `offset_ms`.
    """
    hour = (at + offset) // _HOUR_MS
    if not state:
        return (hour, 1, _plus(_NONE, hour % HOURS))
    newest, marks = state[0], state[1]
    behind = newest - hour
    if behind < 0:
        marks = (marks << -behind | 1) & _ALL if -behind < _MARKS else 1
        counts = _aged(state, hour)
        while len(counts) > 1 and counts[-1] == _NONE:
            counts.pop()
        return (hour, marks, _plus(counts[0], hour % HOURS), *counts[1:])
    if behind < _MARKS:
        if marks >> behind & 1:
            return state
        marks |= 1 << behind
    place = newest // PERIOD_H - hour // PERIOD_H
    if place >= PERIODS:
        return state
    counts = [*state[2:], *[_NONE] * (place + 3 - len(state))]
    counts[place] = _plus(counts[place], hour % HOURS)
    return (newest, marks, *counts)


def added(ours: State, theirs: State) -> State:
    """Return the state of the events of both; hours that both counted of the last day count once."""
    if not ours or not theirs:
        return ours or theirs
    newest = max(ours[0], theirs[0])
    one, other = _aged(ours, newest), _aged(theirs, newest)
    left, right = ((s[1] << newest - s[0]) & _ALL if newest - s[0] < _MARKS else 0 for s in (ours, theirs))
    length = max(len(one), len(other))
    sums = [
        [min(a + b, _MOST) for a, b in zip(_read(x), _read(y), strict=True)]
        for x, y in zip(
            [*one, *[_NONE] * (length - len(one))], [*other, *[_NONE] * (length - len(other))], strict=True
        )
    ]
    both = left & right
    for behind in range(_MARKS):
        if both >> behind & 1:
            place = newest // PERIOD_H - (newest - behind) // PERIOD_H
            sums[place][(newest - behind) % HOURS] -= 1
    return _state(newest, left | right, sums)


def apart(now: State, base: State, before: State) -> State:
    """Return what a profile would have without another one's events: as before, and what came since.

    Args:
        now: The profile's state.
        base: What it was right after the other one's was added.
        before: What it was before that.
    """
    if not now or not base or now == base:
        return before if now == base else now
    newest = now[0]
    counts = [[_read(text) for text in _aged(state, newest)] for state in (now, base, before) if state]
    none = [0] * HOURS
    length = max(map(len, counts))
    parts = [[*state, *[none] * (length - len(state))] for state in counts]
    if not before:
        parts.append([none] * length)
    sums = [[max(n - b + o, 0) for n, b, o in zip(*rows, strict=True)] for rows in zip(*parts, strict=True)]
    return _state(newest, now[1], sums)


def totals(state: State, now_ms: int) -> list[float]:
    """Return counts by local hour of the day, older periods weighing less.

    Args:
        state: The contact's.
        now_ms: The moment (epoch milliseconds).
    """
    found = [0.0] * HOURS
    if not state:
        return found
    age = max(0, now_ms // _HOUR_MS // PERIOD_H - state[0] // PERIOD_H)
    for place, text in enumerate(state[2:]):
        if text == _NONE or age + place >= PERIODS:
            continue
        weight = AGEING ** (age + place)
        for hour, digit in enumerate(text):
            if digit != "0":
                found[hour] += weight * _VALUES[digit]
    return found


def size_of(state: State) -> int:
    """Return about how many bytes a state takes in JSON."""
    return 24 + (HOURS + 3) * (len(state) - 2) if state else 0


def _plus(text: str, hour: int) -> str:
    value = _VALUES[text[hour]]
    return text if value >= _MOST else text[:hour] + _DIGITS[value + 1] + text[hour + 1 :]


def _aged(state: State, newest: int) -> list[str]:
    """Return a state's counts a period as seen from a newer hour."""
    passed = min(newest // PERIOD_H - state[0] // PERIOD_H, PERIODS)
    return [*[_NONE] * passed, *state[2:]][:PERIODS]


def _read(text: str) -> list[int]:
    return [_VALUES[digit] for digit in text]


def _state(newest: int, marks: int, sums: Sequence[Sequence[int]]) -> State:
    texts = ["".join([_DIGITS[value] for value in row]) for row in sums]
    while len(texts) > 1 and texts[-1] == _NONE:
        texts.pop()
    return (newest, marks, *texts)
