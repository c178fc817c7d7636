"""Says for one contact why a condition holds or not, in sentences that `simulate` and the console show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .compile import compile_condition
from .facts import Facts
from .models import And, Between, Compare, Condition, Count, Did, InSegment, Not, Operand, Or, Value
from .printer import duration_text, operand_text, scalar_text, to_text
from .read import event_count, reader


@dataclass(frozen=True, slots=True)
class Explanation:
    """A condition's result and where it comes from.

    Attributes:
        op: The condition's `op`.
        text: The condition as text.
        result: Whether it holds.
        observed: What was found, as sentences such as `score is 35`; empty for and, or, not.
        children: The items of and, or, not: all, also those that could not change the result.
    """

    op: str
    text: str
    result: bool
    observed: tuple[str, ...] = ()
    children: tuple[Explanation, ...] = ()

    @property
    def sentence(self) -> str:
        """One line: `score >= 50: score is 35 → false`."""
        found = f": {', '.join(self.observed)}" if self.observed else ""
        return f"{self.text}{found} → {'true' if self.result else 'false'}"

    def leaves(self) -> Iterator[Explanation]:
        """The comparisons, in the order in which they stand."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def lines(self, indent: int = 0) -> Iterator[str]:
        """The whole tree as indented lines."""
        head = self.sentence if not self.children else f"{self.op} → {'true' if self.result else 'false'}"
        yield "  " * indent + head
        for child in self.children:
            yield from child.lines(indent + 1)

    def to_json(self) -> dict[str, Any]:
        """The tree as plain JSON values."""
        return {
            "op": self.op,
            "text": self.text,
            "result": self.result,
            "observed": list(self.observed),
            "children": [child.to_json() for child in self.children],
        }


def explain(condition: Condition, facts: Facts, now: datetime) -> Explanation:
    """Evaluate a condition and keep what each comparison saw.

    Args:
        condition: What to explain.
        facts: The contact.
        now: The moment of evaluation (aware).
    """
    text = to_text(condition)
    if isinstance(condition, And | Or):
        children = tuple(explain(item, facts, now) for item in condition.items)
        holds = all if isinstance(condition, And) else any
        return Explanation(condition.op, text, holds(child.result for child in children), (), children)
    if isinstance(condition, Not):
        child = explain(condition.item, facts, now)
        return Explanation("not", text, not child.result, (), (child,))
    result = compile_condition(condition)(facts, now)
    return Explanation(condition.op, text, result, tuple(_observations(condition, facts, now)))


def _observations(leaf: Condition, facts: Facts, now: datetime) -> Iterator[str]:
    if isinstance(leaf, And | Or | Not):
        return
    if isinstance(leaf, InSegment):
        yield f"the contact is {'' if leaf.segment in facts.segments else 'not '}in it"
        return
    if isinstance(leaf, Did):
        count = event_count(Count(event=leaf.event, where=leaf.where, within=leaf.within), compile_condition)
        yield _times(leaf.event, count(facts, now), leaf)
        return
    for operand in _sides(leaf):
        if not isinstance(operand, Value):
            yield _observation(operand, facts, now)


def _sides(leaf: Condition) -> Iterator[Operand]:
    if isinstance(leaf, And | Or | Not | Did | InSegment):
        return
    yield leaf.left
    if isinstance(leaf, Compare) and leaf.right.op in ("field", "count", "last"):
        yield leaf.right
    if isinstance(leaf, Between):
        yield from (side for side in (leaf.low, leaf.high) if side.op in ("field", "count", "last"))


def _observation(operand: Operand, facts: Facts, now: datetime) -> str:
    value = reader(operand, compile_condition)(facts, now)
    if isinstance(operand, Count):
        return _times(operand.event, value, operand)
    return f"{operand_text(operand)} is {_shown(value)}"


def _times(event: str, number: int, operand: Count | Did) -> str:
    window = f" in {duration_text(operand.within)}" if operand.within is not None else ""
    return f"{event} happened {number} time{'' if number == 1 else 's'}{window}"


def _shown(value: object) -> str:
    if value is None:
        return "missing"
    if isinstance(value, str):
        return scalar_text(value if len(value) <= 80 else value[:79] + "…")
    if isinstance(value, bool):
        return scalar_text(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1e4 else f"{value:g}"
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
