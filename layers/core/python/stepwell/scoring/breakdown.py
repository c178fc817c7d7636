"""Why a contact has the score it has: which events gave what, and what decay has left of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from stepwell.contracts.scores import (
    ADJUSTED,
    AS_OF,
    BAND,
    SHAPE,
    VERSION,
    State,
    exact,
    parts,
    shape_of,
    value_of,
)
from stepwell.scoring.compiled import CompiledModels
from stepwell.scoring.model import ScoringModel


@dataclass(frozen=True, slots=True)
class Line:
    """What one rule gives.

    Attributes:
        rule: The rule's id; `adjusted` for points that a workflow or a person gave, `retired` for a rule that
            the model has no more.
        group: Its heading.
        event: The event that it counts.
        times: How often it applied, ever.
        weight: Points a time, as the model has them now.
        points: What is left of them at this moment.
        limited: Whether its limit holds it down.
    """

    rule: str
    group: str
    event: str
    times: int
    weight: float
    points: float
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A contact's score in a model.

    Attributes:
        model: Model id.
        version: The version that the points were counted by; another than the model's: brought up to date with
            the contact's next event, or by re-scoring.
        score: The score: a whole number.
        base: Where everybody begins.
        band: The band that the contact counts as being in, empty below all.
        lines: What each rule gives, most points first.
        clipped: Points that maximum or minimum cut off (positive: above the maximum).
        last_at: When the latest points were earned; None: never.
        in_a_month: What the score will be in 30 days without any event.
    """

    model: str
    version: int
    score: int
    base: float
    band: str
    lines: Sequence[Line]
    clipped: float
    last_at: datetime | None
    in_a_month: int


def breakdown(model: ScoringModel, version: int, state: State | None, now: datetime) -> Breakdown:
    """Explain a score at a moment; the lines and the base add up to it, but for what is clipped and rounded."""
    at = now.timestamp()
    known = state
    if state is None:
        document = {model.id: {"version": version, "model": model.model_dump(mode="json")}}
        state = CompiledModels(document).fresh(model.id, at)
    rules = {rule.code: rule for rule in model.rules}
    lines = []
    for part in parts(state, at):
        rule = rules.get(part.rule)
        if rule is None:
            name = "adjusted" if part.rule == ADJUSTED else "retired"
            lines.append(Line(name, "", "", part.times, 0.0, round(part.points, 2)))
        else:
            limited = rule.limit is not None and abs(part.points) >= rule.limit
            lines.append(
                Line(rule.id, rule.group, rule.event, part.times, rule.points, round(part.points, 2), limited)
            )
    bands = sorted(model.bands, key=lambda band: band.threshold)
    shape = shape_of(state[SHAPE])
    total = shape.base + sum(line.points for line in lines)
    return Breakdown(
        model=model.id,
        version=state[VERSION],
        score=value_of(state, at),
        base=shape.base,
        band=bands[state[BAND]].id if 0 <= state[BAND] < len(bands) else "",
        lines=tuple(sorted(lines, key=lambda line: (-line.points, line.rule))),
        clipped=round(total - exact(state, at), 2) if not shape.low <= total <= shape.high else 0.0,
        last_at=None if known is None else datetime.fromtimestamp(state[AS_OF], UTC),
        in_a_month=value_of(state, at + 30 * 86_400),
    )
