"""Compiles paths: which context, frame or block parameter they begin at, and how they go on from there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from stepwell.content.budget import budget
from stepwell.content.handlebars.running import Evaluate, Frame, Scope
from stepwell.content.handlebars.tree import HandlebarsError, Path
from stepwell.content.handlebars.values import ABSENT, falsy, nothing, own
from stepwell.content.missing import Missing

_TEXT_METHODS: dict[str, Callable[[str], str]] = {"trim": str.strip}


@dataclass(frozen=True, slots=True)
class Options:
    """Handlebars' options of a template, by its own names.

    Attributes:
        strict: A field that is not there is a mistake (`strict`).
        assume_objects: What is not there cannot be reached into (`assumeObjects`).
        compat: Fields are looked for in the contexts around, as in Mustache (`compat`).
        known_helpers_only: There are no helpers but Handlebars' own (`knownHelpersOnly`).
        explicit_context: Partials see what is handed to them only (`explicitPartialContext`).
        prevent_indent: Partials keep their own indentation (`preventIndent`).
        ignore_standalone: Lines that hold a tag alone stay (`ignoreStandalone`).
        no_escape: Nothing is escaped (`noEscape`).
        text_methods: Methods of texts that count as properties (`allowedProtoMethods`): ``trim`` is known.
    """

    strict: bool = False
    assume_objects: bool = False
    compat: bool = False
    known_helpers_only: bool = False
    explicit_context: bool = False
    prevent_indent: bool = False
    ignore_standalone: bool = False
    no_escape: bool = False
    text_methods: frozenset[str] = frozenset()


class Paths:
    """Compiles the paths of one template."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._params: list[tuple[str, ...]] = []

    def open(self, params: tuple[str, ...]) -> None:
        """Enter a program that names block parameters."""
        if params:
            self._params.insert(0, params)

    def close(self, params: tuple[str, ...]) -> None:
        """Leave it."""
        if params:
            self._params.pop(0)

    def block_param(self, path: Path) -> tuple[int, int] | None:
        """Return which block parameter a path begins with: how many blocks up, and which of them."""
        if path.depth or path.scoped or path.data or not path.parts:
            return None
        for level, names in enumerate(self._params):
            if path.parts[0] in names:
                return level, names.index(path.parts[0])
        return None

    def path(self, path: Path, *, strict: bool) -> Evaluate:
        """Compile a path.

        Args:
            path: The path.
            strict: Whether `strict` asks for it to be there; it does not of what is handed to helpers.
        """
        depth, options = path.depth, self._options
        if (place := self.block_param(path)) is not None:
            level, index = place

            def param(scope: Scope) -> Any:
                names = scope.params[level] if level < len(scope.params) else ()
                return names[index] if index < len(names) else None

            return self._follow(param, path, 1, strict=False)
        if path.data:
            return self._follow(_frame(depth), path, 0, strict=strict)
        context = _context(depth)
        if not path.parts:
            return context
        if options.compat and not path.scoped and not depth:
            first = path.parts[0]
            return self._follow(lambda scope: _around(scope, first, self._own), path, 1, strict=strict)
        return self._follow(context, path, 0, strict=strict)

    def _own(self, value: Any, name: str) -> Any:
        if isinstance(value, str) and name in self._options.text_methods and name in _TEXT_METHODS:
            return budget().measure_value(_TEXT_METHODS[name](value))
        return own(value, name)

    def _follow(self, begin: Evaluate, path: Path, start: int, *, strict: bool) -> Evaluate:
        parts, find = path.parts[start:], self._own
        shown = path.original.replace("/", ".")[:200]
        if self._options.strict and strict and parts:
            return _demanding(begin, parts, find, shown)
        if self._options.strict or self._options.assume_objects:
            return _assuming(begin, parts, find, shown)
        if len(parts) == 1:
            (name,) = parts

            def single(scope: Scope) -> Any:
                value = find(begin(scope), name)
                return Missing(name=shown) if value is ABSENT else value

            return single

        def follow(scope: Scope) -> Any:
            value = begin(scope)
            for name in parts:
                value = find(value, name)
                if value is ABSENT:
                    return Missing(name=shown)
            return value

        return follow


Find = Callable[[Any, str], Any]


def _demanding(begin: Evaluate, parts: tuple[str, ...], find: Find, shown: str) -> Evaluate:
    def follow(scope: Scope) -> Any:
        value = begin(scope)
        for name in parts:
            value = ABSENT if falsy(value) else find(value, name)
            if value is ABSENT:
                raise HandlebarsError(f"`{shown}` is not there")
        return value

    return follow


def _assuming(begin: Evaluate, parts: tuple[str, ...], find: Find, shown: str) -> Evaluate:
    def follow(scope: Scope) -> Any:
        value = begin(scope)
        for name in parts:
            if nothing(value):
                raise HandlebarsError(f"nothing to find `{shown}` in")
            value = find(value, name)
            if value is ABSENT:
                value = Missing(name=shown)
        return value

    return follow


def _context(depth: int) -> Evaluate:
    if not depth:
        return lambda scope: scope.here

    def context(scope: Scope) -> Any:
        found = scope.at(depth)
        return None if found is None else found.here

    return context


def _frame(depth: int) -> Evaluate:
    def frame(scope: Scope) -> Any:
        found: Frame | None = scope.data
        for _ in range(depth):
            found = found.parent if found is not None else None
        return found

    return frame


def _around(scope: Scope, name: str, find: Find) -> Any:
    """Look a field up in this context and in those around it."""
    found: Scope | None = scope
    while found is not None:
        value = find(found.here, name)
        if value is not ABSENT and value is not None:
            return value
        found = found.up
    return Missing(name=name)
