"""How much a container is once it is written out: a list of a list of a list is small in memory and endless as text.

`[x, x]` sixty times over is sixty objects and 2^60 words. So what templates build is weighed when it is built: items
and characters, as often as they would be seen.
"""

from __future__ import annotations

from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

from jinja2.utils import Namespace

_DEEPEST = 50
_METHODS = (BuiltinFunctionType, FunctionType, MethodType)


class TooHeavy(Exception):  # noqa: N818 - internal signal of the budget
    """A container goes over the limit."""


def weight(value: Any, limit: int) -> int:
    """Return a container's items and characters in all.

    Raises:
        TooHeavy: More than the limit, too deep, or it holds what is not data.
    """
    return limit - _left(value, limit, 0)


def _left(value: Any, left: int, depth: int) -> int:
    if depth > _DEEPEST:
        raise TooHeavy(f"containers in each other deeper than {_DEEPEST}")
    left -= 1
    if isinstance(value, str):
        left -= len(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            left = _left(item, _left(key, left, depth + 1), depth + 1)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            left = _left(item, left, depth + 1)
    elif isinstance(value, Namespace):
        raise TooHeavy("a namespace cannot be put into a list")
    elif isinstance(value, _METHODS):
        raise TooHeavy("a function cannot be put into a list")
    if left < 0:
        raise TooHeavy("a container of too much")
    return left
