"""What an operand of a condition is in a row: an expression for each way in which it may be read."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import Any

from stepwell.conditions.engagement import (
    CLICK_WEIGHT,
    DELIVERED_WEIGHT,
    HALF_LIFE_DAYS,
    KINDS,
    OPEN_WEIGHT,
    PRIOR,
    VISIT_WEIGHT,
)
from stepwell.lake.algebra import Algebra
from stepwell.lake.columns import Kind, column

_DAY = 86_400_000_000


@dataclass(frozen=True, slots=True)
class View:
    """An operand; None: it is never of that kind.

    Attributes:
        exists: Whether there is a value, null or false for none.
        number: As a number.
        text: As a folded text.
        flag: As a boolean.
        instant: As microseconds since 1970.
        day: As days since 1970 in the contact's zone.
        whole_day: Whether it is a day without time, null or false if not.
        month_day: As `month * 100 + day`.
        texts: Texts of a list.
        numbers: Numbers of a list.
        flags: Booleans of a list.
    """

    exists: Any = None
    number: Any = None
    text: Any = None
    flag: Any = None
    instant: Any = None
    day: Any = None
    whole_day: Any = None
    month_day: Any = None
    texts: Any = None
    numbers: Any = None
    flags: Any = None


MISSING = View()
_KINDS: dict[str, Kind] = {
    "exists": "x",
    "number": "n",
    "text": "s",
    "flag": "b",
    "instant": "i",
    "day": "d",
    "whole_day": "w",
    "month_day": "m",
    "texts": "ls",
    "numbers": "ln",
    "flags": "lb",
}


def of_path(prefix: str, path: tuple[str, ...], there: Set[str], read: Callable[[str], Any]) -> View:
    """Return the view of a field or property; columns that no row fills are not there."""
    found = {attribute: column(prefix, path, kind) for attribute, kind in _KINDS.items()}
    return View(**{attribute: read(name) for attribute, name in found.items() if name in there})


def of_time(read: Callable[[str], Any], name: str, algebra: Algebra) -> View:
    """Return the view of an instant in the columns `name`, `name_d`, `name_m`."""
    instant = read(name)
    return View(
        exists=algebra.known(instant), instant=instant, day=read(f"{name}_d"), month_day=read(f"{name}_m")
    )


def of_number(algebra: Algebra, number: Any) -> View:
    """Return the view of a number that is always there and never a time."""
    return View(exists=algebra.literal(True), number=number)


def of_engagement(key: str, now: int, read: Callable[[str], Any], algebra: Algebra) -> View:
    """Return the view of a key of `engagement`."""
    if key == "last_at":
        return of_time(read, "e_last", algebra)
    if key in KINDS:
        return of_number(algebra, read(f"e_n_{key}"))
    return of_number(algebra, score(now, read, algebra)) if key == "score" else MISSING


def score(now: int, read: Callable[[str], Any], algebra: Algebra) -> Any:
    """Return the engagement score at a moment; see `conditions.engagement` for the formula."""
    a = algebra
    past = a.over(
        a.plus(a.literal(float(now)), a.times(a.literal(-1.0), read("e_as_of"))), a.literal(float(_DAY))
    )
    days = a.choose([(a.sure(a.compare("gt", past, a.literal(0.0))), past)], a.literal(0.0))
    factor = a.power_of_two(a.over(a.times(days, a.literal(-1.0)), a.literal(HALF_LIFE_DAYS)))

    def decayed(kind: str, weight: float) -> Any:
        return a.times(a.times(read(f"e_d_{kind}"), factor), a.literal(weight))

    opens, clicks = decayed("opens", OPEN_WEIGHT), decayed("clicks", CLICK_WEIGHT)
    evidence = a.plus(a.plus(opens, clicks), decayed("visits", VISIT_WEIGHT))
    whole = a.plus(a.plus(evidence, a.literal(PRIOR)), decayed("delivered", DELIVERED_WEIGHT))
    return a.over(evidence, whole)
