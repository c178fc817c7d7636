"""Files of one JSON object a line: where they can be cut, and what their lines hold."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stepwell.transfers.csv_files import BOM, Cut

MAX_LINE = 256 * 1024


def line_cuts(blocks: Iterable[bytes], *, rows: int, size: int) -> Iterator[Cut]:
    """Cut a file between lines; see `csv_files.cuts`."""
    start = before = number = 0
    first = 1
    for length in _lengths(blocks):
        number += 1
        end = before + length
        if number > first and end - start > size:
            yield Cut(start, before, first, number - first)
            start, first = before, number
        if number - first + 1 == rows:
            yield Cut(start, end, first, rows)
            start, first = end, number + 1
        before = end
    if number >= first:
        yield Cut(start, before, first, number - first + 1)


def _lengths(blocks: Iterable[bytes]) -> Iterator[int]:
    open_ = 0
    for block in blocks:
        at = 0
        while (found := block.find(b"\n", at)) >= 0:
            yield open_ + found + 1 - at
            at, open_ = found + 1, 0
        open_ += len(block) - at
    if open_:
        yield open_


def objects(data: bytes) -> Iterator[Mapping[str, Any] | None]:
    """Read the objects of a part, a line each; None: the line is none, an empty one is an empty object."""
    for line in data.removeprefix(BOM).split(b"\n"):
        text = line.strip()
        if not text:
            yield {}
            continue
        try:
            value = json.loads(text) if len(text) <= MAX_LINE else None
        except (ValueError, RecursionError):
            value = None
        yield value if isinstance(value, dict) else None
