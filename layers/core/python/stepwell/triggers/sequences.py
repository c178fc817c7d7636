"""Event sequences as the pass runs them: for each prefix the newest way to have done it, a few numbers a contact.

Of two ways to have done the first steps, the one that began later can still be completed whenever the other can,
as long as steps are bounded by the sequence's own limit; by a step's limit likewise the one whose last step is
later. Both are kept where they differ, so nothing that could be completed is forgotten. Events count at the time
at which they happened; one that arrives after a later one of its contact was seen can begin or continue a
sequence, but what was completed in between stays so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any, NamedTuple

from stepwell.conditions import Facts, Test, compile_condition, referenced
from stepwell.contracts.event_catalogue import canonical_event
from stepwell.contracts.events import Event
from stepwell.triggers.sequence_model import Pattern, Sequence
from stepwell.workflows.model import parse_duration

ANY_EVENT = "*"
MAX_KEYS = 5
MAX_WAYS = 3

Told = tuple[str, dict[str, Any]]
Way = list[int]
"""A way to have done a prefix: when it began and when its last step happened (epoch milliseconds)."""
Prefixes = list[list[Way]]
"""By number of steps done, from 1."""


class _Pattern(NamedTuple):
    sequence: str
    number: int  # of the step; -1: what ends or resets
    test: Test | None


class _Compiled(NamedTuple):
    steps: int
    limits: tuple[int, ...]  # ms after the step before; 0: none
    within: int  # ms for all steps; 0: none
    absent: int  # ms that the absent events must stay away; 0: complete at the last step
    same: str
    emit: str


class CompiledSequences:
    """All sequences of a workspace.

    Args:
        documents: Sequences as JSON, by id.
    """

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        self._sequences: dict[str, _Compiled] = {}
        self._steps: dict[str, list[_Pattern]] = defaultdict(list)
        self._resets: dict[str, list[_Pattern]] = defaultdict(list)
        properties: set[str] = set()
        for name, document in sorted(documents.items()):
            sequence = Sequence.model_validate(document)
            self._sequences[name] = _compiled(sequence)
            # Last step first: one event must not be two steps.
            for number, step in reversed(list(enumerate(sequence.steps))):
                self._steps[canonical_event(step.event)].append(_Pattern(name, number, _test(step)))
            for reset in (*sequence.without, *sequence.absent):
                number = len(sequence.steps) if reset in sequence.absent else -1
                self._resets[canonical_event(reset.event)].append(_Pattern(name, number, _test(reset)))
            if sequence.same:
                properties.add(sequence.same)
            properties.update(_properties(sequence))
        self.events = frozenset(self._steps) | frozenset(self._resets)
        self.properties = frozenset(properties)

    def on_event(self, states: MutableMapping[str, Any], event: Event, facts: Facts) -> list[Told]:
        """Move a contact's sequences on by one event.

        Args:
            states: What was done so far, ``{sequence: {key: prefixes}}``, changed in place.
            event: The event; machines' opens and clicks do nothing.
            facts: The contact right after it.

        Returns:
            Derived events ``(name, properties)`` of the sequences that it completes.
        """
        if event.machine or not self._sequences:
            return []
        steps = self._steps.get(event.name, ()), self._steps.get(ANY_EVENT, ())
        resets = self._resets.get(event.name, ()), self._resets.get(ANY_EVENT, ())
        if not any(steps) and not any(resets):
            return []
        when = event.when
        at = int(when.timestamp() * 1000)
        for pattern in (*resets[0], *resets[1]):
            if pattern.sequence in states and (pattern.test is None or pattern.test(facts, when)):
                self._reset(states, pattern, event, at)
        told: list[Told] = []
        for pattern in (*steps[0], *steps[1]):
            compiled = self._sequences[pattern.sequence]
            if pattern.number and pattern.sequence not in states:
                continue
            key = _key(compiled.same, event)
            if key is not None and (pattern.test is None or pattern.test(facts, when)):
                told += self._step(states, pattern, compiled, key, at)
        return told

    def _reset(self, states: MutableMapping[str, Any], pattern: _Pattern, event: Event, at: int) -> None:
        compiled = self._sequences[pattern.sequence]
        key = _key(compiled.same, event)
        keys: dict[str, Prefixes] = states[pattern.sequence]
        prefixes = keys.get(key) if key is not None else None
        if prefixes is None or key is None:
            return
        done = pattern.number == compiled.steps
        for number, ways in enumerate(prefixes, 1):
            # Absence matters only when all steps are done; `without` only until then.
            if (number == compiled.steps) == done:
                ways[:] = [way for way in ways if at < way[1 if done else 0]]
        _tidy(states, pattern.sequence, key)

    def _step(
        self,
        states: MutableMapping[str, Any],
        pattern: _Pattern,
        compiled: _Compiled,
        key: str,
        at: int,
    ) -> list[Told]:
        number = pattern.number
        keys: dict[str, Prefixes] = states.setdefault(pattern.sequence, {})
        prefixes = keys.get(key)
        if number == 0:
            found: list[Way] = [[at, at]]
        else:
            before = prefixes[number - 1] if prefixes is not None else []
            found = [
                [start, at]
                for start, last in before
                if last < at
                and (not compiled.limits[number] or at - last <= compiled.limits[number])
                and (not compiled.within or at - start <= compiled.within)
            ]
        if not found:
            _tidy(states, pattern.sequence, key)
            return []
        complete = number + 1 == compiled.steps and not compiled.absent
        if complete:
            started = max(start for start, _ in found)
            # What was completed is over: the next time begins anew.
            keys.pop(key, None)
            _tidy(states, pattern.sequence, key)
            return [_told(pattern.sequence, compiled, key, started, at)]
        if prefixes is None:
            prefixes = keys[key] = [[] for _ in range(compiled.steps)]
            if len(keys) > MAX_KEYS:
                del keys[min(keys, key=lambda name: (_newest(keys[name]), name))]
        prefixes[number] = _best([*prefixes[number], *found])
        return []

    def expire(self, states: MutableMapping[str, Any], now_ms: int) -> list[Told]:
        """Complete the sequences whose absent events stayed away, and forget what can no longer be completed."""
        told: list[Told] = []
        for name in list(states):
            compiled = self._sequences.get(name)
            if compiled is None:
                del states[name]
                continue
            for key, prefixes in list(states[name].items()):
                if len(prefixes) != compiled.steps:
                    # The sequence was edited: what was half done of the old one is over.
                    del states[name][key]
                    continue
                done = prefixes[-1]
                over = [way for way in done if compiled.absent and way[1] + compiled.absent <= now_ms]
                if over:
                    start, last = max(over, key=lambda way: way[1])
                    told.append(_told(name, compiled, key, start, last + compiled.absent))
                    done[:] = [way for way in done if way[1] + compiled.absent > now_ms]
                for number, ways in enumerate(prefixes[:-1], 1):
                    ways[:] = [way for way in ways if _lives(compiled, number, way, now_ms)]
                _tidy(states, name, key)
            if name in states and not states[name]:
                del states[name]
        return told

    def next_change(self, states: Mapping[str, Any], now_ms: int) -> int | None:  # noqa: ARG002
        """Return when the next absence is complete (epoch milliseconds), None: never."""
        times = [
            way[1] + compiled.absent
            for name, keys in states.items()
            if (compiled := self._sequences.get(name)) is not None and compiled.absent
            for prefixes in keys.values()
            if len(prefixes) == compiled.steps
            for way in prefixes[-1]
        ]
        return min(times, default=None)


def _compiled(sequence: Sequence) -> _Compiled:
    return _Compiled(
        steps=len(sequence.steps),
        limits=tuple(_ms(step.within) for step in sequence.steps),
        within=_ms(sequence.within),
        absent=_ms(sequence.for_),
        same=sequence.same,
        emit=sequence.emit,
    )


def _lives(compiled: _Compiled, done: int, way: Way, now: int) -> bool:
    """Whether a way can still be completed by something that happens from now on (late events aside)."""
    limit = compiled.limits[done]
    slack = 3_600_000  # events may be that late
    return not (limit and way[1] + limit + slack < now) and not (
        compiled.within and way[0] + compiled.within + slack < now
    )


def _best(ways: list[Way]) -> list[Way]:
    """Keep the ways that none other beats in both begin and last step, newest first."""
    kept: list[Way] = []
    for way in sorted(ways, reverse=True):
        if not any(better[0] >= way[0] and better[1] >= way[1] for better in kept):
            kept.append(way)
    return kept[:MAX_WAYS]


def _key(same: str, event: Event) -> str | None:
    if not same:
        return ""
    value = event.properties.get(same)
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        return None
    return str(value)[:64]


def _told(sequence: str, compiled: _Compiled, key: str, started: int, at: int) -> Told:
    properties: dict[str, Any] = {
        "sequence": sequence,
        "started_at": started / 1000,
        "completed_at": at / 1000,
    }
    if compiled.same:
        properties[compiled.same] = key
    return compiled.emit, properties


def _newest(prefixes: Prefixes) -> int:
    return max((way[1] for ways in prefixes for way in ways), default=0)


def _tidy(states: MutableMapping[str, Any], sequence: str, key: str) -> None:
    keys = states.get(sequence)
    if keys is not None:
        if key in keys and not any(keys[key]):
            del keys[key]
        if not keys:
            del states[sequence]


def _ms(text: str | None) -> int:
    return int(parse_duration(text).total_seconds() * 1000) if text else 0


def _test(pattern: Pattern) -> Test | None:
    return None if pattern.where is None else compile_condition(pattern.where)


def _properties(sequence: Sequence) -> Iterator[str]:
    for pattern in (*sequence.steps, *sequence.without, *sequence.absent):
        if pattern.where is not None:
            for field in referenced(pattern.where).fields:
                if field.startswith("event."):
                    yield field.removeprefix("event.").removeprefix("properties.").split(".")[0]
