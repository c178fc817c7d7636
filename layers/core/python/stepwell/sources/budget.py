"""How much one mapping may do: steps, depth, size and time, so that no expression holds a worker or its memory.

Mappings are written by tenants and fed by strangers. JSONata has no loops but recursion, ranges and higher-order
functions; its values share parts, so that thirty steps can make a tree of a billion nodes. Trees are therefore
counted as if written out, each new part once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import thread_time
from typing import Any


class OverBudget(Exception):  # noqa: N818 - internal signal, turned into a MappingFailed
    """A mapping went over one of its limits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one evaluation.

    Attributes:
        steps: Expressions evaluated and functions called.
        depth: Expressions within expressions.
        text: Characters of one text.
        elements: Elements of one list.
        nodes: Values in one tree, written out.
        bits: Size of an integer.
        worked: Characters that functions which copy a text again and again may take.
        seconds: A last resort, of the thread's own time, for what the count misjudges.
    """

    steps: int = 400_000
    depth: int = 80
    text: int = 262_144
    elements: int = 10_000
    nodes: int = 200_000
    bits: int = 1_024
    worked: int = 32_768
    seconds: float = 1.5


@dataclass(slots=True)
class Budget:
    """What is left of one evaluation.

    Attributes:
        limits: The limits.
    """

    limits: Limits
    _steps: int = 0
    _depth: int = 0
    _deadline: float = 0.0
    _sizes: dict[int, tuple[Any, int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Start the clock, which guards the machine and decides nothing that a replay must decide again."""
        self._deadline = thread_time() + self.limits.seconds

    def enter(self) -> None:
        """Begin an expression.

        Raises:
            OverBudget: Too many, too deep, too long.
        """
        self._depth += 1
        if self._depth > self.limits.depth:
            raise OverBudget(f"nested more than {self.limits.depth} deep")
        self.spend()

    def leave(self, result: Any) -> None:
        """End an expression and measure what it made."""
        self._depth -= 1
        self.measure(result)

    def spend(self) -> None:
        """Take a step."""
        self._steps += 1
        if self._steps > self.limits.steps:
            raise OverBudget(f"more than {self.limits.steps} steps")
        if self._steps % 256 == 0 and thread_time() > self._deadline:
            raise OverBudget(f"longer than {self.limits.seconds} s")

    def measure(self, value: Any) -> int:
        """Return how many values a tree holds, written out.

        Raises:
            OverBudget: A part of it is too big.
        """
        if isinstance(value, str):
            return self.measure_text(len(value))
        if isinstance(value, int):
            if value.bit_length() > self.limits.bits:
                raise OverBudget(f"a number of more than {self.limits.bits} bits")
            return 1
        if not isinstance(value, list | dict):
            return 1
        length = len(value)
        if length > self.limits.elements:
            raise OverBudget(f"a list of more than {self.limits.elements} elements")
        known = self._sizes.get(id(value))
        if known is not None and known[0] is value and known[1] == length:
            return known[2]
        parts = value.values() if isinstance(value, dict) else value
        size = 1 + sum(map(self.measure, parts))
        if size > self.limits.nodes:
            raise OverBudget(f"more than {self.limits.nodes} values")
        # The value is kept with its size: another one could get its address otherwise.
        self._sizes[id(value)] = (value, length, size)
        return size

    def measure_text(self, length: int) -> int:
        """Allow a text of a length; 1 as its share of a tree."""
        if length > self.limits.text:
            raise OverBudget(f"a text of more than {self.limits.text} characters")
        return 1

    def before(self, function: str, given: Sequence[Any]) -> None:
        """Judge a function's call by what it would have to make.

        Raises:
            OverBudget: It would be too much.
        """
        self.spend()
        first = given[0] if given else None
        if function == "pad" and len(given) > 1 and isinstance(given[1], int | float):
            self.measure_text(int(abs(given[1])))
        elif function == "join" and isinstance(first, list):
            apart = len(given[1]) if len(given) > 1 and isinstance(given[1], str) else 0
            self.measure_text(sum(len(t) + apart for t in first if isinstance(t, str)))
        elif function in ("replace", "split", "match"):
            self._work(first)
            repeated = len(given[2]) if len(given) > 2 and isinstance(given[2], str) else 1
            if isinstance(first, str) and len(first) * repeated > 16 * self.limits.text:
                raise OverBudget("a replacement that could make too long a text")
        elif function == "distinct" and isinstance(first, list) and len(first) > self.limits.elements // 10:
            raise OverBudget(f"a list of more than {self.limits.elements // 10} elements to compare")
        elif function in ("formatNumber", "formatInteger", "parseInteger", "toMillis", "fromMillis"):
            for picture in given[1:]:
                if isinstance(picture, str) and len(picture) > 200:
                    raise OverBudget("a picture of more than 200 characters")

    def _work(self, text: Any) -> None:
        if isinstance(text, str) and len(text) > self.limits.worked:
            raise OverBudget(f"more than {self.limits.worked} characters to search in")
