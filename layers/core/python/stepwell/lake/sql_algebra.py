"""Bulk queries as SQL of Athena (Trino): the same translation as for Polars, in text.

All texts are folded in the snapshot, so that no function of the engine decides what is equal.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from stepwell.lake.algebra import Order, regex

_ORDERS: dict[Order, str] = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


class SqlAlgebra:
    """See `stepwell.lake.algebra.Algebra`; expressions are texts in brackets."""

    def column(self, name: str) -> str:
        """See Algebra."""
        return quoted(name)

    def literal(self, value: float | str | bool) -> str:
        """See Algebra."""
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, str):
            return text(value)
        if isinstance(value, int):
            return f"CAST({value} AS BIGINT)"
        if not math.isfinite(value):
            return "infinity()" if value > 0 else "(-infinity())"
        shown = repr(value)
        return f"CAST({shown if 'e' in shown else f'{shown}e0'} AS DOUBLE)"

    def compare(self, order: Order, left: str, right: str) -> str:
        """See Algebra."""
        return f"({left} {_ORDERS[order]} {right})"

    def plus(self, left: str, right: str) -> str:
        """See Algebra."""
        return f"({left} + {right})"

    def times(self, left: str, right: str) -> str:
        """See Algebra."""
        return f"({left} * {right})"

    def over(self, left: str, right: str) -> str:
        """See Algebra."""
        return f"({left} / {right})"

    def power_of_two(self, exponent: str) -> str:
        """See Algebra."""
        return f"power(CAST(2e0 AS DOUBLE), {exponent})"

    def every(self, items: Sequence[str]) -> str:
        """See Algebra."""
        return f"({' AND '.join(items)})"

    def some(self, items: Sequence[str]) -> str:
        """See Algebra."""
        return f"({' OR '.join(items)})"

    def opposite(self, item: str) -> str:
        """See Algebra."""
        return f"(NOT {item})"

    def known(self, value: str) -> str:
        """See Algebra."""
        return f"({value} IS NOT NULL)"

    def sure(self, item: str) -> str:
        """See Algebra."""
        return f"coalesce({item}, FALSE)"

    def choose(self, cases: Sequence[tuple[str, str]], otherwise: str) -> str:
        """See Algebra."""
        if not cases:
            return otherwise
        parts = " ".join(f"WHEN {condition} THEN {value}" for condition, value in cases)
        return f"(CASE {parts} ELSE {otherwise} END)"

    def within(self, value: str, among: Sequence[float | str | bool]) -> str:
        """See Algebra."""
        return f"({value} IN ({', '.join(self.literal(one) for one in among)}))"

    def has_part(self, text: str, part: str) -> str:
        """See Algebra."""
        return f"(strpos({text}, {self.literal(part)}) > 0)" if part else f"({text} IS NOT NULL)"

    def begins(self, text: str, part: str) -> str:
        """See Algebra."""
        return f"(substr({text}, 1, {len(part)}) = {self.literal(part)})"

    def ends(self, text: str, part: str) -> str:
        """See Algebra."""
        if not part:
            return f"({text} = {text})"
        start = f"greatest(length({text}) - {len(part) - 1}, 1)"
        return f"(substr({text}, {start}) = {self.literal(part)})"

    def fits(self, text: str, pattern: str) -> str:
        """See Algebra."""
        # `$` would let a line break follow.
        return f"regexp_like({text}, {self.literal(regex(pattern)[:-1] + chr(92) + 'z')})"

    def has_element(self, items: str, element: float | str | bool) -> str:
        """See Algebra."""
        return f"contains({items}, {self.literal(element)})"

    def by_zone(self, numbers: Mapping[str, int]) -> str:
        """See Algebra."""
        cases = " ".join(f"WHEN {text(zone)} THEN {number}" for zone, number in numbers.items())
        return f"CAST(CASE {quoted('zone')} {cases} END AS BIGINT)" if cases else "CAST(NULL AS BIGINT)"


def quoted(name: str) -> str:
    """Return a name as an identifier."""
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """Return a text as a literal."""
    return "'" + value.replace("'", "''") + "'"
