"""Closures for lists and texts, apart from the comparisons of `compile.py`, with which they share nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from .facts import Facts
from .models import Contains, Scalar, TextMatch
from .read import Read, Test
from .values import as_number, glob


def _element_test(values: tuple[Scalar, ...]) -> tuple[Callable[[object], bool], frozenset[str]]:
    """Build the test whether a scalar is one of the values, and the texts among them."""
    texts = frozenset(v.casefold() for v in values if isinstance(v, str))
    booleans = frozenset(v for v in values if isinstance(v, bool))
    numbers = frozenset(v for v in values if isinstance(v, int | float) and not isinstance(v, bool))

    def test(value: object) -> bool:
        if isinstance(value, str):
            return value.casefold() in texts
        if isinstance(value, bool):
            return value in booleans
        return as_number(value) in numbers

    return test, texts


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | bool) or as_number(value) is not None


def membership(read: Read, values: tuple[Scalar, ...], *, negated: bool) -> Test:
    """Build the test whether a single value is in a list; a missing value is neither in nor not in one."""
    among, _ = _element_test(values)
    if not negated:
        return lambda facts, now: among(read(facts, now))

    def run(facts: Facts, now: datetime) -> bool:
        value = read(facts, now)
        return _is_scalar(value) and not among(value)

    return run


def contains(condition: Contains, read: Read) -> Test:
    """Build the test whether a list has elements or a text has parts."""
    if len(condition.values) == 1 and isinstance(condition.values[0], str):
        return _contains_one(condition.values[0].casefold(), read)
    tests = [_element_test((value,)) for value in condition.values]
    quantify = any if condition.op == "contains_any" else all

    def run(facts: Facts, now: datetime) -> bool:
        value = read(facts, now)
        if isinstance(value, str):
            folded = value.casefold()
            return quantify(any(text in folded for text in texts) for _, texts in tests)
        if isinstance(value, list | tuple | set | frozenset):
            return quantify(any(map(test, value)) for test, _ in tests)
        return False

    return run


def _contains_one(part: str, read: Read) -> Test:
    def run(facts: Facts, now: datetime) -> bool:
        value = read(facts, now)
        if isinstance(value, str):
            return part in value.casefold()
        if isinstance(value, list | tuple | set | frozenset):
            return any(isinstance(element, str) and element.casefold() == part for element in value)
        return False

    return run


def text_match(condition: TextMatch, read: Read) -> Test:
    """Build the test of a text's start, end or pattern, whatever its case."""
    part = condition.value.casefold()
    test: Callable[[str], bool]
    if condition.op == "starts_with":
        test = lambda text: text.startswith(part)  # noqa: E731
    elif condition.op == "ends_with":
        test = lambda text: text.endswith(part)  # noqa: E731
    else:
        test = glob(condition.value)

    def run(facts: Facts, now: datetime) -> bool:
        value = read(facts, now)
        return isinstance(value, str) and test(value.casefold())

    return run
