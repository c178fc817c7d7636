"""What a bulk query is made of: one translation of conditions writes it, Polars and SQL each give it a form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

_SPECIAL = re.compile(r"([\\.+*?()|\[\]{}^$#&~\-\s])")
Order = Literal["eq", "ne", "lt", "le", "gt", "ge"]


class Algebra(Protocol):
    """Builds expressions over the columns of a row; a null operand makes a null result unless it is said otherwise."""

    def column(self, name: str) -> Any:
        """Return a column."""

    def literal(self, value: float | str | bool) -> Any:
        """Return a constant."""

    def compare(self, order: Order, left: Any, right: Any) -> Any:
        """Compare two values of one type."""

    def plus(self, left: Any, right: Any) -> Any:
        """Add two numbers."""

    def times(self, left: Any, right: Any) -> Any:
        """Multiply two numbers."""

    def over(self, left: Any, right: Any) -> Any:
        """Divide two numbers."""

    def power_of_two(self, exponent: Any) -> Any:
        """Return 2 to the power of a number."""

    def every(self, items: Sequence[Any]) -> Any:
        """Return whether all of some never-null booleans hold."""

    def some(self, items: Sequence[Any]) -> Any:
        """Return whether any of some never-null booleans holds."""

    def opposite(self, item: Any) -> Any:
        """Return the opposite of a never-null boolean."""

    def known(self, value: Any) -> Any:
        """Return whether a value is not null; never null itself."""

    def sure(self, item: Any) -> Any:
        """Return a boolean, false for null."""

    def choose(self, cases: Sequence[tuple[Any, Any]], otherwise: Any) -> Any:
        """Return the value of the first case whose never-null condition holds."""

    def within(self, value: Any, among: Sequence[float | str | bool]) -> Any:
        """Return whether a value is one of some constants of its type."""

    def has_part(self, text: Any, part: str) -> Any:
        """Return whether a text has a part."""

    def begins(self, text: Any, part: str) -> Any:
        """Return whether a text begins with a part."""

    def ends(self, text: Any, part: str) -> Any:
        """Return whether a text ends with a part."""

    def fits(self, text: Any, pattern: str) -> Any:
        """Return whether a whole text fits a pattern of `*` and `?`."""

    def has_element(self, items: Any, element: float | str | bool) -> Any:
        """Return whether a list has an element."""

    def by_zone(self, numbers: Mapping[str, int]) -> Any:
        """Return a whole number that depends on the contact's time zone (column `zone`)."""


def regex(pattern: str) -> str:
    """Return the regular expression of a pattern of `*` and `?`; RE2, Rust and Trino read it alike."""
    special = {"*": ".*", "?": "."}
    return "(?s)^" + "".join(special.get(c) or _SPECIAL.sub(r"\\\1", c) for c in pattern) + "$"
