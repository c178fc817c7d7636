"""Bulk queries as Polars expressions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any

import polars as pl
from stepwell.lake.algebra import Order, regex

_ORDERS: dict[Order, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


class PolarsAlgebra:
    """See `stepwell.lake.algebra.Algebra`."""

    def column(self, name: str) -> pl.Expr:
        """See Algebra."""
        return pl.col(name)

    def literal(self, value: float | str | bool) -> pl.Expr:
        """See Algebra."""
        return pl.lit(value)

    def compare(self, order: Order, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        """See Algebra."""
        found: pl.Expr = _ORDERS[order](left, right)
        return found

    def plus(self, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        """See Algebra."""
        return left + right

    def times(self, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        """See Algebra."""
        return left * right

    def over(self, left: pl.Expr, right: pl.Expr) -> pl.Expr:
        """See Algebra."""
        return left / right

    def power_of_two(self, exponent: pl.Expr) -> pl.Expr:
        """See Algebra."""
        return pl.lit(2.0).pow(exponent)

    def every(self, items: Sequence[pl.Expr]) -> pl.Expr:
        """See Algebra."""
        return reduce(operator.and_, items)

    def some(self, items: Sequence[pl.Expr]) -> pl.Expr:
        """See Algebra."""
        return reduce(operator.or_, items)

    def opposite(self, item: pl.Expr) -> pl.Expr:
        """See Algebra."""
        return ~item

    def known(self, value: pl.Expr) -> pl.Expr:
        """See Algebra."""
        return value.is_not_null()

    def sure(self, item: pl.Expr) -> pl.Expr:
        """See Algebra."""
        return item.fill_null(False)

    def choose(self, cases: Sequence[tuple[pl.Expr, pl.Expr]], otherwise: pl.Expr) -> pl.Expr:
        """See Algebra."""
        if not cases:
            return otherwise
        chain: Any = pl
        for condition, value in cases:
            chain = chain.when(condition).then(value)
        found: pl.Expr = chain.otherwise(otherwise)
        return found

    def within(self, value: pl.Expr, among: Sequence[float | str | bool]) -> pl.Expr:
        """See Algebra."""
        return value.is_in(list(among))

    def has_part(self, text: pl.Expr, part: str) -> pl.Expr:
        """See Algebra."""
        return text.str.contains(part, literal=True)

    def begins(self, text: pl.Expr, part: str) -> pl.Expr:
        """See Algebra."""
        return text.str.starts_with(part)

    def ends(self, text: pl.Expr, part: str) -> pl.Expr:
        """See Algebra."""
        return text.str.ends_with(part)

    def fits(self, text: pl.Expr, pattern: str) -> pl.Expr:
        """See Algebra."""
        return text.str.contains(regex(pattern))

    def has_element(self, items: pl.Expr, element: float | str | bool) -> pl.Expr:
        """See Algebra."""
        return items.list.contains(element)

    def by_zone(self, numbers: Mapping[str, int]) -> pl.Expr:
        """See Algebra."""
        if len(set(numbers.values())) == 1:
            return pl.lit(next(iter(numbers.values())), dtype=pl.Int64)
        return pl.col("zone").replace_strict(dict(numbers), default=None, return_dtype=pl.Int64)
