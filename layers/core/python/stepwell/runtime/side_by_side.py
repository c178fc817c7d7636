"""Runs one batch's calls to the outside side by side, or in order where a test wants the same order each time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")


def side_by_side(function: Callable[[A], B], items: Sequence[A], at_once: int) -> list[B]:
    """Apply a function to all items, up to ``at_once`` at a time; results in the items' order.

    All calls are finished before the first exception, if any, is raised: none is left running.
    """
    if at_once <= 1 or len(items) <= 1:
        return [function(item) for item in items]
    with ThreadPoolExecutor(max_workers=min(at_once, len(items))) as pool:
        return list(pool.map(function, items))
