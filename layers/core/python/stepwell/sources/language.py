"""JSONata within limits: the same language that state machines use, for what tenants write and strangers feed.

Not to be had: `$eval` (no text becomes code), `$now`, `$millis`, `$random` and `$shuffle` (a replay must find the
same events; the time of receipt is `$received_at`). Patterns run on an engine that gives up after a tenth of a
second, for the standard one can be held for years by a short pattern.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any, cast

import regex

from stepwell.errors import InvalidInput, LimitExceeded
from stepwell.sources.budget import Budget, Limits, OverBudget

# The package sets the interpreter's recursion limit to 10,000 for all of the process: it stays what it was.
_RECURSION = sys.getrecursionlimit()
from jsonata import jexception  # noqa: E402
from jsonata.jsonata import Jsonata  # noqa: E402

sys.setrecursionlimit(_RECURSION)

MAX_EXPRESSION = 16_384
PATTERN_S = 0.1
_WITHHELD = ("eval", "now", "millis", "random", "shuffle")
_CODE = re.compile(r"^[A-Z]\d{4}$")
_FAULTS = (
    jexception.JException,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RecursionError,
    TimeoutError,
)
"""What the interpreter raises for expressions that do not fit what they are given."""

_budget: ContextVar[Budget] = ContextVar("stepwell_mapping_budget")


class MappingFailed(InvalidInput):
    """An expression that cannot be read, or cannot be carried out on what it was given."""

    default_code = "mapping_failed"


class Expression:
    """A compiled expression; one may be evaluated many times, in one thread at a time.

    Args:
        text: JSONata.

    Raises:
        MappingFailed: It cannot be read; `details.position` says where, in characters.
        LimitExceeded: It is too long.
    """

    def __init__(self, text: str) -> None:
        if len(text) > MAX_EXPRESSION:
            raise LimitExceeded(
                f"A mapping has at most {MAX_EXPRESSION} characters.", code="mapping_too_long"
            )
        try:
            self._compiled = Jsonata(text, _pattern)
        except (*_FAULTS, regex.error) as error:
            raise _failed("The mapping cannot be read", error, "mapping_syntax") from error
        if self._compiled.errors:
            raise _failed("The mapping cannot be read", self._compiled.errors[0], "mapping_syntax")
        for name, function in Jsonata.static_frame.bindings.items():
            self._compiled.environment.bind(name, None if name in _WITHHELD else _Guarded(name, function))

    def evaluate(self, value: Any, variables: Mapping[str, Any], limits: Limits | None = None) -> Any:
        """Carry it out.

        Args:
            value: What `$` is; plain JSON. It is not changed.
            variables: Values by name, without the dollar.
            limits: How much it may do.

        Returns:
            Plain JSON; None for nothing.

        Raises:
            MappingFailed: It does not fit the value.
            LimitExceeded: It does too much.
        """
        spent = Budget(limits or Limits())
        mark = _budget.set(spent)
        # The interpreter evaluates on whichever instance its thread made last.
        Jsonata.CURRENT.jsonata = self._compiled
        bindings = {
            **variables,
            "__evaluate_entry": lambda *_: spent.enter(),
            "__evaluate_exit": lambda _expression, _input, _frame, result: spent.leave(result),
        }
        try:
            spent.measure(value)
            found = self._compiled.evaluate(value, bindings)
            spent.measure(found)
            return _plain(found)
        except OverBudget as error:
            raise LimitExceeded(f"The mapping does too much: {error}.", code="mapping_limit") from error
        except _FAULTS as error:
            raise _failed("The mapping does not fit this body", error, "mapping_failed") from error
        finally:
            _budget.reset(mark)


class _Guarded(Jsonata.JFunction):  # type: ignore[misc, unused-ignore]
    """A function of the language that spends from the budget, also where another function calls it."""

    def __init__(self, name: str, native: Any) -> None:
        super().__init__(None, None)
        self._native = native
        self.function_name = name
        self.signature = native.signature

    def call(self, input: Any, args: Any) -> Any:  # noqa: A002 - the package's own name
        """Call it."""
        spent = _budget.get()
        spent.before(self.function_name, args or ())
        result = self._native.call(input, args)
        spent.measure(result)
        return result

    def get_number_of_args(self) -> int:
        """Return how many arguments it takes."""
        return cast(int, self._native.get_number_of_args())


class _Pattern:
    """A pattern that gives up, with the four methods that the interpreter asks for."""

    def __init__(self, compiled: Any) -> None:
        self._compiled = compiled

    def search(self, string: str) -> Any:
        """Find the first match."""
        return self._compiled.search(_searched(string), timeout=PATTERN_S)

    def finditer(self, string: str) -> Iterator[Any]:
        """Find all matches."""
        return cast(Iterator[Any], self._compiled.finditer(_searched(string), timeout=PATTERN_S))

    def sub(self, repl: Any, string: str, count: int = 0) -> str:
        """Replace matches."""
        return cast(str, self._compiled.sub(repl, _searched(string), count=count, timeout=PATTERN_S))

    def split(self, string: str, maxsplit: int = 0) -> list[str]:
        """Split at matches."""
        return cast(list[str], self._compiled.split(_searched(string), maxsplit=maxsplit, timeout=PATTERN_S))


def _searched(text: str) -> str:
    spent = _budget.get()
    spent.before("match", (text,))
    return text


def _pattern(pattern: str, flags: Any) -> _Pattern:
    given = (regex.IGNORECASE if flags.case_insensitive else 0) | (regex.MULTILINE if flags.multiline else 0)
    return _Pattern(regex.compile(pattern, given | regex.VERSION0))


def _plain(value: Any) -> Any:
    """Copy a result as plain JSON: what the language adds to lists, and functions, stay behind."""
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    raise MappingFailed("The mapping gives a function instead of a value.", code="mapping_failed")


def _failed(what: str, error: Exception, code: str) -> MappingFailed:
    details: dict[str, Any] = {}
    if isinstance(error, jexception.JException):
        # Its sentence quotes what it was given, which may be personal: only of syntax is it told whole.
        told = error.error if _CODE.match(str(error.error)) else "D3137"
        details["jsonata"] = told
        if error.location is not None and error.location >= 0:
            details["position"] = error.location
        wanted = (
            str(error) if code == "mapping_syntax" or told in ("D3137", "D3141") else _SENTENCES.get(told)
        )
    else:
        wanted = _SENTENCES.get(type(error).__name__)
    return MappingFailed(f"{what}{': ' + wanted.rstrip('.') if wanted else ''}.", code=code, details=details)


_SENTENCES: Mapping[str, str] = {
    "T0410": "an argument of a function has the wrong type",
    "T0411": "an argument of a function has the wrong type",
    "T0412": "a function needs a list of another type",
    "T1003": "a key of an object is no text",
    "T1005": "what is called is no function",
    "T1006": "what is called is no function, or one that mappings do not have",
    "T2001": "the left side of an operator is no number",
    "T2002": "the right side of an operator is no number",
    "D1009": "two keys of an object are the same",
    "D3030": "a text cannot be read as a number",
    "D3110": "a text cannot be read as a time",
    "D3136": "a text cannot be read as a time by its picture",
    "RecursionError": "it is nested too deep",
    "TimeoutError": "a pattern takes too long",
}
