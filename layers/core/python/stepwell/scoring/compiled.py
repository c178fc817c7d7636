"""A workspace's scoring models as the pass runs them: a dictionary by event name, closures, small states."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, NamedTuple

from stepwell.conditions import Condition, Facts, referenced
from stepwell.conditions.selecting import EventRules
from stepwell.contracts.events import Event
from stepwell.contracts.scores import (
    ADJUSTED,
    AS_OF,
    BAND,
    NO_BAND,
    RULES,
    UNKNOWN,
    VERSION,
    State,
    add,
    advance,
    new_state,
    reaches,
    value_of,
)
from stepwell.scoring.model import Band, Rule, ScoringModel

CROSSED = "score_threshold_crossed"
ANY_EVENT = "*"
HALF = 0.5
"""A score is rounded, halves up: it is 300 from 299.5 on."""


class _Rule(NamedTuple):
    model: str
    code: str
    points: float
    limit: float | None


class _Weight(NamedTuple):
    points: float
    meaning: str


class CompiledModels:
    """All scoring models of a workspace.

    Args:
        documents: ``{model id: {"version": n, "model": ScoringModel as JSON, "before": {version: {code:
            [points, meaning]}}}}``. `before` are the weights of earlier versions, by which a state that an
            earlier version made is brought up to date: points of rules that ask for the same are scaled, those
            of others go.
    """

    def __init__(self, documents: Mapping[str, Mapping[str, Any]]) -> None:
        self._models: dict[str, _Model] = {}
        rules: dict[str, list[tuple[_Rule, tuple[Condition, ...]]]] = defaultdict(list)
        properties: set[str] = set()
        for name, document in sorted(documents.items()):
            model = ScoringModel.model_validate(document["model"])
            self._models[name] = _Model(model, int(document["version"]), document.get("before") or {})
            for rule in model.rules:
                where = () if rule.where is None else (rule.where,)
                rules[rule.event].append((_Rule(name, rule.code, rule.points, rule.limit), where))
                if rule.where is not None:
                    properties |= _properties(referenced(rule.where).fields)
        always = rules.get(ANY_EVENT, [])
        self._rules = {
            event: EventRules([*found, *always] if event != ANY_EVENT else found)
            for event, found in rules.items()
        }
        self.events = frozenset(self._rules)
        self.properties = frozenset(properties)

    def on_event(
        self, scores: MutableMapping[str, Any], event: Event, facts: Facts, until: float = 0.0
    ) -> None:
        """Count what an event is worth.

        Args:
            scores: States by model, changed in place.
            event: The event.
            facts: The contact right after it.
            until: When the last event of this pass happened (epoch seconds): states are brought there at once, and
                not from event to event.
        """
        rules = self._rules.get(event.name) or self._rules.get(ANY_EVENT)
        if rules is None or event.machine:
            return
        when = event.when
        found = rules.hits(event.properties, facts, when)
        if not found:
            return
        at = when.timestamp()
        for rule in found:
            state = scores.get(rule.model)
            if state is None:
                state = scores[rule.model] = self._models[rule.model].fresh(at)
            else:
                state = self._current(scores, rule.model, state)
            if until >= state[AS_OF] + 1:
                advance(state, until)
            add(state, rule.code, rule.points, at, rule.limit)

    def fresh(self, model: str, at: float) -> State:
        """Return the state of a contact of whom nothing has counted yet, at a moment (epoch seconds)."""
        return self._models[model].fresh(at)

    def _current(self, scores: MutableMapping[str, Any], name: str, state: State) -> State:
        model = self._models[name]
        if state[VERSION] != model.version:
            state = scores[name] = model.updated(state)
        return state

    def settle(self, scores: MutableMapping[str, Any], now_ms: int) -> list[tuple[str, dict[str, Any]]]:
        """Bring every state up to date and return the thresholds crossed since it was last settled.

        A band is entered upwards at its threshold and left downwards only `hysteresis` points below it, so that
        a score about a threshold does not tell of it again and again.

        Args:
            scores: States by model; changed in place. Those of models that are gone are dropped.
            now_ms: The moment (epoch milliseconds).

        Returns:
            Derived events ``(name, properties)``.
        """
        crossed = []
        for name in list(scores):
            model = self._models.get(name)
            if model is None:
                del scores[name]
                continue
            state = self._current(scores, name, scores[name])
            score = value_of(state, now_ms / 1000)
            before = state[BAND]
            after = model.band(score, before)
            if after != before:
                state[BAND] = after
                crossed.append((CROSSED, model.told(before, after, score)))
        return crossed

    def next_change(self, scores: Mapping[str, Any], now_ms: int) -> int | None:
        """Return when decay alone crosses the next threshold (epoch milliseconds, rounded up), None: never."""
        times = [
            at
            for name, state in scores.items()
            if name in self._models
            for level in self._models[name].levels(state[BAND])
            if (at := reaches(state, level, now_ms / 1000)) is not None
        ]
        # A second later, the rounded score is surely beyond.
        return int(min(times) * 1000) + 1_000 if times else None


class _Model:
    def __init__(self, model: ScoringModel, version: int, before: Mapping[str, Mapping[str, Any]]) -> None:
        self.version = version
        self._id = model.id
        self._shape = model.shape
        self._base = model.base_score
        self._hysteresis = model.hysteresis
        self._bands: tuple[Band, ...] = tuple(sorted(model.bands, key=lambda band: band.threshold))
        self._weights = {rule.code: _Weight(rule.points, meaning(rule)) for rule in model.rules}
        self._limits = {rule.code: rule.limit for rule in model.rules}
        self._before = {
            int(number): {code: _Weight(float(points), text) for code, (points, text) in weights.items()}
            for number, weights in before.items()
        }

    def fresh(self, at: float) -> State:
        # Everybody stands at the base from the start: being there is no crossing.
        return new_state(self.version, at, self._shape, self.band(self._base, NO_BAND))

    def updated(self, state: State) -> State:
        """Return a state of another version as one of this version."""
        before = self._before.get(state[VERSION], {})
        rules: dict[str, list[Any]] = {}
        for code, entry in state[RULES].items():
            now, then = self._weights.get(code), before.get(code)
            if code == ADJUSTED:
                rules[code] = entry
            elif now is not None and then is not None and now.meaning == then.meaning and then.points:
                rules[code] = [round(entry[0] * now.points / then.points, 4), entry[1]]
                if self._limits[code] is not None:
                    rules[code].append(self._limits[code])
        # Bands may have moved: where the contact stands in the new ones is settled like any crossing.
        band = min(state[BAND], len(self._bands) - 1)
        if state[VERSION] == UNKNOWN:
            band = self.band(self._base, NO_BAND)
        return [self.version, state[1], band, self._shape, rules]

    def band(self, score: float, before: int) -> int:
        """Return the band of a score, as a number from 0 (lowest); -1: below all."""
        reached = sum(score >= band.threshold for band in self._bands) - 1
        if reached >= before or before < 0:
            return reached
        # Every band above the one reached must have been left by the margin.
        held = [
            number
            for number, band in enumerate(self._bands[: before + 1])
            if score >= band.threshold - self._hysteresis
        ]
        return max(reached, held[-1] if held else NO_BAND)

    def levels(self, band: int) -> list[float]:
        """Return the (unrounded) scores at which the band of a contact changes, from below and from above."""
        levels = []
        if band >= 0:
            levels.append(self._bands[band].threshold - self._hysteresis - HALF)
        if band + 1 < len(self._bands):
            levels.append(self._bands[band + 1].threshold - HALF)
        return levels

    def told(self, before: int, after: int, score: int) -> dict[str, Any]:
        up = after > before
        crossed = self._bands[after if up else before]
        return {
            "model": self._id,
            "band": self._bands[after].id if after >= 0 else "none",
            "from_band": self._bands[before].id if before >= 0 else "none",
            "direction": "up" if up else "down",
            "threshold": crossed.threshold,
            "score": score,
            "actions": list(crossed.actions),
            "notification": crossed.notification,
        }


def meaning(rule: Rule) -> str:
    """Return what a rule asks for, as text: while it stays, its points may be scaled to a new weight."""
    where = "" if rule.where is None else rule.where.model_dump_json(exclude_none=True)
    return f"{rule.event}|{where}"


def weights(model: ScoringModel) -> dict[str, list[Any]]:
    """Return a version's weights as `CompiledModels` reads them under `before`."""
    return {rule.code: [rule.points, meaning(rule)] for rule in model.rules}


def _properties(fields: Iterable[str]) -> set[str]:
    return {
        field.removeprefix("event.").removeprefix("properties.").split(".")[0]
        for field in fields
        if field.startswith("event.")
    }
