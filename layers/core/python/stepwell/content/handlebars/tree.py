"""The parts of a Handlebars template, as Handlebars' own parser names them (its AST, version 4)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_SCOPED = re.compile(r"^\.|this\b")


class HandlebarsError(ValueError):
    """A template is none, or it failed on this data.

    Args:
        message: What is wrong.
        line: Line of the source, from 1; 0 when unknown.
    """

    def __init__(self, message: str, line: int = 0) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Strip:
    """Whether a tag takes the white space before and after it away (``~``)."""

    open: bool = False
    close: bool = False


@dataclass(frozen=True, slots=True)
class Path:
    """What names a value: ``../event.total``, ``@index``, ``this``."""

    parts: tuple[str, ...]
    depth: int
    data: bool
    original: str
    line: int = 0

    @property
    def scoped(self) -> bool:
        """Whether it says where to look (``this.x``, ``./x``): no helper is meant."""
        return bool(_SCOPED.search(self.original))

    @property
    def simple(self) -> bool:
        """Whether it is one word, which may be a helper's name."""
        return len(self.parts) == 1 and not self.scoped and not self.depth


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, number, ``true``, ``false``, ``null`` or ``undefined``; `value` of the latter is absent."""

    value: Any
    original: str
    line: int = 0
    absent: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A path with what is handed to it; as a subexpression, ``(path …)``."""

    path: Path | Literal | Call
    params: tuple[Path | Literal | Call, ...]
    hash: tuple[tuple[str, Path | Literal | Call], ...]
    line: int = 0
    sub: bool = False

    @property
    def helper(self) -> bool:
        """Whether it can only be a helper's call."""
        return self.sub or bool(self.params or self.hash)


Expression = Path | Literal | Call


@dataclass(slots=True)
class Content:
    """Text between tags; white space is cut off it, what it was decides about lines of tags alone."""

    value: str
    original: str
    left_stripped: bool = False
    right_stripped: bool = False


@dataclass(slots=True)
class Comment:
    """A comment, of which only its white space matters."""

    strip: Strip


@dataclass(slots=True)
class Mustache:
    """A value in the text."""

    call: Call
    escaped: bool
    strip: Strip


@dataclass(slots=True)
class Program:
    """Statements in order; `chained` is what ``{{else if}}`` makes."""

    body: list[Any] = field(default_factory=list)
    params: tuple[str, ...] = ()
    chained: bool = False


@dataclass(slots=True)
class Block:
    """A section: a helper's or value's; with `inline` the definition of an inline partial, with `raw` a raw block."""

    call: Call
    program: Program | None
    inverse: Program | None
    open: Strip
    between: Strip | None
    close: Strip | None
    inline: bool = False
    raw: bool = False


@dataclass(slots=True)
class Partial:
    """A partial put here, with `program` around what it may show or be replaced by."""

    call: Call
    strip: Strip
    indent: str = ""
    program: Program | None = None
    inverse: Program | None = None
    open: Strip = field(default_factory=Strip)
    between: Strip | None = None
    close: Strip | None = None
