"""Which names of the whole context a template reads, for forms and checks; items of sections are not among them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from stepwell.content.handlebars.tree import Block, Call, Literal, Mustache, Partial, Path, Program

_HELPERS = frozenset({"each", "if", "log", "lookup", "unless", "with"})
_SAME_CONTEXT = frozenset(
    {"if", "unless", "and", "or", "not", "eq", "ne", "lt", "le", "lte", "gt", "ge", "gte"}
)


def names_of(program: Program) -> set[str]:
    """Return the names, without those of helpers."""
    found: set[str] = set()
    _program(program, 0, frozenset(), found)
    return found


def _program(program: Program | None, depth: int, known: frozenset[str], found: set[str]) -> None:
    if program is None:
        return
    inside = known | set(program.params)
    for part in program.body:
        if isinstance(part, Mustache):
            _call(part.call, depth, inside, found)
        elif isinstance(part, Partial):
            _values(part.call, depth, inside, found)
            _program(part.program, depth, inside, found)
        elif isinstance(part, Block):
            _block(part, depth, inside, found)


def _block(block: Block, depth: int, known: frozenset[str], found: set[str]) -> None:
    name = block.call.path.original if isinstance(block.call.path, Path) else ""
    if block.inline:
        # What it will be shown with is not known here.
        return
    _call(block.call, depth, known, found)
    deeper = depth if name in _SAME_CONTEXT else depth + 1
    _program(block.program, deeper, known, found)
    _program(block.inverse, depth, known, found)


def _call(call: Call, depth: int, known: frozenset[str], found: set[str]) -> None:
    if not call.params and not call.hash:
        _path(call.path, depth, known, found)
    _values(call, depth, known, found)


def _values(call: Call, depth: int, known: frozenset[str], found: set[str]) -> None:
    given: Iterable[Any] = (*call.params, *(value for _, value in call.hash))
    for value in given:
        if isinstance(value, Call):
            _call(value, depth, known, found)
        else:
            _path(value, depth, known, found)


def _path(path: Any, depth: int, known: frozenset[str], found: set[str]) -> None:
    if isinstance(path, Literal) or not isinstance(path, Path) or not path.parts:
        return
    name = path.parts[0]
    if path.data:
        if name == "root" and len(path.parts) > 1:
            found.add(path.parts[1])
    elif depth <= path.depth and name not in known and name not in _HELPERS:
        found.add(name)
