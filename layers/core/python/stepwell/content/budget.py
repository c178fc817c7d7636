"""How much one rendering may do: counted work, so that the same template fails at the same place each time.

Template authors are tenants. The sandbox keeps them from the interpreter; the budget keeps them from the
machine: loops, calls, joins and arithmetic spend from it, and each string is measured before it is built.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from time import thread_time
from typing import Any

from stepwell.content.weighing import TooHeavy, weight

_STRIDE = 16


class OverBudget(Exception):  # noqa: N818 - internal signal, turned into a TemplateFault
    """A rendering went over one of its limits."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one part's rendering.

    Attributes:
        output: Characters in all.
        value: Characters of one string made by an expression; a container may have as much in it as the output.
        steps: Loop turns, calls, filters and joins.
        bits: Size of an integer.
        seconds: A last resort, of the thread's own time, for what the count misjudges: a machine that stands still
            fails nobody's message.
    """

    output: int = 400_000
    value: int = 100_000
    steps: int = 50_000
    bits: int = 4_096
    seconds: float = 2.0


@dataclass(slots=True)
class Budget:
    """What is left, and what the rendering found missing.

    Attributes:
        limits: The limits.
        left: Steps left.
        weight: Extra steps of a turn or call, for the constant text that it may put out.
        deadline: Time of this thread at which it is over.
        missing: Fields asked for and not there, in order.
        escape: Whether an HTML part is being rendered.
        language: Of the message, for dates, amounts and plurals.
        watched: When fewer steps are left, the clock is looked at.
        line: Where the rendering came to, of dialects whose errors do not say it.
    """

    limits: Limits
    left: int = 0
    weight: int = 0
    deadline: float = 0.0
    line: int = 0
    missing: dict[str, None] = field(default_factory=dict)
    watched: int = 0
    escape: bool = True
    language: str = ""

    def spend(self, steps: int = 1) -> None:
        """Take steps off the budget.

        Raises:
            OverBudget: None left, or the time is over.
        """
        self.left -= steps
        if self.left < self.watched:
            if self.left < 0:
                raise OverBudget(f"more than {self.limits.steps} steps")
            if thread_time() > self.deadline:
                raise OverBudget(f"longer than {self.limits.seconds} s")
            self.watched = self.left - _STRIDE

    def turn(self) -> None:
        """Charge for a loop turn or a macro's call."""
        self.spend(1 + self.weight)

    def measure(self, size: int) -> None:
        """Allow a value of a size, and charge for building it.

        Raises:
            OverBudget: Too big.
        """
        if size > self.limits.value:
            raise OverBudget(f"a value of more than {self.limits.value} characters or elements")
        self.spend(1 + size // 1_024)

    def measure_value(self, value: Any) -> Any:
        """Measure a finished string or sequence and return it."""
        if isinstance(value, str):
            self.measure(len(value))
        elif isinstance(value, list | tuple | dict | set | frozenset):
            self.weigh(value)
        elif isinstance(value, int) and value.bit_length() > self.limits.bits:
            raise OverBudget(f"an integer of more than {self.limits.bits} bits")
        return value

    def weigh(self, value: Any) -> None:
        """Allow a container by what it would be written out, and charge for looking.

        Raises:
            OverBudget: Too much.
        """
        try:
            self.spend(1 + weight(value, self.limits.output) // 64)
        except TooHeavy as error:
            raise OverBudget(str(error)) from error


_current: ContextVar[Budget | None] = ContextVar("stepwell_template_budget", default=None)


def _open(limits: Limits, heavy: int) -> Budget:
    # This clock guards the machine; it decides nothing that a replay must decide again.
    return Budget(limits, limits.steps, heavy, thread_time() + limits.seconds, watched=limits.steps - _STRIDE)


def budget() -> Budget:
    """Return the budget of the rendering that runs in this context (a fresh one outside of any)."""
    found = _current.get()
    return found if found is not None else _open(Limits(), 0)


class spending:  # noqa: N801 - used as a function; a generator would cost a message a microsecond a part
    """Open a budget for one rendering of a template with so many characters of constant text.

    Args:
        limits: The limits.
        constant: Characters of constant text.
        escape: Whether it is an HTML part.
        language: Of the message.
    """

    __slots__ = ("_mark", "_opened")

    def __init__(self, limits: Limits, constant: int, *, escape: bool = True, language: str = "") -> None:
        self._opened = _open(limits, constant // 1_024)
        self._opened.escape = escape
        self._opened.language = language

    def __enter__(self) -> Budget:
        self._mark = _current.set(self._opened)
        return self._opened

    def __exit__(self, *_: object) -> None:
        _current.reset(self._mark)
